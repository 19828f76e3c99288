"""Files in formats that no library here writes, made by hand: .xls, encrypted .xlsx, .ods."""

import struct
import zipfile
from pathlib import Path

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALLEST_STREAM = 4096
"""A shorter one would live in the small sectors, which this writer does not make."""


def compound_file(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file with these streams in its root."""
    table = [_FAT]
    body = b""
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        size = max(len(content), _SMALLEST_STREAM)
        sectors = -(-size // _SECTOR)
        start = len(table)
        table += [*range(start + 1, start + sectors), _END]
        body += content.ljust(sectors * _SECTOR, b"\0")
        right = number + 1 if number < len(streams) else _FREE
        entries.append(_entry(name, 2, start, size, right=right))
    directory = b"".join(entries)
    directory += _entry("", 0, 0, 0) * (-len(entries) % 4)
    first_directory = len(table)
    sectors = len(directory) // _SECTOR
    table += [*range(first_directory + 1, first_directory + sectors), _END]
    fat = struct.pack("<128I", *table, *[_FREE] * (128 - len(table)))
    return _head(first_directory) + fat + body + directory


def _head(first_directory: int) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0")
        + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        + struct.pack("<IIIII", 0, 1, first_directory, 0, 4096)
        + struct.pack("<IIII", _END, 0, _END, 0)
        + struct.pack("<109I", 0, *[_FREE] * 108)
    )


def _entry(
    name: str, kind: int, start: int, size: int, right: int = _FREE, child: int = _FREE
) -> bytes:
    encoded = name.encode("utf-16-le")
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBB", len(encoded) + 2 if name else 0, kind, 1)
        + struct.pack("<III36x", _FREE, right, child)
        + struct.pack("<IQ", start, size)
    )


def write_xls(path: Path, rows: list[list[str | float]]) -> None:
    """A workbook as Excel 97 made it, with one sheet called "Old"."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def text(value: str) -> bytes:
        return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")

    def start(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0x7CC, 0, 6))

    sheet = start(0x10)
    for at, row in enumerate(rows):
        for place, value in enumerate(row):
            cell = struct.pack("<HHH", at, place, 0)
            if isinstance(value, str):
                sheet += record(0x204, cell + text(value))
            else:
                sheet += record(0x203, cell + struct.pack("<d", value))
    end = record(0x0A, b"")
    head = start(0x5) + record(0x42, struct.pack("<H", 1200))
    bound = struct.pack("<BB", 3, 1) + "Old".encode("utf-16-le")
    offset = len(head) + 4 + 6 + len(bound) + len(end)
    head += record(0x85, struct.pack("<IBB", offset, 0, 0) + bound) + end
    path.write_bytes(compound_file({"Workbook": head + sheet + end}))


def write_encrypted(path: Path) -> None:
    """What Excel makes of a workbook with a password, but for the ciphertext."""
    path.write_bytes(compound_file({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"x" * 99}))


def write_ods(path: Path, rows: list[list[str]]) -> None:
    """A workbook of LibreOffice with one sheet called "Free"; cells are XML of a cell."""
    body = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    office = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", "<manifest/>")
        file.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}:office:1.0"'
            f' xmlns:table="{office}:table:1.0" xmlns:text="{office}:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="Free">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )


def ods_cell(kind: str, value: str, text: str) -> str:
    """A cell of an .ods file; `kind` is string, float, date, time or boolean."""
    names = {"string": "string-value", "float": "value"}
    name = names.get(kind, f"{kind}-value")
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name}="{value}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )
