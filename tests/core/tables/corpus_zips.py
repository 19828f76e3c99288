"""The corpus of workbooks that no library writes: unusual, damaged, or made to do harm."""

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tests.core.tables.corpus_sample import Exactly, Make, Refused, Sample
from tests.core.tables.corpus_workbooks import AB, ONE, fresh, plain

SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
BOOK = "xl/workbook.xml"
_OFFICE = b"http://schemas.openxmlformats.org"
_STRICT = b"http://purl.oclc.org/ooxml"
_USUAL = fresh(plain([1, 2], ["x", "y"]))
_READ = Exactly(AB, [*ONE, ["x", "y"]])

Part = tuple[str, bytes]
Change = Callable[[Part], Part]


def rewritten(change: Change, of: Make = _USUAL) -> Make:
    """A workbook as a library wrote it, but for some change to its parts."""

    def make(folder: Path) -> Path:
        path = of(folder)
        odd = folder / "odd.xlsx"
        with (
            zipfile.ZipFile(path) as old,
            zipfile.ZipFile(odd, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in old.namelist():
                new.writestr(*change((name, old.read(name))))
        return odd

    return make


def replaced(part: str, *changes: tuple[bytes, bytes], of: Make = _USUAL) -> Make:
    """A workbook with some bytes of a part replaced, which must be there."""

    def change(found: Part) -> Part:
        name, content = found
        if name == part:
            for old, new in changes:
                assert old in content
                content = content.replace(old, new)
        return name, content

    return rewritten(change, of)


def added(part: str, blocks: Callable[[], Iterator[bytes]]) -> Make:
    """A workbook with a part more."""

    def make(folder: Path) -> Path:
        path = _USUAL(folder)
        with (
            zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file,
            file.open(part, "w", force_zip64=True) as stream,
        ):
            for block in blocks():
                stream.write(block)
        return path

    return make


def _strict(found: Part) -> Part:
    """The namespaces of the strict variant of the standard."""
    name, content = found
    for old, new in (
        (_OFFICE + b"/spreadsheetml/2006/main", _STRICT + b"/spreadsheetml/main"),
        (
            _OFFICE + b"/officeDocument/2006/relationships",
            _STRICT + b"/officeDocument/relationships",
        ),
    ):
        content = content.replace(old, new)
    return name, content


def _moved(found: Part) -> Part:
    """A sheet that is not where it usually is."""
    name, content = found
    content = content.replace(b"worksheets/sheet1.xml", b"worksheets/Tabelle.xml")
    return name.replace("sheet1.xml", "Tabelle.xml"), content


def _absolute(found: Part) -> Part:
    """Parts named from the root of the package."""
    name, content = found
    if name == "xl/_rels/workbook.xml.rels":
        content = content.replace(b'Target="', b'Target="/xl/')
    return name, content


def _backslashes(found: Part) -> Part:
    """Folders told apart as Windows does, by some programs against the standard."""
    name, content = found
    return name.replace("/", "\\"), content


def _other_cases(found: Part) -> Part:
    """Names in another case than those that refer to them, as on Windows nobody minds."""
    name, content = found
    return name.replace("xl/worksheets/sheet", "XL/Worksheets/Sheet"), content


def _at_the_root(found: Part) -> Part:
    """Without the folder that all programs but a few put the parts into."""
    name, content = found
    if name == "_rels/.rels":
        content = content.replace(b"xl/workbook.xml", b"workbook.xml")
    return name.removeprefix("xl/"), content


def _prefixed(found: Part) -> Part:
    """Tags with a prefix, as Microsoft's own library for programs writes them."""
    name, content = found
    if name == SHEET:
        content = re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", content)
        content = content.replace(b" xmlns=", b" xmlns:x=")
    return name, content


def _indented(found: Part) -> Part:
    name, content = found
    return name, content.replace(b"><", b">\r\n  <") if name == SHEET else content


def _percent(book: Workbook, sheet: Worksheet) -> None:
    sheet.write_number("A2", 0.5, book.add_format({"num_format": "0%"}))
    sheet.write_formula("B2", "=1/0", None, "#DIV/0!")


def _cut(share: float) -> Make:
    """A workbook of which the rest was never downloaded."""

    def make(folder: Path) -> Path:
        path = _USUAL(folder)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        return path

    return make


def _flipped(folder: Path) -> Path:
    """A bit of the sheet that a bad disk turned over; the checksum tells."""
    path = _USUAL(folder)
    with zipfile.ZipFile(path) as file:
        at = file.getinfo(SHEET).header_offset + 30 + len(SHEET) + 200
    content = bytearray(path.read_bytes())
    content[at] ^= 0x10
    path.write_bytes(content)
    return path


def _text_document(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "letter.xlsx", "w") as file:
        file.writestr("word/document.xml", "<document/>")
    return folder / "letter.xlsx"


def _renamed(folder: Path) -> Path:
    return _USUAL(folder).rename(folder / "table.csv")


def _bomb() -> Iterator[bytes]:
    for _ in range(600):
        yield bytes(1 << 20)


def _doctype(entity: bytes) -> tuple[bytes, bytes]:
    return b"<worksheet ", b"<!DOCTYPE worksheet [" + entity + b"]><worksheet "


_LAUGHS = b'<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)

_LOOKS = Exactly(AB, [["50%", "#DIV/0!"]], ("1 row has an error value",))

UNUSUAL = {
    "the strict variant of the standard": Sample(rewritten(_strict), _READ),
    "a sheet in another place": Sample(rewritten(_moved), _READ),
    "parts named from the root": Sample(rewritten(_absolute), _READ),
    "folders told apart by backslashes": Sample(rewritten(_backslashes), _READ),
    "names in other cases": Sample(rewritten(_other_cases), _READ),
    "no folder": Sample(rewritten(_at_the_root), _READ),
    "tags with a prefix": Sample(rewritten(_prefixed, fresh(_percent)), _LOOKS),
    "indented XML": Sample(rewritten(_indented, fresh(_percent)), _LOOKS),
    "no styles": Sample(
        rewritten(lambda found: ("docProps/gone.xml", b"<x/>") if found[0] == STYLES else found),
        _READ,
    ),
    "hints how to pronounce a text": Sample(
        replaced(SHARED, (b"<t>x</t>", b'<t>x</t><rPh sb="0" eb="1"><t>eks</t></rPh>')), _READ
    ),
    "macros": Sample(
        added("xl/vbaProject.bin", lambda: iter([b"Sub AutoOpen()"])),
        Exactly(_READ.columns, _READ.rows, ("macros in this workbook are ignored",)),
    ),
    "a link to another workbook": Sample(
        replaced(SHEET, (b'<c r="A2"><v>1</v>', b'<c r="A2"><f>[1]Other!A1</f><v>1</v>')), _READ
    ),
    "a workbook named as text": Sample(_renamed, _READ),
    "blanks around a number": Sample(
        replaced(SHEET, (b'<c r="A2"><v>1</v>', b'<c r="A2"><v> 1 </v>')),
        _READ,
    ),
    "a sheet that lies about its size": Sample(
        replaced(SHEET, (b'ref="A1:B3"', b'ref="A1:XFD1048576"')), _READ
    ),
    "a number that is none": Sample(
        replaced(SHEET, (b'<c r="A2"><v>1</v>', b'<c r="A2"><v>one</v>')),
        Exactly(AB, [["one", "2"], ["x", "y"]]),
    ),
    "a text that is not among the shared ones": Sample(
        replaced(SHEET, (b't="s"><v>3</v>', b't="s"><v>99</v>')), Refused("damaged")
    ),
}  # fmt: skip

DAMAGED = {
    "half of a workbook": Sample(_cut(0.5), Refused("damaged")),
    "a workbook without its last bytes": Sample(_cut(0.99), Refused("damaged")),
    "a bit turned over": Sample(_flipped, Refused("damaged")),
    "a sheet that breaks off": Sample(
        replaced(SHEET, (b"</row></sheetData>", b"")), Refused("damaged")
    ),
    "a sheet that is missing": Sample(
        rewritten(lambda found: ("xl/other.xml", found[1]) if found[0] == SHEET else found),
        Refused("damaged"),
    ),
    "a text document": Sample(_text_document, Refused("text document")),
}

HARMFUL = {
    "a part that unpacks to 600 MB": Sample(added("xl/media/x.bin", _bomb), Refused("unpack")),
    "a billion laughs": Sample(
        replaced(SHEET, _doctype(_LAUGHS), (b"<v>1</v>", b"<v>&j;</v>")), Refused("entities")
    ),
    "an entity that is a file": Sample(
        replaced(
            SHARED,
            (b"<sst ", b'<!DOCTYPE sst [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst '),
            (b"<t>x</t>", b"<t>&f;</t>"),
        ),
        Refused("entities"),
    ),
    "an entity that is an address": Sample(
        replaced(BOOK, (b"<workbook ", b'<!DOCTYPE w SYSTEM "http://127.0.0.1:1/x"><workbook ')),
        Refused("entities"),
    ),
}

ZIPS = {f"package: {name}": each for name, each in (UNUSUAL | DAMAGED | HARMFUL).items()}
