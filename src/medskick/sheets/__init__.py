"""A dataset as a workbook, written and read: understood, and shown before anything is changed."""
