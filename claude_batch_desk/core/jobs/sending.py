"""The parts of a frozen job to the service: each intended, and posted once."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path

from claude_batch_desk.core.errors import (
    AccountRefused,
    Busy,
    DeskError,
    OutcomeUnknown,
    ServiceError,
    StoreError,
)
from claude_batch_desk.core.jobs.at_service.queueing import (
    Place,
    check_room,
    note_taken,
    turned_away,
)
from claude_batch_desk.core.jobs.at_service.uploading import Upload
from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.packing import BATCH_RUNS
from claude_batch_desk.core.jobs.store import Kept, Stores
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import read_answer
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.bodies import is_as_written

_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
_OWN_FAULTS = (
    HTTPStatus.BAD_REQUEST,
    _TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_AT_ONCE = 5_000


class BodyGone(StoreError):
    """A part that cannot be sent: its body is not the one that was written for it."""


def post(place: Place) -> None:
    """Store the intent, post the part once and store what is known of the outcome.

    Raises Refused where the service certainly does not take it, NoRoom where it does not now, and
    lets Busy and Unreachable from before the POST through; the part is refused then if that is its
    own fault, and else, as where halves of it may be taken, as if it had never been tried. Raises
    BodyGone where it cannot be sent any more.
    """
    stores, gateway, job, part = place.stores, place.gateway, place.job, place.part
    body = _checked_body(stores, job, part)
    check_room(place)
    _check_files(stores, job, part, gateway.now())
    stores.jobs.intend(job.id, part.number, place.queue.newest, gateway.now())
    try:
        batch = _create(place, body)
    except OutcomeUnknown as error:
        stores.jobs.note_failure(job.id, part.number, str(error))
    except Busy as error:
        told = turned_away(place, error) if error.kind == "limit" else error
        stores.jobs.set_part(job.id, part.number, "planned", str(told))
        raise told from error
    except (ServiceError, StoreError) as error:
        final = isinstance(error, ServiceError) and is_own_fault(error)
        final = final and not is_divisible(error, part)
        stores.jobs.set_part(job.id, part.number, "refused" if final else "planned", str(error))
        raise
    else:
        stores.jobs.note_batch(job.id, part.number, batch)
        note_taken(place)


def _create(place: Place, body: Path) -> Batch:
    """Post the body; how far that is can be looked up meanwhile."""
    job, part, uploads = place.job, place.part, place.uploads

    def tell(sent: int, size: int) -> None:
        uploads.note(job.id, Upload(part.number, sent, size))

    try:
        return place.gateway.create_batch(body, part.requests, tell)
    finally:
        uploads.note(job.id, None)


def is_own_fault(error: ServiceError) -> bool:
    """Whether something was refused for itself.

    Else the account or the key is refused, and the same will be taken once that is mended.
    """
    return error.status in _OWN_FAULTS and not isinstance(error, AccountRefused)


def is_divisible(error: DeskError, part: Part) -> bool:
    """Whether a part was refused for its size alone, so that its halves may be taken."""
    too_large = isinstance(error, ServiceError) and error.status == _TOO_LARGE
    return too_large and part.requests > 1


def _checked_body(stores: Stores, job: Job, part: Part) -> Path:
    token, seal = stores.jobs.token(job.id), stores.jobs.part_seal(job.id, part.number)
    body = stores.body(token, part.number)
    if not is_as_written(body, token, part.number, seal):
        note = (
            f"Part {part.number} of this job was changed or removed in the data folder, so it was "
            "not sent. Make a new job from the same table and recipe for its rows."
        )
        stores.jobs.set_part(job.id, part.number, "refused", note)
        raise BodyGone(note)
    return body


def _check_files(stores: Stores, job: Job, part: Part, now: datetime) -> None:
    """Refuse a part whose files would be gone before the service has worked on it."""
    if part.files_until is None or part.files_until > now + BATCH_RUNS:
        return
    note = (
        f"Part {part.number} of this job waited so long that the documents uploaded for it are, or "
        "soon will be, gone from the service, so it was not sent. Make a new job from the same "
        "table and recipe for its rows."
    )
    stores.jobs.set_part(job.id, part.number, "refused", note)
    raise BodyGone(note)


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
