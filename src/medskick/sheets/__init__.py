"""A dataset as a workbook, written for a curator to fill in."""
