"""ResultReader: results of a batch read from their bytes, the usual ones in a third of the time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from claude_batch_desk.core.pricing.usage import Usage, usage_from
from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import read_answer
from claude_batch_desk.core.results.usual import UsualColumns

_STOPPED = b',"stop_reason":"end_turn",'
_ENDINGS = 4_096
"""So many are known by heart; they are alike where the tokens are."""
# Nothing but whole JSON matches: a name and a plain string or null, as often as there are some.
_opened = re.compile(
    rb'\{"type":"succeeded","message":\{(?:"\w+":(?:"[\w.:/ -]*"|null),)*'
    rb'"content":\[\{"type":"text","text":(?=")'
).match
_CLOSED = (b',"citations":null}]', b"}]")


@dataclass(frozen=True, eq=False, slots=True)
class Ending:
    """What follows the content of a message that ended by itself, to the end of the result."""

    text: bytes
    usage: Usage


UsualResult = tuple[tuple[str, ...], bytes, Ending]
"""The values of an answer, and its result in two pieces."""


class ResultReader:
    """Reads `result` objects of a batch, as `read_answer` does, for one recipe's columns.

    What follows the content of a message, its reason to stop and its usage, is the same in many
    messages, and up to half of their JSON. It is read once, and the rest without it.
    """

    def __init__(self, fields: Sequence[OutputField]) -> None:
        self._fields = fields
        self._columns = UsualColumns(columns_of(fields)) if fields else None
        self._endings: dict[bytes, Ending] = {}

    def read(self, result: bytes) -> Answer:
        """The answer in a result object as it came; raises ValueError where it is no object."""
        read = orjson.loads(result)
        if isinstance(read, dict):
            return read_answer(read, self._fields, with_raw=False)
        raise ValueError("a result is no object")

    def usual(self, result: bytes) -> UsualResult | None:
        """An answer with nothing wrong; None where `read` must look."""
        at = result.rfind(_STOPPED)
        if at < 0:
            return None
        front, rest = result[:at], result[at:]
        ending = self._endings.get(rest) or self._ending(rest)
        text = ending and _text(front)
        if ending is None or not text:
            return None
        if self._columns is None:
            return ((text.strip(),), front, ending) if text.strip() else None
        values = self._columns.values(text)
        return None if values is None else (values, front, ending)

    def _ending(self, text: bytes) -> Ending | None:
        """An ending; None where that is not the end of a message alone."""
        if not text.endswith(b"}"):
            return None
        try:
            read = orjson.loads(b"[{" + text[1:-1] + b"]")
        except orjson.JSONDecodeError:
            return None
        message: dict[str, Any] = read[0]
        usage = message.get("usage")
        if len(read) > 1 or "content" in message or not isinstance(usage, dict):
            return None
        if message["stop_reason"] != "end_turn":  # it comes twice
            return None
        if len(self._endings) >= _ENDINGS:
            self._endings.clear()
        found = self._endings[text] = Ending(text, usage_from(usage))
        return found


def _text(front: bytes) -> str | None:
    """The text of a message that succeeded, from all that is before its ending.

    None where its content is not one block of text, or not written as the service writes it now.
    """
    opening = _opened(front)
    if opening is None:
        return None
    closing = _CLOSED[0] if front.endswith(_CLOSED[0]) else _CLOSED[1]
    if not front.endswith(closing):
        return None
    try:
        text = orjson.loads(front[opening.end() : -len(closing)])
    except orjson.JSONDecodeError:  # there is more than the text
        return None
    return text if isinstance(text, str) else None
