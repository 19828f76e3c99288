"""Binary workbooks (.xls, .xlsb) show numbers and errors as their sheets do."""

import datetime as dt
import struct
import zipfile
from pathlib import Path

import pytest
import xlwt

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.workbooks.binary_cells import (
    StyledCell,
    new_cells,
    new_records,
    old_cells,
    old_records,
    rk_number,
)
from tests.core.tables.reading import Read, read, read_by_child

LOOKS = [
    (1.1, "0.00", "1.10"),
    (123, "00000", "00123"),
    (0.256, "0.0%", "25.6%"),
    (1234.5, "#,##0.00 [$€-407]", "1,234.50 €"),
    (1234567.891, "#,##0", "1,234,568"),
    (46053, "DD/MM/YYYY", "31/01/2026"),
    (46053, "YYYY-MM-DD HH:MM", "2026-01-31 00:00"),
    (1.5, "[h]:mm", "36:00"),
    (1.25, "# ?/?", "1 1/4"),
    (7, "General", "7"),
]


def old_workbook(folder: Path, *, from_1904: bool = False) -> Path:
    book = xlwt.Workbook()
    book.dates_1904 = from_1904
    book.add_sheet("Empty")
    sheet = book.add_sheet("Größe")
    for place, name in enumerate(("format", "look")):
        sheet.write(2, place + 1, name)
    for row, (value, code, _) in enumerate(LOOKS, start=3):
        sheet.write(row, 1, code)
        sheet.write(row, 2, value, xlwt.easyxf(num_format_str=code))
    path = folder / "old.xls"
    book.save(str(path))
    return path


def test_a_sheet_of_excel_97_shows_its_looks(tmp_path: Path) -> None:
    found = read_by_child(old_workbook(tmp_path))
    assert found.rows == [[code, look] for _, code, look in LOOKS]
    assert found.notes == []


def test_days_of_excel_97_may_be_counted_from_1904(tmp_path: Path) -> None:
    found = read(old_workbook(tmp_path, from_1904=True))
    assert found.rows[5][1] == (dt.date(2026, 1, 31) + dt.timedelta(1462)).strftime("%d/%m/%Y")


def test_whole_numbers_side_by_side_have_their_looks(tmp_path: Path) -> None:
    """xlwt keeps them in one record."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for place, (name, code) in enumerate((("a", "000"), ("b", "0%"), ("c", "0.0"))):
        sheet.write(0, place, name)
        for row in (1, 2):
            sheet.write(row, place, row, xlwt.easyxf(num_format_str=code))
    book.save(str(tmp_path / "old.xls"))
    assert read(tmp_path / "old.xls").rows == [["001", "100%", "1.0"], ["002", "200%", "2.0"]]


@pytest.mark.parametrize(
    ("packed", "number"),
    [
        (7 << 2 | 2, 7),
        ((-7 << 2 | 2) & 0xFFFFFFFF, -7),
        (150 << 2 | 3, 1.5),
        (0x3FF80000, 1.5),
        (0x40590000 | 1, 1),
        (0xC0590000 | 1, -1),
    ],
)
def test_numbers_may_be_packed_into_four_bytes(packed: int, number: float) -> None:
    assert rk_number(packed) == number


def record(kind: int, body: bytes = b"") -> bytes:
    """A record of an .xlsb file."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(body)
    sizes = [length & 0x7F]
    while length := length >> 7:
        sizes[-1] |= 0x80
        sizes.append(length & 0x7F)
    return head + bytes(sizes) + body


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def cell(kind: int, column: int, style: int, value: bytes) -> bytes:
    return record(kind, struct.pack("<II", column, style) + value)


def real(value: float) -> bytes:
    return struct.pack("<d", value)


