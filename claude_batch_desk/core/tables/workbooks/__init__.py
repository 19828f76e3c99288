"""Workbooks of every kind, read beside their looks."""
