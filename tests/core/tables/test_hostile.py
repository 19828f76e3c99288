"""Files made to kill their reader: a sentence each, soon, and the parent lives on."""

import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.process.frames import Request
from claude_batch_desk.core.tables.source import SourceReader, child_command
from claude_batch_desk.core.tables.table import ReadOptions
from tests.core.tables.reading import read_by_child as read
from tests.core.tables.reading import read_text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHARED = "xl/sharedStrings.xml"
TEXT = '<c r="{0}" t="inlineStr"><is><t>{1}</t></is></c>'
HEADER = f'<row r="1">{TEXT.format("A1", "a")}{TEXT.format("B1", "b")}</row>'
ROW = f'<row r="2">{TEXT.format("A2", "x")}{TEXT.format("B2", "y")}</row>'


def sheet(rows: str, before: str = "", dimension: str = "") -> str:
    return f'{before}<worksheet xmlns="{MAIN}">{dimension}<sheetData>{rows}</sheetData></worksheet>'


def workbook(
    folder: Path,
    content: str | Iterator[bytes],
    shared: str | Iterator[bytes] = f'<sst xmlns="{MAIN}"/>',
) -> Path:
    """A workbook of one sheet, as small as the standard allows."""
    path = folder / "hostile.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml"'
            ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main'
            '+xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
            '.relationships+xml"/></Types>',
        )
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
            f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        file.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
            f' Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2"'
            f' Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3"'
            f' Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        )
        for name, part in (("xl/worksheets/sheet1.xml", content), (SHARED, shared)):
            with file.open(name, "w", force_zip64=True) as stream:
                for block in [part.encode()] if isinstance(part, str) else part:
                    stream.write(block)
    return path


def filled(megabytes: int, before: str, after: str) -> Iterator[bytes]:
    yield before.encode()
    for _ in range(megabytes):
        yield b"A" * 1024 * 1024
    yield after.encode()


def far_cell(place: str) -> Callable[[Path], Path]:
    row = "".join(each for each in place if each.isdigit())
    far = f'<row r="{row}">{TEXT.format(place, "far")}</row>'
    return lambda folder: workbook(folder, sheet(HEADER + ROW + far))


def laughs(folder: Path) -> Path:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    dtd = f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{levels}]>'
    return workbook(folder, sheet(HEADER + ROW.replace(">x<", ">&l9;<"), dtd))


def external_entity(folder: Path) -> Path:
    dtd = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    return workbook(folder, sheet(HEADER + ROW.replace(">x<", ">&x;<"), dtd))


def late_entities(folder: Path) -> Path:
    """Behind so many blanks that a look at the beginning does not find them."""
    dtd = " " * 70_000 + '<!DOCTYPE worksheet [<!ENTITY x "ha">]>'
    return workbook(
        folder, sheet(HEADER + ROW.replace(">x<", ">&x;<"), "<?xml version='1.0'?>" + dtd)
    )


def long_cell(folder: Path) -> Path:
    before, after = sheet(HEADER + ROW.replace(">x<", ">|<")).split("|")
    return workbook(folder, filled(600, before, after))


def long_shared_text(folder: Path) -> Path:
    before, after = f'<sst xmlns="{MAIN}"><si><t>', "</t></si></sst>"
    cells = HEADER + '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    return workbook(folder, sheet(cells), filled(600, before, after))


def stray_bytes(folder: Path) -> Path:
    path = workbook(folder, sheet(HEADER + ROW))
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 40)
    return path


def far_cell_for_the_second_reader(folder: Path) -> Path:
    """An empty part stops the fast reader, so that the other one meets the far cell."""
    far = f'<row r="1048576">{TEXT.format("XFD1048576", "far")}</row>'
    return workbook(folder, sheet(HEADER + ROW + far), "")


def flagged(place: int, value: int) -> Callable[[Path], Path]:
    """A workbook whose directory says something else about each of its parts."""

    def make(folder: Path) -> Path:
        path = workbook(folder, sheet(HEADER + ROW))
        content = bytearray(path.read_bytes())
        at = content.find(b"PK\x01\x02")
        while at >= 0:
            content[at + place] |= value
            at = content.find(b"PK\x01\x02", at + 1)
        path.write_bytes(content)
        return path

    return make


def late_entities_in_styles(folder: Path) -> Path:
    path = workbook(folder, sheet(HEADER + ROW))
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(
            "xl/styles.xml",
            "<?xml version='1.0'?>" + " " * 70_000 + '<!DOCTYPE s [<!ENTITY x "ha">]><s>&x;</s>',
        )
    return path


