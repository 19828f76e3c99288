"""The part of a request that is the same for every row: the instructions, then the examples.

Examples are sent as the service's documentation advises, each prompt as that of a row would be and
each answer as it is to come:

    <examples>
    <example>
    <prompt>
    …
    </prompt>
    <answer>
    {"category":"Problem"}
    </answer>
    </example>
    </examples>

Nothing else is added to what the person wrote.
"""

import re
from collections.abc import Callable
from datetime import date
from math import isfinite
from typing import Any

import orjson

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.example import Example, text_of
from claude_batch_desk.core.prompts.fence import escape, fence
from claude_batch_desk.core.prompts.fields import (
    SEPARATOR,
    SURE,
    AnswerColumn,
    FieldKind,
    columns_of,
    folded_value,
)
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.schema import answer_schema
from claude_batch_desk.core.prompts.template import canonical

_ELEMENTS = ("examples", "example", "prompt", "answer")
"""Nothing within an example closes any of them, also where it stands in another one."""
_SHOWN = 40
_CLOSER = re.compile(r"<(?=\s*/)")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def shared_text(recipe: Recipe) -> str:
    """What goes before the prompt of every row, "" for nothing.

    Raises RecipeError where an example does not fit the answer columns.
    """
    if not recipe.examples:
        return recipe.instructions if recipe.instructions.strip() else ""
    shown = (_shown(recipe, example, at) for at, example in enumerate(recipe.examples, 1))
    examples = "\n".join(("<examples>", *shown, "</examples>"))
    written = recipe.instructions.strip("\n")
    return f"{written}\n\n{examples}" if written.strip() else examples


def _shown(recipe: Recipe, example: Example, number: int) -> str:
    prompt, answer = example_prompt(recipe, example), example_answer(recipe, example, number)
    return (
        f"<example>\n<prompt>\n{prompt.strip()}\n</prompt>\n"
        f"<answer>\n{answer}\n</answer>\n</example>"
    )


def example_prompt(recipe: Recipe, example: Example) -> str:
    """The prompt of an example; a column that it has no cell of is empty."""
    cells = {canonical(each.name): each.text for each in example.cells}
    columns = recipe.prompt.columns
    leaves_out = recipe.empty_cells == "leave_out"
    bound = recipe.prompt.bind(columns, "leave_out" if leaves_out else "send", within=_ELEMENTS)
    return bound.render([cells.get(column, "") for column in columns])


def example_answer(recipe: Recipe, example: Example, number: int) -> str:
    """The answer of the example with this number, from 1, as the service would give it.

    Raises RecipeError where it does not fit the answer columns.
    """
    if not recipe.fields:
        text = "\n".join(each.text for each in example.answers).strip()
        guard = fence(_ELEMENTS)
        if not text or guard is None:
            raise _lacks(number, "answer")
        return escape(guard, text)
    values = {
        column.key: _value(column, text_of(example.answers, column.header).strip(), number)
        for column in columns_of(recipe.fields)
    }
    asked = answer_schema(recipe.fields)["properties"]
    answer = orjson.dumps({key: values[key] for key in asked}).decode()
    return _CLOSER.sub(r"\\u003c", answer)  # means the same in JSON


def unanswered(recipe: Recipe, example: Example) -> tuple[str, ...]:
    """The headers of the answer columns that the example does not name, or has no fit answer for.

    One that it does not name can be sent all the same where it may be empty; that is what the
    example says then, and hardly what was meant where the column came after the example.
    """
    named = {each.name for each in example.answers}
    return tuple(
        column.header
        for column in columns_of(recipe.fields)
        if column.header not in named or not fits(column, text_of(example.answers, column.header))
    )


def fits(column: AnswerColumn, text: str) -> bool:
    """Whether this can be the answer of a column in an example."""
    try:
        _value(column, text.strip(), 1)
    except RecipeError:
        return False
    return True


def _value(column: AnswerColumn, text: str, number: int) -> Any:
    field = column.field
    if column.companion in ("reason", "quote"):
        return text
    if not text and column.companion is None and field.may_be_unknown:
        return [] if field.kind == "choices" else None
    if not text:
        raise _lacks(number, f"“{column.header}”")
    if column.companion == "confidence":
        return _listed(text, SURE, column, number)
    if field.kind == "choices":
        allowed = [each.value for each in field.choices]
        parts = [part.strip() for part in text.split(SEPARATOR.strip())]
        return [_listed(part, allowed, column, number) for part in parts if part]
    if field.kind == "choice":
        return _listed(text, [each.value for each in field.choices], column, number)
    return _typed(column, text, number)


def _typed(column: AnswerColumn, text: str, number: int) -> Any:
    read = _READ.get(column.field.kind, str)
    try:
        value = read(text)
    except (ValueError, KeyError) as error:
        raise _unfit(number, column, text) from error
    if column.field.kind == "score" and value not in column.field.points:
        raise _unfit(number, column, text)
    return value


def _number(text: str) -> float | int:
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return int(text) if re.fullmatch(r"-?\d{1,18}", text) else value


_READ: dict[FieldKind, Callable[[str], Any]] = {
    "integer": int,
    "score": int,
    "number": _number,
    "boolean": lambda text: _YES_NO[text.casefold()],
    "date": lambda text: date.fromisoformat(text).isoformat(),
}


def _listed(text: str, allowed: tuple[str, ...] | list[str], at: AnswerColumn, number: int) -> str:
    found = next((each for each in allowed if folded_value(each) == folded_value(text)), None)
    if found is None:
        raise _unfit(number, at, text)
    return found


def _lacks(number: int, what: str) -> RecipeError:
    return RecipeError(
        f"Example {number} has no {what}. Write what is right there, or remove the example."
    )


def _unfit(number: int, column: AnswerColumn, text: str) -> RecipeError:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return RecipeError(
        f"Example {number} has “{shown}” for “{column.header}”, which that column cannot hold. "
        "Correct the example, or remove it."
    )
