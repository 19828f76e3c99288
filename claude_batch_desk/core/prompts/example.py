"""Example: what is to be asked of some cells and what is right to answer, in a recipe's file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from claude_batch_desk.core.prompts.template import canonical

_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
EXAMPLE_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["cells", "answers"],
    "properties": {"from_row": {"type": "boolean"}, "cells": _TEXTS, "answers": _TEXTS},
}


@dataclass(frozen=True)
class Filled:
    """A text under a name: the cell of a column, or the value of an answer column."""

    name: str
    text: str


@dataclass(frozen=True)
class Example:
    """A row with its right answer."""

    cells: tuple[Filled, ...] = ()
    """Of the columns that the prompt names."""
    answers: tuple[Filled, ...] = ()
    """Of the answer columns by their headers, each as its cell would show it; of free text a
    single one, whatever its name."""
    from_row: bool = False
    """It was taken from a row of a table, so it is data, which a shared recipe does not hold."""


def written_example(example: Example) -> dict[str, Any]:
    """An example as it is written to a recipe's file."""
    return {
        **({"from_row": True} if example.from_row else {}),
        "cells": {each.name: each.text for each in example.cells},
        "answers": {each.name: each.text for each in example.answers},
    }


def read_example(read: Mapping[str, Any]) -> Example:
    """An example of a recipe's file that fits EXAMPLE_SCHEMA."""
    return Example(_filled(read["cells"]), _filled(read["answers"]), read.get("from_row", False))


def _filled(texts: Mapping[str, str]) -> tuple[Filled, ...]:
    return tuple(Filled(name, text) for name, text in texts.items())


def example_of(names: Sequence[str], cells: Sequence[str], answers: Sequence[Filled]) -> Example:
    """The example that a row with these cells and right answers makes."""
    filled = tuple(Filled(name, cell) for name, cell in zip(names, cells, strict=True))
    return Example(filled, tuple(answers), from_row=True)


def renamed(example: Example, columns: Mapping[str, str]) -> Example:
    """The example with its cells under other names, given by their canonical form."""
    cells = tuple(
        Filled(columns.get(canonical(each.name), each.name), each.text) for each in example.cells
    )
    return replace(example, cells=cells)


def text_of(filled: Sequence[Filled], name: str) -> str:
    """The text under a name, "" where there is none."""
    return next((each.text for each in filled if each.name == name), "")
