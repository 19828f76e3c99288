"""ResultReader: results of one batch read from their bytes, the usual ones in half the time."""

from collections.abc import Sequence
from typing import Any

import orjson

from claude_batch_desk.core.pricing.usage import Usage, usage_from
from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import read_answer
from claude_batch_desk.core.results.usual import UsualColumns

_ENDING = b',"stop_reason":"end_turn",'
_KEYS = {"type", "message"}
_ENDINGS = 4_096
"""So many are known by heart; they are alike where the tokens are."""


class ResultReader:
    """Reads `result` objects of a batch, as `read_answer` does, for one recipe's columns.

    What follows the text of a message, its reason to stop and its usage, is the same in many
    messages, and is more than half of their JSON. It is read once, and the rest without it.
    """

    def __init__(self, fields: Sequence[OutputField]) -> None:
        self._fields = fields
        self._columns = UsualColumns(columns_of(fields)) if fields else None
        self._endings: dict[bytes, Usage] = {}

    def read(self, result: bytes) -> Answer:
        """The answer in a result object as it came; raises ValueError where it is no object."""
        usual = self._usual(result)
        if usual is not None:
            return usual
        read = orjson.loads(result)
        if isinstance(read, dict):
            return read_answer(read, self._fields, with_raw=False)
        raise ValueError("a result is no object")

    def _usual(self, result: bytes) -> Answer | None:
        """A whole text with nothing wrong; None where `read_answer` must look.

        The two pieces are JSON, one of them with two objects left open and the other with the ends
        of two: so they are JSON together, and of a key that is in both the second counts.
        """
        at = result.rfind(_ENDING)
        if at < 0:
            return None
        usage = self._usage(result[at:])
        if usage is None:
            return None
        text = _text(result[:at] + b"}}")
        if text is None:
            return None
        if self._columns is None:
            return Answer("answered", (text.strip(),), "", text, usage) if text.strip() else None
        values = self._columns.values(text)
        return None if values is None else Answer("answered", values, "", text, usage)

    def _usage(self, ending: bytes) -> Usage | None:
        """The usage in an ending; None where that is not the end of a message alone."""
        known = self._endings.get(ending)
        if known is not None:
            return known
        try:
            read = orjson.loads(b'{"":{' + ending[1:])
        except orjson.JSONDecodeError:
            return None
        message: dict[str, Any] = read[""]
        usage = message.get("usage")
        if len(read) > 1 or not isinstance(usage, dict) or not _is_end(message):
            return None
        if len(self._endings) >= _ENDINGS:
            self._endings.clear()
        found = self._endings[ending] = usage_from(usage)
        return found


def _is_end(message: dict[str, Any]) -> bool:
    return message["stop_reason"] == "end_turn" and "content" not in message


def _text(opened: bytes) -> str | None:
    """The text of a message that succeeded, where that is one block."""
    try:
        read = orjson.loads(opened)
    except orjson.JSONDecodeError:
        return None
    # With another key, that one's value may be what was left open.
    if not isinstance(read, dict) or {*read} != _KEYS or read["type"] != "succeeded":
        return None
    message = read["message"]
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, list) or len(content) != 1:
        return None
    (block,) = content
    if not isinstance(block, dict) or block.get("type") != "text":
        return None
    text = block.get("text")
    return text if isinstance(text, str) else None
