"""Tables and filters of the original that take the new columns in.

A spreadsheet sorts what a table or a filter covers and leaves the cells beside it where they are:
answers that stay outside would come to stand beside other rows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from claude_batch_desk.core.results.characters import storable, whole
from claude_batch_desk.core.results.original.areas import Area, letters
from claude_batch_desk.core.results.original.markup import Markup, Tag, escaped
from claude_batch_desk.core.results.original.place import Place
from claude_batch_desk.core.results.original.surroundings import (
    SheetTable,
    Surroundings,
    folded,
    own_filter,
)

_LONGEST_HEADER = 255
"""Characters of the name of a table's column."""
_FILTER_NAME = "_xlnm._FilterDatabase"
_FILTER_NAMES = (_FILTER_NAME, ".wvu.FilterData")
"""How they end: of the filter a sheet shows, and of those of its saved views."""
_LAST_COLUMN = re.compile(r"\$[A-Za-z]{1,3}(\$[0-9]+)$")


@dataclass(frozen=True)
class Growth:
    """What takes the new columns in, and what does not although it covers the same rows."""

    table: SheetTable | None = None
    filtered: Area | None = None
    outside: bool = False
    """A table or a filter on these rows stays as it is."""


def growth(place: Place, headers: Sequence[str], around: Surroundings) -> Growth:
    """Which table and filter can take the columns in."""
    rows = place.rows
    tables = [each for each in around.tables if each.area.crosses(rows.top, rows.last)]
    table = tables[0] if len(tables) == 1 and _fits(tables[0], place, headers) else None
    on_rows = around.filtered is not None and around.filtered.crosses(rows.top, rows.last)
    filtered = around.filtered if on_rows else None
    if filtered and not (_is_beside(filtered, place) and filtered.top == rows.header):
        filtered = None
    outside = (bool(tables) and table is None) or (on_rows and filtered is None)
    return Growth(table, filtered, outside)


def _fits(table: SheetTable, place: Place, headers: Sequence[str]) -> bool:
    new = {folded(header) for header in headers}
    return (
        table.can_grow
        and _is_beside(table.area, place)
        and table.area.top == place.rows.header
        and len(new) == len(headers)
        and not new & table.headers
        and all(len(header) <= _LONGEST_HEADER for header in headers)
    )


def _is_beside(area: Area, place: Place) -> bool:
    return area.right + 1 == place.first


def grow_table(markup: Markup, headers: Sequence[str], last: int) -> None:
    """Let a table, by the markup of its part, have more columns, up to the last one."""
    for name in ("table", "autoFilter"):
        tag = markup.tag(name)
        if tag is not None and tag.get("ref"):
            markup.set(tag, "ref", _up_to(tag.get("ref"), last))
    _grow_orders(markup, list(markup.tags("sortState")), last)
    columns = markup.tag("tableColumns")
    if columns is not None:
        known = list(markup.tags("tableColumn"))
        ids = [int(tag.get("id")) for tag in known if tag.get("id").isdecimal()]
        markup.set(columns, "count", str(len(known) + len(headers)))
        new = (
            f'<{columns.prefix.decode()}tableColumn id="{number}" name="{_name(header)}"/>'
            for number, header in enumerate(headers, start=max(ids, default=0) + 1)
        )
        markup.append("tableColumns", "".join(new).encode())


def grow_filter(tail: Markup, last: int) -> None:
    """Let the sheet's own filter, in the markup behind its rows, go up to the last column.

    So do those of saved views that are like it.
    """
    own = own_filter(tail)
    reference = own.get("ref") if own else ""
    for tag in tail.tags("autoFilter"):
        if not reference or tag.get("ref") != reference:
            continue
        tail.set(tag, "ref", _up_to(reference, last))
        if not tag.is_empty:
            end = tail.close_of("autoFilter", tag)
            within = [each for each in tail.tags("sortState") if tag.end <= each.start < end]
            _grow_orders(tail, within, last)


def _grow_orders(markup: Markup, orders: Sequence[Tag], last: int) -> None:
    """The same for what a table or filter was sorted by, which Excel does again when asked to."""
    for tag in orders:
        if tag.get("columnSort") not in ("1", "true"):
            markup.set(tag, "ref", _up_to(tag.get("ref"), last))


def grow_filter_name(book: Markup, sheet: int, last: int) -> None:
    """The same for the hidden names that Excel gives to filters of a sheet, counted from 0."""
    named = [tag for tag in book.tags("definedName") if tag.get("localSheetId") == str(sheet)]
    texts = {tag: book.text_of("definedName", tag) for tag in named if not tag.is_empty}
    own = {text for tag, text in texts.items() if tag.get("name") == _FILTER_NAME}
    for tag, text in texts.items():
        if text in own and tag.get("name").endswith(_FILTER_NAMES):
            grown = _LAST_COLUMN.sub(rf"${letters(last)}\1", text)
            end = book.close_of("definedName", tag)
            book.replace(tag.end, end, escaped(grown).encode())


def _up_to(reference: str, last: int) -> str:
    first, _, end = reference.partition(":")
    return f"{first}:{letters(last)}{re.sub('[^0-9]', '', end or first)}"


def _name(header: str) -> str:
    """As the text of its cell, which Excel wants the same; line breaks as Excel has them here."""
    return escaped(storable(whole(header)).replace("\n", "_x000a_"))
