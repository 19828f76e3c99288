"""The child process: its limits, and how it speaks to its parent."""
