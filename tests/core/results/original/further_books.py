"""Workbooks with what people's own have and libraries do not write, whole enough to be opened."""

from collections.abc import Mapping

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tests.core.results.original.changed_books import (
    BOOK,
    BOOK_RELATIONS,
    SHEET,
    SHEET_RELATIONS,
    Parts,
    add,
    changed,
    relate,
    swap,
)
from tests.core.results.original.made_books import MADE, ROWS, Make, book, put_table

_MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATION = b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def put(parts: Parts, part: str, before: bytes, new: bytes) -> None:
    """Put something before something that must be there."""
    swap(parts, part, (before, new + before))


def _second_sheet(made: Workbook, sheet: Worksheet) -> None:
    del sheet
    made.add_worksheet("Pivot").write_row("A3", ["Text", "Sum of Amount"])


def _pivot(parts: Parts) -> None:
    """One on a sheet of its own, over the table, with what it remembers of the rows."""
    texts = b"".join(b'<s v="%b"/>' % text.encode() for _, text, _ in ROWS)
    count = len(ROWS)
    cache = (
        b'<pivotCacheDefinition %b %b r:id="rId1" recordCount="%d" refreshedVersion="6"'
        b' createdVersion="6"><cacheSource type="worksheet"><worksheetSource ref="A1:C9"'
        b' sheet="Data"/></cacheSource><cacheFields count="3">'
        b'<cacheField name="Id" numFmtId="0"><sharedItems/></cacheField>'
        b'<cacheField name="Text" numFmtId="0"><sharedItems count="%d">%b</sharedItems>'
        b"</cacheField>"
        b'<cacheField name="Amount" numFmtId="0"><sharedItems containsSemiMixedTypes="0"'
        b' containsString="0" containsNumber="1" minValue="1.5" maxValue="12"/></cacheField>'
        b"</cacheFields></pivotCacheDefinition>"
    ) % (_MAIN, _RELATION, count, count, texts)
    records = b"".join(
        b'<r><s v="%b"/><x v="%d"/><n v="%b"/></r>' % (number.encode(), at, str(amount).encode())
        for at, (number, _, amount) in enumerate(ROWS)
    )
    items = b"".join(b'<item x="%d"/>' % at for at in range(count))
    lines = b"".join(b'<i><x v="%d"/></i>' % at for at in range(count))
    table = (
        b'<pivotTableDefinition %b name="Sums" cacheId="7" dataCaption="Values" createdVersion="6">'
        b'<location ref="A3:B%d" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        b'<pivotFields count="3"><pivotField showAll="0"/><pivotField axis="axisRow" showAll="0">'
        b'<items count="%d">%b<item t="default"/></items></pivotField>'
        b'<pivotField dataField="1" showAll="0"/></pivotFields><rowFields count="1"><field x="1"/>'
        b'</rowFields><rowItems count="%d">%b<i t="grand"><x/></i></rowItems><colItems count="1">'
        b'<i/></colItems><dataFields count="1"><dataField name="Sum of Amount" fld="2"/>'
        b"</dataFields></pivotTableDefinition>"
    ) % (_MAIN, count + 4, count + 1, items, count + 1, lines)
    definition = "xl/pivotCache/pivotCacheDefinition1.xml"
    add(parts, definition, cache, f"{_TYPE}.pivotCacheDefinition+xml")
    kept = b'<pivotCacheRecords %b count="%d">%b</pivotCacheRecords>' % (_MAIN, count, records)
    add(parts, "xl/pivotCache/pivotCacheRecords1.xml", kept, f"{_TYPE}.pivotCacheRecords+xml")
    add(parts, "xl/pivotTables/pivotTable1.xml", table, f"{_TYPE}.pivotTable+xml")
    kind, to = f"{_KINDS}/pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml"
    relate(parts, "xl/pivotTables/_rels/pivotTable1.xml.rels", kind, to, "rId1")
    relate(parts, BOOK_RELATIONS, kind, "pivotCache/pivotCacheDefinition1.xml", "rIdC")
    sheet, to = "xl/worksheets/_rels/sheet2.xml.rels", "../pivotTables/pivotTable1.xml"
    relate(parts, sheet, f"{_KINDS}/pivotTable", to, "rId1")
    held, to = "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels", "pivotCacheRecords1.xml"
    relate(parts, held, f"{_KINDS}/pivotCacheRecords", to, "rId1")
    caches = b'<pivotCaches><pivotCache cacheId="7" r:id="rIdC"/></pivotCaches>'
    put(parts, BOOK, b"</workbook>", caches)


