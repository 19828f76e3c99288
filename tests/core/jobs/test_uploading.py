"""How far a body that is being posted is can be looked up meanwhile."""

from collections.abc import Callable

from claude_batch_desk.core.jobs.at_service.uploading import Upload
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session

Draft = Callable[..., Job]


def test_each_part_is_told_in_bytes_and_nothing_is_left_of_it(
    session: Session, draft: Draft
) -> None:
    heard: list[tuple[Upload, Upload | None]] = []
    job = draft(20)

    def watch(upload: Upload) -> None:
        heard.append((upload, session.at_service.uploading(job.id)))

    session.at_service.watch_uploads(watch)
    job = session.desk.send(job.id, None, silent)
    size = job.parts[0].size
    assert heard[-1][0] == Upload(1, size, size)
    assert all(told == known for told, known in heard)
    assert session.at_service.uploading(job.id) is None


def test_a_connection_that_breaks_leaves_nothing_either(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("drop-before-accept:1")
    job = session.desk.send(draft(5).id, None, silent)
    assert job.unsettled
    assert session.at_service.uploading(job.id) is None
