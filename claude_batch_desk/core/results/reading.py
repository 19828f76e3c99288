"""ResultReader: results of a batch read from their bytes, the usual ones in a third of the time."""

from collections.abc import Sequence
from typing import Any

import orjson

from claude_batch_desk.core.pricing.usage import Usage, usage_from
from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import read_answer
from claude_batch_desk.core.results.usual import UsualColumns

_ENDING = b',"stop_reason":"end_turn",'
_KEYS = ("type", "message")
_ENDINGS = 4_096
"""So many are known by heart; they are alike where the tokens are."""


class ResultReader:
    """Reads `result` objects of a batch, as `read_answer` does, for one recipe's columns.

    What follows the text of a message, its reason to stop and its usage, is the same in many
    messages, and more than half of their JSON. It is read once, and the rest without it.
    """

    def __init__(self, fields: Sequence[OutputField]) -> None:
        self._fields = fields
        self._columns = UsualColumns(columns_of(fields)) if fields else None
        self._endings: dict[bytes, Usage] = {}

    def read(self, result: bytes) -> Answer:
        """The answer in a result object as it came; raises ValueError where it is no object."""
        read = orjson.loads(result)
        if isinstance(read, dict):
            return read_answer(read, self._fields, with_raw=False)
        raise ValueError("a result is no object")

    def usual(self, result: bytes) -> tuple[tuple[str, ...], Usage] | None:
        """Values and usage of an answer with nothing wrong; None where `read` must look.

        The two pieces are JSON, one of them with two objects left open and the other with the ends
        of two: so they are JSON together, and of a key that is in both the second counts.
        """
        at = result.rfind(_ENDING)
        if at < 0:
            return None
        ending = result[at:]
        usage = self._endings.get(ending) or self._usage(ending)
        text = usage and _text(result[:at] + b"}}")
        if usage is None or not text:
            return None
        if self._columns is None:
            return ((text.strip(),), usage) if text.strip() else None
        values = self._columns.values(text)
        return None if values is None else (values, usage)

    def _usage(self, ending: bytes) -> Usage | None:
        """The usage in an ending; None where that is not the end of a message alone."""
        if not ending.endswith(b"}"):
            return None
        try:
            read = orjson.loads(b"[{" + ending[1:-1] + b"]")
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
        found = self._endings[ending] = usage_from(usage)
        return found


def _text(opened: bytes) -> str | None:
    """The text of a message that succeeded, where that is one block."""
    try:
        read = orjson.loads(opened)
        (block,) = read["message"]["content"]
        # With another key, that one's value may be what was left open.
        if read["type"] != "succeeded" or len(read) > len(_KEYS) or block["type"] != "text":
            return None
        text = block["text"]
    except (ValueError, KeyError, TypeError):  # no JSON, or of another shape
        return None
    return text if isinstance(text, str) else None