def _threads(parts: Parts) -> None:
    """Comments that are answered, besides the notes that older programs show in their place."""
    microsoft = "http://schemas.microsoft.com/office"
    space = f'xmlns="{microsoft}/spreadsheetml/2018/threadedcomments"'.encode()
    thread = b'<ThreadedComments %b><threadedComment ref="A2" personId="{1}" id="{2}"><text>seen'
    thread += b"</text></threadedComment></ThreadedComments>"
    part, kind = "xl/threadedComments/threadedComment1.xml", "application/vnd.ms-excel"
    add(parts, part, thread % space, f"{kind}.threadedcomments+xml")
    people = b'<personList %b><person displayName="A" id="{1}" userId="a" providerId="None"/>'
    add(parts, "xl/persons/person.xml", (people + b"</personList>") % space, f"{kind}.person+xml")
    kind = f"{microsoft}/2017/10/relationships"
    relate(parts, SHEET_RELATIONS, f"{kind}/threadedComment", f"../{part[3:]}", "rIdT")
    relate(parts, BOOK_RELATIONS, f"{kind}/person", "persons/person.xml", "rIdP")


def _filtered_table(parts: Parts) -> None:
    """A table that is filtered and sorted, with a column that it calculates."""
    table = "xl/tables/table1.xml"
    chosen = (
        b'<filterColumn colId="2"><customFilters><customFilter operator="greaterThan" val="5"/>'
    )
    chosen += b"</customFilters></filterColumn></autoFilter>"
    order = b'<sortState ref="A2:C9"><sortCondition ref="C2:C9"/></sortState>'
    swap(parts, table, (b'"A1:C9"/>', b'"A1:C9">' + chosen + order))
    formula = b"<calculatedColumnFormula>ROW()*1.5</calculatedColumnFormula></tableColumn>"
    swap(parts, table, (b'name="Amount"/>', b'name="Amount">' + formula))
    for row in (b"2", b"3", b"4"):
        swap(parts, SHEET, (b'<row r="%b"' % row, b'<row r="%b" hidden="1"' % row))


def _two_header_rows(made: Workbook, sheet: Worksheet) -> None:
    """Names over groups of columns, merged, and the names of the columns below them."""
    head = made.add_format({"bold": True, "align": "center", "bottom": 1})
    put_table(sheet, 1)
    sheet.merge_range("A1:B1", "Complaint", head)
    sheet.write("C1", "Money", head)
    sheet.merge_range("A12:C12", "That is all", head)
    sheet.freeze_panes(2, 0)


def _locked(parts: Parts) -> None:
    """The order of its sheets, ranges for some people, and what-if scenarios."""
    put(parts, BOOK, b"<bookViews>", b'<workbookProtection lockStructure="1"/>')
    locked = b'<sheetProtection sheet="1" objects="1" scenarios="1"/><protectedRanges>'
    locked += b'<protectedRange sqref="B2:B9" name="Texts"/></protectedRanges><scenarios>'
    locked += (
        b'<scenario name="More" count="1"><inputCells r="C2" val="99"/></scenario></scenarios>'
    )
    put(parts, SHEET, b"<pageMargins", locked)


def _smaller(parts: Parts) -> None:
    """A sheet and rows that say they are smaller than they are, as some programs write it."""
    swap(parts, SHEET, (b'<dimension ref="A1:C9"/>', b'<dimension ref="A1"/>'))
    swap(parts, SHEET, (b'spans="1:3"', b'spans="1:1"'))


def _shared(parts: Parts) -> None:
    """A formula that others share, one over several cells, and values of every type."""
    shared = b'<f t="shared" ref="C3:C5" si="0">ROW()*1.5-1.5</f>'
    across = b'<f t="array" ref="C6:C7">ROW(A5:A6)*1.5</f>'
    for place, formula in (
        (b"C3", shared),
        (b"C4", b'<f t="shared" si="0"/>'),
        (b"C5", b'<f t="shared" si="0"/>'),
        (b"C6", across),
    ):
        swap(parts, SHEET, (b'<c r="%b">' % place, b'<c r="%b">%b' % (place, formula)))
    swap(
        parts,
        SHEET,
        (b'<c r="C8"><v>10.5</v></c>', b'<c r="C8" t="b"><v>1</v></c>'),
        (b'<c r="C9"><v>12</v></c>', b'<c r="C9" t="e"><v>#DIV/0!</v></c>'),
    )


