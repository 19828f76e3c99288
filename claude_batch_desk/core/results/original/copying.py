"""Write a copy of a workbook with the answers in it: as a whole, or not at all."""

import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain, islice
from pathlib import Path

from claude_batch_desk.core.errors import ExportError, TableError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.cells import FULL_TEXTS, WIDE
from claude_batch_desk.core.results.export import Exported, writing
from claude_batch_desk.core.results.original import left_out as leaving
from claude_batch_desk.core.results.original.columns import written_head
from claude_batch_desk.core.results.original.full_texts import FullTexts
from claude_batch_desk.core.results.original.growth import (
    grow_filter,
    grow_filter_name,
    grow_table,
)
from claude_batch_desk.core.results.original.left_out import TYPES
from claude_batch_desk.core.results.original.markup import Markup
from claude_batch_desk.core.results.original.new_cells import NewCells, NewColumns
from claude_batch_desk.core.results.original.new_sheet import NewSheet, namespace_of
from claude_batch_desk.core.results.original.original import Original, Outlook, look_at
from claude_batch_desk.core.results.original.package_copy import Change, PackageCopy
from claude_batch_desk.core.results.original.sheet_copy import Addition, SheetCopy
from claude_batch_desk.core.results.original.sheet_rows import SheetRows
from claude_batch_desk.core.results.original.styles import Styles
from claude_batch_desk.core.results.original.text_sheet import TextSheet, free_name
from claude_batch_desk.core.results.watched import Watched
from claude_batch_desk.core.tables.workbooks.package import relations_part

About = Callable[[tuple[str, ...]], Iterable[tuple[str, str]]]
"""From sentences about cells that are not as they were to labels and texts in reading order."""

_ABOUT = "About the answers"
_LABELS = 26
"""Characters: the width of their column."""
_SAMPLE_ROWS = 100
_ROWS_PER_REPORT = 64
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, TableError)


def copy_with_answers(
    original: Original,
    target: Path,
    columns: NewColumns,
    rows: Iterable[Sequence[str]],
    report: Report,
    *,
    about: About | None = None,
) -> Exported:
    """Write the copy; `rows` has the texts of the new columns, for each row of the table.

    `about` is asked for the lines of a sheet about the answers, where there is to be one.

    What the original has and the copy will not is for `look_at` to tell beforehand. Raises
    ExportError; then an older file of that name is as it was. The original always is.
    """
    outlook = look_at(original, target, columns.headers, report)
    with writing(target) as fresh, fresh.open("wb") as file:
        watched = Watched(file, lambda: report(0, 0))
        try:
            notes = _Copy(outlook, columns, original, report).write(watched, target, rows, about)
        except _BROKEN as error:
            raise ExportError(
                f"“{original.name}” is damaged in a part that was not needed to read its rows, so "
                "it cannot be copied. Nothing was written. Export a fresh workbook instead."
            ) from error
        finally:
            watched.leave()
    return Exported(target, original.rows, (*outlook.forecast.remarks, *notes))


class _Copy:
    """One copy in the making."""

    def __init__(
        self, outlook: Outlook, columns: NewColumns, original: Original, report: Report
    ) -> None:
        self._outlook = outlook
        self._package = outlook.package
        self._columns = columns
        self._original = original
        self._report = report
        self._styles = Styles(outlook.package)
        self._changes: dict[str, list[Change]] = defaultdict(list)
        self._added = 0
        """New sheets."""

    def write(
        self, to: Watched, target: Path, rows: Iterable[Sequence[str]], about: About | None
    ) -> list[str]:
        """Everything into the new file; gives sentences about what is not as it was."""
        outlook, package = self._outlook, self._package
        self._grow()
        self._leave_out(target)
        with (
            closing(self._text_sheet(FULL_TEXTS, (9, 6, WIDE))) as texts,
            PackageCopy(self._original.path, to) as copy,
        ):
            full = FullTexts(texts)
            prefix = outlook.survey.prefix
            cells = NewCells(outlook.place, self._columns, prefix, self._styles, full)
            cells.is_1904 = package.is_1904
            # What these are to say is known when the cells are written.
            late = {TYPES, package.book, relations_part(package.book), self._styles.part}
            late |= self._changes.keys()
            kept = [name for name in copy.names if name not in outlook.left_out.parts]
            for name in kept:
                if name == outlook.part:
                    copy.write(name, self._sheet(cells, rows), self._original.rows)
                elif name not in late:
                    copy.copy(name)
            if full.count:
                self._add(texts, copy)
            if about:
                self._add_about(about(tuple(cells.notes())), copy)
            self._changes[self._styles.part] += [self._styles.write] * self._styles.is_changed
            for name in (name for name in kept if name in late):
                copy.change(name, self._changes[name])
            return cells.notes()

    def _grow(self) -> None:
        grows, last = self._outlook.growth, self._outlook.place.last
        if grows.table:
            change = partial(grow_table, headers=self._columns.headers, last=last)
            self._changes[grows.table.part].append(change)
        if grows.filtered:
            named = partial(grow_filter_name, sheet=self._outlook.sheet, last=last)
            self._changes[self._package.book].append(named)

    def _leave_out(self, target: Path) -> None:
        package, parts = self._package, self._outlook.left_out.parts
        if parts:
            forget = partial(leaving.forget_types, parts=parts, package=package)
            self._changes[TYPES].append(forget)
        for source in ("", package.book):
            keys = frozenset(each.key for each in package.relations(source) if each.part in parts)
            if keys:
                forget = partial(leaving.forget_relations, keys=keys)
                self._changes[relations_part(source)].append(forget)
        if not leaving.is_of_type(package, target):
            become = partial(leaving.set_main_type, book=package.book, target=target)
            self._changes[TYPES].append(become)

    def _text_sheet(self, name: str, widths: Sequence[int]) -> TextSheet:
        package = self._package
        names = frozenset(each.get("name", "") for each in package.elements(package.book, "sheet"))
        return TextSheet(free_name(name, names), widths, namespace_of(package), self._styles)

    def _add_about(self, lines: Iterable[tuple[str, str]], copy: PackageCopy) -> None:
        with closing(self._text_sheet(_ABOUT, (_LABELS, 2 * WIDE))) as sheet:
            for line in lines:
                sheet.add(*line)
            self._add(sheet, copy)

    def _add(self, texts: TextSheet, copy: PackageCopy) -> None:
        self._added += 1
        sheet = NewSheet(self._package, self._outlook.part, texts.name, self._added)
        copy.add(sheet.part, texts.blocks())
        for name, change in sheet.changes():
            self._changes[name].append(change)

    def _sheet(self, cells: NewCells, rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
        outlook, found = self._outlook, self._outlook.survey
        place = outlook.place
        ahead = iter(rows)
        sample = list(islice(ahead, _SAMPLE_ROWS))
        yield written_head(found.head, place, self._columns.widths(sample))
        sheet = SheetRows(self._package.blocks(outlook.part))
        copy = SheetCopy(sheet, place, cells, found.header_style)
        yield from copy.rows(self._additions(chain(sample, ahead)))
        tail = Markup(found.tail)
        if outlook.growth.filtered:
            grow_filter(tail, place.last)
        yield tail.done()

    def _additions(self, rows: Iterable[Sequence[str]]) -> Iterator[Addition]:
        place = self._outlook.place.rows
        if place.header:
            yield Addition(place.header, self._columns.headers)
        for done, texts in enumerate(rows):
            if done % _ROWS_PER_REPORT == 0:
                self._report(done, place.count)
            yield Addition(place.first + done, texts)
        self._report(place.count, place.count)
