"""What a copy of a workbook cannot keep, or is not to keep: signatures and macros."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.results.original.markup import UNUSUAL, Markup
from claude_batch_desk.core.results.original.surroundings import related_parts
from claude_batch_desk.core.tables.workbooks.package import Package, plain_name, relations_part

TYPES = "[content_types].xml"
"""The part that says of what type each part is."""
_MACROS = ".xlsm"
_MAIN_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    _MACROS: "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
}
_MACRO_TYPE = "application/vnd.ms-office.vbaProject"
_SIGNED = (
    "This workbook is digitally signed. A signature holds for one state of a workbook only, so "
    "the copy has none."
)
_WITHOUT_MACROS = (
    "This workbook has macros, which a file that ends in .xlsx cannot hold: the copy is without "
    "them. Choose a name that ends in .xlsm to keep them."
)
_MACRO_SHEETS = ("xlMacrosheet", "xlIntlMacrosheet")


@dataclass(frozen=True)
class LeftOut:
    """Parts that do not come along, and what that is called."""

    parts: frozenset[str]
    losses: tuple[str, ...]


def left_out(package: Package, target: Path) -> LeftOut:
    """What does not come along to this file; raises ExportError where nothing can."""
    signatures = _closure(package, _origins(package))
    suffix = target.suffix.lower()
    macros = related_parts(package, package.book, "vbaProject")
    dropped = _closure(package, macros) if suffix != _MACROS else frozenset()
    if suffix != _MACROS and any(related_parts(package, package.book, s) for s in _MACRO_SHEETS):
        raise ExportError(
            "This workbook has sheets of macros, which a file that ends in .xlsx cannot hold. "
            "Nothing was written. Choose a name that ends in .xlsm."
        )
    losses = ((_SIGNED,) if signatures else ()) + ((_WITHOUT_MACROS,) if dropped else ())
    return LeftOut(signatures | dropped, losses)


def main_type(package: Package) -> str:
    """What type of workbook the package says it is."""
    for each in package.elements(TYPES, "Override"):
        if plain_name(each.get("PartName", "")) == package.book:
            return each.get("ContentType", "")
    return ""


def forget_types(markup: Markup, parts: frozenset[str], package: Package) -> None:
    """Take parts out of the list of types, and a type by ending that only macros had."""
    for tag in markup.tags("Override"):
        if plain_name(tag.get("PartName")) in parts:
            markup.remove("Override", tag)
    for tag in markup.tags("Default"):
        ending = f".{tag.get('Extension').lower()}"
        is_needed = any(name.endswith(ending) for name in package.names if name not in parts)
        if tag.get("ContentType") == _MACRO_TYPE and not is_needed:
            markup.remove("Default", tag)


def set_main_type(markup: Markup, book: str, target: Path) -> None:
    """Say that the workbook is of the type that the name of the file tells."""
    wanted = _MAIN_TYPES[target.suffix.lower()]
    for tag in markup.tags("Override"):
        if plain_name(tag.get("PartName")) == book:
            markup.set(tag, "ContentType", wanted)
            return
    raise ExportError(UNUSUAL)


def is_of_type(package: Package, target: Path) -> bool:
    """Whether the workbook is of the type that the name of the file tells, or tells none."""
    return main_type(package) in ("", _MAIN_TYPES[target.suffix.lower()])


def forget_relations(markup: Markup, keys: frozenset[str]) -> None:
    """Take relations out of their part, by their keys."""
    for tag in markup.tags("Relationship"):
        if tag.get("Id") in keys:
            markup.remove("Relationship", tag)


def _origins(package: Package) -> list[str]:
    return [
        each.part
        for each in package.relations("")
        if each.what.endswith("/digital-signature/origin") and package.has(each.part)
    ]


def _closure(package: Package, parts: Iterable[str]) -> frozenset[str]:
    """These parts, all that they refer to, and the parts that say so."""
    found: set[str] = set()
    waiting = list(parts)
    while waiting:
        part = waiting.pop()
        if part in found or not package.has(part):
            continue
        found.add(part)
        found.update({relations_part(part)} if package.has(relations_part(part)) else ())
        waiting += [each.part for each in package.relations(part)]
    return frozenset(found)
