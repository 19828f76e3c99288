"""The fence around data: no cell can close the element of the prompt that it stands in.

In `<message>{{Message}}</message>` a cell that holds `</message>` would end the data early, and
what follows would read like words of the prompt. The `<` of such a closing tag is sent as `&lt;`;
an `&lt;` that stands before one already becomes `&amp;lt;`, so that the cell can be had back.
Nothing else of a cell is changed, and nothing at all where it stands in no element.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

Fence = re.Pattern[str]
"""Finds in a cell what has to be escaped."""

_TAG = re.compile(r"<(/?)([^\W\d][\w.:-]*)([^<>]*)>")
_DEEPEST = 64
"""So many elements around a cell are guarded, from the inside."""


def enclosing(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[str, ...]]:
    """The elements of the text that each of these ascending places stands in, outermost first.

    An element that is never closed reaches to the end. A place inside of an opening tag, as in an
    attribute, stands in that element. What the text has at the places is no tag.
    """
    tags = _TAG.finditer(_masked(text, places))
    tag = next(tags, None)
    stack: list[str] = []
    found = []
    for start, _ in places:
        while tag is not None and tag.start() < start:
            _follow(stack, tag)
            tag = next(tags, None)
        found.append(tuple(dict.fromkeys(stack[-_DEEPEST:])))
    return found


def _masked(text: str, places: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    end = 0
    for start, stop in places:
        parts += (text[end:start], "\0" * (stop - start))
        end = stop
    return "".join((*parts, text[end:]))


def _follow(stack: list[str], tag: re.Match[str]) -> None:
    name = tag[2].casefold()
    if not tag[1]:
        if not tag[3].endswith("/"):
            stack.append(name)
        return
    for place in range(len(stack) - 1, max(len(stack) - 1 - _DEEPEST, -1), -1):
        if stack[place] == name:
            del stack[place:]
            return


@lru_cache(1024)
def fence(names: tuple[str, ...], *, joined: bool = False) -> Fence | None:
    """What guards a cell inside of elements with these names; None where there are none.

    `joined` is for a cell whose text runs on into another one: it may not even begin a closing
    tag at its end.
    """
    if not names:
        return None
    whole = "|".join(map(re.escape, names))
    tag = rf"/\s*(?:{whole})(?![\w.:-])"
    if joined:
        parts = {name[:length] for name in names for length in range(1, len(name))}
        begun = "|".join(map(re.escape, sorted(parts, key=lambda part: (-len(part), part))))
        tag = rf"(?:{tag}|(?:/\s*(?:{begun})?)?\Z)"
    return re.compile(rf"(?:<|&(?:amp;)*lt;)(?=\s*{tag})", re.IGNORECASE)


def escape(fence: Fence, cell: str) -> str:
    """The cell as it may stand inside."""
    return fence.sub(_escaped, cell) if "<" in cell or "&" in cell else cell


def unescape(fence: Fence, text: str) -> str:
    """The cell that `escape` made this text of."""
    return fence.sub(_unescaped, text)


def _escaped(found: re.Match[str]) -> str:
    return "&lt;" if found[0] == "<" else f"&amp;{found[0][1:]}"


def _unescaped(found: re.Match[str]) -> str:
    return f"&{found[0][5:]}" if found[0][:5].lower() == "&amp;" else "<"
