"""Timing: how soon a job is wanted, and which way of sending is in time for that."""
