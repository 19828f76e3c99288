"""Answers read, checked, merged and exported."""
