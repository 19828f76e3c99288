"""Recipe: everything about a job but its table and its key; a small readable file to share."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import fastjsonschema
import tomli_w

from claude_batch_desk.core.catalogue import EFFORTS
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.example import (
    EXAMPLE_SCHEMA,
    Example,
    read_example,
    written_example,
)
from claude_batch_desk.core.prompts.field_file import FIELD_SCHEMA, read_field, written_field
from claude_batch_desk.core.prompts.fields import OutputField, check_fields
from claude_batch_desk.core.prompts.template import EMPTY_CELLS, EmptyCells, Template

RECIPE_VERSION = 2
"""Of the files that are written. 1 knew no examples, scales, meanings of values, columns beside a
value, and nothing of empty cells and documents; what it knew means the same still."""
RECIPE_SUFFIX = ".recipe"
SentAs = Literal["file", "text"]
SENT_AS: tuple[SentAs, ...] = get_args(SentAs)
_MAX_BYTES = 5_000_000
_TEXT = {"type": "string"}
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["recipe_version", "prompt", "model"],
    "properties": {
        "recipe_version": {"type": "integer", "minimum": 1},
        "name": _TEXT,
        "about": _TEXT,
        "model": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
        "effort": {"enum": ["", *EFFORTS]},
        "thinking": {"type": "boolean"},
        "max_tokens": {"type": "integer", "minimum": 1, "maximum": 300_000},
        "instructions": _TEXT,
        "prompt": _TEXT,
        "empty_cells": {"enum": list(EMPTY_CELLS)},
        "documents": {"enum": list(SENT_AS)},
        "answer": {
            "type": "array",
            "items": FIELD_SCHEMA,
        },
        "example": {"type": "array", "items": EXAMPLE_SCHEMA},
    },
}


@dataclass(frozen=True)
class Recipe:
    """What to ask of every row, of which model, and what to get back."""

    name: str = ""
    about: str = ""
    """A sentence for the person who opens the recipe."""
    instructions: str = ""
    """The shared part, the same for every row, sent as the system prompt."""
    prompt: Template = field(default=Template(""))
    """The part that differs from row to row."""
    empty_cells: EmptyCells = "send"
    """What becomes of a row where a cell that the prompt names is empty."""
    documents: SentAs = "file"
    """Where rows have documents: as files, as far as the service takes them, or as their text."""
    fields: tuple[OutputField, ...] = ()
    """The answer columns; none means one column of free text."""
    examples: tuple[Example, ...] = ()
    """They go into the shared part; see `shared.shared_text`."""
    model: str = ""
    effort: str = ""
    """One of the model's effort levels; "" is the model's own default."""
    thinking: bool = False
    """False asks the model to think as little as it can be told to."""
    max_tokens: int = 0
    """The most output tokens of one answer, thinking included; 0 lets us propose it."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written yet; a model alone is no recipe."""
        written = (self.instructions.strip(), self.prompt.text.strip(), self.fields, self.examples)
        return not any(written)

    def with_prompt(self, text: str) -> "Recipe":
        """The same recipe with another per-row prompt."""
        return replace(self, prompt=Template(text))


def recipe_text(recipe: Recipe) -> str:
    """The recipe as TOML, the form it is stored and shared in."""
    written: dict[str, Any] = {
        "recipe_version": RECIPE_VERSION,
        "name": recipe.name,
        "about": recipe.about,
        "model": recipe.model,
        "effort": recipe.effort,
        "thinking": recipe.thinking,
        "max_tokens": recipe.max_tokens,
        "instructions": recipe.instructions,
        "prompt": recipe.prompt.text,
        "empty_cells": "" if recipe.empty_cells == "send" else recipe.empty_cells,
        "documents": "" if recipe.documents == "file" else recipe.documents,
        "answer": [written_field(field) for field in recipe.fields],
        "example": [written_example(example) for example in recipe.examples],
    }
    kept = {key: value for key, value in written.items() if value not in ("", [], 0)}
    kept.setdefault("prompt", "")
    kept.setdefault("model", "unset")
    return tomli_w.dumps(kept, multiline_strings=True)


def parse_recipe(text: str) -> Recipe:
    """The recipe in a TOML text; raises RecipeError that names what is wrong."""
    try:
        read = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is no TOML error
        raise RecipeError(f"This recipe is not readable TOML: {error}.") from error
    _check_version(read.get("recipe_version"))
    try:
        _validator()(read)
    except fastjsonschema.JsonSchemaValueException as error:
        where = str(error.name).removeprefix("data").strip(".") or "the recipe"
        problem = str(error.message).removeprefix("data").removeprefix(f".{where}").strip()
        raise RecipeError(f"This recipe cannot be used: in {where}, it {problem}.") from error
    return _recipe(read)


def _check_version(version: object) -> None:
    """Before anything else: what else is in a newer file cannot be known."""
    if isinstance(version, int) and version > RECIPE_VERSION:
        raise RecipeError(
            f"This recipe was written by a newer version of Claude Batch Desk: its format is "
            f"{version}, and this one reads up to {RECIPE_VERSION}. Nothing was changed. "
            "Update the program to open it."
        )


@cache
def _validator() -> Callable[[dict[str, Any]], object]:
    compiled: Callable[[dict[str, Any]], object] = fastjsonschema.compile(_SCHEMA)
    return compiled


def _recipe(read: Mapping[str, Any]) -> Recipe:
    return Recipe(
        name=read.get("name", ""),
        about=read.get("about", ""),
        instructions=read.get("instructions", ""),
        prompt=Template(read["prompt"]),
        empty_cells=read.get("empty_cells", "send"),
        documents=read.get("documents", "file"),
        fields=tuple(map(read_field, read.get("answer", ()))),
        examples=tuple(map(read_example, read.get("example", ()))),
        model="" if read["model"] == "unset" else read["model"],
        effort=read.get("effort", ""),
        thinking=read.get("thinking", False),
        max_tokens=read.get("max_tokens", 0),
    )


def load_recipe(path: Path) -> Recipe:
    """The recipe in a file; raises RecipeError."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise RecipeError(f"{path.name} is too large to be a recipe (over 5 MB).")
        text = path.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(
            f"The recipe {path.name} cannot be read: it is missing, a folder or not UTF-8 text."
        ) from error
    recipe = parse_recipe(text)
    check_fields(recipe.fields)
    return recipe if recipe.name else replace(recipe, name=path.stem)


def shareable(recipe: Recipe) -> Recipe:
    """The recipe without the examples that were taken from rows of a table, which are data."""
    return replace(recipe, examples=tuple(each for each in recipe.examples if not each.from_row))


def save_recipe(recipe: Recipe, path: Path) -> None:
    """Write the recipe to a file; raises RecipeError where that is impossible."""
    try:
        path.write_text(recipe_text(recipe), encoding="utf-8", newline="\n")
    except OSError as error:
        raise RecipeError(f"The recipe could not be saved as {path}: {error.strerror}.") from error
