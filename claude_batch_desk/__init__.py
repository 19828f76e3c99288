"""Claude Batch Desk: put a prompt to every row of a table, at batch prices."""

__version__ = "0.1.0"
