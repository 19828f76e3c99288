"""Which documents a folder holds: found by name and content, nothing left out unsaid."""

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from claude_batch_desk.core.documents.inside import open_regular
from claude_batch_desk.core.documents.kinds import HEAD, is_text, media_type_of, named_type
from claude_batch_desk.core.errors import DocumentError, TableError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.finding import counted

MAX_FILES = 100_000
MAX_LOOKED_AT = 1_000_000
"""Files and folders of any kind; a person who chose the whole disk is told so."""

_SAY_EVERY = 200
_OTHERS_SHOWN = 6
_OURS_NOBODY = ("thumbs.db", "desktop.ini")
_HIDDEN = getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 0)
_JUNCTION = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)


@dataclass(frozen=True)
class FoundFile:
    """A file in a folder, as it was when the folder was looked through."""

    path: Path
    relative: str
    """Its path in the folder, with slashes."""
    size: int
    """Bytes."""
    modified: int
    """Nanoseconds since 1970, as the system says."""


@dataclass(frozen=True)
class FoundFiles:
    """The documents of a folder, by their paths, and what is not among them."""

    files: tuple[FoundFile, ...]
    notes: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(each.size for each in self.files)

    @property
    def modified(self) -> int:
        """When one of them changed last, in nanoseconds since 1970."""
        return max((each.modified for each in self.files), default=0)


def find_documents(
    folder: Path, include: Sequence[str], exclude: Sequence[str], report: Report
) -> FoundFiles:
    """All documents in a folder and the folders in it, in the order of their paths.

    Patterns such as "*.pdf" or "drafts/*" are matched with a file's name and with its path in the
    folder, without regard to case; one that names a folder to exclude excludes all in it. Without
    patterns to include, that is every file that can be read, and with them every text as well.
    Hidden files and what Office leaves beside open files are passed over; links are not followed.
    Raises TableError where the folder cannot be read or holds too much, and Cancelled.
    """
    search = _Search(folder, _Patterns(include), _Patterns(exclude), report)
    files = sorted(search.files(), key=lambda each: (each.relative.casefold(), each.relative))
    return FoundFiles(tuple(files), tuple(search.left.notes()))


class _Patterns:
    """Patterns of names and paths."""

    def __init__(self, patterns: Sequence[str]) -> None:
        plain = (each.strip().replace("\\", "/").casefold() for each in patterns)
        self._patterns = [each.removesuffix("/") for each in plain if each]

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def match(self, relative: str) -> bool:
        folded = relative.casefold()
        name = folded.rpartition("/")[2]
        return any(fnmatchcase(name, each) or fnmatchcase(folded, each) for each in self._patterns)


@dataclass
class _Left:
    """What is in the folder and no document."""

    others: Counter[str] = field(default_factory=Counter)
    """By suffix."""
    links: int = 0
    closed: list[str] = field(default_factory=list)
    """Folders and files that may not be read."""

    def notes(self) -> Iterator[str]:
        if self.others:
            by_count = sorted(self.others.items(), key=lambda each: (-each[1], each[0]))
            often = by_count[:_OTHERS_SHOWN]
            shown = ", ".join(f"{count:,} {suffix}" for suffix, count in often)
            rest = self.others.total() - sum(count for _, count in often)
            more = f" and {rest:,} more" if rest else ""
            yield (
                f"{counted(self.others.total(), 'file is', 'files are')} of a kind that is not "
                f"read and left out: {shown}{more}."
            )
        if self.links:
            yield f"{counted(self.links, 'link', 'links')} to other places not followed."
        if self.closed:
            more = f" and {len(self.closed) - 1:,} more" if len(self.closed) > 1 else ""
            yield f"Left out because it may not be read: “{self.closed[0]}”{more}."


class _Search:
    """One walk through a folder."""

    def __init__(
        self, folder: Path, include: _Patterns, exclude: _Patterns, report: Report
    ) -> None:
        self._folder = folder
        self._include = include
        self._exclude = exclude
        self._report = report
        self._looked_at = 0
        self._found = 0
        self.left = _Left()

    def files(self) -> Iterator[FoundFile]:
        waiting = [""]
        while waiting:
            relative = waiting.pop()
            for entry in self._entries(relative):
                inner = f"{relative}/{entry.name}" if relative else entry.name
                found = self._looked(entry, inner)
                if found is None or self._exclude.match(inner):
                    continue
                if stat.S_ISDIR(found.st_mode):
                    waiting.append(inner)
                elif self._is_wanted(Path(entry.path), inner, found):
                    yield self._file(Path(entry.path), inner, found)

    def _entries(self, relative: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(self._folder / relative) as entries:
                for entry in entries:
                    self._count()
                    yield entry
        except OSError as error:
            if not relative:
                raise TableError(
                    f"The folder “{self._folder.name}” could not be read: {error.strerror}."
                ) from error
            self.left.closed.append(_plain(relative))

    def _count(self) -> None:
        self._looked_at += 1
        if self._looked_at % _SAY_EVERY == 0:
            self._report(0, 0)
        if self._looked_at > MAX_LOOKED_AT:
            raise TableError(
                f"This folder holds more than {MAX_LOOKED_AT:,} files and folders. Choose a folder "
                "in it."
            )

    def _looked(self, entry: os.DirEntry[str], relative: str) -> os.stat_result | None:
        """What the system says of a file or folder to look at; None for all else."""
        if entry.name.startswith((".", "~$")) or entry.name.lower() in _OURS_NOBODY:
            return None
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            self.left.closed.append(_plain(relative))
            return None
        if getattr(found, "st_file_attributes", 0) & _HIDDEN:
            return None
        if stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) == _JUNCTION:
            self.left.links += 1
            return None
        return found if stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode) else None

    def _is_wanted(self, path: Path, relative: str, found: os.stat_result) -> bool:
        """True for what the patterns name, or without any, for what is a document."""
        if self._include and not self._include.match(relative):
            return False
        if named_type(path.suffix) or (found.st_size and self._is_document(path, relative)):
            return True
        self.left.others[path.suffix.lower() or "without a suffix"] += 1
        return False

    def _is_document(self, path: Path, relative: str) -> bool:
        """True where the first bytes of a file tell what its name does not."""
        head = b""
        with suppress(DocumentError, OSError), open_regular(path) as opened:
            head = opened.read(HEAD)
        if not head:
            self.left.closed.append(_plain(relative))
            return False
        return bool(media_type_of(head, path.suffix)) or (bool(self._include) and is_text(head))

    def _file(self, path: Path, relative: str, found: os.stat_result) -> FoundFile:
        self._found += 1
        if self._found > MAX_FILES:
            raise TableError(
                f"This folder holds more than {MAX_FILES:,} documents. Choose a folder in it, or "
                "say which files to leave out."
            )
        return FoundFile(path, _plain(relative), found.st_size, found.st_mtime_ns)


def _plain(name: str) -> str:
    """A name that can be stored: what is no character is replaced."""
    return name.encode(errors="replace").decode()
