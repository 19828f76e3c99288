"""Looks of new cells: those of their neighbours, but for the number format."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from claude_batch_desk.core.results.original.markup import Markup, escaped
from claude_batch_desk.core.results.original.surroundings import related_parts

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from claude_batch_desk.core.tables.workbooks.package import Package

_MOST = 64_000
"""Looks of cells in one workbook; a limit of Excel."""
_FIRST_OWN_FORMAT = 164
_KNOWN = {"General": 0, "0": 1, "0.00": 2, "@": 49}
_PARTS = ("numFmtId", "fontId", "fillId", "borderId", "xfId")
_KEPT_ALIGNMENT = ("vertical", "wrapText")


@dataclass(frozen=True)
class Look:
    """What decides how a cell looks; all but the format by its place in the workbook's lists."""

    number_format: int
    font: int
    fill: int
    border: int
    named: int
    """The named style that it is based on."""
    alignment: tuple[tuple[str, str], ...] = ()
    protection: tuple[tuple[str, str], ...] = ()
    quoted: bool = False
    """It stays text, whatever it looks like, even after somebody has edited it."""

    def attributes(self, *, named: bool) -> str:
        """As the attributes of its element; `named` in a workbook that has named styles."""
        values = (self.number_format, self.font, self.fill, self.border, self.named)
        flags = {
            "quotePrefix": self.quoted,
            "applyNumberFormat": True,
            "applyFont": True,
            "applyFill": self.fill > 0,
            "applyBorder": True,
            "applyAlignment": bool(self.alignment),
            "applyProtection": bool(self.protection),
        }
        numbers = [*zip(_PARTS, map(str, values), strict=True)]
        numbers = numbers if named else numbers[:-1]
        return _written([*numbers, *((name, "1") for name, is_so in flags.items() if is_so)])


