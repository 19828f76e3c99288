"""A package written again: parts as they were, but for those that are changed or left out."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.results.original.markup import Markup, check_encoding
from claude_batch_desk.core.results.watched import Watched
from claude_batch_desk.core.tables.workbooks.package import plain_name

_AT_ONCE = 1 << 18
_LARGE = 1 << 30
"""Bytes of a part from which on its sizes are kept in 64 bits."""
_LARGEST = (1 << 31) - 1
"""Bytes of a part whose sizes are not kept so."""
_LIKELY_ROW = 4_096
"""Bytes that the answers of a row may well take; only for the decision above."""
_TOO_LARGE = (
    "With these answers the sheet has more than 2 GB of markup, which no spreadsheet opens. "
    "Nothing was written. Export CSV instead."
)

Change = Callable[[Markup], None]


class PackageCopy:
    """Copies one package into a new file; use it as a context manager."""

    def __init__(self, source: Path, to: Watched) -> None:
        self._old = ZipFile(source)
        self._new = ZipFile(cast("IO[bytes]", to), "w", ZIP_DEFLATED)
        self._new.comment = self._old.comment
        # Where a name is there twice, readers take the last.
        self._parts = {plain_name(part.filename): part for part in self._old.infolist()}

    def __enter__(self) -> "PackageCopy":
        return self

    def __exit__(self, *_: object) -> None:
        self._new.close()
        self._old.close()

    @property
    def names(self) -> list[str]:
        """Of all parts, in their order, as `plain_name` has them."""
        return list(self._parts)

    def copy(self, name: str) -> None:
        """A part as it is."""
        part = self._parts[name]
        with self._old.open(part) as old, self._new.open(_again(part), "w") as new:
            shutil.copyfileobj(old, new, _AT_ONCE)

    def write(self, name: str, blocks: Iterable[bytes], rows: int) -> None:
        """A part in place of the one of this name, with more in so many rows.

        Raises ExportError where it becomes larger than was to be expected, and too large.
        """
        part = self._parts[name]
        large = part.file_size + rows * _LIKELY_ROW > _LARGE
        fresh = _again(part)
        fresh.file_size = 0
        written = 0
        with self._new.open(fresh, "w", force_zip64=large) as new:
            for block in blocks:
                written += len(block)
                if not large and written > _LARGEST:
                    raise ExportError(_TOO_LARGE)
                new.write(block)

    def add(self, name: str, blocks: Iterable[bytes]) -> None:
        """A part that was not there."""
        with self._new.open(name, "w") as new:
            for block in blocks:
                new.write(block)

    def change(self, name: str, changes: Iterable[Change]) -> None:
        """A part with changes to its markup."""
        part = self._parts[name]
        content = self._old.read(part)
        check_encoding(content)
        markup = Markup(content)
        for change in changes:
            change(markup)
        self._new.writestr(_again(part), markup.done())


def _again(part: ZipInfo) -> ZipInfo:
    """The same entry, as far as it says what the part is and not where it stood."""
    fresh = ZipInfo(part.filename, part.date_time)
    fresh.compress_type = part.compress_type
    fresh.external_attr = part.external_attr
    fresh.create_system = part.create_system
    fresh.comment = part.comment
    fresh.file_size = part.file_size
    return fresh
