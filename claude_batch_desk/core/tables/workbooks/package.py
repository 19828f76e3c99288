"""The zip file a modern workbook is: what it holds, and whether it is safe to look inside."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.formats.number_format import BUILT_IN
from claude_batch_desk.core.tables.sniff import DAMAGED, LOCKED

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LARGEST = 4 * 1024**3
_FROM = 256 * 1024**2
_RATIO = 300
_SMALL_PART = 64 * 1024**2
_XML_HEAD = 64 * 1024
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BLOCK = 1024 * 1024
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, NotImplementedError)
_NOT_TABLES = (
    ("word/", "a text document (Word)"),
    ("ppt/", "a presentation (PowerPoint)"),
    ("index/", "a document of Apple Numbers, Pages or Keynote"),
    ("meta-inf/container.xml", "an e-book"),
)
_BOOK = re.compile(r"(?:xl/)?workbook\d*\.(?:xml|bin)")
_OPEN_DOCUMENT = "content.xml"


class Relation(NamedTuple):
    """One part's word for another part."""

    key: str
    what: str
    """The address that names the kind of relation; its last piece tells."""
    part: str
    """As `plain_name` has it."""


class Package:
    """The parts of a zipped workbook (.xlsx, .xlsm, .xlsb, .ods).

    Raises TableError where the file is damaged, no workbook, or blows up when it is unpacked.
    """

    noun = "workbook"

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with zipfile.ZipFile(path) as opened:
                self._parts = {plain_name(part.filename): part for part in opened.infolist()}
        except (*_BROKEN, ValueError) as error:
            raise TableError(DAMAGED) from error
        if any(part.flag_bits & _ENCRYPTED for part in self._parts.values()):
            raise TableError(LOCKED)
        self.check_kind(self._parts)
        self._check_sizes()
        self._check_markup()

    @property
    def is_open_xml(self) -> bool:
        """A workbook in XML by Excel's own standard: .xlsx or .xlsm."""
        return self.book.endswith(".xml")

    @property
    def book(self) -> str:
        """The part that lists the sheets, or "" where there is none."""
        return next(filter(_BOOK.fullmatch, self._parts), "")

    @property
    def is_open_document(self) -> bool:
        """A workbook of LibreOffice and others: .ods."""
        return _OPEN_DOCUMENT in self._parts

    @property
    def suffixes(self) -> tuple[str, ...]:
        """How the names of such files end."""
        if self.is_open_document:
            return (".ods", ".ots")
        return (".xlsx", ".xlsm") if self.is_open_xml else (".xlsb",)

    @property
    def has_macros(self) -> bool:
        """Macros are never run; worth a word."""
        return any(name.endswith("vbaproject.bin") for name in self._parts)

    @property
    def is_1904(self) -> bool:
        """Days are counted from 1904, as Excel for the Macintosh did."""
        return any(
            each.get("date1904", "0") in ("1", "true")
            for each in self.elements(self.book, "workbookPr")
        )

    def blocks(self, name: str) -> Generator[bytes]:
        """A part, unpacked, in blocks of 1 MiB."""
        try:
            with (
                zipfile.ZipFile(self._path) as opened,
                opened.open(self._parts[plain_name(name)]) as part,
            ):
                while block := part.read(_BLOCK):
                    yield block
        except _BROKEN as error:
            raise TableError(DAMAGED) from error

    @property
    def names(self) -> Iterable[str]:
        """Of all parts, as `plain_name` has them."""
        return self._parts

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return plain_name(name) in self._parts

    def size(self, name: str) -> int:
        """Bytes of a part when it is unpacked."""
        return self._parts[plain_name(name)].file_size

    def elements(self, part: str, *tags: str) -> Iterator["Element"]:
        """The elements with one of these local names in a small part, if the part is there."""
        from defusedxml.ElementTree import ParseError, fromstring

        if not self.has(part) or self.size(part) > _SMALL_PART:
            return
        try:
            root = fromstring(b"".join(self.blocks(part)))
        except (ParseError, ValueError) as error:
            raise TableError(DAMAGED) from error
        for each in root.iter():
            if each.tag.rpartition("}")[2] in tags:
                yield each

    def sheets(self) -> dict[str, bool]:
        """The names of the sheets with cells, and whether the person sees them."""
        kinds = {key: what for key, what, _ in self._related()}
        return {
            each.get("name", ""): each.get("state", "visible") == "visible"
            for each in self.elements(self.book, "sheet")
            if kinds.get(_key(each), "").endswith("/worksheet")
        }

    def shared_blocks(self) -> Iterator[bytes]:
        """The part with the texts that cells share, in blocks; none where there is none."""
        parts = [part for _, what, part in self._related() if what.endswith("/sharedStrings")]
        return self.blocks(parts[0]) if parts and self.has(parts[0]) else iter(())

    def sheet_part(self, sheet: str) -> str:
        """The name of the part that holds a sheet, or "" where it cannot be told.

        Raises TableError where that part is missing.
        """
        for each in self.elements(self.book, "sheet"):
            if each.get("name") != sheet:
                continue
            found = next((part for key, _, part in self._related() if key == _key(each)), "")
            if found and found not in self._parts:
                raise TableError(DAMAGED)
            return found
        return ""

    def related(self, key: str) -> str:
        """The name of the part that the workbook calls by this key, or "" where there is none."""
        return next((part for name, _, part in self._related() if name == key), "")

    def relations(self, part: str) -> Iterator[Relation]:
        """The parts that this one refers to; those of the whole package where it is ""."""
        folder = posixpath.split(f"/{part}")[0]
        for each in self.elements(relations_part(part), "Relationship"):
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join(folder, each.get("Target", "")))
                yield Relation(each.get("Id", ""), each.get("Type", ""), plain_name(target))

    def _related(self) -> Iterator[Relation]:
        """The parts that the workbook consists of."""
        return self.relations(self.book)

    def cell_formats(self) -> list[str]:
        """The number format of each cell style, by its index; "" for General."""
        codes = dict(BUILT_IN)
        xfs: list[Element] = []
        styles = next((part for _, what, part in self._related() if what.endswith("/styles")), "")
        # Conditional formats have formats of their own, whose numbers mean nothing to a cell.
        for each in self.elements(styles, "numFmts", "cellXfs"):
            if each.tag.endswith("}numFmts"):
                codes |= {_number(own.get("numFmtId")): own.get("formatCode", "") for own in each}
            else:
                xfs = [xf for xf in each if xf.tag.endswith("}xf")]
        return [codes.get(_number(xf.get("numFmtId")), "") for xf in xfs]

    def check_kind(self, parts: Mapping[str, zipfile.ZipInfo]) -> None:
        """Raise TableError where these are not the parts of a workbook."""
        if _OPEN_DOCUMENT in parts or any(map(_BOOK.fullmatch, parts)):
            return
        what = next(
            (what for part, what in _NOT_TABLES if any(n.startswith(part) for n in parts)),
            "an archive (zip)",
        )
        raise TableError(
            f"This file is {what}, not a table. Open a workbook (.xlsx) or text (.csv)."
        )

    def _check_sizes(self) -> None:
        parts = self._parts.values()
        whole = sum(part.file_size for part in parts)
        packed = sum(part.compress_size for part in parts) or 1
        if whole > _LARGEST or (whole > _FROM and whole > _RATIO * packed):
            raise TableError(
                f"This {self.noun} would unpack to {whole / 1024**3:,.1f} GB, which is not safe to "
                "read. If you trust it, open it in Excel and save the sheet as text (.csv)."
            )

    def _check_markup(self) -> None:
        for name in self._parts:
            if not name.endswith((".xml", ".rels")):
                continue
            blocks = self.blocks(name)
            head = next(blocks, b"")[:_XML_HEAD]
            blocks.close()
            if _DTD.search(head):
                raise TableError(
                    f"This {self.noun} defines entities, which no office program does and can "
                    "do harm. It was not read."
                )


def _key(sheet: "Element") -> str:
    """What a sheet is known by where its part is named."""
    return next((value for name, value in sheet.items() if name.endswith("}id")), "")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def relations_part(part: str) -> str:
    """The name of the part that says which others this one refers to."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def plain_name(name: str) -> str:
    """A part's name as all are compared: some programs use backslashes or other cases."""
    return name.replace("\\", "/").lstrip("/").lower()
