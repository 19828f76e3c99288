"""From a draft to batches at the service: frozen, intended, posted once, settled by looking."""

import hashlib
import shutil
from datetime import UTC, datetime
from decimal import Decimal

import orjson

from claude_batch_desk.core.errors import (
    DeskError,
    KeyRefused,
    OutcomeUnknown,
    Refused,
    StoreError,
)
from claude_batch_desk.core.jobs.job import Job, Order, Part
from claude_batch_desk.core.jobs.plan import make_plan, selected_rows
from claude_batch_desk.core.jobs.polling import Patience
from claude_batch_desk.core.jobs.store import Kept, Stores, Trial
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.request import Request, request_builder
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answers import read_message
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.service.spool import BatchSpool, body_path, request_number

_ANSWER_BYTES = 4_000
"""Room on disk to keep free per request before money is spent; twice a usual result line."""


def freeze(
    stores: Stores,
    prices: PriceBook,
    job: Job,
    order: Order,
    report: Report,
) -> None:
    """Render, spool and store everything the job needs; nothing is read from its source after."""
    if job.table_id is None:
        raise StoreError("This job has no table yet. Open a file first.")
    table = stores.tables.table(job.table_id)
    tried = usable_trials(stores, job)
    spool = BatchSpool(stores.outbox, stores.jobs.token(job.id))
    prepaid: list[Kept] = []

    def keep(number: int, request: Request) -> None:
        if order.way == "now":
            return
        if trial := tried.get(request.sha256):
            prepaid.append(_prepaid(trial, number, job, prices))
        else:
            spool.add(number, request.params)

    try:
        numbers = selected_rows(table, job.selection)
        build = request_builder(job.recipe, order.model)
        plan = make_plan(table, numbers, job.recipe, build, keep, report)
        spool.close()
        _check_room(stores, plan.requests)
        bodies = list(zip(spool.bodies, spool.bounds, strict=True))
        stores.jobs.keep_plan(job.id, plan, bodies, order, prepaid)
    except BaseException:
        spool.discard()
        raise


def usable_trials(stores: Stores, job: Job) -> dict[str, Trial]:
    """Trials whose answers can stand for their requests, by the request's SHA-256."""
    trials = stores.answers.trials(job.id)
    fields = job.recipe.fields
    return {
        trial.sha256: trial
        for trial in trials
        if read_message(orjson.loads(trial.raw), fields).outcome == "answered"
    }


def _prepaid(trial: Trial, number: int, job: Job, prices: PriceBook) -> Kept:
    answer = read_message(orjson.loads(trial.raw), job.recipe.fields)
    cost = Decimal(0)
    if answer.usage is not None:
        cost = prices.cost(answer.usage, job.recipe.model, "now").total
    raw = b'{"type":"succeeded","message":%b}' % trial.raw
    return Kept(number, answer, cost, "", raw)


def _check_room(stores: Stores, requests: int) -> None:
    free = shutil.disk_usage(stores.home).free
    if free < requests * _ANSWER_BYTES:
        raise StoreError(
            f"The answers may need {requests * _ANSWER_BYTES / 1e6:,.0f} MB, but the disk has "
            f"only {free / 1e6:,.0f} MB left. Nothing was sent. Free some space and send again."
        )


def post(stores: Stores, gateway: Gateway, job: Job, part: Part) -> None:
    """Store the intent, post the part once and store what is known of the outcome.

    Raises Refused where the service certainly does not take it, and lets Busy and Unreachable
    from before the POST through; in each case the part is as if it had never been tried.
    """
    body = body_path(stores.outbox, stores.jobs.token(job.id), part.number)
    _check_body(stores, job, part)
    mark = gateway.newest_batch()
    stores.jobs.intend(job.id, part.number, mark)
    try:
        batch = gateway.create_batch(body, part.requests)
    except OutcomeUnknown as error:
        stores.jobs.note_failure(job.id, part.number, str(error))
    except Refused as error:
        again = isinstance(error, KeyRefused)
        stores.jobs.set_part(job.id, part.number, "planned" if again else "refused", str(error))
        raise
    except DeskError as error:
        stores.jobs.set_part(job.id, part.number, "planned", str(error))
        raise
    else:
        stores.jobs.note_batch(job.id, part.number, batch)


def _check_body(stores: Stores, job: Job, part: Part) -> None:
    body = body_path(stores.outbox, stores.jobs.token(job.id), part.number)
    try:
        with body.open("rb") as file:
            whole = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        whole = ""
    if whole != stores.jobs.part_sha256(job.id, part.number):
        raise StoreError(
            f"Part {part.number} of this job was changed or removed from the data folder, so it "
            "was not sent. Make a new job from the same table and recipe."
        )


def settle(stores: Stores, gateway: Gateway, job: Job, part: Part, patience: Patience) -> None:
    """Find out by looking whether a part whose POST had no clear answer is at the service.

    One batch of the right size, newer than the mark and nobody else's, is taken for ours until
    its results prove it; among several, only one whose results carry our ids.
    """
    token = stores.jobs.token(job.id)
    owned = stores.jobs.owned_batches()
    candidates = [
        batch
        for batch in gateway.batches_after(part.mark)
        if batch.id not in owned and batch.counts.total == part.requests
    ]
    for batch in candidates:
        readable = batch.ended and batch.has_results
        if readable and _is_ours(gateway.first_result(batch.id), token, part.number):
            stores.jobs.note_batch(job.id, part.number, batch)
            return
    open_ones = [batch for batch in candidates if not (batch.ended and batch.has_results)]
    if len(open_ones) == 1:
        stores.jobs.note_batch(job.id, part.number, open_ones[0])
    elif open_ones:
        stores.jobs.note_failure(
            job.id,
            part.number,
            f"{len(open_ones)} batches of this account could be part {part.number}. Waiting until "
            "they end to see which is ours; nothing is sent again before that.",
        )
    else:
        _conclude_absent(stores, job, part, patience)


def _is_ours(line: bytes, token: str, number: int) -> bool:
    try:
        custom_id = orjson.loads(line)["custom_id"]
    except (ValueError, KeyError, TypeError):
        return False
    return request_number(str(custom_id), token, number) is not None


def _conclude_absent(stores: Stores, job: Job, part: Part, patience: Patience) -> None:
    looks = stores.jobs.note_failure(
        job.id,
        part.number,
        f"We could not confirm that part {part.number} of {len(job.parts)} arrived. Checking "
        "before anything is sent again, so you do not pay twice.",
    )
    began = part.sent_at or datetime.now(UTC)
    waited = (datetime.now(UTC) - began).total_seconds()
    if looks >= patience.looks and waited >= patience.settle:
        stores.jobs.set_part(job.id, part.number, "planned", "It did not arrive; sending it again.")


def cancel(stores: Stores, gateway: Gateway, job: Job) -> None:
    """Ask the service to stop the parts it has, and never post the parts it has not."""
    for part in job.parts:
        if part.state == "planned":
            note = "It was canceled before it was sent."
            stores.jobs.set_part(job.id, part.number, "refused", note)
        elif part.state == "sent":
            stores.jobs.note_batch(job.id, part.number, gateway.cancel(part.batch_id))
