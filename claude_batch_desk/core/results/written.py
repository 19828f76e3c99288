"""The values of answers that are written as nearly all are, by one pattern and without their JSON.

The service writes the columns of an answer in the order they were asked for. The pattern of all of
them finds each value as it is written, and nothing in between: no key can be missing, come twice or
be another one. Texts are taken as they are. Of everything else few values are different, so each of
those is read once, in the careful way, and known by heart.
"""

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

import orjson

from claude_batch_desk.core.prompts.fields import AnswerColumn, OutputField, columns_of
from claude_batch_desk.core.prompts.schema import answer_schema
from claude_batch_desk.core.results.columns import value_in
from claude_batch_desk.core.results.values import is_text, may_be_blank

Reading = Callable[[bytes], bytes | None]
"""Takes a message that succeeded up to its reason to stop; gives the values as a JSON list, if
nothing is wrong with them and nothing unusual in how they are written."""

_KNOWN = 4_096
_SHORT = 100
"""So many values of a column are known by heart, each of at most so many bytes: longer ones hardly
come twice."""
# Nothing but whole JSON matches: a name and a plain string or null, as often as there are some.
_OPENED = (
    rb'\{"type":"succeeded","message":\{(?:"\w+":(?:"[\w.:/ -]*+"|null),)*+'
    rb'"content":\[\{"type":"text","text":'
)
_CLOSED = rb'(?:,"citations":null)?+\}\]'
# From here on as it stands within a JSON string, with a backslash more before each mark. What is
# between the backslashes is looked at by the reader of JSON, which takes half the time.
_SPACE = rb"(?: |\\n)*+"
_TEXT = rb"[^\\]*+(?:\\\\(?:[nrt]|\\[\"\\])[^\\]*+)*+"
_STRING = rb'\\"%b\\"' % _TEXT
_LIST = rb"\[%b(?:%b(?:%b,%b%b)*+)?+%b\]" % (_SPACE, _STRING, _SPACE, _SPACE, _STRING, _SPACE)
_NUMBER = rb"-?(?:0|[1-9]\d*+)(?:\.\d++)?+(?:[eE][+-]?\d++)?+"
_free = re.compile(rb'%b("[^"\\]*+(?:\\.[^"\\]*+)*+")%b' % (_OPENED, _CLOSED)).fullmatch
_ANY = rb"%b|%b|%b|null|true|false" % (_STRING, _LIST, _NUMBER)


def reading(fields: Sequence[OutputField]) -> Reading:
    """What reads the answers to these columns."""
    return _Written(fields).values if fields else _free_text


class _Written:
    def __init__(self, fields: Sequence[OutputField]) -> None:
        columns = {column.key: column for column in columns_of(fields)}
        asked = [columns[key] for key in answer_schema(fields)["properties"]]
        self._match = re.compile(
            rb'%b"%b\{%b%b%b\}%b"%b'
            % (
                *(_OPENED, _SPACE, _SPACE),
                (rb"%b,%b" % (_SPACE, _SPACE)).join(map(_member, asked)),
                *(_SPACE, _SPACE, _CLOSED),
            )
        ).fullmatch
        self._texts = {place for place, column in enumerate(asked) if is_text(column)}
        self._others = [
            (place, column, dict[bytes, bytes]())
            for place, column in enumerate(asked)
            if not is_text(column)
        ]
        shown = [*columns.values()]
        self._in_order = _taking([asked.index(column) for column in shown])
        self._never_blank = _taking(
            [at for at, each in enumerate(shown) if is_text(each) and not may_be_blank(each)]
        )

    def values(self, front: bytes) -> bytes | None:
        """See Reading."""
        found = self._match(front)
        if found is None:
            return None
        values = list(found.groups(b""))
        try:
            for place, column, known in self._others:
                value = known.get(values[place])
                if value is None and (value := _read(values[place], column, known)) is None:
                    return None
                values[place] = value
            shown = self._list(values)
            if b"\\" in shown:
                shown = self._list(self._unmarked(values))
            texts = orjson.loads(shown)
        except ValueError:  # a text holds what is no text in JSON, or a mark that ends it
            return None
        is_right = len(texts) == len(values) and all(map(str.strip, self._never_blank(texts)))
        return shown if is_right else None

    def _list(self, values: list[bytes]) -> bytes:
        return b'["%b"]' % b'","'.join(self._in_order(values))

    def _unmarked(self, values: list[bytes]) -> list[bytes]:
        return [
            _unmarked(value).encode() if place in self._texts else value
            for place, value in enumerate(values)
        ]


def _member(column: AnswerColumn) -> bytes:
    value = rb'\\"(%b)\\"' % _TEXT if is_text(column) else rb"(%b)" % _ANY
    if is_text(column) and may_be_blank(column):
        value = rb"(?:%b|null)" % value
    return rb'\\"%b\\"%b:%b%b' % (re.escape(column.key.encode()), _SPACE, _SPACE, value)


def _unmarked(value: bytes) -> str:
    """JSON from within a JSON string; raises ValueError where it cannot stand there."""
    return str(orjson.loads(b'"%b"' % value))


def _read(value: bytes, column: AnswerColumn, known: dict[bytes, bytes]) -> bytes | None:
    """The JSON of a value's text, without the marks around it; None where a problem is found."""
    found = value_in(_unmarked(value), column)
    if found.problem:
        return None
    shown = orjson.dumps(found.text)[1:-1]
    if len(value) <= _SHORT and len(known) < _KNOWN:
        known[value] = shown
    return shown


def _taking(places: Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Items by these places, as a tuple however many they are."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: tuple([values[place] for place in places])


def _free_text(front: bytes) -> bytes | None:
    found = _free(front)
    try:
        text = orjson.loads(found[1]).strip() if found else ""
    except orjson.JSONDecodeError:
        return None
    return orjson.dumps([text]) if text else None