HOSTILE = {
    "parts that are encrypted": (flagged(8, 1), "protected by a password"),
    "parts packed in a way nobody knows": (flagged(10, 0x60), "damaged"),
    "entities in the styles": (late_entities_in_styles, "damaged"),
    "a far cell for the second reader": (far_cell_for_the_second_reader, "far away"),
    "a cell in the last corner": (far_cell("XFD1048576"), "far away from its table, at XFD1048576"),
    "a cell far to the right and down": (far_cell("AZ1048576"), "far away"),
    "a billion laughs": (laughs, "defines entities"),
    "an external entity": (external_entity, "defines entities"),
    "entities out of sight": (late_entities, "damaged|safely"),
    "a cell of 600 MB": (long_cell, "unpack to 0.6 GB"),
    "a shared text of 600 MB": (long_shared_text, "unpack to 0.6 GB"),
    "no zip inside": (stray_bytes, "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_a_sentence(tmp_path: Path, name: str) -> None:
    make, sentence = HOSTILE[name]
    path = make(tmp_path)
    start = time.monotonic()
    with pytest.raises(TableError, match=sentence):
        read(path)
    assert time.monotonic() - start < 10


def test_the_far_cell_is_a_small_file(tmp_path: Path) -> None:
    assert far_cell("XFD1048576")(tmp_path).stat().st_size < 2000


def test_a_far_cell_that_only_has_a_style_does_no_harm(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert read(workbook(tmp_path, sheet(HEADER + ROW + far))).rows == [["x", "y"]]


def test_a_lying_dimension_does_no_harm(tmp_path: Path) -> None:
    lie = '<dimension ref="A1:XFD1048576"/>'
    assert read(workbook(tmp_path, sheet(HEADER + ROW, dimension=lie))).rows == [["x", "y"]]


def test_a_sheet_with_all_columns_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, sheet(HEADER + ROW + f'<row r="3">{TEXT.format("XFD3", "z")}</row>'))
    found = read(path)
    assert len(found.columns) == len(found.rows[0]) == 16_384
    assert found.rows[1][-1] == "z"


def test_cells_that_do_not_say_where_they_are_are_read_and_said(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row>" * 2
    found = read(workbook(tmp_path, sheet(rows)))
    assert found.rows == [["1", "2"]]
    assert found.notes[0].startswith(
        "The program that wrote this workbook does so in an unusual way"
    )


def test_tags_with_a_prefix_are_read_like_others(tmp_path: Path) -> None:
    row = '<x:row><x:c r="A1" t="e"><x:v>#REF!</x:v></x:c><x:c r="B1"><x:v>2</x:v></x:c></x:row>'
    plain = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{row}</x:sheetData></x:worksheet>'
    found = read(workbook(tmp_path, plain), ReadOptions(header_row=0))
    assert found.rows == [["#REF!", "2"]]
    assert found.found.notes == ()


@pytest.mark.skipif(sys.platform != "linux", reason="this limit is kept by Linux")
def test_the_child_dies_of_too_much_memory_and_the_parent_lives(tmp_path: Path) -> None:
    """The wall behind the checks: 4 GiB asked for in a process under the reader's limits."""
    greedy = (
        "from claude_batch_desk.core.tables.process.limits import limit_this_process;"
        "limit_this_process(); bytearray(4 * 1024**3)"
    )
    with pytest.raises(TableError, match="too much memory"):
        SourceReader([sys.executable, "-c", greedy], Request(tmp_path, ReadOptions()), silent)


@pytest.mark.skipif(sys.platform == "win32", reason="a job object does this on Windows")
def test_the_watch_ends_a_process_that_grows() -> None:
    grows = (
        "import time; from claude_batch_desk.core.tables.process.limits import watch_memory;"
        "watch_memory(64 * 1024**2); kept = bytearray(b'x') * 256 * 1024**2; time.sleep(30)"
    )
    ended = subprocess.run([sys.executable, "-c", grows], check=False, timeout=20)
    assert ended.returncode == 86


def test_a_compressed_text_is_not_unpacked(tmp_path: Path) -> None:
    import gzip

    with pytest.raises(TableError, match="gzip"):
        read_text(tmp_path, gzip.compress(b"a,b\n1,2\n"))


def test_the_reader_child_is_our_own_python() -> None:
    assert child_command()[0] == sys.executable
    assert "-P" in child_command()
