"""Find on which page of a document a quote stands."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
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


class PagedText:
    """The text of a document in its pages; letters and figures are compared, and no others."""

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        """`starts` are the places where pages begin, ascending, the first of them 0."""
        ends = [*starts[1:], len(text)]
        pages = [bare_words(text[start:end]) for start, end in zip(starts, ends, strict=True)]
        self._text, self._starts = text, starts
        self._bare = "".join(pages)
        self._begins = [0, *accumulate(map(len, pages))][:-1]

    def find(self, quote: str) -> Pages | None:
        """The first place of a quote; None where the text has no such words."""
        parts = quoted_parts(quote)
        if not parts:
            return self._find_marks(quote.strip())
        if len(parts) > 1:
            return self._find_parts(parts)
        places = self._places(parts[0])
        if (at := next(places, None)) is None:
            return None
        first, last = self._page(at), self._page(at + len(parts[0]) - 1)
        return Pages(first, last, self._others(places, last))

    def _find_marks(self, quote: str) -> Pages | None:
        """What has neither letters nor figures counts as it is written."""
        at = self._text.find(quote) if quote else -1
        if at < 0:
            return None
        page = bisect_right(self._starts, at)
        return Pages(page, page)

    def _find_parts(self, parts: Sequence[str]) -> Pages | None:
        """The parts one behind the other, as close together as where they first end."""
        at = 0
        for part in parts:
            at = self._bare.find(part, at)
            if at < 0:
                return None
            at += len(part)
        end, begin = at, at - len(parts[-1])
        for part in reversed(parts[:-1]):
            begin = self._bare.rfind(part, 0, begin)
        return Pages(self._page(begin), self._page(end - 1))

    def _places(self, part: str) -> Iterator[int]:
        at = self._bare.find(part)
        while at >= 0:
            yield at
            at = self._bare.find(part, at + 1)

    def _others(self, places: Iterator[int], known: int) -> tuple[int, ...]:
        found: list[int] = []
        for at in places:
            if (page := self._page(at)) > known:
                found.append(page)
                known = page
                if len(found) == _MOST:
                    break
        return tuple(found)

    def _page(self, at: int) -> int:
        return bisect_right(self._begins, at)
