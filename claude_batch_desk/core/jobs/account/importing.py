"""A batch of others fetched to be read: kept here, never changed at the service."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import orjson

from claude_batch_desk.core.errors import Refused, ServiceError, StoreError, Unreachable
from claude_batch_desk.core.jobs.account.adopting import no_results
from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.account_store import Imported, ImportedResult
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answers import read_answer
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.disk import on_disk
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.waiting import while_heard

_AT_ONCE = 1_000
_KEPT = "What came of the answers is kept. Free some space, then import the batch again."


def import_batch(
    stores: Stores, gateway: Gateway, mode: Mode, batch_id: str, report: Report
) -> Imported:
    """Fetch the results of an ended batch and keep them to be read.

    Whatever came is kept, also where the stream broke or the person stops; to import again adds
    the rest. Raises Refused where it has no results, StoreError where it is a part of a job here,
    and what the gateway raises. Reports bytes, then results.
    """
    _check_free(stores, batch_id)
    batch = while_heard(lambda: gateway.batch(batch_id), lambda: report(0, 0))
    if not batch.has_results:
        raise Refused(no_results(batch))
    spool = _spool(stores, batch)
    try:
        try:
            gateway.fetch_results(batch.id, spool, report)
        except ServiceError:
            _keep(stores, mode, batch, spool, report)
            raise
        found = _keep(stores, mode, batch, spool, report)
    finally:
        with suppress(OSError):
            spool.unlink(missing_ok=True)
    if found is None:
        raise Unreachable(
            "None of the batch's answers came through. They stay at the service for 29 days after "
            "the batch was made; try again in a while."
        )
    return stores.account.import_of(found)


def _check_free(stores: Stores, batch_id: str) -> None:
    for job in stores.account.jobs():
        if any(part.batch_id == batch_id for part in job.parts):
            raise StoreError(
                f"This batch is a part of job {job.id}, which has its answers or fetches them. "
                "Nothing was imported."
            )


def _spool(stores: Stores, batch: Batch) -> Path:
    """A place for the results; an id is the service's, and no name for a file."""
    name = hashlib.sha256(batch.id.encode()).hexdigest()[:16]
    with on_disk(_KEPT):
        stores.inbox.mkdir(exist_ok=True, mode=0o700)
    return stores.inbox / f"import-{name}.jsonl"


def _keep(stores: Stores, mode: Mode, batch: Batch, spool: Path, report: Report) -> int | None:
    """Keep every readable line; returns the number of the import, or None where none was."""
    held: list[ImportedResult] = []
    import_id: int | None = None
    done = 0
    for result in _results(spool):
        held.append(result)
        if len(held) == _AT_ONCE:
            import_id = _flush(stores, mode, batch, held)
            done += len(held)
            held = []
            report(done, batch.counts.total)
    return _flush(stores, mode, batch, held) if held else import_id


def _flush(stores: Stores, mode: Mode, batch: Batch, held: list[ImportedResult]) -> int:
    import_id = stores.account.begin(batch, mode)
    stores.account.keep(import_id, held)
    return import_id


def _results(spool: Path) -> Iterator[ImportedResult]:
    # Split on \n alone: other line ends are legal inside JSON strings.
    with on_disk(_KEPT), spool.open("rb") as file:
        for line in file:
            with suppress(ValueError, KeyError, TypeError):  # a line cut short on the way
                read = orjson.loads(line)
                custom_id, result = str(read["custom_id"]), read["result"]
                if isinstance(result, dict):
                    outcome = read_answer(result, ()).outcome
                    yield ImportedResult(custom_id, outcome, orjson.dumps(result))
