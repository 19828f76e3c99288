"""One more sheet, behind the others, in a copy of a workbook."""

import posixpath
import re
from collections.abc import Iterator
from functools import partial
from itertools import islice

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.results.original.left_out import TYPES
from claude_batch_desk.core.results.original.markup import UNUSUAL, Markup, escaped
from claude_batch_desk.core.results.original.package_copy import Change
from claude_batch_desk.core.tables.workbooks.package import Package, relations_part

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_KEY = re.compile(rb"\s([A-Za-z_][\w.-]*+):id\s*+=")


class NewSheet:
    """A sheet of this name that is to become part of the package; `part` is where its cells go."""

    def __init__(self, package: Package, beside: str, name: str, number: int) -> None:
        """`beside` is the part of a sheet that is there; new ones are numbered, from 1."""
        self.name = name
        self._package = package
        self._number = number
        folder = posixpath.dirname(beside)
        free = (part for part in _names(f"{folder}/answers", ".xml") if not package.has(part))
        self.part = next(islice(free, number - 1, None))
        related = list(package.relations(package.book))
        self._kind = next((each.what for each in related if each.part == beside), "")
        keys = {each.key for each in related}
        free = (key for key in _names("rIdAnswers", "") if key not in keys)
        self._key = next(islice(free, number - 1, None))

    def changes(self) -> Iterator[tuple[str, Change]]:
        """What is to be changed in which parts, so that the workbook knows the sheet."""
        book = self._package.book
        yield (
            TYPES,
            partial(
                _append,
                container="Types",
                element="Override",
                attributes={"PartName": f"/{self.part}", "ContentType": _TYPE},
            ),
        )
        yield (
            relations_part(book),
            partial(
                _append,
                container="Relationships",
                element="Relationship",
                attributes={"Id": self._key, "Type": self._kind, "Target": f"/{self.part}"},
            ),
        )
        yield book, self._list

    def _list(self, markup: Markup) -> None:
        sheets = list(markup.tags("sheet"))
        prefix = _KEY.search(sheets[0].attributes) if sheets else None
        if prefix is None:
            raise ExportError(UNUSUAL)
        numbers = [int(tag.get("sheetId") or 0) for tag in sheets]
        told = {
            "name": self.name,
            "sheetId": str(max(numbers) + self._number),
            f"{prefix[1].decode()}:id": self._key,
        }
        _append(markup, container="sheets", element="sheet", attributes=told)


def namespace_of(package: Package) -> str:
    """That of the workbook's main elements, which tells the two variants of the standard apart."""
    root = next(package.elements(package.book, "workbook"), None)
    return root.tag.removeprefix("{").partition("}")[0] if root is not None else ""


def _append(markup: Markup, *, container: str, element: str, attributes: dict[str, str]) -> None:
    tag = markup.tag(container)
    prefix = tag.prefix.decode() if tag else ""
    told = "".join(f' {name}="{escaped(value)}"' for name, value in attributes.items())
    markup.append(container, f"<{prefix}{element}{told}/>".encode())


def _names(start: str, end: str) -> Iterator[str]:
    number = 1
    while True:
        yield f"{start}{number}{end}"
        number += 1
