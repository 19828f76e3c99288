"""Rows that are tried: drawn, priced, answered, and looked at with suspicion."""
