"""Reconciliation: the W3C community group's Reconciliation Service API 0.2, for OpenRefine and others."""
