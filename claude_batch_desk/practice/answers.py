"""Believable answers without a model: what a row's own words suggest, the same every time.

A rehearsal should look like the real thing: a refund request is filed under billing, an invoice's
amount is the invoice's amount. Nothing here understands; it matches words in several languages.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import orjson

from claude_batch_desk.practice.choosing import (
    CERTAINTIES,
    certainty,
    choose,
    choose_several,
    feeling,
    holds,
)
from claude_batch_desk.practice.filling import (
    Wanted,
    clause,
    date_for,
    number_for,
    scored,
    text_for,
)
from claude_batch_desk.practice.lexicon import fold
from claude_batch_desk.practice.reading import DOCUMENT, Row
from claude_batch_desk.practice.schemas import resolve

_DEEPEST = 12
_FIGURES = 3
_NO_TEXT = "There is no text to go by."
_NOT_SAID = "Not stated."
_YES_NO = (frozenset({"yes", "no"}), frozenset({"true", "false"}))
_NO_DATE = "1970-01-01"
"""Where a date has to be given and the row has none; a model has to make one up too."""
_FORMATS = {"date": "date", "email": "email", "uri": "url"}


def answer_text(system: str, prompt: str, schema: dict[str, Any] | None) -> str:
    """The answer to a prompt: JSON that fits the schema, or a short paragraph without one."""
    row = Row(prompt)
    if schema is None:
        return _paragraph(row)
    filler = _Filler(row, system, schema)
    return orjson.dumps(filler.value(schema, "", 0)).decode()


def _paragraph(row: Row) -> str:
    """Two or three sentences about a row."""
    about = text_for(Wanted("topic", ""), row) or "the text"
    said = clause(row.sentences[0], 160)
    mood = feeling(row)
    tone = "It is content." if mood > 0 else "It asks for help." if mood < 0 else ""
    parts = (f"This is about {about}: {said.rstrip('.')}.", *_told_apart(row), tone)
    return " ".join(part for part in parts if part)


def _told_apart(row: Row) -> Iterator[str]:
    """What tells a document from others that begin alike: its figures, and its longest line.

    So that a person sees that each answer is about its own document.
    """
    document = next((part.text for part in row.parts if part.label == DOCUMENT), "")
    lines = [line.strip() for line in document.splitlines()[1:] if " " in line.strip()]
    figures = [line for line in lines if any(map(str.isdigit, line))]
    labelled = [line for line in figures if ": " in line]
    shown = (labelled or figures)[:_FIGURES]
    if shown:
        yield f"It says “{'; '.join(clause(line, 60).rstrip('.') for line in shown)}”."
    longest = max((line for line in lines if line not in shown), key=len, default="")
    if longest:
        yield f"It also says “{clause(longest, 120).rstrip('.')}”."


class _Filler:
    """Fills a schema from a row."""

    def __init__(self, row: Row, instructions: str, root: Mapping[str, Any]) -> None:
        self._row = row
        self._instructions = instructions
        self._root = root

    def value(self, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        """A value that fits the schema; `name` is the property's, "" at the top."""
        schema = _merged(resolve(schema, self._root))
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._choice(schema["enum"], name, schema)
        if "anyOf" in schema:
            return self._either(schema, name, depth)
        kind = schema.get("type")
        if isinstance(kind, list):
            options = [{**schema, "type": each} for each in kind]
            return self._either({**schema, "anyOf": options}, name, depth)
        return self._typed(str(kind), schema, name, depth)

    def _typed(self, kind: str, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        if kind == "object" or "properties" in schema:
            properties = schema.get("properties") or {}
            return {
                key: self.value(each, key, depth + 1) for key, each in _ordered(properties, schema)
            }
        if kind == "array":
            return self._listed(schema, name, depth)
        if kind == "null":
            return None
        return self._single(kind, schema, name)

    def _listed(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        items = _merged(resolve(schema.get("items") or {"type": "string"}, self._root))
        if "enum" in items:
            return self._several(items["enum"], name, schema)
        filled = self.value(items, name, depth + 1) if depth < _DEEPEST else None
        return [filled] if filled not in (None, "") or schema.get("minItems") else []

    def _single(self, kind: str, schema: Mapping[str, Any], name: str) -> Any:
        wanted = self._wanted(name, schema)
        if schema.get("format") == "date":
            return date_for(wanted, self._row) or _NO_DATE
        if kind == "boolean":
            return holds(self._row, name, wanted.about)
        if kind in {"number", "integer"}:
            return _whole(number_for(wanted, self._row) or 0, integer=kind == "integer")
        found = (text_for(wanted, self._row) or "").strip()
        return found if found or wanted.is_quote else self._nothing()

    def _nothing(self) -> str:
        return _NOT_SAID if self._row.text.strip() else _NO_TEXT

    def _either(self, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        """The first option, or null where the row has nothing for it and null is an option."""
        options = [_merged(resolve(option, self._root)) for option in schema["anyOf"]]
        real = [option for option in options if option.get("type") != "null"]
        if not real:
            return None
        option = {**real[0]}
        option.setdefault("description", schema.get("description", ""))
        if len(real) == len(options):
            return self.value(option, name, depth)
        return self._or_null(option, name, depth)

    def _or_null(self, option: Mapping[str, Any], name: str, depth: int) -> Any:
        wanted = self._wanted(name, option, optional=True)
        if not self._row.text.strip():
            return None
        kind = str(option.get("type"))
        if kind in {"number", "integer"} and "enum" not in option:
            number = number_for(wanted, self._row)
            return None if number is None else _whole(number, integer=kind == "integer")
        if option.get("format") == "date":
            return date_for(wanted, self._row)
        if kind == "string" and "enum" not in option:
            return text_for(wanted, self._row)
        return self.value(option, name, depth)

    def _choice(self, choices: list[Any], name: str, schema: Mapping[str, Any]) -> Any:
        texts = [choice for choice in choices if isinstance(choice, str)]
        wanted = self._wanted(name, schema)
        about = f"{name.replace('_', ' ')}. {wanted.about}"
        folded = {fold(text): text for text in texts}
        if set(folded) in _YES_NO:
            yes = holds(self._row, name, wanted.about)
            return folded["yes" if yes else "no"] if "yes" in folded else folded[str(yes).lower()]
        if set(texts) == set(CERTAINTIES) and "certain" in fold(about):
            return certainty(self._row)
        if texts:
            return choose(self._row, texts, about, self._definitions(texts))
        numbers = [choice for choice in choices if isinstance(choice, int | float)]
        if not numbers:
            return choices[0]
        near = scored(wanted, self._row, min(numbers), max(numbers))
        return min(numbers, key=lambda number: abs(number - near))

    def _several(self, choices: list[Any], name: str, schema: Mapping[str, Any]) -> list[Any]:
        """All that fit a row about as well as the best one; none where none has to be there."""
        texts = [choice for choice in choices if isinstance(choice, str)]
        if not texts:
            return choices[: schema.get("minItems", 0)]
        about = f"{name.replace('_', ' ')}. {schema.get('description') or ''}"
        found = choose_several(self._row, texts, about, self._definitions(texts))
        if found or not schema.get("minItems"):
            return found
        return [self._choice(texts, name, schema)]

    def _wanted(self, name: str, schema: Mapping[str, Any], *, optional: bool = False) -> Wanted:
        about = str(schema.get("description") or schema.get("title") or "")
        name = name or _FORMATS.get(str(schema.get("format")), "")
        said = _said_of(name, about, self._instructions)
        if self._row.around:
            said += _find_said(name, about, self._row.around)
        return _wanted(name, about, said, optional)

    def _definitions(self, choices: list[str]) -> str:
        """The texts that may define the choices: of the row's own prompt, lines naming one.

        What does not define anything is left out, as it may differ from row to row, and what is
        made of the definitions is kept for the rows that share them.
        """
        around = self._row.around
        if not around:
            return self._instructions
        names = [choice.casefold() for choice in choices]
        lines = around.splitlines()
        naming = [line for line in lines if any(name in line.casefold() for name in names)]
        return "\n".join((self._instructions, *naming))


@lru_cache(maxsize=256)
def _wanted(name: str, about: str, said: str, optional: bool) -> Wanted:
    """What a property asks for; the same for every row of a batch."""
    return Wanted(name, about, said, optional)


@lru_cache(maxsize=256)
def _said_of(name: str, about: str, instructions: str) -> str:
    """What the shared instructions say of a property."""
    return _find_said(name, about, instructions)


def _find_said(name: str, about: str, instructions: str) -> str:
    """The lines of the instructions that begin with a property's name, or its header."""
    header = about.partition(".")[0]
    names = [re.escape(each) for each in (name, name.replace("_", " "), header) if each]
    if not names:
        return ""
    begins = re.compile(rf"[\W_]*(?:{'|'.join(names)})\b", re.IGNORECASE)
    return "\n".join(line for line in instructions.splitlines() if begins.match(line))


def _merged(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with its allOf parts taken in."""
    parts = schema.get("allOf")
    if not parts:
        return schema
    merged: dict[str, Any] = {}
    for part in (*parts, {key: value for key, value in schema.items() if key != "allOf"}):
        merged |= _merged(part)
    return merged


def _ordered(
    properties: Mapping[str, Any], schema: Mapping[str, Any]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Properties as the service writes them: the required first, then the optional."""
    required = set(schema.get("required") or ())
    return sorted(properties.items(), key=lambda item: item[0] not in required)


def _whole(number: float, *, integer: bool) -> float | int:
    return round(number) if integer or number == int(number) else number
