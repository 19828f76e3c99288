"""A part whose POST had no clear answer: found by looking, never by sending again."""

from datetime import datetime, timedelta
from http import HTTPStatus

import orjson

from claude_batch_desk.core.errors import Refused
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.polling import Patience
from claude_batch_desk.core.jobs.sending import leave_out
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.spool import request_number

_LOOKED_INTO = 50
"""So many ended batches of a look are opened, those nearest in size first; of its own size, all."""
_KEPT_AT_SERVICE = timedelta(days=30)
"""Nothing of a batch can be told or fetched later than this."""


def settle(stores: Stores, gateway: Gateway, job: Job, part: Part, patience: Patience) -> None:
    """Look for the part among the batches made since its mark.

    Only the ids in its results prove a batch ours: another program of the same account may have
    sent one of the same size. Until a batch that could be it has ended, nothing is concluded.
    """
    owned = stores.jobs.owned_batches()
    newest_first = gateway.batches_after(part.mark)[::-1]
    found = [batch for batch in newest_first if batch.id not in owned]
    found.sort(key=lambda batch: abs(batch.counts.total - part.requests))
    token = stores.jobs.token(job.id)
    undecided = False
    of_its_size = sum(batch.counts.total == part.requests for batch in found)
    for batch in found[: max(_LOOKED_INTO, of_its_size)]:
        ours = _is_ours(gateway, batch, token, part.number)
        if ours:
            stores.jobs.note_batch(job.id, part.number, batch)
            return
        undecided |= ours is None and batch.counts.total == part.requests
    if undecided:
        _wait_for_its_end(stores, job, part, gateway.now())
    else:
        _conclude_absent(stores, job, part, patience, gateway.now())


def _is_ours(gateway: Gateway, batch: Batch, token: str, number: int) -> bool | None:
    """Whether the batch is this part; None where that cannot be seen (yet)."""
    if not (batch.ended and batch.has_results):
        return None
    try:
        custom_id = str(orjson.loads(gateway.first_result(batch.id))["custom_id"])
    except (ValueError, KeyError, TypeError):
        return None  # cut short on the way
    except Refused as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None
    return request_number(custom_id, token, number) is not None


def _wait_for_its_end(stores: Stores, job: Job, part: Part, now: datetime) -> None:
    began = part.sent_at or now
    if now - began > _KEPT_AT_SERVICE:
        stores.jobs.set_part(
            job.id,
            part.number,
            "lost",
            "It could not be found out whether the service had this part, and it keeps nothing "
            "for longer than 29 days. Look at the account's usage before you run these rows again.",
        )
        return
    stores.jobs.note_failure(
        job.id,
        part.number,
        f"A batch that may be part {part.number} is at the service. Its results will show whether "
        "it is ours; until they are there, nothing is sent again, so you do not pay twice.",
    )


def _conclude_absent(
    stores: Stores, job: Job, part: Part, patience: Patience, now: datetime
) -> None:
    looks = stores.jobs.note_absent(
        job.id,
        part.number,
        f"We could not confirm that part {part.number} of {len(job.parts)} arrived. Checking "
        "before anything is sent again, so you do not pay twice.",
        now,
    )
    began = part.sent_at or now
    waited = (now - began).total_seconds()
    if part.looks == 0 or looks < patience.looks or waited < patience.settle:
        return
    if stores.jobs.is_canceled(job.id):
        leave_out(stores, job, part)
    else:
        stores.jobs.set_part(job.id, part.number, "planned", "It did not arrive; sending it again.")
