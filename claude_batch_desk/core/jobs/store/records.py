"""Store rows as the values they stand for, and back."""

import secrets
import sqlite3
import sys
from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.polling import LONGEST_PAUSE
from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.store.increment_store import EARLIER
from claude_batch_desk.core.jobs.store.message_ends import KeptEnds
from claude_batch_desk.core.jobs.timing.need import Need
from claude_batch_desk.core.pricing.caching import CacheUse, Caching
from claude_batch_desk.core.pricing.calibration import Calibration
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.narrowing import Narrowing
from claude_batch_desk.core.pricing.usage import Usage, usage_from
from claude_batch_desk.core.prompts.checks import Concern
from claude_batch_desk.core.prompts.recipe import Recipe, parse_recipe
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.service.batch import Counts

_RANGES = ("batch", "now", "cached", "primed", "cached_5m")


def dumps(value: object) -> str:
    """JSON for a column; amounts become text, so that none passes through a float."""
    return orjson.dumps(value, default=str).decode()


def when(text: str | None) -> datetime | None:
    """A stored time."""
    return datetime.fromisoformat(text) if text else None


def stamp(time: datetime | None) -> str | None:
    """A time as it is stored."""
    return time.isoformat() if time else None


def part_of(row: sqlite3.Row) -> Part:
    """A row of `part`."""
    return Part(
        number=row["number"],
        state=row["state"],
        requests=row["requests"],
        size=row["size"],
        attempt=row["attempt"],
        mark=row["mark"],
        batch_id=row["batch_id"] or "",
        sent_at=when(row["sent_at"]),
        created_at=when(row["created_at"]),
        expires_at=when(row["expires_at"]),
        ended_at=when(row["ended_at"]),
        counts=Counts(*orjson.loads(row["counts"])),
        first_request=row["first_request"],
        last_request=row["last_request"],
        failures=row["failures"],
        looks=row["looks"],
        note=row["note"],
        files_until=when(row["files_until"]),
        deleted_at=when(row["deleted_at"]),
    )


def job_of(row: sqlite3.Row, parts: tuple[Part, ...]) -> Job:
    """A row of `job` with its parts."""
    return Job(
        id=row["id"],
        name=row["name"],
        mode=row["mode"],
        state=row["state"],
        recipe=_recipe(row["recipe"]),
        table_id=row["table_id"],
        created_at=datetime.fromisoformat(row["created_at"]),
        selection=_selection(row["selection"]),
        way=row["way"],
        cache=CacheUse(**orjson.loads(row["cache"])) if row["cache"] else None,
        address=row["address"],
        model=_model(row["model"]),
        rows=row["rows"],
        requests=row["requests"],
        sent_at=when(row["sent_at"]),
        ended_at=when(row["ended_at"]),
        parts=parts,
        outcomes=_left(orjson.loads(row["outcomes"]), orjson.loads(row["settled"])),
        estimate=_estimate(row["estimate"]),
        billed=Decimal(row["billed"]) if row["billed"] else None,
        key_print=row["key_print"],
        next_look=_soon(when(row["next_look"])),
        canceled=bool(row["canceled"]),
        version=row["version"] or 0,
        need=Need(row["latency"], when(row["needed_by"])),
        again_of=row["again_of"],
        paused=bool(row["paused"]),
        unheard=row["unheard"],
        runs_again=row["runs_again"],
        running_again=row["running_again"],
        looked_at=when(row["looked_at"]),
        exported_at=when(row["exported_at"]),
    )


def _left(outcomes: dict[str, int], settled: dict[str, int]) -> dict[str, int]:
    """Rows by outcome as people have left them; those that corrections made usable are answered."""
    if not settled:
        return outcomes
    left = Counter(outcomes)
    left.subtract(settled)
    left["answered"] += sum(settled.values())
    return dict(+left)


def fresh_token() -> str:
    """A new prefix of a job's custom ids: 8 hexadecimal digits, random."""
    return secrets.token_hex(4)


