"""Starts: prepared jobs that are sent by themselves at an agreed time."""
