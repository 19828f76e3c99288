"""A batch that is more than the service takes at once goes as two, and each row is paid once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.at_service.dividing import divide
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.service.bodies import spooled_requests
from claude_batch_desk.core.service.spool import BatchSpool
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import finish, look_until

Draft = Callable[..., Job]
TOKEN = "0123abcd"  # noqa: S105 - the prefix of ids


def outbox() -> list[str]:
    return sorted(path.name.partition("-")[2] for path in (home_folder() / "outbox").iterdir())


def test_a_body_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    hostile = b'{"custom_id":"%b-3-1","params":{"a":"}},{\\"custom_id\\":\\"%b-3-7\\","}}'
    params = [
        b"{}",
        hostile % (TOKEN.encode(), TOKEN.encode()),
        b'{"text":"\xc3\xa9,\xe2\x80\xa8"}',
    ]
    spool = BatchSpool(tmp_path, TOKEN, after=2)
    for number, each in enumerate(params):
        spool.add(number * 10, each)
    spool.close()
    [body] = spool.bodies
    assert body.path.name == f"{TOKEN}-3.json"
    assert [*spooled_requests(body.path, TOKEN, 3)] == [*zip((0, 10, 20), params, strict=True)]


def test_a_part_that_is_too_large_goes_as_two(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("create-413:1")
    job = session.desk.send(draft(21).id, None, silent)
    job = finish(session, job)
    assert job.outcomes == {"answered": 21}
    assert [part.requests for part in job.parts] == [0, 11, 10]
    assert "sent as parts 2 and 3" in job.parts[0].note
    ledger = service.ledger(PRACTICE_KEY)
    assert (ledger.requests, ledger.params_again, ledger.ids_again) == (21, 0, 0)
    assert session.upkeep.check(silent).sound
    assert outbox() == []


def test_halves_that_are_too_large_are_divided_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("body-limit:3000")
    job = finish(session, session.desk.send(draft(20).id, None, silent))
    assert job.outcomes == {"answered": 20}
    sent = [part for part in job.parts if part.batch_id]
    assert len(sent) > 3
    assert all(part.size <= 3_000 for part in sent)
    assert sum(part.requests for part in sent) == 20
    assert service.ledger(PRACTICE_KEY).params_again == 0
    assert session.upkeep.check(silent).sound


def test_one_request_that_is_too_large_says_so_on_its_row_and_the_others_go_on(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(messages=["short", "long " * 900, "shorter", "brief"])
    service.set_faults("body-limit:4500")
    job = finish(session, session.desk.send(job.id, None, silent))
    assert job.outcomes == {"answered": 3, "missing": 1}
    rows = session.desk.answers(job.id, 0, 4)
    assert [row.number for row in rows if row.answer and row.answer.outcome == "missing"] == [1]
    assert rows[1].answer is not None
    assert "larger than the service accepts" in rows[1].answer.reason


def test_a_part_in_the_middle_is_divided_while_others_are_out(
    small_parts: Session, draft_on: Callable[..., Job], service: PracticeService
) -> None:
    service.set_faults("drop-after-accept:1")
    job = small_parts.desk.send(draft_on(small_parts, 12).id, None, silent)
    service.set_faults("create-413:1")
    job = finish(small_parts, job)
    assert job.outcomes == {"answered": 12}
    assert [part.requests for part in job.parts] == [5, 0, 2, 3, 2]
    assert service.ledger(PRACTICE_KEY).requests == 12


def test_a_canceled_job_sends_no_half(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("create-413:1", "list-500:0")
    job = session.desk.send(draft(9).id, None, silent)
    assert [part.state for part in job.parts] == ["refused", "planned", "planned"]
    job = finish(session, session.desk.cancel(job.id, silent))
    assert job.outcomes == {"canceled": 9}
    assert service.ledger(PRACTICE_KEY).requests == 0


def test_a_division_that_is_stopped_leaves_the_part_as_it_was(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("drop-before-accept:1")
    job = session.desk.send(draft(9).id, None, silent)
    job = look_until(session, job, lambda now: now.parts[0].looks > 0)

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        divide(session._stores, job, job.parts[0], stop)
    assert session.desk.job(job.id).parts == job.parts
    assert outbox() == ["1.json"]
    assert finish(session, job).outcomes == {"answered": 9}