def plan_of(row: sqlite3.Row) -> Plan:
    """A row of `plan`."""
    arrays = (array("I", row["row_numbers"]), array("I", row["request_of_row"]))
    if row["byte_order"] != sys.byteorder:
        for each in arrays:
            each.byteswap()
    return Plan(*arrays, row["digests"])


def plan_columns(plan: Plan) -> tuple[str, bytes, bytes, bytes]:
    """A plan as it is stored, beside its job: in the order of the columns."""
    rows, requests = plan.row_numbers.tobytes(), plan.request_of_row.tobytes()
    return sys.byteorder, rows, requests, plan.digests


def selection_text(selection: Selection) -> str:
    """A choice of rows as it is stored."""
    return dumps(asdict(replace(selection, rows=None)) | {"rows": selection.rows})


@lru_cache(64)
def _selection(text: str) -> Selection:
    """Kept: one that names its rows may be long."""
    read = orjson.loads(text)
    filters = tuple(RowFilter(**each) for each in read.pop("filters", ()))
    rows = read.pop("rows", None)
    return Selection(
        **{**read, "excluded": tuple(read.get("excluded", ()))},
        filters=filters,
        rows=None if rows is None else tuple(rows),
    )


@lru_cache(1_024)
def _recipe(text: str) -> Recipe:
    """Kept: a list of many jobs is read often, and their recipes hardly change."""
    return parse_recipe(text)


def _soon(look: datetime | None) -> datetime | None:
    """Never far off: a clock that was set back must not keep the answers waiting."""
    return min(look, datetime.now(UTC) + LONGEST_PAUSE) if look else None


def _model(text: str | None) -> OfferedModel | None:
    if not text:
        return None
    read = orjson.loads(text)
    lists = {name: tuple(read[name]) for name in ("efforts", "thinking")}
    return OfferedModel(**{**read, **lists, "retires_at": when(read["retires_at"])})


def _estimate(text: str | None) -> Estimate | None:
    if not text:
        return None
    read = orjson.loads(text)
    ranges = {name: _range(read[name]) for name in _RANGES if read.get(name)}
    caching = Caching(**read["caching"]) if read.get("caching") else None
    narrowing = Narrowing(**read["narrowing"]) if read.get("narrowing") else None
    calibration = Calibration(**read["calibration"]) if read.get("calibration") else None
    learned = {"narrowing": narrowing, "calibration": calibration}
    earlier = [Concern(text) for text in read.pop("warnings", ())]  # before they had places
    concerns = (*earlier, *map(Concern.from_json, read.pop("concerns", ())))
    return Estimate(**{**read, **ranges, **learned, "caching": caching, "concerns": concerns})


def _range(read: Mapping[str, str]) -> Range:
    return Range(**{name: Decimal(amount) for name, amount in read.items()})


def answer_of(row: sqlite3.Row, ends: KeptEnds) -> Answer:
    """A row of `answer`."""
    raw: dict[str, Any] = orjson.loads(ends.whole(row["raw"]))
    return Answer(
        outcome=row["outcome"],
        values=tuple(orjson.loads(row["values"])),
        reason=row["reason"],
        text=_text(raw),
        usage=_usage(row["usage"], raw),
        raw=raw,
        cost=Decimal(row["cost"]) if row["cost"] else None,
        version=row["version"],
        taken_over=row["batch_id"] == EARLIER,
        batch_id="" if row["batch_id"] == EARLIER else row["batch_id"],
    )


def _usage(told: str | None, raw: Mapping[str, Any]) -> Usage | None:
    """The usage in a row of `answer`: "" where it is as it came, and NULL without any."""
    if told is None:
        return None
    return Usage(**orjson.loads(told)) if told else usage_from(raw["message"]["usage"])


def _text(raw: Mapping[str, Any]) -> str:
    content = (raw.get("message") or {}).get("content") or ()
    return "".join(block.get("text", "") for block in content if block.get("type") == "text")


@lru_cache(4_096)
def usage_text(usage: Usage | None) -> str | None:
    """A usage as it is stored."""
    return orjson.dumps(usage).decode() if usage else None
