"""OutputField: an answer column the person wants back, with what is to stand beside it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from typing import Literal, get_args

from claude_batch_desk.core.errors import RecipeError

FieldKind = Literal[
    "text",
    "long_text",
    "choice",  # one of a list
    "choices",  # several of a list
    "integer",
    "number",
    "boolean",
    "date",
    "score",  # a whole number on a scale
]
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)
Companion = Literal["reason", "quote", "confidence"]
COMPANIONS: tuple[Companion, ...] = get_args(Companion)
MAX_FIELDS = 24
"""Ours: the service calls large schemas too complex, and does not say from where on."""
MAX_UNIONS = 16
"""The service accepts at most 16 parameters of a union type, which a column is that may be null."""
MIN_CHOICES = 2
MAX_CHOICES = 200
LONGEST_SCALE = 100
"""Steps. The service knows no minimum and maximum, so that each point of a scale is listed."""
SEPARATOR = "; "
"""Between several values in one cell."""
SURE: tuple[str, ...] = ("low", "medium", "high")
"""What a confidence can be. Models give no numbers here that mean what they seem to say."""

_SAFE_KEY = re.compile(r"[^A-Za-z0-9]+")
_TYPED: tuple[FieldKind, ...] = ("integer", "number", "date", "score")
_LISTED: tuple[FieldKind, ...] = ("choice", "choices")


@dataclass(frozen=True)
class Choice:
    """An allowed value, and when it is the right one."""

    value: str
    description: str = ""


@dataclass(frozen=True)
class OutputField:
    """A column of the answer: its header, what it holds, and a sentence that explains it."""

    name: str
    kind: FieldKind = "text"
    choices: tuple[Choice, ...] = ()
    """The allowed values of one or several of a list."""
    description: str = ""
    may_be_unknown: bool = False
    """The model may answer "unknown" (JSON null; of several values, none), which leaves the cell
    empty on purpose."""
    low: int = 1
    """The lower end of the scale of a score; the other is `high`."""
    high: int = 5
    companions: tuple[Companion, ...] = ()
    """What else is to stand beside each value."""

    @cached_property
    def by_spelling(self) -> Mapping[str, str]:
        """Its allowed values in their order, by how an answer is compared with them."""
        return {folded_value(choice.value): choice.value for choice in self.choices}

    @property
    def is_listed(self) -> bool:
        """Whether the values come from a list."""
        return self.kind in _LISTED

    @property
    def is_union(self) -> bool:
        """Whether it may be null besides its type."""
        return self.may_be_unknown and self.kind != "choices"

    @property
    def points(self) -> range:
        """The points of a score's scale."""
        return range(self.low, self.high + 1)


@dataclass(frozen=True)
class AnswerColumn:
    """One column of an answer as it stands beside a row: a field's value or a companion of it."""

    header: str
    key: str
    """The JSON property."""
    field: OutputField
    companion: Companion | None = None
    """None for the value itself."""

    @property
    def is_typed(self) -> bool:
        """Whether its values are numbers or dates, to calculate with."""
        return self.companion is None and self.field.kind in _TYPED


def columns_of(fields: Sequence[OutputField]) -> tuple[AnswerColumn, ...]:
    """The columns of an answer as people read them: each value, then its companions."""
    latest, columns = _LATEST[0]
    if latest is not fields:
        latest = tuple(fields)
        columns = _columns_of(latest)
        _LATEST[0] = latest, columns
    return columns


# Asked for with every answer that is read, one after the other of the same recipe: to hash its
# columns takes longer than to look at an answer.
_LATEST: "list[tuple[tuple[OutputField, ...], tuple[AnswerColumn, ...]]]" = [((), ())]


@lru_cache(maxsize=16)
def _columns_of(fields: tuple[OutputField, ...]) -> tuple[AnswerColumn, ...]:
    columns: list[AnswerColumn] = []
    keys = field_keys(fields)
    taken = set(keys)
    for key, field in zip(keys, fields, strict=True):
        name = field.name.strip()
        columns.append(AnswerColumn(name, key, field))
        for companion in COMPANIONS:
            if companion in field.companions:
                beside = _free(f"{key[:48]}_{companion}", taken)
                taken.add(beside)
                columns.append(AnswerColumn(f"{name} {companion}", beside, field, companion))
    return tuple(columns)


