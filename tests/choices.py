"""Allowed values, short enough to be written where they are tested."""

from claude_batch_desk.core.prompts.fields import Choice


def plain_choices(*values: str) -> tuple[Choice, ...]:
    """Allowed values that need no explanation."""
    return tuple(map(Choice, values))
