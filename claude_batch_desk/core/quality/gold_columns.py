"""Which column of a table holds the right answers of which answer column, as far as it shows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.mapping import folded
from claude_batch_desk.core.prompts.nearest import nearest_columns
from claude_batch_desk.core.prompts.template import Template, canonical
from claude_batch_desk.core.quality.gold import FREE_TEXT, GoldReader, labels_of
from claude_batch_desk.core.tables.table import Row

GoldWhy = Literal["name", "values", ""]
"""Its name says so; its cells are the allowed values; "" where none is proposed."""

_ALIKE = 0.82
"""Of difflib's ratio between names without the words below."""
_FITTING = 0.9
"""Of the filled cells; the others may be spelling mistakes."""
_FEW = 2
_WORDS = re.compile(
    r"\b(gold|golden|labell?(ed)?|true|truth|ground|correct|right|expected|actual|human|manual"
    r"|reference|target|solution|richtig|korrekt|soll)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class GoldMatch:
    """An answer column and the column that is proposed for its right answers."""

    field: str
    column: str
    """"" where none is proposed."""
    why: GoldWhy


def answer_fields(fields: Sequence[OutputField]) -> tuple[OutputField, ...]:
    """What answers can be compared by: the answer columns, or the one free text."""
    return tuple(fields) or (FREE_TEXT,)


def propose_gold(
    fields: Sequence[OutputField], columns: Sequence[str], rows: Sequence[Row], prompt: Template
) -> tuple[GoldMatch, ...]:
    """For each answer column one of the table's, by name, then by the cells of these `rows`.

    No column for two of them, and none that the prompt names.
    """
    free = [each for each in columns if canonical(each) not in prompt.columns]
    found: dict[str, GoldMatch] = {}
    for field in answer_fields(fields):
        if column := _by_name(field, free, alone=len(fields) <= 1):
            found[field.name] = GoldMatch(field.name, column, "name")
            free.remove(column)
    for field in answer_fields(fields):
        fitting = [each for each in free if _fits(field, columns.index(each), rows)]
        if field.name not in found and len(fitting) == 1:
            found[field.name] = GoldMatch(field.name, fitting[0], "values")
            free.remove(fitting[0])
    return tuple(
        found.get(each.name, GoldMatch(each.name, "", "")) for each in answer_fields(fields)
    )


def _by_name(field: OutputField, free: Sequence[str], *, alone: bool) -> str:
    wanted = _bare(field.name)
    best = max(free, key=lambda each: _likeness(wanted, _bare(each)), default="")
    if best and _likeness(wanted, _bare(best)) >= _ALIKE:
        return best
    # A column that is just called “gold” or “label” can only mean the one answer there is.
    named = [each for each in free if not _bare(each)]
    return named[0] if alone and len(named) == 1 else ""


def _bare(name: str) -> str:
    """A name without the words that say that it holds what is right."""
    words = _WORDS.sub(" ", " ".join(_PARTS.split(name)))
    return folded(words) if words.strip() else ""


def _likeness(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _fits(field: OutputField, place: int, rows: Sequence[Row]) -> bool:
    """Whether nearly all cells are values the field allows; only of a list is that any proof."""
    if not labels_of(field) or field.kind == "score":
        return False
    reader = GoldReader(field)
    read = [reader.read(row[place]) for row in rows if row[place].strip()]
    known = [each.text for each in read if not each.problem]
    return len(set(known)) >= _FEW and len(known) >= _FITTING * len(read)


def leaking(gold: Mapping[str, str], prompt: Template) -> tuple[str, ...]:
    """The columns of right answers that the prompt names, and so tells the model."""
    return tuple(dict.fromkeys(each for each in gold.values() if canonical(each) in prompt.columns))


def read_gold(
    said: Sequence[str], fields: Sequence[OutputField], columns: Sequence[str]
) -> dict[str, str]:
    """“Field=Column” texts, or a mere column where there is one field, by the field's name.

    Raises RecipeError where one is not of that form, or names what neither has.
    """
    known = {each.name: each for each in answer_fields(fields)}
    found: dict[str, str] = {}
    for text in said:
        field, column = _two_names(text, list(known), columns)
        if column not in columns:
            near = nearest_columns(column, columns)
            meant = f" Did you mean “{near[0]}”?" if near else ""
            raise RecipeError(f"The table has no column “{column}” with right answers.{meant}")
        found[field] = column
    return found


def _two_names(text: str, fields: Sequence[str], columns: Sequence[str]) -> tuple[str, str]:
    if text in columns or "=" not in text:
        alike = next((each for each in fields if _bare(each) == _bare(text)), "")
        if len(fields) > 1 and not alike:
            raise RecipeError(
                f"“{text}” may hold the right answers of {len(fields)} answer columns. Say of "
                f"which: {fields[0]}={text}."
            )
        return alike or fields[0], text
    for place, sign in enumerate(text):
        if sign == "=" and text[:place].strip() in fields:
            return text[:place].strip(), text[place + 1 :].strip()
    names = ", ".join(f"“{each}”" for each in fields)
    raise RecipeError(f"“{text}” names no answer column. The recipe asks for {names}.")
