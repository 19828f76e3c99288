"""Deliveries: files that are written by themselves when a job has ended."""