def _views(parts: Parts) -> None:
    """A window in four parts, and a view that was saved."""
    panes = b'<pane xSplit="2000" ySplit="900" topLeftCell="B3" activePane="bottomRight"/>'
    panes += b'<selection pane="bottomRight" activeCell="B4" sqref="B4:C5"/></sheetView>'
    swap(parts, SHEET, (b'workbookViewId="0"/>', b'workbookViewId="0">' + panes))
    key = b'guid="{6B29FC40-CA47-1067-B31D-00DD010662DA}"'
    saved = b'<customSheetView %b hiddenColumns="1"><selection activeCell="A1" sqref="A1"/>' % key
    saved = b"<customSheetViews>%b</customSheetView></customSheetViews>" % saved
    put(parts, SHEET, b"<pageMargins", saved)
    view = (
        b'<customWorkbookView name="Mine" windowWidth="9" windowHeight="9" activeSheetId="1" %b/>'
    )
    saved = b"<customWorkbookViews>%b</customWorkbookViews>" % (view % key)
    put(parts, BOOK, b"</workbook>", saved)


def _objects(parts: Parts) -> None:
    """A file within, and the settings of a printer."""
    office = "application/vnd.openxmlformats-officedocument"
    add(parts, "xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0 a file", f"{office}.oleObject")
    relate(parts, SHEET_RELATIONS, f"{_KINDS}/oleObject", "../embeddings/oleObject1.bin", "rIdO")
    settings = "xl/printerSettings/printerSettings1.bin"
    add(parts, settings, b"\x00\x01", f"{_TYPE}.printerSettings")
    relate(parts, SHEET_RELATIONS, f"{_KINDS}/printerSettings", f"../{settings[3:]}", "rIdS")
    held = b'<oleObjects><oleObject progId="Package" shapeId="1025" r:id="rIdO"/></oleObjects>'
    put(parts, SHEET, b"</worksheet>", held)


def _query(parts: Parts) -> None:
    """A table whose rows come from elsewhere."""
    text = b'<connections %b><connection id="1" name="Sales" type="4" refreshedVersion="6"/>'
    add(parts, "xl/connections.xml", (text + b"</connections>") % _MAIN, f"{_TYPE}.connections+xml")
    relate(parts, BOOK_RELATIONS, f"{_KINDS}/connections", "connections.xml", "rIdN")
    query = b'<queryTable %b name="Sales" connectionId="1"/>' % _MAIN
    add(parts, "xl/queryTables/queryTable1.xml", query, f"{_TYPE}.queryTable+xml")
    table = "xl/tables/_rels/table1.xml.rels"
    relate(parts, table, f"{_KINDS}/queryTable", "../queryTables/queryTable1.xml", "rId1")
    swap(parts, "xl/tables/table1.xml", (b"<table ", b'<table tableType="queryTable" '))


def _further_down(made: Workbook, sheet: Worksheet) -> None:
    """More below the table, behind a gap, and further right than it."""
    sheet.write_row("A13", ["Sum", "", 54])
    sheet.write("F15", "Asked for by Accounting")
    sheet.write_formula("C14", "=SUM(C2:C9)", made.add_format({"top": 6}), 54)


def _inline(parts: Parts) -> None:
    """Texts in their cells, in several fonts, with how they are read aloud."""
    rich = (
        b't="inlineStr"><is><r><rPr><b/></rPr><t>compl</t></r><r><t>aint 1</t></r>'
        b'<rPh sb="0" eb="1"><t>ka</t></rPh><phoneticPr fontId="0"/></is></c>'
    )
    start = parts[SHEET].index(b'<c r="B2"')
    end = parts[SHEET].index(b"</c>", start) + len(b"</c>")
    parts[SHEET] = parts[SHEET][:start] + b'<c r="B2" ' + rich + parts[SHEET][end:]


FURTHER: Mapping[str, Make] = {
    "a pivot table over the rows": changed(_pivot, book(_second_sheet)),
    "comments with replies": changed(_threads, MADE["notes"]),
    "a table that is filtered and sorted": changed(_filtered_table, MADE["a table"]),
    "two rows of headers": book(_two_header_rows),
    "locked sheets": changed(_locked),
    "a sheet larger than it says": changed(_smaller),
    "shared formulas": changed(_shared),
    "panes and saved views": changed(_views),
    "a file within": changed(_objects),
    "a table from elsewhere": changed(_query, MADE["a table"]),
    "more below the table": book(_further_down),
    "texts in several fonts": changed(_inline),
}
