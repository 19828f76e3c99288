"""Template: the part of the prompt that differs from row to row. Logic-less, one pass, no eval."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.tables.table import Row

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}")

_MOST_REMEMBERED = 1 << 15
"""Names; twice the columns of the widest table, each of which is looked at with every key."""


def placeholder(column: str) -> str:
    """The text that stands for a column in a template."""
    return "{{" + column + "}}"


@lru_cache(_MOST_REMEMBERED)
def canonical(column: str) -> str:
    """A column's name as a placeholder finds it: braces gone, runs of white space one space."""
    return " ".join(column.replace("{", " ").replace("}", " ").split())


@dataclass(frozen=True)
class Span:
    """A placeholder found in a template: text[start:end] stands for `column`."""

    start: int
    end: int
    column: str


@dataclass(frozen=True)
class Template:
    """The prompt for every row; each {{column}} stands for that row's cell."""

    text: str

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The placeholders from left to right; braces that fit no placeholder are plain text."""
        found = _PLACEHOLDER.finditer(self.text)
        return tuple(Span(each.start(), each.end(), canonical(each[1])) for each in found)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns named, in order of first use, in canonical form."""
        return tuple(dict.fromkeys(span.column for span in self.spans))

    def unknown(self, columns: Sequence[str]) -> tuple[str, ...]:
        """The names in the template that no column of the table has."""
        known = {canonical(column) for column in columns}
        return tuple(name for name in self.columns if name not in known)

    def bind(self, columns: Sequence[str]) -> "BoundTemplate":
        """The template ready to render rows of a table with these columns.

        Raises RecipeError where it names a column the table does not have.
        """
        if unknown := self.unknown(columns):
            names = ", ".join(f"“{name}”" for name in unknown)
            raise RecipeError(
                f"The prompt names {names}, but the table has no such column. "
                "Correct the name in the prompt, or open the table it was written for."
            )
        places = {canonical(column): place for place, column in reversed([*enumerate(columns)])}
        ends = [0, *(span.end for span in self.spans)]
        starts = [*(span.start for span in self.spans), len(self.text)]
        literals = tuple(self.text[a:b] for a, b in zip(ends, starts, strict=True))
        return BoundTemplate(literals, tuple(places[span.column] for span in self.spans))


@dataclass(frozen=True)
class BoundTemplate:
    """Literal texts with a cell between each two; cell text is never read as a placeholder."""

    literals: tuple[str, ...]
    cells: tuple[int, ...]

    def render(self, row: Row) -> str:
        """The prompt for one row."""
        parts = [self.literals[0]]
        for place, literal in zip(self.cells, self.literals[1:], strict=True):
            parts += (row[place], literal)
        return "".join(parts)
