"""What a copy cannot keep is said, and a workbook that cannot be copied is refused."""

import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.original.copying import copy_with_answers
from claude_batch_desk.core.results.original.original import Original, can_be_copied, look_at
from claude_batch_desk.core.tables.table import Reading
from tests.core.results.original.changed_books import (
    BOOK_RELATIONS,
    TYPES,
    add,
    changed,
    relate,
    signed,
)
from tests.core.results.original.made_books import MADE, with_macros
from tests.core.results.original.proving import (
    COLUMNS,
    answers,
    changed_parts,
    check_rows,
    copied,
    original,
    parts_of,
)

MACROS = "xl/vbaProject.bin"


def test_macros_come_along_where_the_name_says_so(tmp_path: Path) -> None:
    found = copied(with_macros(tmp_path))
    assert found.path.suffix == ".xlsm"
    assert changed_parts(found) <= {found.sheet, "xl/styles.xml"}
    assert MACROS in parts_of(found.path)
    check_rows(found)


def test_macros_stay_behind_where_the_name_says_so(tmp_path: Path) -> None:
    path = with_macros(tmp_path)
    found = copied(path, target=tmp_path / "without.xlsx")
    before, after = parts_of(path), parts_of(found.path)
    assert set(before) - set(after) == {MACROS}
    told = after[TYPES] + after[BOOK_RELATIONS]
    assert b"vbaProject" not in told
    assert b"macroEnabled" not in told
    assert b"spreadsheetml.sheet.main+xml" in told
    assert openpyxl.load_workbook(found.path).sheetnames == ["Data"]
    assert "has macros" in " ".join(found.losses)
    check_rows(found)


def test_that_macros_stay_behind_is_known_before_anything_is_written(tmp_path: Path) -> None:
    source, _ = original(with_macros(tmp_path))
    outlook = look_at(source, tmp_path / "without.xlsx", COLUMNS.headers, silent)
    assert "has macros" in outlook.forecast.losses[0]
    assert not look_at(source, tmp_path / "with.xlsm", COLUMNS.headers, silent).forecast.losses


def test_sheets_of_macros_can_only_come_along(tmp_path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        kind = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
        add(parts, "xl/macrosheets/sheet1.xml", b"<x/>", "application/vnd.ms-excel.macrosheet+xml")
        relate(parts, BOOK_RELATIONS, kind, "macrosheets/sheet1.xml", "rIdM")

    path = changed(change, with_macros)(tmp_path)
    with pytest.raises(ExportError, match=r"ends in \.xlsm"):
        copied(path, target=tmp_path / "out.xlsx")
    check_rows(copied(path, target=tmp_path / "out.xlsm"))


def test_a_workbook_without_macros_may_be_called_so(tmp_path: Path) -> None:
    found = copied(MADE["nothing else"](tmp_path), target=tmp_path / "out.xlsm")
    assert b"sheet.macroEnabled.main+xml" in parts_of(found.path)[TYPES]
    assert not found.losses
    check_rows(found)


def test_a_signature_is_left_out_and_that_is_said(tmp_path: Path) -> None:
    path = signed(tmp_path)
    found = copied(path)
    before, after = parts_of(path), parts_of(found.path)
    gone = set(before) - set(after)
    assert gone == {name for name in before if name.startswith("_xmlsignatures/")}
    assert b"signature" not in after[TYPES].replace(b"signature-origin", b"")
    assert b"digital-signature" not in after["_rels/.rels"]
    assert "digitally signed" in " ".join(found.losses)
    check_rows(found)


@pytest.mark.parametrize("kind", ["xls", "csv", "ods", "pasted"])
def test_other_kinds_are_refused_with_what_to_do(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"table.{kind}"
    if kind == "xls":
        made = xlwt.Workbook()
        made.add_sheet("Data").write(0, 0, "x")
        made.save(path)
    elif kind == "ods":
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("content.xml", "<x/>")
    else:
        path.write_text("a,b\n1,2\n")
    reading = Reading("workbook" if kind in ("xls", "ods") else "delimited", sheet="Data")
    with pytest.raises(ExportError, match="Export a fresh workbook"):
        look_at(Original(path, path.name, reading, 1), tmp_path / "out.xlsx", ["A"], silent)
    assert not can_be_copied(reading, path.name)


def test_a_frozen_copy_that_is_gone_is_told_of(tmp_path: Path) -> None:
    source = Original(tmp_path / "gone.xlsx", "table.xlsx", Reading("workbook", sheet="S"), 1)
    with pytest.raises(ExportError, match="is gone"):
        look_at(source, tmp_path / "out.xlsx", ["A"], silent)


def test_a_damaged_picture_stops_the_copy_and_nothing_else(tmp_path: Path) -> None:
    path = MADE["pictures"](tmp_path)
    with zipfile.ZipFile(path) as package:
        [name] = [each for each in package.namelist() if each.endswith("image1.png")]
        at = package.getinfo(name).header_offset + 30 + len(name) + 40
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)
    source, table = original(path)
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"an older file")
    with pytest.raises(ExportError, match="damaged in a part"):
        copy_with_answers(source, target, COLUMNS, answers(len(table.rows)), silent)
    assert target.read_bytes() == b"an older file"
