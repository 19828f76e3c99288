"""What the service's replies say. Unknown fields and words are let pass, missing ones are not."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from claude_batch_desk.core.catalogue import OfferedModel, bundled_models, read_model
from claude_batch_desk.core.service.batch import Batch, Counts
from claude_batch_desk.core.service.failures import not_the_service, not_understood
from claude_batch_desk.core.service.held_file import HeldFile

if TYPE_CHECKING:
    import httpx2

_KNOWN_COUNTS = ("processing", "succeeded", "errored", "canceled", "expired")


@dataclass(frozen=True)
class BatchPage:
    """One page of the list of batches, newest first."""

    batches: list[Batch]
    has_more: bool


def read_object(reply: "httpx2.Response") -> dict[str, Any]:
    """The JSON object of a reply; raises Unreachable where that is not what came."""
    if "json" not in reply.headers.get("content-type", ""):
        raise not_the_service()
    with _understood():
        return _mapping(orjson.loads(reply.content))


def read_batch(reply: "httpx2.Response") -> Batch:
    """The batch of a reply, with the workspace it came from; raises Unreachable."""
    read = read_object(reply)
    with _understood():
        return _batch(read, reply.headers.get("anthropic-workspace-id", ""))


def read_batches(reply: "httpx2.Response") -> BatchPage:
    """A page of batches; raises Unreachable where one cannot be read, for it may be ours."""
    read = read_object(reply)
    with _understood():
        batches = [_batch(_mapping(each), "") for each in _list(read["data"])]
        return BatchPage(batches, bool(read.get("has_more")))


def read_models(reply: "httpx2.Response") -> list[OfferedModel]:
    """The models of a reply, with what the endpoint leaves out as bundled; raises Unreachable."""
    bundled = bundled_models()
    read = read_object(reply)
    with _understood():
        listed = [_mapping(each) for each in _list(read["data"])]
        return [read_model(each, bundled.get(_text(each["id"]))) for each in listed]


def read_input_tokens(reply: "httpx2.Response") -> int:
    """The number a count of tokens came to; raises Unreachable."""
    read = read_object(reply)
    with _understood():
        return int(read["input_tokens"])


def read_file(reply: "httpx2.Response") -> HeldFile:
    """The file of a reply; raises Unreachable."""
    read = read_object(reply)
    with _understood():
        if read["type"] != "file":
            raise ValueError
        expires = read.get("expires_at")
        return HeldFile(_text(read["id"]), _moment(expires) if expires else None)


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    # What reading JSON of another shape than the service's raises.
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise not_understood() from error


def _batch(read: Mapping[str, Any], workspace: str) -> Batch:
    if read["type"] != "message_batch":
        raise ValueError
    ended = read.get("ended_at")
    return Batch(
        id=_text(read["id"]),
        status=_text(read["processing_status"]),
        counts=_counts(_mapping(read["request_counts"])),
        created_at=_moment(read["created_at"]),
        expires_at=_moment(read["expires_at"]),
        ended_at=_moment(ended) if ended else None,
        has_results=bool(read.get("results_url")) and not read.get("archived_at"),
        workspace=workspace,
    )


def _counts(read: Mapping[str, Any]) -> Counts:
    known = {name: int(read[name]) for name in _KNOWN_COUNTS}
    rest = sum(count for name, count in read.items() if name not in known and type(count) is int)
    return Counts(**known, other=rest)


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value
