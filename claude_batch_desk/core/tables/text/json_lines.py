"""JSON Lines, and arrays of objects: one row for each object, one column for each key.

Numbers come as they are written (1.10, not 1.1), and what is nested as compact JSON.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.finding import Places, counted
from claude_batch_desk.core.tables.headers import MAX_COLUMNS, column_names
from claude_batch_desk.core.tables.opened import Alive, OpenedTable
from claude_batch_desk.core.tables.table import Reading, ReadOptions, Row
from claude_batch_desk.core.tables.text.encoding import Encoding, find_encoding, open_text

_SUFFIXES = (".jsonl", ".ndjson", ".json")
_HEAD = 64 * 1024
_ALIVE_EVERY = 20_000
_BLOCK = 1024 * 1024
_LARGEST = 32 * 1024 * 1024
"""Characters of one object; a longer one is a bracket or a quotation mark that nobody closed."""
_BETWEEN = re.compile(r"[\s,]*")


class _Number(str):
    """A number as it is written, to be told from a text."""

    __slots__ = ()


class _Object(tuple[tuple[str, object], ...]):
    """The keys and values of an object, also those of a key that is named twice."""

    __slots__ = ()


_DECODER = json.JSONDecoder(
    object_pairs_hook=_Object,
    parse_float=_Number,
    parse_int=_Number,
    parse_constant=_Number,
    strict=False,  # a tab inside a text is no reason to refuse a file
)


def is_json(path: Path) -> bool:
    """True where a file is named as JSON, or starts as only JSON does."""
    if path.suffix.lower() in _SUFFIXES:
        return True
    with path.open("rb") as source:
        head = source.read(_HEAD).removeprefix(codecs.BOM_UTF8).lstrip()
    if head.startswith(b"["):
        return head[1:].lstrip().startswith(b"{")
    try:
        return isinstance(json.loads(head.split(b"\n", 1)[0]), dict)
    except (ValueError, RecursionError):
        return False


def open_json(path: Path, options: ReadOptions, alive: Alive) -> OpenedTable:
    """Pass over the whole file to know its keys, and be ready to give its rows.

    Raises TableError where it is no JSON, or holds anything but objects.
    """
    encoding = find_encoding(path, options.encoding, alive)
    survey = _survey(path, encoding, alive)
    keys = tuple(survey.keys)
    if not keys:
        raise TableError("This file holds no table: there is no object with a value in it.")
    reading = Reading(
        kind="json", encoding=encoding.name, encoding_is_guess=encoding.is_guess, header_row=0
    )
    columns = column_names(keys, len(keys))
    return OpenedTable(reading, columns, _rows(path, encoding, keys), _notes(survey, encoding))


@dataclass
class _Survey:
    """What a first pass over the whole file found."""

    keys: dict[str, None] = field(default_factory=dict)
    """All keys, in the order in which they turn up."""
    doubled: Places = field(default_factory=Places)
    """The lines of the objects that name a key more than once."""


def _survey(path: Path, encoding: Encoding, alive: Alive) -> _Survey:
    survey = _Survey()
    for number, (line, pairs) in enumerate(_objects(path, encoding)):
        if number % _ALIVE_EVERY == 0:
            alive()
        keys = dict.fromkeys([key for key, _ in pairs])
        if len(keys) < len(pairs):
            survey.doubled.add(line)
        if not keys.keys() <= survey.keys.keys():
            survey.keys |= keys
        if len(survey.keys) > MAX_COLUMNS:
            raise TableError(
                f"Up to line {line:,}, the objects in this file have more than {MAX_COLUMNS:,} "
                "different keys, so they are no rows of one table."
            )
    return survey


def _notes(survey: _Survey, encoding: Encoding) -> list[str]:
    notes = []
    if not encoding.fits:
        notes.append(f"Some characters are not valid {encoding.name} and are shown as “\ufffd”.")
    if survey.doubled.count:
        objects = counted(survey.doubled.count, "object names", "objects name")
        notes.append(
            f"{objects} a key more than once (line {survey.doubled}). The last value is kept."
        )
    return notes


def _rows(path: Path, encoding: Encoding, keys: tuple[str, ...]) -> Iterator[Row]:
    for _, pairs in _objects(path, encoding):
        values = dict(pairs)
        row = [values.get(key, "") for key in keys]
        yield [value if type(value) is str else _cell(value) for value in row]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, str) else _compact(value)


def _compact(value: object) -> str:
    """A value as JSON without spaces, its numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, _Object):
        pairs = (f"{_compact(key)}:{_compact(each)}" for key, each in value)
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _objects(path: Path, encoding: Encoding) -> Iterator[tuple[int, _Object]]:
    """Each object with the line it starts in; raises TableError at what is none."""
    with open_text(path, encoding) as text:
        reader = _Reader(text)
        in_list = reader.next_character() == "["
        if in_list:
            reader.at += 1
        while (character := reader.next_character()) not in ("", "]"):
            line = reader.line
            value = reader.value() if character == "{" else None
            if not isinstance(value, _Object):
                raise TableError(
                    f"What starts in line {line:,} of this file is no object in braces, such as "
                    '{"name": "value"}. Only objects can be rows.'
                )
            yield line, value
        if in_list and not character:
            raise TableError(
                "This file breaks off: the list that it starts with has no end. Save it anew."
            )
        if character:
            reader.at += 1
            _check_end(reader, in_list)


def _check_end(reader: "_Reader", in_list: bool) -> None:
    """Raise TableError where a list ends that is none, or is followed by something."""
    if not in_list or reader.next_character():
        raise TableError(
            f"In line {reader.line:,} of this file something follows that is not part of its "
            "list. Save each list as a file of its own."
        )


class _Reader:
    """JSON values from a stream, one at a time, in memory for no more than one of them."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self._buffer = ""
        self.at = 0
        self.line = 1
        """Of the place that is read next."""

    def next_character(self) -> str:
        """The first character that is no blank or comma, to which this goes; "" at the end."""
        while True:
            found = _BETWEEN.match(self._buffer, self.at)
            self._go_to(found.end() if found else self.at)
            if self.at < len(self._buffer) or not self._read_on(_BLOCK):
                return self._buffer[self.at : self.at + 1]

    def value(self) -> object:
        """The value that starts here; raises TableError where it is not JSON."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self.at)
            except RecursionError as error:
                raise self._broken("is nested too deeply to be read") from error
            except json.JSONDecodeError as error:
                # What is wrong here may only be that the rest is not there yet.
                more = max(_BLOCK, len(self._buffer) - self.at)
                if len(self._buffer) - self.at > _LARGEST or not self._read_on(more):
                    raise self._broken(f"is not valid JSON ({error.msg})") from error
                continue
            self._go_to(end)
            return value

    def _read_on(self, characters: int) -> bool:
        """Have more of the text at hand; False where there is no more."""
        more = self._text.read(characters)
        self._buffer = self._buffer[self.at :] + more
        self.at = 0
        return bool(more)

    def _go_to(self, place: int) -> None:
        self.line += self._buffer.count("\n", self.at, place)
        self.at = place

    def _broken(self, what: str) -> TableError:
        return TableError(
            f"The object that starts in line {self.line:,} of this file {what}. Correct it, or "
            "save the file anew."
        )
