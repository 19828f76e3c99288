"""Workbooks with parts and markup that no library writes, added by hand."""

import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.core.results.original.made_books import MADE, Make

SHEET, BOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"
TYPES, ROOT = "[Content_Types].xml", "_rels/.rels"
BOOK_RELATIONS, SHEET_RELATIONS = (
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/_rels/sheet1.xml.rels",
)
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_PLAIN = MADE["nothing else"]
Parts = dict[str, bytes]
Change = Callable[[Parts], None]


def changed(change: Change, of: Make = _PLAIN) -> Make:
    """A workbook whose parts were changed by hand."""

    def make(folder: Path) -> Path:
        path = of(folder)
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        change(parts)
        odd = folder / f"changed{path.suffix}"
        with zipfile.ZipFile(odd, "w", zipfile.ZIP_DEFLATED) as new:
            for name, content in parts.items():
                new.writestr(name, content)
        return odd

    return make


def swap(parts: Parts, part: str, *pairs: tuple[bytes, bytes]) -> None:
    """Put something in the place of something that must be there."""
    for old, new in pairs:
        assert old in parts[part], old
        parts[part] = parts[part].replace(old, new)


def relate(parts: Parts, of: str, what: str, target: str, key: str) -> None:
    """Let a part refer to another one."""
    empty = f'<Relationships xmlns="{_PACKAGE}"></Relationships>'.encode()
    told = f'<Relationship Id="{key}" Type="{what}" Target="{target}"/>'.encode()
    parts[of] = parts.get(of, empty).replace(b"</Relationships>", told + b"</Relationships>")


def add(parts: Parts, name: str, content: bytes, kind: str) -> None:
    """A part more, with its type."""
    parts[name] = content
    told = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
    swap(parts, TYPES, (b"</Types>", told))


def _pivot(parts: Parts) -> None:
    """A pivot table on the sheet, to the right of the table."""
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    table = (
        b"<pivotTableDefinition %b"
        b' name="Pivot" cacheId="1" dataCaption="Values"><location ref="E1:F9" firstHeaderRow="1"'
        b' firstDataRow="1" firstDataCol="1"/></pivotTableDefinition>' % main
    )
    add(parts, "xl/pivotTables/pivotTable1.xml", table, f"{office}.pivotTable+xml")
    cache = b'<pivotCacheDefinition %b refreshOnLoad="1"><cacheSource type="worksheet">' % main
    cache += b'<worksheetSource ref="A1:C9" sheet="Data"/></cacheSource><cacheFields count="0"/>'
    cache += b"</pivotCacheDefinition>"
    part = "xl/pivotCache/pivotCacheDefinition1.xml"
    add(parts, part, cache, f"{office}.pivotCacheDefinition+xml")
    relate(parts, SHEET_RELATIONS, f"{_KINDS}/pivotTable", "../pivotTables/pivotTable1.xml", "rIdP")
    relate(
        parts,
        "xl/pivotTables/_rels/pivotTable1.xml.rels",
        f"{_KINDS}/pivotCacheDefinition",
        "../pivotCache/pivotCacheDefinition1.xml",
        "rId1",
    )
    relate(
        parts,
        BOOK_RELATIONS,
        f"{_KINDS}/pivotCacheDefinition",
        "pivotCache/pivotCacheDefinition1.xml",
        "rIdC",
    )
    caches = b'<pivotCaches><pivotCache cacheId="1" r:id="rIdC"/></pivotCaches></workbook>'
    swap(parts, BOOK, (b"</workbook>", caches))


def _slicer(parts: Parts) -> None:
    """What Excel 2010 and later put into lists of extensions."""
    x14 = b"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    uri = b"{A8765BA9-456A-4dab-B4F3-ACF838C121DE}"
    extension = (
        b'<extLst><ext uri="%b" xmlns:x14="%b"><x14:slicerList><x14:slicer r:id="rIdS"/>'
        b"</x14:slicerList></ext></extLst></worksheet>" % (uri, x14)
    )
    swap(parts, SHEET, (b"</worksheet>", extension))
    kind = "http://schemas.microsoft.com/office/2007/relationships/slicer"
    relate(parts, SHEET_RELATIONS, kind, "../slicers/slicer1.xml", "rIdS")
    part = b'<slicers xmlns="%b"><slicer name="Text" cache="Slicer_Text"/></slicers>' % x14
    add(parts, "xl/slicers/slicer1.xml", part, "application/vnd.ms-excel.slicer+xml")


