"""Answers that are not as asked for but nearly: which allowed value, number or date was meant."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from claude_batch_desk.core.prompts.fields import SEPARATOR, SURE, AnswerColumn, folded_value
from claude_batch_desk.core.quality.gold import GoldReader
from claude_batch_desk.core.results.values import CLOSE

_AHEAD = 0.1
"""So much closer than any other value it must be."""
_LONGEST = 200
"""Characters; what is longer is a sentence about a value."""
_SHORTEST_NAMED = 3
"""Letters of a value that is looked for within a text; shorter ones are in too many words."""
_NEGATION = re.compile(
    r"\b(?:not?|non|never|neither|nor|without|kein\w*|nicht|ni|pas|except|unless)\b|n['’]t\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class NearMiss:
    """What was answered in one column, and what was probably meant by it."""

    column: str
    """The answer column's header."""
    found: str
    meant: str
    """"" where nothing comes close, or several do."""
    rows: int


def near_misses(
    columns: Sequence[AnswerColumn], rows: Iterable[Sequence[str]]
) -> tuple[NearMiss, ...]:
    """Of rows with values that are not as asked for, by column, the most frequent first."""
    counts: list[Counter[str]] = [Counter() for _ in columns]
    readers = [_Reader(column) for column in columns]
    for row in rows:
        for text, counted, reader in zip(row, counts, readers, strict=True):
            if text and not reader.is_allowed(text):
                counted[text] += 1
    return tuple(
        NearMiss(column.header, text, reader.meant(text), rows_with)
        for column, counted, reader in zip(columns, counts, readers, strict=True)
        for text, rows_with in counted.most_common()
    )


def is_as_asked(text: str, column: AnswerColumn) -> bool:
    """Whether a value is usable as it is; an empty one is where it may be unknown."""
    if text.strip():
        return _reader(column).is_allowed(text)
    return column.companion is not None or column.field.may_be_unknown


def meant_by(text: str, column: AnswerColumn) -> str:
    """What was probably meant by a text that is not as asked for; "" where that is not clear."""
    return _reader(column).meant(text)


@lru_cache(maxsize=32)
def _reader(column: AnswerColumn) -> "_Reader":
    return _Reader(column)


class _Reader:
    """Knows what one column allows."""

    def __init__(self, column: AnswerColumn) -> None:
        self._column, self._field = column, column.field
        self._gold = GoldReader(column.field)
        values = SURE if column.companion else [each.value for each in column.field.choices]
        self._allowed = {folded_value(each): each for each in values}
        self._is_free = column.companion in ("reason", "quote") or (
            column.companion is None and column.field.kind in ("text", "long_text")
        )

    def is_allowed(self, text: str) -> bool:
        """Whether the text is as asked for already."""
        if self._is_free:
            return True
        if self._column.companion or self._field.kind == "choice":
            return text in self._allowed.values()
        return self._read(text) == text

    def meant(self, text: str) -> str:
        """See `meant_by`."""
        if self._is_free or len(text) > _LONGEST:
            return ""
        if self._column.companion or self._field.kind == "choice":
            return self._closest(text)
        return self._several(text) if self._field.kind == "choices" else self._read(text)

    def _read(self, text: str) -> str:
        reading = self._gold.read(text)
        return "" if reading.problem else reading.text

    def _several(self, text: str) -> str:
        """All of its pieces as allowed values, each once, in the order of the list."""
        if whole := self._read(text):
            return whole
        pieces = [each.strip() for each in text.split(SEPARATOR.strip()) if each.strip()]
        named = {self._closest(each) for each in pieces}
        if not pieces or "" in named:
            return ""
        return SEPARATOR.join(each for each in self._allowed.values() if each in named)

    def _closest(self, text: str) -> str:
        folded = folded_value(text)
        if known := self._allowed.get(folded):
            return known
        if _NEGATION.search(text):  # “not a refund” names what it is not
            return ""
        fitting = {*self._named(folded), *self._alike(folded)}
        return self._allowed[fitting.pop()] if len(fitting) == 1 else ""

    def _named(self, folded: str) -> list[str]:
        """The allowed values that stand in the text as words of their own, but within longer."""
        found = [
            each
            for each in self._allowed
            if len(each) >= _SHORTEST_NAMED
            and re.search(rf"(?<!\w){re.escape(each)}(?!\w)", folded)
        ]
        return [one for one in found if not any(one != other and one in other for other in found)]

    def _alike(self, folded: str) -> list[str]:
        """Those that are nearly spelled so; more than one where the second is nearly as close."""
        close = get_close_matches(folded, self._allowed, n=2, cutoff=CLOSE)
        clear = len(close) > 1 and _ratio(folded, close[0]) - _ratio(folded, close[1]) >= _AHEAD
        return close[:1] if clear else close


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
