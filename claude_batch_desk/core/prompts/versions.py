"""Versions: what a recipe said earlier, and in which words two of its states differ."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, Literal

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template

Why = Literal["tried", "sent", "kept", "pause", "return"]
"""Rows were tried with it; it was sent; the person kept it; the person paused; it was gone back to
an earlier one."""
Change = Literal["same", "added", "removed"]

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_WORDS = 4_000
"""Longer texts are compared by lines: comparing takes the square of the pieces at worst."""
_NAMES = {
    "instructions": "Instructions",
    "examples": "Examples",
    "prompt": "Prompt",
    "empty_cells": "Empty cells",
    "fields": "Answer columns",
    "model": "Model",
    "effort": "Effort",
    "thinking": "Thinks first",
    "max_tokens": "Most tokens",
    "documents": "Documents",
    "name": "Name",
    "about": "About",
}


@dataclass(frozen=True)
class Version:
    """A state of a job's recipe that was kept; `kept_at` is aware UTC."""

    number: int
    """1 for the first of its job."""
    recipe: Recipe
    kept_at: datetime
    why: Why
    origin: int = 0
    """The version that was gone back to, if `why` is that."""
    tried: int = 0
    """How many rows were answered with it before the job was sent."""


@dataclass(frozen=True)
class Piece:
    """A run of text that both states have, or only the later, or only the earlier."""

    text: str
    change: Change


@dataclass(frozen=True)
class Difference:
    """What differs in one part of the recipe, such as the instructions."""

    part: str
    pieces: tuple[Piece, ...]

    @property
    def counts(self) -> tuple[int, int]:
        """How many words were added, and how many removed."""
        added, removed = (
            sum(len(re.findall(r"\w+", each.text)) for each in self.pieces if each.change == kind)
            for kind in ("added", "removed")
        )
        return added, removed


def differences(before: Recipe, after: Recipe) -> tuple[Difference, ...]:
    """Each part of the recipe that differs, in reading order; none where nothing does."""
    return tuple(
        Difference(_name(part), compare(told(before), told(after)))
        for part, told in _parts(before)
        if told(before) != told(after)
    )


def in_a_line(before: Recipe | None, after: Recipe) -> str:
    """What changed, such as “Prompt: 3 words added; Model: a → b”; the first has no `before`."""
    if before is None:
        return "First version"
    told = [_in_short(each) for each in differences(before, after)]
    return "; ".join(told) or "Nothing changed"


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts in one, word by word; put together without the added it is `before`."""
    words = max(len(before), len(after)) < _MOST_WORDS * 4
    old, new = ((_WORDS if words else _LINES).findall(text) for text in (before, after))
    return tuple(_joined(_compared(old, new)))


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("".join(old[a:b]), "same")
        else:
            yield Piece("".join(old[a:b]), "removed")
            yield Piece("".join(new[c:d]), "added")


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Changes with nothing but a space between them are one: words are read, not letters."""
    removed = added = ""
    waiting = ""
    for piece in pieces:
        if piece.change == "same" and piece.text.isspace() and (removed or added):
            waiting += piece.text
            continue
        if piece.change == "same":
            yield from _change(removed, added)
            yield Piece(waiting + piece.text, "same")
            removed = added = waiting = ""
        elif piece.text:
            removed, added, waiting = removed + waiting, added + waiting, ""
            if piece.change == "removed":
                removed += piece.text
            else:
                added += piece.text
    yield from _change(removed, added)
    if waiting:
        yield Piece(waiting, "same")


def _change(removed: str, added: str) -> Iterator[Piece]:
    if removed:
        yield Piece(removed, "removed")
    if added:
        yield Piece(added, "added")


def _parts(recipe: Recipe) -> list[tuple[str, Callable[[Recipe], str]]]:
    """Every part of a recipe, and how it is told as a text."""
    known = [*_NAMES, *(each.name for each in fields(recipe) if each.name not in _NAMES)]
    return [(name, _Teller(name)) for name in known]


@dataclass(frozen=True)
class _Teller:
    part: str

    def __call__(self, recipe: Recipe) -> str:
        return _told(getattr(recipe, self.part))


def _told(value: Any) -> str:
    """A value of a recipe as a person reads it; one that says nothing is the empty text."""
    if isinstance(value, Template):
        return value.text
    if isinstance(value, OutputField):
        return _field(value)
    if isinstance(value, tuple):
        return "\n".join(map(_told, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "__dataclass_fields__"):
        return ", ".join(
            told for each in fields(value) if (told := _told(getattr(value, each.name)))
        )
    return str(value or "")


def _field(field: OutputField) -> str:
    """“Mood (choice); …”, with what differs from a plain field of that kind."""
    plain = OutputField(field.name, field.kind)
    told = [
        f"{_name(each.name).lower()}: {_told(value).replace(chr(10), ', ')}"
        for each in fields(field)
        if each.name not in {"name", "kind"}
        and (value := getattr(field, each.name)) != getattr(plain, each.name)
    ]
    return f"{field.name} ({_words(field.kind)})" + "".join(f"; {each}" for each in told)


def _in_short(difference: Difference) -> str:
    old, new = (
        "".join(each.text for each in difference.pieces if each.change != left_out).strip()
        for left_out in ("added", "removed")
    )
    if max(len(old), len(new)) <= _SHORT and "\n" not in old + new:
        return f"{difference.part}: {old or 'none'} → {new or 'none'}"
    added, removed = difference.counts
    told = [
        f"{count:,} {'word' if count == 1 else 'words'} {what}"
        for count, what in ((added, "added"), (removed, "removed"))
        if count
    ]
    return f"{difference.part}: {', '.join(told) or 'other signs or spaces'}"


_SHORT = 24


def _name(part: str) -> str:
    return _NAMES.get(part) or _words(part).capitalize()


def _words(name: str) -> str:
    return name.replace("_", " ")