class Styles:
    """The looks in a workbook, and those that are added to them. `has_any` is False without."""

    def __init__(self, package: "Package") -> None:
        self._package = package
        self.part = next(iter(related_parts(package, package.book, "styles")), "")
        self._looks = self._read()
        self._listed = self._highest = 0
        self._places: dict[Look, int] = {}
        for place, look in enumerate(self._looks):
            self._places.setdefault(look, place)
        self._before = len(self._looks)
        self._formats_before = len(self._formats)
        self._asked: dict[tuple[int, str, bool], int] = {}

    @property
    def has_any(self) -> bool:
        """Whether cells have looks at all in this workbook."""
        return bool(self._looks)

    def beside(self, neighbour: int, pattern: str, *, quoted: bool = False) -> int:
        """The look of a new cell beside one of this style: its font, border and wrapping.

        Its fill, which may mean something, and an underline, which means a link, are not taken.
        """
        asked = neighbour, pattern, quoted
        if asked not in self._asked:
            self._asked[asked] = self._place(self._plain(neighbour, pattern, quoted=quoted))
        return self._asked[asked]

    def quoted(self, style: int) -> int:
        """The same look of a cell that stays text after an edit."""
        if not style < len(self._looks):
            return 0
        return self._place(replace(self._looks[style], quoted=True))

    @property
    def is_changed(self) -> bool:
        """Whether looks were added."""
        return len(self._looks) > self._before

    def write(self, markup: Markup) -> None:
        """Put the looks that were added into the markup of their part; raises ExportError."""
        if not self.is_changed:
            return
        tag = markup.tag("cellXfs")
        prefix = tag.prefix.decode() if tag else ""
        named = markup.tag("cellStyleXfs") is not None
        added = self._looks[self._before :]
        new = "".join(_element(look, prefix, named=named) for look in added)
        if tag:
            markup.set(tag, "count", str(len(self._looks)))
        markup.append("cellXfs", new.encode())
        if len(self._formats) > self._formats_before:
            self._write_formats(markup, prefix)

    def _write_formats(self, markup: Markup, prefix: str) -> None:
        codes = list(self._formats.items())[self._formats_before :]
        new = "".join(
            f'<{prefix}numFmt numFmtId="{number}" formatCode="{escaped(code)}"/>'
            for code, number in codes
        )
        tag, root = markup.tag("numFmts"), markup.tag("styleSheet")
        if tag is not None and not tag.is_empty:
            markup.set(tag, "count", str(self._listed + len(codes)))
            markup.append("numFmts", new.encode())
            return
        whole = f'<{prefix}numFmts count="{len(codes)}">{new}</{prefix}numFmts>'.encode()
        if tag is not None:
            markup.replace(tag.start, tag.end, whole)
        elif root is not None:
            markup.put(root.end, whole)

    def _plain(self, neighbour: int, pattern: str, *, quoted: bool) -> Look:
        """The look that is wanted, by the number of its format under which it is there already."""
        numbers = [_KNOWN[pattern]] if self._is_built_in(pattern) else []
        numbers += [self._formats[pattern]] if pattern in self._formats else []
        looks = [self._of_format(neighbour, number, quoted=quoted) for number in numbers]
        there = next(filter(self._places.__contains__, looks), None)
        return there or self._of_format(neighbour, self._format(pattern), quoted=quoted)

    def _of_format(self, neighbour: int, number_format: int, *, quoted: bool) -> Look:
        found = self._looks[neighbour if neighbour < len(self._looks) else 0]
        is_link = found.font in self._underlined
        kept = tuple(pair for pair in found.alignment if pair[0] in _KEPT_ALIGNMENT)
        return Look(
            number_format=number_format,
            font=self._looks[0].font if is_link else found.font,
            fill=0,
            border=found.border,
            named=self._looks[0].named if is_link else found.named,
            alignment=kept,
            protection=found.protection,
            quoted=quoted,
        )

    def _place(self, look: Look) -> int:
        if look not in self._places:
            if len(self._looks) >= _MOST:
                return 0
            self._places[look] = len(self._looks)
            self._looks.append(look)
        return self._places[look]

    def _is_built_in(self, pattern: str) -> bool:
        """Whether the format has a number of its own, which some workbooks give to others."""
        return pattern in _KNOWN and _KNOWN[pattern] not in self._formats.values()

    def _format(self, pattern: str) -> int:
        if self._is_built_in(pattern):
            return _KNOWN[pattern]
        if pattern not in self._formats:
            self._highest = max(self._highest + 1, _FIRST_OWN_FORMAT)
            self._formats[pattern] = self._highest
        return self._formats[pattern]

    @cached_property
    def _formats(self) -> dict[str, int]:
        """The workbook's own number formats, by their code."""
        # Conditional formats have such elements too, which mean nothing to a cell; but a number
        # that they use is better not used again.
        found = list(next(self._package.elements(self.part, "numFmts"), ()))
        everywhere = self._package.elements(self.part, "numFmt")
        self._highest = max((_number(each, "numFmtId") for each in everywhere), default=0)
        self._listed = len(found)
        return {each.get("formatCode", ""): _number(each, "numFmtId") for each in found}

    @cached_property
    def _underlined(self) -> frozenset[int]:
        fonts = next(self._package.elements(self.part, "fonts"), ())
        return frozenset(
            place
            for place, font in enumerate(fonts)
            if any(each.tag.endswith("}u") for each in font)
        )

    def _read(self) -> list[Look]:
        xfs = next(self._package.elements(self.part, "cellXfs"), ())
        return [_look(xf) for xf in xfs if xf.tag.endswith("}xf")]


def _look(xf: "Element") -> Look:
    inner = {each.tag.rpartition("}")[2]: tuple(sorted(each.items())) for each in xf}
    number_format, font, fill, border, named = (_number(xf, name) for name in _PARTS)
    return Look(
        number_format,
        font,
        fill,
        border,
        named,
        alignment=inner.get("alignment", ()),
        protection=inner.get("protection", ()),
        quoted=xf.get("quotePrefix", "0") in ("1", "true"),
    )


def _element(look: Look, prefix: str, *, named: bool) -> str:
    inner = "".join(
        f"<{prefix}{name}{_written(pairs)}/>"
        for name, pairs in (("alignment", look.alignment), ("protection", look.protection))
        if pairs
    )
    return f"<{prefix}xf{look.attributes(named=named)}>{inner}</{prefix}xf>"


def _written(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{escaped(value)}"' for name, value in pairs)


def _number(element: "Element", name: str) -> int:
    text = element.get(name, "0")
    return int(text) if text.isdecimal() else 0
