"""How a batch ends: every request is validated and answered, and the result lines are written."""

import itertools
import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from claude_batch_desk.practice.attachments import FindFile
from claude_batch_desk.practice.caching import BatchCache
from claude_batch_desk.practice.envelope import read_request
from claude_batch_desk.practice.ledger import Bill, account_of
from claude_batch_desk.practice.messages import Reply, chance, reply_to, schema_of, write_message
from claude_batch_desk.practice.records import Counts, Ending, RequestEntry, StoredBatch
from claude_batch_desk.practice.state import State
from claude_batch_desk.practice.unconfirmed import MAX_ITEM_BYTES
from claude_batch_desk.practice.validation import Setting, ValidRequest, validate
from claude_batch_desk.practice.wire import ApiError, bad_request, derived_id

_TROUBLES = ("errored", "expired", "canceled", "refusal", "max_tokens", "wrong-case", "off-list")
_TROUBLE_EVERY = 20
"""Of so many requests, in their shuffled order, each trouble befalls one: never none by chance."""
_BUFFER_BYTES = 1 << 20


class Stopped(Exception):
    """The server is going down; the batch ends after the next start."""


def end_time(batch: StoredBatch, cancel_seconds: float) -> datetime:
    """When a batch ends: when it is done, or shortly after it was canceled."""
    if batch.cancel_at is None:
        return min(batch.due_at, batch.expires_at)
    from_cancel = batch.cancel_at.timestamp() + cancel_seconds
    return min(datetime.fromtimestamp(from_cancel, batch.due_at.tzinfo), batch.due_at)


def write_results(
    state: State, batch: StoredBatch, find_file: FindFile, stopping: Callable[[], bool]
) -> Ending:
    """Write the results file of a batch, complete or not at all, and tell what is in it.

    The same batch always ends with the same bytes. Raises Stopped once `stopping` says so.
    """
    warm = state.prefixes.warm(batch.workspace, batch.created_at)
    writer = _Writer(batch, find_file, BatchCache(batch.id, warm))
    part = state.results_path(batch.id).with_suffix(".part")
    entries = state.entries(batch)
    order = list(range(len(entries)))
    random.Random(batch.id).shuffle(order)  # noqa: S311  an order, no secret
    with state.body_path(batch.id).open("rb") as body, part.open("wb", _BUFFER_BYTES) as results:
        for number in order:
            if stopping():
                raise Stopped
            results.write(writer.line(body, entries[number], number))
    os.replace(part, state.results_path(batch.id))  # noqa: PTH105  Path.replace is the same call
    return writer.ending()


class _Writer:
    """Decides how each request of one batch comes out, and writes its line."""

    def __init__(self, batch: StoredBatch, find_file: FindFile, cache: BatchCache) -> None:
        self._batch = batch
        self._setting = Setting(batch.version, batch.betas, batch=True, find_file=find_file)
        self._cache = cache
        self._kinds: Counter[str] = Counter()
        self._reached = _reached(batch)
        self._bill = Bill()
        self._places = itertools.count(int(chance("trouble", batch.id) * _TROUBLE_EVERY))

    def ending(self) -> Ending:
        """How the requests came out, and what that costs."""
        counts = Counts(
            self._kinds["succeeded"],
            self._kinds["errored"],
            self._kinds["canceled"],
            self._kinds["expired"],
        )
        return Ending(counts, self._bill.accounts, self._cache.prefixes)

    def line(self, body: BinaryIO, entry: RequestEntry, number: int) -> bytes:
        """The result line of one request."""
        result = self._result(body, entry, number)
        self._kinds[result["type"]] += 1
        line = {"custom_id": entry.custom_id, "result": result}
        return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)

    def _result(self, body: BinaryIO, entry: RequestEntry, number: int) -> dict[str, Any]:
        seed = f"{self._batch.id}/{entry.custom_id}"
        if number + 1 > self._reached * self._batch.total:
            return {"type": "expired" if self._batch.cancel_at is None else "canceled"}
        trouble = self._trouble()
        if trouble in {"expired", "canceled"}:
            return {"type": trouble}
        if trouble == "errored":
            return _errored(ApiError(500, "Internal server error"), seed)
        try:
            if entry.length > MAX_ITEM_BYTES:
                raise bad_request("The request exceeds the maximum size.")
            request = validate(_params(body, entry), self._setting)
        except ApiError as error:
            return _errored(error, seed)
        return {"type": "succeeded", "message": self._message(request, trouble, seed)}

    def _message(self, request: ValidRequest, trouble: str, seed: str) -> dict[str, Any]:
        reads = self._cache.reads(request.prompt, chance("cache", seed))
        reply = spoiled(request, reply_to(request), trouble)
        message = write_message(request, reply, seed, reads_cache=reads, tier="batch")
        self._bill.add(account_of(message, "batch"))
        return message

    def _trouble(self) -> str:
        if "mixed-outcomes" not in self._batch.faults:
            return ""
        number = next(self._places) % _TROUBLE_EVERY
        return _TROUBLES[number] if number < len(_TROUBLES) else ""


def _reached(batch: StoredBatch) -> float:
    """The share of its requests, in the order sent, that a batch came to."""
    if batch.cancel_at is not None:
        whole = (batch.due_at - batch.created_at).total_seconds()
        until_cancel = (batch.cancel_at - batch.created_at).total_seconds()
        return min(until_cancel / whole, 1.0) if whole > 0 else 1.0
    return 0.5 if "expire" in batch.faults else 1.0


def _params(body: BinaryIO, entry: RequestEntry) -> Any:
    try:
        return read_request(body, entry)["params"]
    except ValueError as error:
        raise bad_request("The request is not valid UTF-8 JSON.") from error


def _errored(error: ApiError, seed: str) -> dict[str, Any]:
    described = {
        "type": "error",
        "error": error.error(),
        "request_id": derived_id("req_", seed),
    }
    return {"type": "errored", "error": described}


def spoiled(request: ValidRequest, reply: Reply, trouble: str) -> Reply:
    """A reply as it goes wrong in life; the same where there is no trouble or nothing to spoil."""
    if trouble == "refusal":
        return Reply("", "refusal", refusal="general_harms")
    if trouble == "max_tokens":
        return Reply(reply.text[: len(reply.text) * 2 // 3], "max_tokens")
    if trouble not in {"wrong-case", "off-list"}:
        return reply
    schema = schema_of(request.params)
    if schema is None or schema.get("type") != "object":
        return reply
    values = orjson.loads(reply.text)
    for name, property_ in (schema.get("properties") or {}).items():
        if _has_choices(property_) and isinstance(values.get(name), str):
            spoil = str.upper if trouble == "wrong-case" else "{} (unsure)".format
            return Reply(orjson.dumps({**values, name: spoil(values[name])}).decode())
    return reply


def _has_choices(schema: dict[str, Any]) -> bool:
    options: Sequence[dict[str, Any]] = (schema, *(schema.get("anyOf") or ()))
    return any("enum" in option for option in options)


def half_lines(path: Path) -> int:
    """How many bytes the first half of the lines of a file take."""
    with path.open("rb") as file:
        lengths = [len(line) for line in file]
    return sum(lengths[: max(len(lengths) // 2, 1)]) if lengths else 0
