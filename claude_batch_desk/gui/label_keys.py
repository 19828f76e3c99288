"""Which key gives which label: digits first, then letters; nothing else is needed to label."""

from collections.abc import Sequence

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.quality.gold import labels_of

NOTHING = "-"
"""The key that says that nothing is right to answer."""
_DIGITS = "123456789"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ONE_DIGIT = 10


def keys_of(field: OutputField) -> dict[str, str]:
    """The labels of a field by the key that gives them; those for whom no key is left are missing.

    Points of a short scale have their own digit, yes and no their first letter.
    """
    labels = labels_of(field)
    if field.kind == "score" and field.low >= 0 and field.high < _ONE_DIGIT:
        return {label: label for label in labels}
    if field.kind == "boolean":
        return dict(zip("yn", labels, strict=True))
    return dict(zip(_DIGITS + _LETTERS, labels, strict=False))


def may_be_nothing(field: OutputField) -> bool:
    """Whether it can be right to answer nothing."""
    return field.may_be_unknown or field.kind == "choices"


def next_open(rows: Sequence[int], labelled: Sequence[int], after: int) -> int:
    """The place of the next row without a label behind `after`, or before it where none is."""
    known = set(labelled)
    order = [*range(after + 1, len(rows)), *range(after + 1)]
    return next((place for place in order if rows[place] not in known), after)
