"""What the head of a sheet says of its columns, where the new ones need a word."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from claude_batch_desk.core.results.original.areas import area_of
from claude_batch_desk.core.results.original.markup import Markup, Tag, with_attribute
from claude_batch_desk.core.results.original.place import Place

_YES = ("1", "true")


class _Columns(NamedTuple):
    """Columns, from 1, the last one included, with the element that tells of them."""

    first: int
    last: int
    element: bytes
    are_hidden: bool = False

    def part(self, first: int, last: int) -> "_Columns":
        """Some of them, told of in the same words."""
        element = with_attribute(self.element, "min", str(first))
        element = with_attribute(element, "max", str(last))
        return _Columns(first, last, element, self.are_hidden)


def written_head(head: bytes, place: Place, widths: Sequence[int]) -> bytes:
    """The head of a sheet, which says how far it goes and how wide the new columns are.

    Columns that it tells of already stay as they are, but for hidden ones.
    """
    markup = Markup(head)
    _stretch(markup, place)
    tag = markup.tag("cols")
    old = _told(markup)
    new = _without_hidden(old, place)
    for column, width in enumerate(widths, start=place.first):
        if not any(each.first <= column <= each.last for each in new):
            new.append(_Columns(column, column, _element(markup, column, width)))
    if new == old:
        return head if not markup.is_changed else markup.done()
    content = b"".join(each.element for each in sorted(new))
    if tag is None or tag.is_empty:
        _add(markup, tag, content)
    else:
        markup.replace(tag.end, markup.close_of("cols", tag), content)
    return markup.done()


def _stretch(markup: Markup, place: Place) -> None:
    tag = markup.tag("dimension")
    area = area_of(tag.get("ref")) if tag else None
    if tag and area:
        right, bottom = max(area.right, place.last), max(area.bottom, place.rows.last)
        markup.set(tag, "ref", str(replace(area, right=right, bottom=bottom)))


def _told(markup: Markup) -> list[_Columns]:
    """What is told of columns in the head."""
    found = []
    for tag in markup.tags("col"):
        first, last = tag.get("min"), tag.get("max")
        if first.isdecimal() and last.isdecimal():
            element = markup.content[tag.start : _end(markup, tag)]
            found.append(_Columns(int(first), int(last), element, tag.get("hidden") in _YES))
    return found


def _end(markup: Markup, tag: Tag) -> int:
    if tag.is_empty:
        return tag.end
    return markup.content.index(b">", markup.close_of("col", tag)) + 1


def _without_hidden(told: Sequence[_Columns], place: Place) -> list[_Columns]:
    """The same, but that none of the new columns is hidden."""
    kept = []
    for each in told:
        if not each.are_hidden or each.first > place.last or each.last < place.first:
            kept.append(each)
            continue
        if each.first < place.first:
            kept.append(each.part(each.first, place.first - 1))
        if each.last > place.last:
            kept.append(each.part(place.last + 1, each.last))
    return kept


def _element(markup: Markup, column: int, width: int) -> bytes:
    prefix = _prefix(markup).decode()
    return f'<{prefix}col min="{column}" max="{column}" width="{width}" customWidth="1"/>'.encode()


def _prefix(markup: Markup) -> bytes:
    data = markup.tag("sheetData")
    return data.prefix if data else b""


def _add(markup: Markup, tag: Tag | None, content: bytes) -> None:
    """Put in the element with all columns where there was none."""
    prefix = _prefix(markup)
    whole = b"<%bcols>%b</%bcols>" % (prefix, content, prefix)
    data = markup.tag("sheetData")
    if tag is not None:
        markup.replace(tag.start, tag.end, whole)
    elif data is not None:
        markup.put(data.start, whole)
