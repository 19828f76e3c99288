"""A part that is more than the service takes at once, sent as two."""

from itertools import count

from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.sending import drop_bodies
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.bodies import spooled_requests

_REPORT_EVERY = 256


def divide(stores: Stores, job: Job, part: Part, report: Report) -> None:
    """Put two halves in the place of a planned part, of which the service certainly has nothing.

    Both bodies are on the disk before one transaction puts them there; until then the part is as
    it was. The body of the part must be the one that was written for it. Raises StoreError.
    """
    token, parts = stores.jobs.token(job.id), stores.jobs.job(job.id).parts
    spool = stores.spool(token, after=len(parts), most=(part.requests + 1) // 2)
    try:
        requests = spooled_requests(stores.body(token, part.number), token, part.number)
        for done, (number, params) in enumerate(requests):
            if done % _REPORT_EVERY == 0:
                report(done, part.requests)
            spool.add(number, params, part.files_until)
        spool.close()
        halves = zip(count(len(parts) + 1), spool.bodies, spool.bounds, strict=False)
        stores.parts.divide(job.id, part.number, [*halves])
    except BaseException:
        spool.discard()
        raise
    drop_bodies(stores, token, [part])
