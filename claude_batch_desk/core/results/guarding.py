"""A ' where a text file could run as a formula, so that it does not.

A file of separated text cannot say that a cell is text: a spreadsheet runs what looks like a
formula. It also runs what only becomes a cell when the file is opened with a separator that it was
not written with, as happens between countries. Then quotation marks do not hold a cell together,
and one may begin at any separator or line break in a text.
"""

import re
from bisect import bisect_left
from functools import cached_property

from claude_batch_desk.core.results.characters import is_live

_SIGNS = "=+\\-@＝＋－＠"
_SEPARATORS = ",;\t\r\n"
_SIGN = re.compile(f"[{_SIGNS}]")
_SEPARATOR = re.compile(f"[{_SEPARATORS}]")
# What readers take off a cell, or skip, before they look: as in `is_live`, and quotation marks.
_SKIPPED = f"\\s\\x00-\\x20\\x7f\u200b-\u200f\u2060\ufeff'\"{_SEPARATORS}"
# Looked for at the beginning of what is skipped only, or long runs of it would take for ever.
_PLACE = re.compile(f"((?:\\A[{_SKIPPED}]*+)|(?<![{_SKIPPED}])[{_SKIPPED}]++)([{_SIGNS}])")
_WITHIN_CELL = re.compile('[,;"]')
# What a formula in the middle of a text must have to reach anything: a function, another sheet or
# another program. Lists, signatures and underlined titles have none.
_REACH_OR_END = re.compile(r"\w\(|\S![\w$']|[\r\n]")
_CALCULATES = re.compile(r"[=＝][ \u00a0]*[\w({\"'$#\[+\-@]")


def guarded(text: str) -> str:
    """The text with a ' directly before each sign that could begin a formula.

    That is at the beginning of the cell whatever a spreadsheet might run, and behind a separator
    or a line break what calculates or reaches beyond its cell. What is there already changes
    nothing, so that a text which is guarded twice has a second ' in the same places: without one
    in each of them it is again what it was.
    """
    if _SIGN.search(text) is None:
        return text
    return _PLACE.sub(_Signs(text).marked, text)


class _Signs:
    """The signs of one text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def marked(self, found: re.Match[str]) -> str:
        """A sign and what is skipped before it, with a ' between them where that is needed."""
        return f"{found[1]}'{found[2]}" if self._runs(found) else found[0]

    def _runs(self, found: re.Match[str]) -> bool:
        skipped, at = found[1], found.start(2)
        if found.start() == 0 and _WITHIN_CELL.search(skipped) is None:
            return is_live(skipped.replace("'", "") + self._text[at:])
        if _SEPARATOR.search(skipped) is None:
            return False
        return _CALCULATES.match(self._text, at) is not None or self._reaches(at)

    def _reaches(self, at: int) -> bool:
        """Whether there is anything that reaches out between here and the end of the line."""
        following = bisect_left(self._marks, at)
        return following < len(self._marks) and self._text[self._marks[following]] not in "\r\n"

    @cached_property
    def _marks(self) -> list[int]:
        """Where lines end, and where anything reaches out."""
        return [found.start() for found in _REACH_OR_END.finditer(self._text)]
