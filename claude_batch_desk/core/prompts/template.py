"""Template: the part of the prompt that differs from row to row. Logic-less, one pass, no eval."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, get_args

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.fence import Fence, enclosing, escape, fence
from claude_batch_desk.core.tables.table import Row

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}")

_AFTER_LINE_BREAK = re.compile(r"(?<=\n)")

EmptyCells = Literal["send", "skip", "leave_out"]
"""Of a row with an empty cell that the prompt names: send it as it is, do not ask about the row,
or leave out the lines of the prompt that name nothing but empty cells."""
EMPTY_CELLS: tuple[EmptyCells, ...] = get_args(EmptyCells)

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

    def bind(
        self,
        columns: Sequence[str],
        empty_cells: EmptyCells = "send",
        within: tuple[str, ...] = (),
    ) -> "BoundTemplate":
        """The template ready to render rows of a table with these columns.

        `within` names elements around the rendered prompt, which no cell can close either. Raises
        RecipeError where the template names a column the table does not have.
        """
        if unknown := self.unknown(columns):
            names = ", ".join(f"“{name}”" for name in unknown)
            raise RecipeError(
                f"The prompt names {names}, but the table has no such column. "
                "Correct the name in the prompt, or open the table it was written for."
            )
        places = {canonical(column): place for place, column in reversed([*enumerate(columns)])}
        slots = tuple(
            Slot(places[span.column], span.column, fence((*within, *names), joined=joined))
            for span, (names, joined) in zip(self.spans, self._surroundings, strict=True)
        )
        lines = self._lines(slots) if empty_cells == "leave_out" else ()
        return BoundTemplate(self.literals, slots, lines, skips=empty_cells == "skip")

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """The template's own words: before, between and behind the placeholders."""
        ends = [0, *(span.end for span in self.spans)]
        starts = [*(span.start for span in self.spans), len(self.text)]
        return tuple(self.text[a:b] for a, b in zip(ends, starts, strict=True))

    @cached_property
    def _surroundings(self) -> tuple[tuple[tuple[str, ...], bool], ...]:
        """Of each placeholder the elements it is in, and whether its cell may run into a tag."""
        around = enclosing(self.text, [(span.start, span.end) for span in self.spans])
        joined = (not text.lstrip().startswith("<") for text in self.literals[1:])
        return tuple(zip(around, joined, strict=True))

    def _lines(self, slots: Sequence["Slot"]) -> tuple["BoundTemplate", ...]:
        """The template line by line, each with its line break; a name may have one within it."""
        lines, literals, cells = [], [""], list[Slot]()
        for literal, slot in zip(self.literals, [*slots, None], strict=True):
            *ended, rest = _AFTER_LINE_BREAK.split(literal)
            for text in ended:
                literals[-1] += text
                lines.append(BoundTemplate(tuple(literals), tuple(cells)))
                literals, cells = [""], []
            literals[-1] += rest
            if slot is not None:
                literals.append("")
                cells.append(slot)
        return (*lines, BoundTemplate(tuple(literals), tuple(cells)))


@dataclass(frozen=True)
class Slot:
    """Where a cell goes: the place of its column in the row, and what guards it."""

    place: int
    column: str
    fence: Fence | None


@dataclass(frozen=True)
class BoundTemplate:
    """Literal texts with a cell between each two; cell text is never read as a placeholder."""

    literals: tuple[str, ...]
    slots: tuple[Slot, ...]
    lines: tuple["BoundTemplate", ...] = ()
    """The same line by line, where lines with nothing but empty cells are left out."""
    skips: bool = False
    """A row with an empty cell is not asked about."""

    def render(self, row: Row) -> str:
        """The prompt for one row."""
        if self.lines:
            return "".join(line.render(row) for line in self.lines if line.says_anything(row))
        parts = [self.literals[0]]
        for place, guard, literal in self._filled:
            cell = row[place]
            parts += (escape(guard, cell) if guard else cell, literal)
        return "".join(parts)

    @cached_property
    def _filled(self) -> tuple[tuple[int, Fence | None, str], ...]:
        """Of each cell its place, what guards it, and the text behind it."""
        pairs = zip(self.slots, self.literals[1:], strict=True)
        return tuple((slot.place, slot.fence, literal) for slot, literal in pairs)

    def says_anything(self, row: Row) -> bool:
        """Whether any cell of it is filled, or it names none."""
        return not self.slots or any(row[slot.place].strip() for slot in self.slots)

    def why_skipped(self, row: Row) -> str:
        """Why this row is not to be asked about, as a sentence; "" where it is."""
        if not self.skips or all(row[slot.place].strip() for slot in self.slots):
            return ""
        empty = dict.fromkeys(
            f"“{slot.column}”" for slot in self.slots if not row[slot.place].strip()
        )
        verb = "is" if len(empty) == 1 else "are"
        return f"{', '.join(empty)} {verb} empty, and such rows are skipped."
