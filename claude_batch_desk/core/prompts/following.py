"""Examples that follow their answer columns: what is renamed there is renamed in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from claude_batch_desk.core.prompts.example import Example, Filled
from claude_batch_desk.core.prompts.fields import (
    SEPARATOR,
    OutputField,
    columns_of,
    folded_value,
)


@dataclass(frozen=True)
class Following:
    """Answer columns as the examples know them, and as they have been edited since.

    Between two of them names may be empty or the same for a while, as they are while somebody
    types; the examples wait for the end of that.
    """

    known: tuple[OutputField, ...] = ()
    now: tuple[OutputField, ...] = ()
    origins: tuple[int, ...] = ()
    """For each column of `now` the place in `known` of the one that it was, -1 for a new one."""

    @classmethod
    def begin(cls, fields: Sequence[OutputField]) -> "Following":
        """Examples that know these columns."""
        return cls(tuple(fields), tuple(fields), tuple(range(len(fields))))

    def edited(self, fields: Sequence[OutputField]) -> "Following":
        """After one more edit."""
        places = _origins(self.now, fields)
        origins = tuple(self.origins[place] if place >= 0 else -1 for place in places)
        return Following(self.known, tuple(fields), origins)

    @property
    def settled(self) -> bool:
        """Each column has a name of its own, so that the examples can name it.

        One that never had a name is in nobody's way.
        """
        named = [field for field in self.now if field.name.strip()]
        lost = any(
            place >= 0 and self.known[place].name.strip() and not field.name.strip()
            for place, field in zip(self.origins, self.now, strict=True)
        )
        headers = [column.header.casefold() for column in columns_of(named)]
        return not lost and len(set(headers)) == len(headers)

    def carried(self, examples: Sequence[Example]) -> tuple[Example, ...]:
        """The examples with the names and allowed values as they are now."""
        pairs = [
            (self.known[place], field)
            for place, field in zip(self.origins, self.now, strict=True)
            if place >= 0
        ]
        return tuple(_carried(example, pairs) for example in examples)


def _origins(before: Sequence[OutputField], after: Sequence[OutputField]) -> list[int]:
    """For each field the place of the one it was before a single edit, -1 for a new one.

    A field that is as it was is that one; what is left on both sides is the edited one.
    """
    open_places = list(range(len(before)))
    found = [-1] * len(after)
    for at, field in enumerate(after):
        place = next((each for each in open_places if before[each] == field), -1)
        if place >= 0:
            found[at] = place
            open_places.remove(place)
    if len(before) == len(after):
        for at in (at for at, place in enumerate(found) if place < 0):
            found[at] = open_places.pop(0)
    return found


def _carried(example: Example, pairs: Sequence[tuple[OutputField, OutputField]]) -> Example:
    """All at once, so that two names can change places; what no column is now stays unseen."""
    headers: dict[str, str] = {}
    values: dict[str, _Renamed] = {}
    for before, after in pairs:
        headers |= dict(_renamed_headers(before, after))
        if value := _renamed_value(before, after):
            values[before.name.strip()] = value
    taken = set(headers.values())
    answers = tuple(
        Filled(headers.get(each.name, each.name), _spelled(each.text, values.get(each.name)))
        for each in example.answers
        if each.name in headers or each.name not in taken
    )
    return replace(example, answers=answers)


def _renamed_headers(before: OutputField, after: OutputField) -> Iterator[tuple[str, str]]:
    old, new = before.name.strip(), after.name.strip()
    yield old, new
    for companion in before.companions:
        yield f"{old} {companion}", f"{new} {companion}"


@dataclass(frozen=True)
class _Renamed:
    """An allowed value that is written otherwise now."""

    old: str
    new: str
    several: bool
    """Whether a cell may hold others beside it."""


def _renamed_value(before: OutputField, after: OutputField) -> _Renamed | None:
    """The only value that was written otherwise in its place; more than one is another list."""
    if not (before.is_listed and after.is_listed) or len(before.choices) != len(after.choices):
        return None
    pairs = [
        (old.value, new.value)
        for old, new in zip(before.choices, after.choices, strict=True)
        if folded_value(old.value) != folded_value(new.value)
    ]
    if len(pairs) != 1:
        return None
    return _Renamed(*pairs[0], several=before.kind == "choices")


def _spelled(text: str, value: _Renamed | None) -> str:
    """An answer with its allowed values as they are called now."""
    if value is None:
        return text
    parts = text.split(SEPARATOR.strip()) if value.several else [text]
    old = folded_value(value.old)
    called = [value.new if folded_value(part) == old else part.strip() for part in parts]
    return SEPARATOR.join(called)
