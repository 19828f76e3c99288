"""The columns whose names are most like one that no column has."""

from collections.abc import Sequence
from difflib import get_close_matches

from claude_batch_desk.core.prompts.template import canonical

_MOST_COMPARED = 400
_ALIKE = 0.5


def nearest_columns(name: str, columns: Sequence[str], most: int = 1) -> tuple[str, ...]:
    """The columns whose names are like this one, the likest first; none where none is like it.

    Of very many columns only some of about the same length are compared: this is asked at every
    key, and comparing 16,384 names takes half a second.
    """
    folded = {canonical(column).casefold(): column for column in reversed(columns)}
    wanted, names = name.casefold(), list(folded)
    if len(names) > _MOST_COMPARED:
        names.sort(key=lambda each: (each[:1] != wanted[:1], abs(len(each) - len(wanted))))
    found = get_close_matches(wanted, names[:_MOST_COMPARED], n=most, cutoff=_ALIKE)
    return tuple(folded[each] for each in found)