def headers_of(fields: Sequence[OutputField]) -> list[str]:
    """The headers of `columns_of`; none where answers are free text."""
    return [column.header for column in columns_of(fields)]


def check_fields(fields: Sequence[OutputField]) -> None:
    """Raise RecipeError where the fields cannot be asked for."""
    if len(fields) > MAX_FIELDS:
        raise RecipeError(f"A recipe can ask for at most {MAX_FIELDS} answer columns.")
    seen: set[str] = set()
    for field in fields:
        if not field.name.strip():
            raise RecipeError("An answer column has no name. Give it one, or remove it.")
        for name in _names(field):
            if name.casefold() in seen:
                raise RecipeError(f"Two answer columns are called “{name}”. Rename one.")
            seen.add(name.casefold())
        _check_kind(field)
    if sum(field.is_union for field in fields) > MAX_UNIONS:
        raise RecipeError(
            f"At most {MAX_UNIONS} answer columns may be left empty. Require this one, or another."
        )


def _names(field: OutputField) -> Iterator[str]:
    yield field.name.strip()
    for companion in field.companions:
        yield f"{field.name.strip()} {companion}"


def _check_kind(field: OutputField) -> None:
    if field.is_listed:
        _check_choices(field)
    elif field.kind == "score":
        _check_scale(field)


def _check_choices(field: OutputField) -> None:
    folded = [folded_value(choice.value) for choice in field.choices]
    kind = "one" if field.kind == "choice" else "several"
    if len(folded) < MIN_CHOICES:
        raise RecipeError(f"“{field.name}” is {kind} of a list: name at least two allowed values.")
    if len(folded) > MAX_CHOICES:
        raise RecipeError(
            f"“{field.name}” allows {len(folded):,} values; a list holds at most {MAX_CHOICES}. "
            "Put rare ones together, or choose Text."
        )
    if "" in folded:
        raise RecipeError(f"“{field.name}” allows an empty value. Remove it from the list.")
    value, times = Counter(folded).most_common(1)[0]
    if times > 1:
        twice = next(each.value for each in field.choices if folded_value(each.value) == value)
        raise RecipeError(
            f"“{field.name}” allows the same value twice: “{twice}”. Remove one of them."
        )
    if field.kind == "choices":
        _check_separator(field)


def _check_separator(field: OutputField) -> None:
    mark = SEPARATOR.strip()
    if mixed := next((each.value for each in field.choices if mark in each.value), None):
        raise RecipeError(
            f"“{field.name}” allows “{mixed}”. Several values stand in one cell with semicolons "
            "between them, so that no value can have one. Write it in another way."
        )


def _check_scale(field: OutputField) -> None:
    if field.low >= field.high:
        raise RecipeError(
            f"“{field.name}” is a score from {field.low} to {field.high}. "
            "Let the scale end above where it begins."
        )
    if field.high - field.low > LONGEST_SCALE:
        raise RecipeError(
            f"“{field.name}” is a score from {field.low:,} to {field.high:,}. "
            f"A scale has at most {LONGEST_SCALE} steps; choose Whole number for larger ones."
        )


def folded_value(text: str) -> str:
    """An allowed value as it is compared: the service does not promise the case it answers in."""
    return " ".join(text.split()).casefold()


def field_keys(fields: Sequence[OutputField]) -> tuple[str, ...]:
    """The JSON property name of each field: ASCII letters, digits and _, unique, at most 64."""
    keys: list[str] = []
    for number, field in enumerate(fields, start=1):
        key = _SAFE_KEY.sub("_", field.name).strip("_").lower()[:56] or f"answer_{number}"
        keys.append(_free(key, keys, number))
    return tuple(keys)


def _free(key: str, taken: Iterable[str], first: int = 2) -> str:
    """The key, or where that is taken the first free one with a number behind it."""
    numbered = (f"{key}_{suffix}" for suffix in count(first))
    return next(each for each in numbered if each not in taken) if key in taken else key
