"""From a draft to batches at the service: frozen, intended, posted once."""

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path

import orjson

from claude_batch_desk.core.errors import OutcomeUnknown, ServiceError, StoreError
from claude_batch_desk.core.jobs.job import Job, Order, Part
from claude_batch_desk.core.jobs.plan import make_plan
from claude_batch_desk.core.jobs.selection import bind_prompt, selected_rows
from claude_batch_desk.core.jobs.store import Kept, Stores, Trial
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.request import Request, request_builder
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import read_answer, read_message, result_of
from claude_batch_desk.core.service.gateway import Gateway

OWN_FAULTS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
"""What is refused for itself; with any other status the account or the key is refused, and the
same will be taken once that is mended."""
_AT_ONCE = 5_000
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
    spool = stores.spool(stores.jobs.token(job.id))
    prepaid: list[Kept] = []

    def keep(number: int, request: Request) -> None:
        if trial := tried.get(request.sha256):
            prepaid.append(_prepaid(trial, number, job, prices))
        elif order.way == "batch":
            spool.add(number, request.params)

    try:
        bound = bind_prompt(job.recipe.prompt, table, job.selection)
        numbers = selected_rows(table, job.selection, report)
        build = request_builder(job.recipe, order.model)
        plan = make_plan(table, numbers, bound, build, keep, report)
        spool.close()
        _check_room(stores, plan.requests)
        bodies = list(zip(spool.bodies, spool.bounds, strict=True))
        stores.jobs.keep_plan(job, plan, bodies, order, prepaid)
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
    cost = prices.total(answer.usage, job.recipe.model, "now")
    return Kept(number, answer, cost, "", result_of(trial.raw))


def _check_room(stores: Stores, requests: int) -> None:
    free = shutil.disk_usage(stores.home).free
    if free < requests * _ANSWER_BYTES:
        raise StoreError(
            f"The answers may need {requests * _ANSWER_BYTES / 1e6:,.0f} MB, but the disk has "
            f"only {free / 1e6:,.0f} MB left. Nothing was sent. Free some space and send again."
        )


class BodyGone(StoreError):
    """A part that cannot be sent: its body is not the one that was written for it."""


def post(stores: Stores, gateway: Gateway, job: Job, part: Part) -> None:
    """Store the intent, post the part once and store what is known of the outcome.

    Raises Refused where the service certainly does not take it, and lets Busy and Unreachable
    from before the POST through; the part is refused then if that is its own fault, and else as if
    it had never been tried. Raises BodyGone where it cannot be sent any more.
    """
    body = _checked_body(stores, job, part)
    mark = gateway.newest_batch()
    stores.jobs.intend(job.id, part.number, mark)
    try:
        batch = gateway.create_batch(body, part.requests)
    except OutcomeUnknown as error:
        stores.jobs.note_failure(job.id, part.number, str(error))
    except (ServiceError, StoreError) as error:
        own_fault = isinstance(error, ServiceError) and error.status in OWN_FAULTS
        stores.jobs.set_part(job.id, part.number, "refused" if own_fault else "planned", str(error))
        raise
    else:
        stores.jobs.note_batch(job.id, part.number, batch)


def _checked_body(stores: Stores, job: Job, part: Part) -> Path:
    body = stores.body(stores.jobs.token(job.id), part.number)
    try:
        with body.open("rb") as file:
            whole = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        whole = ""
    if whole != stores.jobs.part_sha256(job.id, part.number):
        note = (
            f"Part {part.number} of this job was changed or removed in the data folder, so it was "
            "not sent. Make a new job from the same table and recipe for its rows."
        )
        stores.jobs.set_part(job.id, part.number, "refused", note)
        raise BodyGone(note)
    return body


def leave_out(stores: Stores, job: Job, part: Part) -> None:
    """Never send this part: the job was canceled before."""
    answer = read_answer({"type": "canceled"}, job.recipe.fields)
    keep_for_the_rest(stores, job, part.first_request, part.last_request, answer)
    stores.jobs.set_part(job.id, part.number, "refused", "It was canceled before it was sent.")


def keep_for_the_rest(stores: Stores, job: Job, first: int, last: int, answer: Answer) -> None:
    """Give this answer, which costs nothing, to each of these requests that has none yet."""
    for begin in range(first, last + 1, _AT_ONCE):
        end = min(begin + _AT_ONCE - 1, last)
        answered = stores.answers.requests_answered(job.id, begin, end)
        rest = [
            Kept(number, answer, Decimal(0), "", b"{}")
            for number in range(begin, end + 1)
            if number not in answered
        ]
        if rest:
            stores.answers.keep(job.id, rest)


def drop_bodies(stores: Stores, token: str, parts: Sequence[Part]) -> None:
    """Remove what was written to be sent; what cannot be removed now goes at the next start."""
    for part in parts:
        with suppress(OSError):
            stores.body(token, part.number).unlink(missing_ok=True)
