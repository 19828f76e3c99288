"""What a table holds, found while it is read."""
