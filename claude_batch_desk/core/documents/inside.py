"""Files in a folder the person chose: never one outside of it, and never what is no plain file."""

import ntpath
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO, Literal
from unicodedata import normalize

from claude_batch_desk.core.errors import DocumentError

MAX_PATH = 4096
"""Characters of a path in a cell."""

_ADDRESS = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]+:/|(?:mailto|data|javascript|about|file):", re.IGNORECASE
)
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE
)
_NO_NAME = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
_RAW = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def resolve_inside(folder: Path, text: str) -> Path:
    """The file in `folder` that a cell names; raises DocumentError for everything else.

    A backslash separates as a slash does, on every platform: tables come from Windows, whose
    Explorer copies paths in quotation marks. A path may be absolute where it leads into the folder.
    """
    name = text.strip().removeprefix('"').removesuffix('"').strip()
    if not name:
        raise DocumentError("No file is named in this row.")
    _check_text(name)
    parts = _parts(folder, name)
    for part in parts:
        _check_part(part)
    if not parts:
        raise DocumentError(f"“{_shown(name)}” is a folder, not a file.")
    return _resolved(folder, parts, name)


@contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """A plain file for reading; raises DocumentError for a link, a device or what may not be read.

    A pipe is not waited for.
    """
    name = _shown(path.name)
    try:
        handle = os.open(path, os.O_RDONLY | _NO_LINK | _RAW)
    except FileNotFoundError as error:
        raise DocumentError(f"“{name}” is not there.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise DocumentError(
            f"“{name}” could not be opened{f': {reason}' if reason else ''}."
        ) from error
    with os.fdopen(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise DocumentError(f"“{name}” is not a file, but a folder, a device or a pipe.")
        yield opened


def _check_text(name: str) -> None:
    if len(name) > MAX_PATH:
        raise DocumentError("This is too long to be the path of a file.")
    if _NO_NAME.search(name):
        raise DocumentError("This path has characters in it that no file name has.")
    if _ADDRESS.match(name):
        raise DocumentError(
            f"“{_shown(name)}” is an address, which is not followed. Download the file into the "
            "folder and name it there."
        )


def _parts(folder: Path, name: str) -> list[str]:
    """The steps from the folder to the file, without those that lead nowhere."""
    plain = name.replace("\\", "/")
    is_unc = plain.startswith("//")
    if not is_unc and (ntpath.splitdrive(name)[0] or plain.startswith("/")):
        plain = _below(folder, plain)
    if is_unc or not plain:
        raise DocumentError(f"“{_shown(name)}” lies outside the chosen folder.")
    return [part for part in plain.split("/") if part not in ("", ".")]


def _below(folder: Path, plain: str) -> str:
    """An absolute path as one from the folder; "" where it is outside, by its words."""
    flavour = PureWindowsPath if os.name == "nt" else PurePosixPath
    for root in (folder, folder.resolve()):
        start = flavour(root)
        if flavour(plain).is_relative_to(start):
            return flavour(plain).relative_to(start).as_posix()
    return ""


def _check_part(part: str) -> None:
    """Refuse what Windows takes for a device or a stream, and what leads up."""
    if not part.strip(". "):
        raise DocumentError("A path that leads out of the chosen folder is not followed.")
    stem = part.partition(".")[0].rstrip(" ")
    if _DEVICE.fullmatch(stem) or (os.name == "nt" and ":" in part):
        raise DocumentError(f"“{_shown(part)}” is the name of a device, not of a file.")


def _resolved(folder: Path, parts: list[str], name: str) -> Path:
    try:
        root = folder.resolve(strict=True)
        found = _spelled(root, parts).resolve(strict=True)
        is_file = stat.S_ISREG(found.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DocumentError(f"“{_shown(name)}” is not in the chosen folder.") from error
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise DocumentError(f"“{_shown(name)}” could not be opened.") from error
    if not found.is_relative_to(root):
        raise DocumentError(f"“{_shown(name)}” is a link that leads out of the chosen folder.")
    if not is_file:
        raise DocumentError(f"“{_shown(name)}” is not a file, but a folder, a device or a pipe.")
    return found


def _spelled(root: Path, parts: list[str]) -> Path:
    """The path as the disk spells it: a Mac takes letters with accents apart, a table does not."""
    path = root.joinpath(*parts)
    for form in _FORMS:
        other = root.joinpath(*(normalize(form, part) for part in parts))
        if not path.exists() and other.exists():
            return other
    return path


def _shown(name: str) -> str:
    """Short, and without halves of characters."""
    whole = name.encode(errors="replace").decode()
    return whole if len(whole) <= 100 else f"{whole[:48]}…{whole[-48:]}"  # noqa: PLR2004 - a line
