"""Message batches as the service describes them."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from claude_batch_desk.practice.faults import Faults
from claude_batch_desk.practice.records import Counts, StoredBatch
from claude_batch_desk.practice.state import State
from claude_batch_desk.practice.unconfirmed import DELETED_CURSOR_WORKS, UNKNOWN_CURSOR_STATUS
from claude_batch_desk.practice.wire import ApiError, bad_request, wire_time

FOREIGN_HOST = "https://elsewhere.invalid/"
_DEFAULT_LIMIT, _MAX_LIMIT = 20, 1000
_AFTER_ALL = 1 << 62


def describe(batch: StoredBatch, now: datetime, base_url: str, faults: Faults) -> dict[str, Any]:
    """The MessageBatch object."""
    ended = batch.ended_at is not None
    archived = ended and is_archived(batch, now, faults)
    host = FOREIGN_HOST if faults.strikes("foreign-results-url") else base_url
    url = f"{host}v1/messages/batches/{batch.id}/results"
    return {
        "id": batch.id,
        "type": "message_batch",
        "processing_status": _status(batch),
        "request_counts": _counts(batch, faults),
        "created_at": wire_time(batch.created_at),
        "expires_at": wire_time(batch.expires_at),
        "ended_at": wire_time(batch.ended_at),
        "cancel_initiated_at": wire_time(batch.cancel_at),
        "archived_at": wire_time(min(batch.archived_at, now)) if archived else None,
        "results_url": url if ended and not archived else None,
    }


def is_archived(batch: StoredBatch, now: datetime, faults: Faults) -> bool:
    """Whether the results of a batch are no longer kept."""
    return now >= batch.archived_at or faults.strikes("archived")


def _status(batch: StoredBatch) -> str:
    if batch.ended_at is not None:
        return "ended"
    return "in_progress" if batch.cancel_at is None else "canceling"


def _counts(batch: StoredBatch, faults: Faults) -> dict[str, int]:
    if batch.ended_at is None:
        return {"processing": batch.total, **asdict(Counts())}
    counts = {"processing": 0, **asdict(batch.counts)}
    if faults.strikes("counts-mismatch"):
        counts["succeeded"] += 1
    return counts


def read_limit(query: Mapping[str, str]) -> int:
    """How many items a page may have; raises ApiError outside 1 to 1000."""
    given = query.get("limit")
    if given is None:
        return _DEFAULT_LIMIT
    try:
        limit = int(given)
    except ValueError as error:
        raise bad_request("limit: Input should be a valid integer") from error
    if not 1 <= limit <= _MAX_LIMIT:
        raise bad_request(f"limit: Input should be between 1 and {_MAX_LIMIT}")
    return limit


def read_cursor(query: Mapping[str, str]) -> tuple[str, str]:
    """The after_id and before_id of a list, one of them at most; "" where absent."""
    after, before = query.get("after_id", ""), query.get("before_id", "")
    if after and before:
        raise bad_request("after_id and before_id cannot be used together")
    return after, before


def list_page(
    state: State, workspace: str, query: Mapping[str, str], now: datetime
) -> tuple[list[StoredBatch], bool]:
    """One page of a workspace's batches, newest first, and whether more follow its direction."""
    limit = read_limit(query)
    after, before = read_cursor(query)
    if before:
        found = state.newer(workspace, _seq(state, workspace, before), now, limit + 1)
        return found[-limit:], len(found) > limit
    seq = _seq(state, workspace, after) if after else _AFTER_ALL
    found = state.older(workspace, seq, now, limit + 1)
    return found[:limit], len(found) > limit


def _seq(state: State, workspace: str, batch_id: str) -> int:
    batch = state.batch(workspace, batch_id, deleted=DELETED_CURSOR_WORKS)
    if batch is None:
        raise ApiError(UNKNOWN_CURSOR_STATUS, f"Unknown batch in cursor: {batch_id[:64]}")
    return batch.seq


def page_object(items: list[dict[str, Any]], has_more: bool) -> dict[str, Any]:
    """A page of a list."""
    return {
        "data": items,
        "has_more": has_more,
        "first_id": items[0]["id"] if items else None,
        "last_id": items[-1]["id"] if items else None,
    }
