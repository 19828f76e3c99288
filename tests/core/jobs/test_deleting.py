"""What is deleted at the service: only what is here whole and in a file, and only by a wish."""

from collections.abc import Callable
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import KeyRefused, Refused, StoreError, Unreachable
from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import finish

DraftOn = Callable[..., Job]


@pytest.fixture
def exported(small_parts: Session, draft_on: DraftOn, tmp_path: Path) -> Job:
    """A job of three batches, whose answers are in a file."""
    return export(small_parts, draft_on(small_parts, 12), tmp_path)


def export(session: Session, draft: Job, folder: Path) -> Job:
    job = finish(session, session.desk.send(draft.id, None, silent))
    session.desk.export(job.id, folder / "answers.csv", silent)
    return session.desk.job(job.id)


def at_service(session: Session, service: PracticeService, job: Job) -> list[str]:
    door = session.gateway("practice", service.base_url)
    there = []
    for part in job.parts:
        try:
            there.append(door.batch(part.batch_id).id)
        except Refused:
            continue
    return there


def test_all_batches_of_an_exported_job_are_deleted_and_its_answers_stay(
    small_parts: Session, exported: Job, service: PracticeService, tmp_path: Path
) -> None:
    told = small_parts.at_service.delete(exported.id, silent)
    assert str(told).startswith("3 batches are deleted at the service")
    assert at_service(small_parts, service, exported) == []
    job = small_parts.desk.job(exported.id)
    assert all(part.deleted_at for part in job.parts)
    small_parts.desk.export(job.id, tmp_path / "again.csv", silent)
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "answers.csv").read_bytes()
    assert "Nothing of this job" in str(small_parts.at_service.delete(job.id, silent))


def test_a_job_that_was_not_exported_keeps_everything_there(
    small_parts: Session, draft_on: DraftOn, service: PracticeService
) -> None:
    job = finish(small_parts, small_parts.desk.send(draft_on(small_parts, 12).id, None, silent))
    with pytest.raises(StoreError, match="Export it first"):
        small_parts.at_service.delete(job.id, silent)
    assert len(at_service(small_parts, service, job)) == 3


def test_an_export_before_all_answers_came_does_not_count(
    session: Session, draft_on: DraftOn, service: PracticeService, tmp_path: Path
) -> None:
    service.set_faults("retrieve-500:1")
    job = session.desk.send(draft_on(session, 5).id, None, silent)
    session.desk.export(job.id, tmp_path / "early.csv", silent)
    with pytest.raises(StoreError, match="answers to come"):
        session.at_service.delete(job.id, silent)
    job = finish(session, job)
    with pytest.raises(StoreError, match="Export it first"):
        session.at_service.delete(job.id, silent)


@pytest.mark.parametrize("fault", ["missing-ids", "foreign-ids"])
def test_a_batch_that_is_not_here_whole_or_not_ours_alone_stays(
    session: Session, draft_on: DraftOn, service: PracticeService, tmp_path: Path, fault: str
) -> None:
    service.set_faults(fault)
    job = export(session, draft_on(session, 20), tmp_path)
    told = session.at_service.delete(job.id, silent)
    assert told.batches == 0
    assert "stays at the service" in str(told)
    assert len(at_service(session, service, job)) == 1


def test_what_is_gone_already_is_not_missed(
    small_parts: Session, exported: Job, service: PracticeService
) -> None:
    """As where the program was stopped between the deletion and the note of it."""
    small_parts.gateway("practice", service.base_url).delete_batch(exported.parts[1].batch_id)
    assert small_parts.at_service.delete(exported.id, silent).batches == 3


def test_what_was_deleted_before_the_service_was_gone_stays_so(
    small_parts: Session, exported: Job, service: PracticeService
) -> None:
    def stop_at_last(done: int, total: int) -> None:
        service.set_faults(*(["captive-portal"] if done == 2 else []))

    with pytest.raises(Unreachable):
        small_parts.at_service.delete(exported.id, stop_at_last)
    service.set_faults()
    job = small_parts.desk.job(exported.id)
    assert [part.deleted_at is not None for part in job.parts] == [True, True, False]
    assert small_parts.at_service.delete(job.id, silent).batches == 1


def test_another_key_deletes_nothing(
    small_parts: Session, exported: Job, service: PracticeService
) -> None:
    small_parts._stores.jobs.use_key(exported.id, "00000000")
    with pytest.raises(KeyRefused, match="another API key"):
        small_parts.at_service.delete(exported.id, silent)
    assert len(at_service(small_parts, service, exported)) == 3


def test_a_batch_that_the_service_does_not_delete_is_said_to_stay(
    small_parts: Session, exported: Job, service: PracticeService
) -> None:
    service.set_faults("delete-400:1")
    told = small_parts.at_service.delete(exported.id, silent)
    assert told.batches == 2
    assert told.kept[0].startswith("Part 1 stays at the service. The service does not accept")


def test_what_was_run_again_goes_with_the_job(
    session: Session, draft_on: DraftOn, service: PracticeService, tmp_path: Path
) -> None:
    service.set_faults("expire:1")
    job = finish(session, session.desk.send(draft_on(session, 20).id, None, silent))
    service.set_faults("results-500")
    run = session.again.start(job.id, Wanted(causes=("expired",)), None, silent)
    session.desk.export(job.id, tmp_path / "earlier.csv", silent)
    service.set_faults()
    finish(session, run)
    with pytest.raises(StoreError, match="since its answers came"):
        session.at_service.delete(job.id, silent)
    session.desk.export(job.id, tmp_path / "answers.csv", silent)
    assert session.at_service.delete(job.id, silent).batches == 2
    assert at_service(session, service, session.desk.job(run.id)) == []
