"""Delimited text and JSON Lines."""
