"""UsualColumns: the values of answers that nothing is wrong with, in a fifth of the time."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

import orjson

from claude_batch_desk.core.prompts.fields import AnswerColumn
from claude_batch_desk.core.results.values import is_prose, spellings, usual_text

_Take = Callable[[Any], tuple[Any, ...]]


class UsualColumns:
    """Reads the JSON of answers to these columns; made once for very many."""

    def __init__(self, columns: Sequence[AnswerColumn]) -> None:
        every = [*enumerate(columns)]
        listed = [(place, each) for place, column in every if (each := spellings(column))]
        prose = [place for place, column in every if is_prose(column)]
        apart = {*prose, *(place for place, _ in listed)}
        self._listed = listed
        self._typed = [(place, column) for place, column in every if place not in apart]
        self._count, self._marks = len(columns), 2 * (len(columns) + len(apart))
        self._all = _taking([column.key for column in columns])
        self._prose = _taking(prose)

    def values(self, text: str) -> tuple[str, ...] | None:
        """What `read_columns` says of the text; None where that finds a problem, or has to look.

        This refuses halves of surrogate pairs, NaN and whatever is no JSON. What it does not tell
        is whether a key came twice, and how a number was written.
        """
        try:
            read = orjson.loads(text)
            values = self._all(read)
            if len(read) > self._count or not all(map(str.strip, self._prose(values))):
                return None
            for place, allowed in self._listed:
                if values[place] not in allowed:
                    return None
        except (ValueError, KeyError, TypeError):  # no JSON, another column, another kind
            return None
        marks = self._marks
        if self._typed:
            marks += 2 * sum(isinstance(values[place], str) for place, _ in self._typed)
        if not _is_all(text, marks, values):
            return None
        return self._as_shown(values) if self._typed else values

    def _as_shown(self, values: tuple[Any, ...]) -> tuple[str, ...] | None:
        shown = [*values]
        for place, column in self._typed:
            found = usual_text(values[place], column)
            if found is None:
                return None
            shown[place] = found
        return tuple(shown)


def _taking(keys: Sequence[Any]) -> _Take:
    """Items by these keys, as a tuple however many they are."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda read: tuple([read[key] for key in keys])


def _is_all(text: str, marks: int, values: Sequence[object]) -> bool:
    """Whether a JSON object has no more than these values: the second of two of a key is lost.

    Each key and each string has two quotation marks around it, which are `marks` together, and one
    for every mark within, unless that is written by its number.
    """
    found = text.count('"')
    if "\\" not in text:
        return found == marks
    within = sum(value.count('"') for value in values if isinstance(value, str))
    return "\\u0022" not in text and found == marks + within
