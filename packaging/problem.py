"""Problem: an expected failure of a command, told to the person."""


class Problem(Exception):
    """What happened and what to do, in whole sentences."""
