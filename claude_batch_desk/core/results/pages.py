"""Find on which page of a document a quote stands."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from claude_batch_desk.core.results.quotes import bare_words, quoted_parts

_MOST = 6
"""Other pages that are told."""


@dataclass(frozen=True)
class Pages:
    """Where in a document a quote stands; its pages are counted from 1, whatever is printed."""

    first: int
    last: int
    """Another one where the quote runs over the end of a page."""
    also: tuple[int, ...] = ()
    """Pages on which the same words stand again, the first few."""


@dataclass(frozen=True)
class Excerpt:
    """The text of the pages that a quote is on, and where in it the quote stands."""

    text: str
    begin: int
    end: int
    """Behind its last character."""


class PagedText:
    """The text of a document in its pages; letters and figures are compared, and no others."""

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        """`starts` are the places where pages begin, ascending, the first of them 0."""
        self._pages = [
            text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
        ]
        bare = [bare_words(page) for page in self._pages]
        self._bare = "".join(bare)
        self._begins = [0, *accumulate(map(len, bare))][:-1]

    def find(self, quote: str) -> Pages | None:
        """The first place of a quote; None where the text has no such words."""
        parts = quoted_parts(quote)
        if not parts:
            return self._find_marks(quote.strip())
        if (found := self._span(parts)) is None:
            return None
        begin, end = found
        first, last = self._page(begin), self._page(end - 1)
        return Pages(first, last, self._others(parts[0], begin, last) if len(parts) == 1 else ())

    def excerpt(self, quote: str) -> Excerpt | None:
        """The pages of the first place of a quote, to be read; None as in `find`."""
        parts, pages = quoted_parts(quote), self.find(quote)
        if pages is None:
            return None
        text = "".join(self._pages[pages.first - 1 : pages.last])
        found = self._span(parts)
        if found is None:
            begin = text.find(quote.strip())
            return Excerpt(text, begin, begin + len(quote.strip()))
        before = self._begins[pages.first - 1]
        begin, end = (_characters(text, place - before) for place in (found[0] + 1, found[1]))
        return Excerpt(text, begin - 1, end)

    def _find_marks(self, quote: str) -> Pages | None:
        """What has neither letters nor figures counts as it is written."""
        for page, text in enumerate(self._pages, start=1):
            if quote and quote in text:
                return Pages(page, page)
        return None

    def _span(self, parts: Sequence[str]) -> tuple[int, int] | None:
        """Where parts stand one behind the other, as close together as where they first end."""
        at = 0
        for part in parts:
            at = self._bare.find(part, at)
            if at < 0:
                return None
            at += len(part)
        if not parts:
            return None
        begin = at - len(parts[-1])
        for part in reversed(parts[:-1]):
            begin = self._bare.rfind(part, 0, begin)
        return begin, at

    def _others(self, part: str, at: int, known: int) -> tuple[int, ...]:
        found: list[int] = []
        while (at := self._bare.find(part, at + 1)) >= 0 and len(found) < _MOST:
            if (page := self._page(at)) > known:
                found.append(page)
                known = page
        return tuple(found)

    def _page(self, at: int) -> int:
        return bisect_right(self._begins, at)


def _characters(text: str, letters: int) -> int:
    """How much of a text has so many letters and figures."""
    return bisect_left(range(len(text)), letters, key=lambda end: len(bare_words(text[:end])))