def _custom_xml(parts: Parts) -> None:
    add(parts, "customXml/item1.xml", b'<?xml version="1.0"?><a><b/></a>', "application/xml")
    relate(parts, BOOK_RELATIONS, f"{_KINDS}/customXml", "../customXml/item1.xml", "rIdX")


def _data_table(parts: Parts) -> None:
    formula = b'<f t="dataTable" ref="C2:C3" dt2D="0" dtr="0" r1="A1"/>'
    swap(parts, SHEET, (b'<c r="C2"><v>', b'<c r="C2">' + formula + b"<v>"))
    shared = b'<f t="shared" ref="C4:C9" si="0">ROW()</f>'
    swap(parts, SHEET, (b'<c r="C4"><v>', b'<c r="C4">' + shared + b"<v>"))
    chain = b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    chain += b'<c r="C4" i="1"/></calcChain>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    add(parts, "xl/calcChain.xml", chain, kind)
    relate(parts, BOOK_RELATIONS, f"{_KINDS}/calcChain", "calcChain.xml", "rIdK")


def _aside(parts: Parts) -> None:
    """A mark of the encoding, single quotes, comments, and choices among versions."""
    compatibility = b"http://schemas.openxmlformats.org/markup-compatibility/2006"
    choice = b'<mc:AlternateContent xmlns:mc="%b"><mc:Choice Requires="x14">' % compatibility
    choice += b'<controls xmlns="urn:x"/></mc:Choice></mc:AlternateContent></worksheet>'
    swap(
        parts,
        SHEET,
        (b"<sheetData>", b"<!-- <sheetData><row> --><sheetData >"),
        (b'<row r="2"', b"<row r='2' "),
        (b"</worksheet>", choice),
    )
    parts[SHEET] = b"\xef\xbb\xbf" + parts[SHEET]


def _places_left_out(parts: Parts) -> None:
    """Rows and cells that do not say where they are."""
    parts[SHEET] = re.sub(rb'<row r="[0-9]+"', b"<row", parts[SHEET])
    parts[SHEET] = re.sub(rb'<c r="[A-Z]+[0-9]+"', b"<c", parts[SHEET])


def _gaps(parts: Parts) -> None:
    """Blank rows: without an element, with one that is its own end, and with spaces around."""
    parts[SHEET] = re.sub(rb'<row r="4".*?</row>', b"", parts[SHEET])
    parts[SHEET] = re.sub(rb'<row r="5".*?</row>', b'<row r="5" ht="40"/>', parts[SHEET])
    parts[SHEET] = re.sub(rb'<row r="6".*?</row>', b'\n <row r="6"></row >', parts[SHEET])
    swap(parts, SHEET, (b"</row >", b"</row>\n"))


def _further_down(parts: Parts) -> None:
    """The table in the middle of a sheet: further down and further right."""
    move = {name.encode(): chr(ord(name) + 3).encode() for name in "ABC"}

    def moved(found: re.Match[bytes]) -> bytes:
        return b'<c r="%b%d"' % (move[found[1]], int(found[2]) + 5)

    parts[SHEET] = re.sub(rb'<c r="([A-C])([0-9]+)"', moved, parts[SHEET])
    parts[SHEET] = re.sub(
        rb'<row r="([0-9]+)" spans="1:3"',
        lambda found: b'<row r="%d" spans="4:6"' % (int(found[1]) + 5),
        parts[SHEET],
    )
    title = b'<sheetData><row r="2"><c r="B2" t="inlineStr"><is><t>Complaints</t></is></c></row>'
    swap(parts, SHEET, (b"<sheetData>", title))


