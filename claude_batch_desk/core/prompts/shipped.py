"""Recipes to start from: those that come with the program, and those the person used lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.recipe import RECIPE_SUFFIX, Recipe, load_recipe
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.resources import resource_path

Origin = Literal["own", "any", "sample"]
"""A file of the person's; one for any table; one that belongs to a sample."""
FOR_ANY_TABLE = (
    "classify",
    "extract",
    "summarise",
    "translate",
    "score",
    "personal-data",
    "clean",
    "document-questions",
    "free-form",
)
"""In the order they are offered in; the other shipped ones belong to the samples."""


@dataclass(frozen=True)
class RecipeFile:
    """A recipe, and the file it is in."""

    path: Path
    recipe: Recipe
    origin: Origin


@cache
def shipped_recipes() -> tuple[RecipeFile, ...]:
    """The recipes that come with the program: those for any table, then those of the samples."""
    found = (_shipped(path) for path in resource_path("recipes").glob(f"*{RECIPE_SUFFIX}"))
    return tuple(sorted(found, key=_place))


def _shipped(path: Path) -> RecipeFile:
    origin: Origin = "any" if path.stem in FOR_ANY_TABLE else "sample"
    return RecipeFile(path, load_recipe(path), origin)


def _place(file: RecipeFile) -> tuple[int, str]:
    known = file.origin == "any"
    return FOR_ANY_TABLE.index(file.path.stem) if known else len(FOR_ANY_TABLE), file.path.stem


def own_recipes(paths: Sequence[str], report: Report) -> tuple[RecipeFile, ...]:
    """The recipes of those files that are still there and can be read, in their order."""
    found = []
    for done, path in enumerate(map(Path, paths)):
        report(done, len(paths))
        try:
            found.append(RecipeFile(path, load_recipe(path), "own"))
        except RecipeError:  # it says why once the person opens the file
            continue
    return tuple(found)
