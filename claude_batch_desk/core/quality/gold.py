"""Gold: what is right to answer, read from what a person wrote, and compared with answers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

import orjson

from claude_batch_desk.core.prompts.fields import SEPARATOR, OutputField, folded_value
from claude_batch_desk.core.quality.readings import day, day_first, number, yes_or_no

FREE_TEXT = OutputField("Answer")
"""Stands for the one answer of a recipe without answer columns."""
Verdict = Literal[
    "right",
    "near",  # a number within the tolerance, or a score one point off
    "wrong",
    "outside",  # none of the allowed values, or not of the kind
    "blank",
    "refused",
    "cut_off",
    "failed",  # the service failed on the row, or its results lack it
]
_PIECES = re.compile(r"[;|\n]")
_UNREADABLE: Final = "unreadable"
_OUTSIDE: Final = "outside"


@dataclass(frozen=True)
class Reading:
    """What a text says of a field, written as every equal one; `problem` where it says nothing."""

    text: str
    problem: Literal["", "outside", "unreadable"] = ""
    """It is none of the allowed values; or it is not of the kind, such as a word for a number."""


class GoldReader:
    """Reads right answers and given ones of one field alike, so that they can be compared.

    Allowed values count without regard to case and spacing, numbers and dates by their value, yes
    and no in many spellings, several values in any order. A text must be the same but for white
    space around it.
    """

    def __init__(self, field: OutputField, cells: Iterable[str] = ()) -> None:
        """`cells` of the column tell whether its dates begin with the day."""
        self._field = field
        self._allowed = {folded_value(each.value): each.value for each in field.choices}
        self._day_first = day_first(cells) if field.kind == "date" else None

    def read(self, text: str) -> Reading:
        """What a filled cell, or an answer, says."""
        match self._field.kind:
            case "choice":
                found = self._allowed.get(folded_value(text))
                return Reading(found) if found else Reading(text.strip(), _OUTSIDE)
            case "choices":
                return self._several(text)
            case "boolean":
                word = yes_or_no(text)
                return Reading(word) if word else Reading(text.strip(), _UNREADABLE)
            case "integer" | "number" | "score":
                return self._number(text)
            case "date":
                found_day = day(text, begins_with_day=self._day_first)
                date = found_day.isoformat() if found_day else ""
                return Reading(date) if date else Reading(text.strip(), _UNREADABLE)
        return Reading("\n".join(text.strip().splitlines()))

    def _number(self, text: str) -> Reading:
        found = number(text)
        # A remainder, found % 1, is refused to more digits than a context has.
        if found is None or (self._field.kind != "number" and found != found.to_integral_value()):
            return Reading(text.strip(), _UNREADABLE)
        if self._field.kind == "score" and int(found) not in self._field.points:
            return Reading(text.strip(), _OUTSIDE)
        return Reading(format(found.normalize(), "f") if found else "0")

    def _several(self, text: str) -> Reading:
        pieces = self._pieces(text)
        unknown = [each for each in pieces if folded_value(each) not in self._allowed]
        if unknown:
            return Reading(SEPARATOR.join(unknown), _OUTSIDE)
        named = {self._allowed[folded_value(each)] for each in pieces}
        return Reading(SEPARATOR.join(each for each in self._allowed.values() if each in named))

    def _pieces(self, text: str) -> list[str]:
        """The values in a cell: apart by semicolons, lines or bars, as a JSON list, or by commas.

        A comma parts only what is not an allowed value with a comma in it.
        """
        if listed := _json_list(text):
            return listed
        pieces = list[str]()
        for piece in _PIECES.split(text):
            whole = folded_value(piece) in self._allowed
            pieces += [piece] if whole else piece.split(",")
        return [each.strip() for each in pieces if each.strip()]

    def judge(self, right: str, given: str, tolerance: Decimal) -> Verdict:
        """Whether an answer is right; `right` is the text of a Reading, or "" for nothing.

        `tolerance` is a share of the right number, such as 0.05.
        """
        read = self.read(given)
        if read.problem:
            return "outside"
        if read.text == right:
            return "right"
        return "near" if right and self._is_near(right, read.text, tolerance) else "wrong"

    def _is_near(self, right: str, given: str, tolerance: Decimal) -> bool:
        if self._field.kind == "score":
            return abs(int(right) - int(given)) == 1
        if self._field.kind not in ("integer", "number"):
            return False
        wanted = Decimal(right)
        return abs(Decimal(given) - wanted) <= abs(wanted) * tolerance


def labels_of(field: OutputField) -> tuple[str, ...]:
    """The values that answers of a field can have, in the order of the recipe; none where any."""
    if field.kind == "boolean":
        return ("yes", "no")
    if field.kind == "score":
        return tuple(map(str, field.points))
    return tuple(each.value for each in field.choices) if field.is_listed else ()


def _json_list(text: str) -> list[str]:
    if not text.lstrip().startswith("["):
        return []
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    is_list = isinstance(found, list) and all(isinstance(each, str) for each in found)
    return found if is_list else []
