"""Upkeep: the data folder verified, backed up, and restored."""
