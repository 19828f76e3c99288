"""Mapping: the columns of a table for the names that a recipe of another table uses."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.example import renamed
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import canonical, placeholder
from claude_batch_desk.core.tables.profile import ColumnProfile

Likeness = Literal["same", "spelled alike", "similar", "content", ""]
"""Why a column was proposed: it has that name; it has it but for case, spaces and signs; its name
is similar; it is the only one whose cells fit. "" where none was."""

_ALIKE = 0.72
"""Of difflib's ratio: “customer name” and “name of customer” are just above, most else below."""
_SIGNS = re.compile(r"[^\w]+|_+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LISTED = 12
_MOST_COMPARED = 5_000
"""Pairs of names; a table of thousands of columns is matched by spelling alone."""
_LONG_TEXT = 60
"""Characters; a column whose typical cell is longer is taken for the text a prompt is about."""
_SHORT_TEXT = 15
"""Characters; a column with a shorter typical cell is no text to ask about."""
_TEXT_NAMES = re.compile(
    r"text|message|body|comment|content|description|review|note|summary|article|abstract|story"
    r"|nachricht|beschreibung|kommentar",
    re.IGNORECASE,
)
_DATE_NAMES = re.compile(r"date|day|when|time|datum|tag", re.IGNORECASE)


@dataclass(frozen=True)
class Match:
    """A name in the recipe, and the column of the table that is proposed for it."""

    name: str
    column: str
    """"" where none is proposed."""
    why: Likeness


def propose_mapping(
    recipe: Recipe, columns: Sequence[str], profile: Sequence[ColumnProfile] = ()
) -> tuple[Match, ...]:
    """For each name in the prompt, in order of first use, a column; no column for two names.

    A name the table has stands for that column. Content decides only where a single column fits.
    """
    open_names = list(recipe.prompt.columns)
    free = list(dict.fromkeys(columns))
    found: dict[str, Match] = {}
    ways: tuple[Likeness, ...] = ("same", "spelled alike")
    for why in ways:
        for name in list(open_names):
            exact = next((each for each in free if _key(each, why) == _key(name, why)), "")
            if exact:
                _settle(Match(name, exact, why), found, open_names, free)
    while pair := _most_similar(open_names, free):
        _settle(Match(*pair, "similar"), found, open_names, free)
    for name in list(open_names):
        if fitting := _by_content(name, free, profile):
            _settle(Match(name, fitting, "content"), found, open_names, free)
    return tuple(found.get(name, Match(name, "", "")) for name in recipe.prompt.columns)


def needs_mapping(recipe: Recipe, columns: Sequence[str]) -> bool:
    """Whether the prompt names a column that the table does not have."""
    return bool(recipe.prompt.unknown(columns))


def mapped(recipe: Recipe, columns: Mapping[str, str]) -> Recipe:
    """The recipe with the table's names in place of its own; the others stay.

    All at once, so that two names can change places. Names outside of placeholders are text.
    """
    given = {canonical(name): column for name, column in columns.items() if column}
    text, parts, end = recipe.prompt.text, list[str](), 0
    for span in recipe.prompt.spans:
        parts.append(text[end : span.start])
        new = given.get(span.column)
        parts.append(placeholder(canonical(new)) if new else text[span.start : span.end])
        end = span.end
    examples = tuple(renamed(each, given) for each in recipe.examples)
    return replace(recipe.with_prompt("".join([*parts, text[end:]])), examples=examples)


def read_mapping(said: Iterable[str], recipe: Recipe, columns: Sequence[str]) -> dict[str, str]:
    """“Old=New” texts as names of the recipe with columns of the table.

    Raises RecipeError where one is not of that form, or names what neither has.
    """
    found: dict[str, str] = {}
    known = {canonical(each): each for each in reversed(columns)}  # the first is meant
    for text in said:
        old, new = _two_names(text, recipe.prompt.columns)
        if new not in known:
            raise RecipeError(
                f"“{text}” maps to a column the table does not have. Its columns are "
                f"{_listed(columns)}."
            )
        found[old] = known[new]
    return found


def check_mapped(recipe: Recipe, columns: Sequence[str]) -> None:
    """Raise RecipeError, which says how to map them, where names have no column."""
    unknown = recipe.prompt.unknown(columns)
    if not unknown:
        return
    proposed = {each.name: each.column for each in propose_mapping(recipe, columns)}
    told = " ".join(f'--map "{name}={proposed[name] or "COLUMN"}"' for name in unknown)
    raise RecipeError(
        f"The prompt names {', '.join(f'“{name}”' for name in unknown)}, but the table has no such "
        f"column. Nothing was sent. Say which columns are meant: {told}. The table has "
        f"{_listed(columns)}."
    )


def _two_names(text: str, names: Sequence[str]) -> tuple[str, str]:
    """A name may have a “=” in it, so each place to part the text is tried."""
    parts = text.split("=")
    for place in range(1, len(parts)):
        old = canonical("=".join(parts[:place]))
        if old in names:
            return old, canonical("=".join(parts[place:]))
    if len(parts) == 1:
        raise RecipeError(f"“{text}” is no mapping. Write OLD=NEW: a name in the prompt, a column.")
    raise RecipeError(
        f"“{text}” maps a name that the prompt does not use. It uses {_listed(names)}."
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{each}”" for each in names[:_LISTED])
    return f"{shown} and {len(names) - _LISTED:,} more" if len(names) > _LISTED else shown


def _settle(match: Match, found: dict[str, Match], names: list[str], free: list[str]) -> None:
    found[match.name] = match
    names.remove(match.name)
    free.remove(match.column)


def _key(name: str, why: Likeness) -> str:
    return canonical(name) if why == "same" else folded(name)


@lru_cache(1 << 14)
def folded(name: str) -> str:
    """A name without case, accents, spaces and signs."""
    plain = unicodedata.normalize("NFKD", name)
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return _SIGNS.sub("", bare.casefold()) or canonical(name)


def _most_similar(names: Sequence[str], free: Sequence[str]) -> tuple[str, str] | None:
    if len(names) * len(free) > _MOST_COMPARED:
        return None
    pairs = ((_likeness(name, column), name, column) for name in names for column in free)
    best = max(pairs, key=lambda pair: pair[0], default=(0.0, "", ""))
    return (best[1], best[2]) if best[0] >= _ALIKE else None


@lru_cache(1 << 14)
def _likeness(one: str, other: str) -> float:
    """From 0 to 1; words in another order are as good as letters that differ."""
    by_letters = SequenceMatcher(None, folded(one), folded(other), autojunk=False).ratio()
    first, second = _word_set(one), _word_set(other)
    shared = len(first & second)
    by_words = 2 * shared / (len(first) + len(second)) if shared else 0.0
    return max(by_letters, by_words)


def _word_set(name: str) -> frozenset[str]:
    return frozenset(folded(each) for each in re.findall(r"[^\W_]+", _HUMPS.sub(" ", name)))


def _by_content(name: str, free: Sequence[str], profile: Sequence[ColumnProfile]) -> str:
    """The only free column whose cells are of the kind that the name speaks of, or ""."""
    known = [each for each in profile if each.name in free]
    if _TEXT_NAMES.search(name):
        fitting = [each.name for each in known if _is_long_text(each)] or _longest_text(known)
    elif _DATE_NAMES.search(name):
        fitting = [each.name for each in known if each.looks_like == "date"]
    else:
        fitting = [each.name for each in known if each.personal and each.personal in folded(name)]
    return fitting[0] if len(fitting) == 1 else ""


def _longest_text(columns: Sequence[ColumnProfile]) -> list[str]:
    """Where no text is long, the one that is much longer than all other columns."""
    texts = [each for each in columns if each.looks_like == "text"]
    longest = max(texts, key=lambda each: each.typical, default=None)
    if longest is None or longest.typical < _SHORT_TEXT:
        return []
    others = (each.typical for each in columns if each is not longest)
    return [longest.name] if longest.typical >= 2 * max(others, default=0) else []


def _is_long_text(column: ColumnProfile) -> bool:
    return column.looks_like == "text" and column.typical >= _LONG_TEXT