def _no_styles(parts: Parts) -> None:
    del parts[STYLES]
    parts[TYPES] = re.sub(rb'<Override PartName="/xl/styles.xml"[^>]*>', b"", parts[TYPES])
    parts[BOOK_RELATIONS] = re.sub(
        rb"<Relationship [^>]*styles.xml[^>]*>", b"", parts[BOOK_RELATIONS]
    )


def _one_style(parts: Parts) -> None:
    """Lists that are their own end, or say nothing of their length."""
    parts[STYLES] = re.sub(rb'<cellXfs count="[0-9]+"', b"<cellXfs", parts[STYLES])
    root = re.search(rb"<styleSheet[^>]*>", parts[STYLES])
    assert root
    swap(parts, STYLES, (root[0], root[0] + b'<numFmts count="0"/>'))


def _own_formats(parts: Parts) -> None:
    """The numbers of formats that all know, for others."""
    root = re.search(rb"<styleSheet[^>]*>", parts[STYLES])
    assert root
    own = b'<numFmt numFmtId="2" formatCode="0.00%"/><numFmt numFmtId="49" formatCode="00000"/>'
    swap(parts, STYLES, (root[0], root[0] + b'<numFmts count="2">' + own + b"</numFmts>"))


def _other_links(parts: Parts) -> None:
    """A link to another workbook, and one to a page, in the relations of the sheet."""
    kind = f"{_KINDS}/externalLink"
    relate(parts, BOOK_RELATIONS, kind, "externalLinks/externalLink1.xml", "rIdE")
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    add(
        parts,
        "xl/externalLinks/externalLink1.xml",
        b"<externalLink %b/>" % main,
        f"{office}.externalLink+xml",
    )
    outside = (
        b'<Relationship Id="rIdH" TargetMode="External" Type="%b" Target="http://x/?a=1&amp;b"/>'
    )
    relations = b'<Relationships xmlns="%b">' + outside + b"</Relationships>"
    parts[SHEET_RELATIONS] = relations % (_PACKAGE.encode(), f"{_KINDS}/hyperlink".encode())


CHANGED: Mapping[str, Make] = {
    "a pivot table": changed(_pivot),
    "a slicer": changed(_slicer),
    "XML of its own": changed(_custom_xml),
    "a data table and a chain of calculation": changed(_data_table),
    "comments and choices": changed(_aside),
    "places left out": changed(_places_left_out),
    "blank rows": changed(_gaps),
    "a table in the middle": changed(_further_down),
    "no looks": changed(_no_styles),
    "formats of its own": changed(_own_formats),
    "one look": changed(_one_style),
    "links to elsewhere": changed(_other_links),
}


def signed(folder: Path) -> Path:
    """One with a digital signature."""

    def change(parts: Parts) -> None:
        kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature"
        relate(parts, ROOT, f"{kind}/origin", "_xmlsignatures/origin.sigs", "rIdSig")
        parts["_xmlsignatures/origin.sigs"] = b""
        relate(
            parts,
            "_xmlsignatures/_rels/origin.sigs.rels",
            f"{kind}/signature",
            "sig1.xml",
            "rId1",
        )
        office = "application/vnd.openxmlformats-package.digital-signature"
        add(parts, "_xmlsignatures/sig1.xml", b"<Signature/>", f"{office}-xmlsignature+xml")
        default = f'<Default Extension="sigs" ContentType="{office}-origin"/><Override'.encode()
        parts[TYPES] = parts[TYPES].replace(b"<Override", default, 1)

    return changed(change)(folder)


def streamed(folder: Path) -> Path:
    """One whose sizes stand behind its parts, as programs write it that cannot go back."""
    path = _PLAIN(folder)

    class Pipe:
        def __init__(self, name: Path) -> None:
            self.file = name.open("wb")

        def write(self, data: bytes) -> int:
            return self.file.write(data)

        def flush(self) -> None:
            self.file.flush()

    pipe = Pipe(folder / "streamed.xlsx")
    with pipe.file, zipfile.ZipFile(path) as old, zipfile.ZipFile(pipe, "w") as new:  # type: ignore[call-overload]  # a file that cannot seek
        for name in old.namelist():
            new.writestr(name, old.read(name), zipfile.ZIP_DEFLATED)
    return folder / "streamed.xlsx"
