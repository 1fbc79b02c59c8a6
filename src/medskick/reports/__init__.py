"""Answers put together for a reader: comparison, chains, gaps, lessons, the handbook."""