FORMATS = [code for _, code, _ in LOOKS]
SHEET = [
    record(129),
    record(148, struct.pack("<IIII", 0, len(LOOKS) + 1, 0, 1)),
    record(145),
    record(0, struct.pack("<I", 0) + bytes(13)),
    cell(6, 0, 0, text("format")),
    cell(6, 1, 0, text("look")),
    *(
        record(0, struct.pack("<I", row) + bytes(13))
        + cell(6, 0, 0, text(code))
        + cell(5, 1, row, real(value))
        for row, (value, code, _) in enumerate(LOOKS, start=1)
    ),
    record(0, struct.pack("<I", len(LOOKS) + 1) + bytes(13)),
    cell(6, 0, 0, text("error")),
    cell(3, 1, 0, b"\x2a"),
    record(146),
    record(130),
]
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def new_workbook(folder: Path, sheet: bytes) -> Path:
    """A workbook in binary parts, which no library writes."""
    styles = b"".join(
        [
            record(278),
            record(615, struct.pack("<I", len(FORMATS))),
            *(
                record(44, struct.pack("<H", 164 + at) + text(code))
                for at, code in enumerate(FORMATS)
            ),
            record(616),
            record(617, struct.pack("<I", len(FORMATS) + 1)),
            *(
                record(47, struct.pack("<HH", 0, number) + bytes(12))
                for number in (0, *range(164, 164 + len(FORMATS)))
            ),
            record(618),
            record(279),
        ]
    )
    listed = record(156, struct.pack("<II", 0, 1) + text("rId1") + text("Sheet"))
    book = b"".join([record(131), record(153, bytes(12)), record(143), listed, record(144)])
    path = folder / "new.xlsb"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/workbook.bin", book + record(132))
        file.writestr("xl/styles.bin", styles)
        file.writestr("xl/worksheets/sheet1.bin", sheet)
        file.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet"'
            ' Target="worksheets/sheet1.bin"/></Relationships>',
        )
    return path


def read_new(folder: Path, sheet: list[bytes]) -> Read:
    return read_by_child(new_workbook(folder, b"".join(sheet)))


def test_a_sheet_in_binary_parts_shows_its_looks_and_errors(tmp_path: Path) -> None:
    found = read_new(tmp_path, SHEET)
    assert found.rows == [*([code, look] for _, code, look in LOOKS), ["error", "#N/A"]]
    assert [each.kind for each in found.found.findings] == ["error"]
    assert found.found.notes == ()


def test_records_are_found_wherever_the_blocks_are_cut() -> None:
    whole = b"".join(SHEET)
    expected = list(new_records([whole]))
    for size in (1, 2, 3, 7, 50):
        blocks = [whole[at : at + size] for at in range(0, len(whole), size)]
        assert list(new_records(blocks)) == expected
    assert len(list(new_cells(expected))) == len(LOOKS) + 1


def test_a_record_that_breaks_off_is_a_sentence(tmp_path: Path) -> None:
    broken = [*SHEET[:7], record(5, b"\0\0\0\0\1\0\0\0\1")]
    with pytest.raises(TableError, match=r"damaged|safely"):
        read_new(tmp_path, broken)


def test_errors_of_excel_97_are_found() -> None:
    def old(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    error = struct.pack("<HHH", 4, 1, 15) + b"\x07\x01"
    formula = struct.pack("<HHH", 5, 2, 15) + b"\x02\0\x2a\0\0\0\xff\xff" + bytes(8)
    true = struct.pack("<HHH", 6, 2, 15) + b"\x01\0"
    stream = old(0x809, b"\0\6") + old(0x205, error) + old(0x06, formula) + old(0x205, true)
    assert list(old_cells(old_records(stream + old(0x0A, b""), 0))) == [
        StyledCell(5, 2, 15, "#DIV/0!"),
        StyledCell(6, 3, 15, "#N/A"),
    ]


def test_what_is_inside_of_a_sheet_is_not_taken_for_its_cells() -> None:
    start, end = struct.pack("<HHH", 0x809, 2, 0x600), struct.pack("<HH", 0x0A, 0)
    number = struct.pack("<HHHHHd", 0x203, 14, 0, 0, 0, 1.0)
    kinds = [kind for kind, _ in old_records(start + start + number + end + number + end, 0)]
    assert kinds == [0x809, 0x203, 0x0A]
