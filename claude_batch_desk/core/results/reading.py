"""ResultReader: results of a batch read from their bytes, the usual ones in a third of the time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from claude_batch_desk.core.pricing.usage import Usage, usage_from
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import read_answer
from claude_batch_desk.core.results.written import reading

_STOPPED = b',"stop_reason":"end_turn",'
_ENDINGS = 4_096
"""So many are known by heart; they are alike where the tokens are."""


@dataclass(frozen=True, eq=False, slots=True)
class Ending:
    """What follows the content of a message that ended by itself, to the end of the result."""

    text: bytes
    usage: Usage


UsualResult = tuple[bytes, bytes, Ending]
"""The values of an answer as a JSON list, and its result in two pieces."""


class ResultReader:
    """Reads `result` objects of a batch, as `read_answer` does, for one recipe's columns.

    What follows the content of a message, its reason to stop and its usage, is the same in many
    messages, and up to half of their JSON. It is read once, and the rest without it.
    """

    def __init__(self, fields: Sequence[OutputField]) -> None:
        self._fields = fields
        self._values = reading(fields)
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
        values = ending and self._values(front)
        return (values, front, ending) if ending and values else None

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
