"""What kind of file this is, by its first bytes: names lie."""

import mmap
import os
from pathlib import Path

from claude_batch_desk.core.errors import TableError

LOCKED = (
    "This workbook is protected by a password. Open it in Excel, save a copy without the "
    "password, and open the copy."
)

DAMAGED = (
    "This workbook is damaged and cannot be read. Open it in the program it was made with, which "
    "may repair it, and save it anew."
)

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_PARQUET, _PARQUET_ENCRYPTED = b"PAR1", b"PARE"
_THRIFT = b"\x15"
"""How the first page of a Parquet file begins."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ", "a compressed file (xz)"),
    (b"7z\xbc\xaf", "an archive (7z)"),
    (b"Rar!", "an archive (rar)"),
    (b"\x28\xb5\x2f\xfd", "a compressed file (zstd)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"{\\rtf", "a text document (RTF)"),
)
_ANCIENT = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
"""How the files of Excel 2, 3 and 4 start."""
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<table")
_HEAD = 4096
_NAME = 64
_STREAMS = {
    "EncryptedPackage": LOCKED,
    "WordDocument": "This file is a text document (Word), not a table. Open a workbook (.xlsx).",
    "PowerPoint Document": "This file is a presentation, not a table. Open a workbook (.xlsx).",
    "__properties_version1.0": "This file is an e-mail, not a table. Open a workbook (.xlsx).",
}


def is_workbook(path: Path) -> bool:
    """True for a workbook, False for text.

    Raises TableError for what is known to be neither, whatever its name says, and for a workbook
    of which the first bytes are lost.
    """
    with path.open("rb") as source:
        head = source.read(_HEAD)
    if head.startswith((_ZIP, _EMPTY_ZIP, _OLE)):
        return True
    if head.startswith(_ANCIENT):
        raise TableError(
            "This workbook is of a version of Excel before 1993, which is not read here. Open it "
            "in Excel or LibreOffice, save it as .xlsx, and open that."
        )
    if head.startswith(b"PK") and is_named_workbook(path):
        raise TableError(DAMAGED)
    for magic, what in _OTHERS:
        if head.startswith(magic):
            raise TableError(
                f"This file is {what}, not a table. Open a workbook (.xlsx) or text (.csv)."
            )
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        raise TableError(
            "This file is a web page or XML, whatever its name says. Open it in the program it is "
            "for, save the table as a workbook (.xlsx), and open that."
        )
    return False


def is_parquet(path: Path) -> bool:
    """True for a file in the Parquet format, whole or broken off; raises for an encrypted one.

    A text may start with the same letters, but holds no NUL and does not end in them.
    """
    with path.open("rb") as source:
        head = source.read(_HEAD)
        source.seek(-min(path.stat().st_size, len(_PARQUET)), os.SEEK_END)
        end = source.read()
    magic = head[: len(_PARQUET)]
    is_text = end != magic and b"\0" not in head and not head[len(magic) :].startswith(_THRIFT)
    if magic not in (_PARQUET, _PARQUET_ENCRYPTED) or is_text:
        return False
    if magic == _PARQUET_ENCRYPTED:
        raise TableError(
            "This Parquet file is encrypted. Have its owner save a copy without encryption, and "
            "open the copy."
        )
    return True


def is_named_workbook(path: Path) -> bool:
    """True where the name promises a workbook, whatever the file holds."""
    return path.suffix.lower() in _WORKBOOKS


def is_zip(path: Path) -> bool:
    """True for a file in the zip format, as the newer kinds of workbooks are."""
    with path.open("rb") as source:
        return source.read(len(_ZIP)) in (_ZIP, _EMPTY_ZIP)


def check_compound(path: Path) -> None:
    """Raise TableError where a file in Microsoft's older format holds no readable workbook.

    The names of its streams stand in it in UTF-16, each in an entry of 64 bytes.
    """
    with path.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        for stream, sentence in _STREAMS.items():
            if whole.find(stream.encode("utf-16-le").ljust(_NAME, b"\0")) >= 0:
                raise TableError(sentence)
