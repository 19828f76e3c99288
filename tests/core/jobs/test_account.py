"""The account's batches: told apart, taken over where they are ours, imported to be read."""

import csv
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from openpyxl import load_workbook

from claude_batch_desk.core.errors import (
    Busy,
    KeyRefused,
    Refused,
    ServiceError,
    StoreError,
    Unreachable,
)
from claude_batch_desk.core.jobs.account.adopting import NotProven
from claude_batch_desk.core.jobs.account.listing import Listed, Listing
from claude_batch_desk.core.jobs.account.telling import about
from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.upkeep.restore import restore
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import finish

Draft = Callable[..., Job]
Post = Callable[[Sequence[str]], str]
_WEEK = 7 * 24 * 3600


@pytest.fixture
def door(session: Session, service: PracticeService) -> Gateway:
    return session.gateway("practice", service.base_url)


@pytest.fixture
def post(door: Gateway, tmp_path: Path) -> Post:
    """Make a batch with these ids, as another program does; returns its id."""

    def make(ids: Sequence[str]) -> str:
        params = {
            "model": "claude-haiku-5-5",
            "max_tokens": 2_000,
            "messages": [{"role": "user", "content": "Say yes."}],
        }
        body = tmp_path / "body.json"
        requests = [{"custom_id": each, "params": params} for each in ids]
        body.write_bytes(orjson.dumps({"requests": requests}))
        return door.create_batch(body, len(ids)).id

    return make


def ended(door: Gateway, batch_id: str) -> str:
    """The id again, once the batch has ended."""
    pause = threading.Event()
    until = time.monotonic() + 20
    while not door.batch(batch_id).ended:
        assert time.monotonic() < until
        pause.wait(0.02)
    return batch_id


def told(session: Session) -> Listing:
    """All batches, after each was asked whose it is."""
    found = session.account.batches("practice", silent)
    return session.account.look_into(found, silent)


def listed(session: Session, batch_id: str) -> Listed:
    return next(each for each in told(session).batches if each.batch.id == batch_id)


def set_part(session: Session, job: Job, state: str, batch_id: str | None, mark: str = "") -> None:
    with session._stores.jobs._database.write() as connection:
        connection.execute(
            "UPDATE part SET state=?, batch_id=?, mark=? WHERE job_id=?",
            (state, batch_id, mark, job.id),
        )


# Telling apart


def test_each_batch_is_told_by_the_ids_in_its_results(
    session: Session, draft: Draft, door: Gateway, post: Post
) -> None:
    job = finish(session, session.desk.send(draft(3).id, None, silent))
    foreign = ended(door, post(["row-1", "row-2"]))
    elsewhere = ended(door, post(["0123abcd-1-0"]))
    found = {each.batch.id: each for each in told(session).batches}
    ours = found[job.parts[0].batch_id]
    assert (ours.origin, ours.job, ours.part, ours.parts) == ("job", job.id, 1, 1)
    assert found[foreign].origin == "foreign"
    assert found[elsewhere].origin == "elsewhere"
    assert "Another program made it" in about(found[foreign])
    assert "on another computer" in about(found[elsewhere])
    assert f"This is job {job.id} (“Messages”)." in about(ours)


def test_the_newest_batch_comes_first(session: Session, post: Post) -> None:
    made = [post([f"row-{number}"]) for number in range(3)]
    found = session.account.batches("practice", silent)
    assert [each.batch.id for each in found.batches] == made[::-1]


def test_an_empty_account_has_an_empty_list(session: Session) -> None:
    assert session.account.batches("practice", silent).batches == ()


def test_what_still_runs_tells_nothing_yet(session: Session, tmp_path: Path) -> None:
    with PracticeService(tmp_path / "slow", delay=3_600) as slow:
        door = session.gateway("practice", slow.base_url)
        body = tmp_path / "body.json"
        params = {
            "model": "claude-haiku-5-5",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": "Hello"}],
        }
        body.write_bytes(orjson.dumps({"requests": [{"custom_id": "a", "params": params}]}))
        batch_id = door.create_batch(body, 1).id
        session.practice_url = slow.base_url
        found = listed(session, batch_id)
        assert found.origin == "untold"
        assert "when it has ended" in about(found)
        with pytest.raises(Refused, match="still running"):
            session.account.import_batch("practice", batch_id, silent)
        with pytest.raises(Refused, match="still running"):
            session.account.adopt("practice", batch_id, silent)


def test_a_batch_is_looked_into_once(
    session: Session, service: PracticeService, door: Gateway, post: Post
) -> None:
    batch_id = ended(door, post(["row-1"]))
    assert listed(session, batch_id).origin == "foreign"
    service.set_faults("results-500")
    assert listed(session, batch_id).origin == "foreign"
    assert told(session).trouble == ""


def test_what_was_found_out_before_the_service_stops_answering_is_kept(
    session: Session, service: PracticeService, door: Gateway, post: Post
) -> None:
    batches = [ended(door, post([f"row-{number}"])) for number in range(8)]
    found = session.account.batches("practice", silent)
    seen: list[int] = []

    def then_fail(done: int, total: int) -> None:
        seen.append(done)
        if done >= 2:
            service.set_faults("results-429")

    found = session.account.look_into(found, then_fail)
    assert "limiting how much this account may ask" in found.trouble
    known = [each for each in found.batches if each.origin == "foreign"]
    assert 2 <= len(known) < len(batches)
    service.set_faults()
    again = session.account.look_into(found, silent)
    assert {each.origin for each in again.batches} == {"foreign"}
    assert again.trouble == ""


def test_a_batch_that_cannot_tell_does_not_keep_the_others_from_telling(
    session: Session, service: PracticeService, door: Gateway, post: Post
) -> None:
    for number in range(8):
        ended(door, post([f"row-{number}"]))
    found = session.account.batches("practice", silent)
    service.set_faults("results-500:1")
    found = session.account.look_into(found, silent)
    assert "has a problem at the moment" in found.trouble
    assert len(found.tellable) == 1
    assert session.account.look_into(found, silent).tellable == ()


def test_a_service_that_fails_again_and_again_is_left_alone(
    session: Session, service: PracticeService, door: Gateway, post: Post
) -> None:
    for number in range(12):
        ended(door, post([f"row-{number}"]))
    found = session.account.batches("practice", silent)
    service.set_faults("results-500")
    most: list[int] = []
    found = session.account.look_into(found, lambda done, total: most.append(done))
    assert found.trouble
    assert max(most) < 12
    assert len(found.tellable) == 12


def test_stopping_to_look_keeps_what_was_found_out(
    session: Session, door: Gateway, post: Post
) -> None:
    for number in range(8):
        ended(door, post([f"row-{number}"]))
    found = session.account.batches("practice", silent)

    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        session.account.look_into(found, stop)
    after = session.account.told_again(found, silent)
    assert 0 < len(after.tellable) < 8


def test_a_slow_service_does_not_keep_a_person_waiting(
    session: Session, service: PracticeService, post: Post
) -> None:
    post(["row-1"])
    service.set_faults("slow:5")
    began = time.monotonic()

    def stop(done: int, total: int) -> None:
        if time.monotonic() - began > 0.2:
            raise Cancelled

    with pytest.raises(Cancelled):
        session.account.batches("practice", stop)
    assert time.monotonic() - began < 5  # before the service has replied


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("list-401", KeyRefused, "does not accept this API key"),
        ("list-429", Busy, "limiting how much"),
        ("list-529", Busy, "overloaded"),
        ("captive-portal", Unreachable, "sign-in page"),
    ],
)
def test_trouble_on_the_way_is_told_in_a_sentence(
    session: Session, service: PracticeService, fault: str, kind: type[ServiceError], words: str
) -> None:
    service.set_faults(fault)
    with pytest.raises(kind, match=words):
        session.account.batches("practice", silent)


def test_without_a_key_the_live_account_is_not_asked(session: Session) -> None:
    with pytest.raises(KeyRefused, match="key"):
        session.account.batches("live", silent)


# Taking over


def test_a_batch_of_a_part_that_does_not_know_it_is_taken_over_and_not_paid_again(
    session: Session, draft: Draft, service: PracticeService, door: Gateway
) -> None:
    service.set_faults("retrieve-529")
    job = session.desk.send(draft(4).id, None, silent)
    batch_id = ended_in_list(door, job.parts[0].batch_id)
    set_part(session, job, "planned", None)
    service.set_faults()
    found = listed(session, batch_id)
    assert (found.origin, found.adoptable, found.job) == ("unbound", True, job.id)
    assert f"prove that it was sent as job {job.id}" in about(found)
    taken = session.account.adopt("practice", batch_id, silent)
    assert (taken.state, taken.parts[0].batch_id) == ("waiting", batch_id)
    assert finish(session, taken).outcomes == {"answered": 4}
    assert service.ledger(PRACTICE_KEY).requests == 4


def ended_in_list(door: Gateway, batch_id: str) -> str:
    """The id again, once the batch has ended; where looking at it alone fails."""
    pause = threading.Event()
    until = time.monotonic() + 20
    while not all(each.ended for each in door.batches(silent)):
        assert time.monotonic() < until
        pause.wait(0.02)
    return batch_id


def test_answers_that_were_given_up_are_fetched_after_all(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    service.set_faults("results-404")
    job = session.desk.send(draft(3).id, None, silent)
    set_part(session, job, "lost", job.parts[0].batch_id)
    job = finish(session, session.desk.job(job.id))
    assert job.outcomes == {"missing": 3}
    service.set_faults()
    found = listed(session, job.parts[0].batch_id)
    assert (found.origin, found.adoptable) == ("job", True)
    assert "has them after all" in about(found)
    taken = session.account.adopt("practice", found.batch.id, silent)
    done = finish(session, taken)
    assert done.outcomes == {"answered": 3}
    assert done.billed is not None
    assert service.ledger(PRACTICE_KEY).requests == 3


def test_answers_that_came_before_the_rest_was_given_up_are_charged_once(
    session: Session, draft: Draft
) -> None:
    job = finish(session, session.desk.send(draft(3).id, None, silent))
    billed = job.billed
    set_part(session, job, "lost", job.parts[0].batch_id)
    with session._stores.jobs._database.write() as connection:
        connection.execute(
            "UPDATE answer SET outcome='missing', batch_id='', usage=NULL, cost='0' WHERE id=?",
            (job.id << 32,),
        )
        connection.execute("DELETE FROM charge WHERE job=?", (job.id,))
    taken = session.account.adopt("practice", job.parts[0].batch_id, silent)
    done = finish(session, taken)
    assert (done.outcomes, done.billed) == ({"answered": 3}, billed)
    assert [each.requests for each in session._stores.charges.charges("practice")] == [1]


def test_rows_put_down_as_canceled_get_the_answers_that_were_paid(
    session: Session, draft: Draft, service: PracticeService, door: Gateway
) -> None:
    job = finish(session, session.desk.send(draft(3).id, None, silent))
    batch_id = job.parts[0].batch_id
    set_part(session, job, "refused", None)
    with session._stores.jobs._database.write() as connection:
        connection.execute("UPDATE answer SET outcome='canceled', batch_id='', usage=NULL")
    taken = session.account.adopt("practice", batch_id, silent)
    assert finish(session, taken).outcomes == {"answered": 3}


def lose(session: Session, job: Job) -> None:
    """As where the service did not find the answers of the job, and then has them after all."""
    set_part(session, job, "lost", job.parts[0].batch_id)
    with session._stores.jobs._database.write() as connection:
        connection.execute(
            "UPDATE answer SET outcome='missing', batch_id='', usage=NULL, cost='0' WHERE id>>32=?",
            (job.id,),
        )
        outcomes = orjson.dumps({"missing": job.rows}).decode()
        connection.execute("UPDATE job SET outcomes=? WHERE id=?", (outcomes, job.id))


def test_a_job_whose_rows_were_run_again_is_left_as_it_is(session: Session, draft: Draft) -> None:
    job = finish(session, session.desk.send(draft(3).id, None, silent))
    lose(session, job)
    [group] = session.again.causes(job.id, silent)
    run = session.again.start(job.id, Wanted(causes=(group.cause,)), None, silent)
    finish(session, run)
    before = session.desk.job(job.id)
    assert before.outcomes == {"answered": 3}
    found = listed(session, job.parts[0].batch_id)
    assert not found.adoptable
    with pytest.raises(NotProven, match="run again since"):
        session.account.adopt("practice", found.batch.id, silent)
    again = listed(session, session.desk.job(run.id).parts[0].batch_id)
    assert (again.job, again.again) == (job.id, True)
    assert "a run again of rows of job" in about(again)
    assert session.desk.job(job.id) == before


def test_a_batch_that_was_there_before_the_part_was_sent_is_another_one(
    session: Session, draft: Draft, door: Gateway, post: Post
) -> None:
    job = finish(session, session.desk.send(draft(3).id, None, silent))
    later = ended(door, post(["row-1"]))
    batch_id = job.parts[0].batch_id
    set_part(session, job, "sending", None, later)
    with pytest.raises(NotProven, match="before that part was sent"):
        session.account.adopt("practice", batch_id, silent)
    assert session.desk.job(job.id).parts[0].batch_id == ""


def test_a_batch_of_another_size_is_not_the_part(
    session: Session, draft: Draft, door: Gateway, post: Post
) -> None:
    job = finish(session, session.desk.send(draft(3).id, None, silent))
    token = session._stores.jobs.token(job.id)
    other = ended(door, post([f"{token}-1-0", f"{token}-1-1"]))
    set_part(session, job, "planned", None)
    found = listed(session, other)
    assert (found.origin, found.adoptable, found.importable) == ("unbound", False, True)
    with pytest.raises(NotProven, match="other requests"):
        session.account.adopt("practice", other, silent)


def test_a_second_copy_of_a_part_is_told_and_can_be_read(
    session: Session, draft: Draft, door: Gateway, post: Post
) -> None:
    job = finish(session, session.desk.send(draft(2).id, None, silent))
    token = session._stores.jobs.token(job.id)
    copy = ended(door, post([f"{token}-1-0", f"{token}-1-1"]))
    found = listed(session, copy)
    assert not found.adoptable
    assert "has another batch" in about(found)
    with pytest.raises(NotProven, match="imported to be read"):
        session.account.adopt("practice", copy, silent)
    assert session.account.import_batch("practice", copy, silent).results == 2


def test_a_batch_that_a_draft_out_of_a_backup_was_sent_as_can_only_be_read(
    session: Session, draft: Draft, door: Gateway, post: Post
) -> None:
    job = draft(2)
    token = session._stores.jobs.token(job.id)
    batch_id = ended(door, post([f"{token}-1-0", f"{token}-1-1"]))
    found = listed(session, batch_id)
    assert (found.origin, found.job, found.adoptable) == ("unbound", job.id, False)
    assert "is a draft here" in about(found)
    with pytest.raises(NotProven, match="has no part 1"):
        session.account.adopt("practice", batch_id, silent)


def test_a_job_that_went_to_another_address_is_left_alone(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = finish(session, session.desk.send(draft(2).id, None, silent))
    set_part(session, job, "lost", job.parts[0].batch_id)
    with session._stores.jobs._database.write() as connection:
        connection.execute("UPDATE job SET address='http://127.0.0.1:9'")
    with pytest.raises(NotProven, match="another address"):
        session.account.adopt("practice", job.parts[0].batch_id, silent)


def test_a_batch_that_a_job_has_is_not_taken_over_again(session: Session, draft: Draft) -> None:
    job = finish(session, session.desk.send(draft(2).id, None, silent))
    with pytest.raises(NotProven, match="has this batch already"):
        session.account.adopt("practice", job.parts[0].batch_id, silent)
    with pytest.raises(StoreError, match=f"part of job {job.id}"):
        session.account.import_batch("practice", job.parts[0].batch_id, silent)


def test_a_batch_of_another_program_is_not_taken_over(
    session: Session, door: Gateway, post: Post
) -> None:
    batch_id = ended(door, post(["row-1"]))
    with pytest.raises(NotProven, match="does not have the ids of a job here"):
        session.account.adopt("practice", batch_id, silent)


def test_a_draft_that_is_released_is_never_taken_for_what_it_was_sent_as_before(
    session: Session, draft: Draft, service: PracticeService, tmp_path: Path
) -> None:
    job = draft(3)
    backup = tmp_path / "desk.zip"
    session.upkeep.back_up(backup, silent)
    sent = finish(session, session.desk.send(job.id, None, silent))
    session.close()
    restore(home_folder(), backup, silent)
    with Session(home_folder(), practice_url=service.base_url) as again:
        assert again.upkeep.trace(job.id, silent).ours == (sent.parts[0].batch_id,)
        assert listed(again, sent.parts[0].batch_id).job == job.id
        again.upkeep.release(job.id)
        after = listed(again, sent.parts[0].batch_id)
        assert (after.origin, after.importable) == ("elsewhere", True)


def test_what_was_sent_after_a_backup_comes_in_after_it_was_restored(
    session: Session, draft: Draft, service: PracticeService, tmp_path: Path
) -> None:
    service.set_faults("create-429")
    job = session.desk.send(draft(4).id, None, silent)
    backup = tmp_path / "desk.zip"
    session.upkeep.back_up(backup, silent)
    service.set_faults()
    sent = finish(session, job)
    session.close()
    restore(home_folder(), backup, silent)
    with Session(home_folder(), practice_url=service.base_url) as again:
        found = listed(again, sent.parts[0].batch_id)
        assert (found.origin, found.adoptable) == ("unbound", True)
        taken = again.account.adopt("practice", found.batch.id, silent)
        assert finish(again, taken).outcomes == {"answered": 4}
    assert service.ledger(PRACTICE_KEY).requests == 4


# Importing


def test_an_imported_batch_has_its_ids_texts_outcomes_and_tokens(
    session: Session, door: Gateway, post: Post
) -> None:
    batch_id = ended(door, post(["row-1", "row-2"]))
    found = session.account.import_batch("practice", batch_id, silent)
    assert (found.batch_id, found.mode, found.missing) == (batch_id, "practice", 0)
    assert found.outcomes == {"answered": 2}
    first, second = sorted(session.account.rows(found.id, 0, 10), key=lambda row: row.custom_id)
    assert (first.custom_id, second.custom_id) == ("row-1", "row-2")
    assert first.answer.text
    assert first.answer.usage is not None
    assert first.answer.usage.output > 0
    assert first.model == "claude-haiku-5-5"
    assert listed(session, batch_id).imported == found.id
    assert list((home_folder() / "inbox").iterdir()) == []


def test_importing_changes_nothing_at_the_service(
    session: Session, door: Gateway, post: Post
) -> None:
    batch_id = ended(door, post(["row-1"]))
    before = door.batch(batch_id)
    found = session.account.import_batch("practice", batch_id, silent)
    session.account.forget(found.id, silent)
    assert door.batch(batch_id) == before
    assert session.account.imports(silent) == []
    assert session.account.rows(found.id, 0, 10) == []


def test_every_outcome_is_told_apart(
    session: Session, service: PracticeService, door: Gateway, post: Post
) -> None:
    service.set_faults("mixed-outcomes")
    batch_id = ended(door, post([f"row-{number}" for number in range(200)]))
    found = session.account.import_batch("practice", batch_id, silent)
    assert found.results == 200
    assert {"answered", "errored", "expired", "refused", "cut_off"} <= found.outcomes.keys()
    for row in session.account.rows(found.id, 0, 200):
        assert row.answer.reason or row.answer.outcome == "answered"


def test_what_came_before_the_stream_ended_early_is_kept_and_the_rest_added(
    session: Session, service: PracticeService, door: Gateway, post: Post
) -> None:
    batch_id = ended(door, post([f"row-{number}" for number in range(20)]))
    service.set_faults("results-cut-at-line:1")
    part = session.account.import_batch("practice", batch_id, silent)
    assert 0 < part.missing < 20
    service.set_faults("duplicate-ids:1")
    whole = session.account.import_batch("practice", batch_id, silent)
    assert (whole.id, whole.results, whole.missing) == (part.id, 20, 0)
    rows = session.account.rows(whole.id, 0, 100)
    assert len({row.custom_id for row in rows}) == len(rows) == 20


def test_a_connection_that_breaks_keeps_what_came(
    session: Session, service: PracticeService, door: Gateway, post: Post
) -> None:
    batch_id = ended(door, post([f"row-{number}" for number in range(20)]))
    service.set_faults("results-cut-mid-line:1")
    with pytest.raises(Unreachable, match="connection to the service broke"):
        session.account.import_batch("practice", batch_id, silent)
    [found] = session.account.imports(silent)
    assert 0 < found.missing < 20
    assert session.account.import_batch("practice", batch_id, silent).missing == 0


def test_an_import_that_is_stopped_goes_on_where_it_was(
    session: Session, door: Gateway, post: Post
) -> None:
    batch_id = ended(door, post([f"row-{number}" for number in range(1_200)]))

    def stop(done: int, total: int) -> None:
        if total:
            raise Cancelled

    with pytest.raises(Cancelled):
        session.account.import_batch("practice", batch_id, stop)
    [part] = session.account.imports(silent)
    assert (part.results, part.missing) == (1_000, 200)
    assert session.account.import_batch("practice", batch_id, silent).results == 1_200
    ids = [row.custom_id for row in session.account.rows(part.id, 0, 2_000)]
    assert len(set(ids)) == len(ids) == 1_200


def test_results_older_than_29_days_are_said_to_be_gone(
    session: Session, service: PracticeService, door: Gateway, post: Post
) -> None:
    batch_id = ended(door, post(["row-1"]))
    service.advance(5 * _WEEK)
    found = listed(session, batch_id)
    assert found.gone
    assert not found.importable
    assert found.results_until is None
    assert "cannot be told any more" in about(found)
    for verb in (session.account.import_batch, session.account.adopt):
        with pytest.raises(Refused, match="29 days"):
            verb("practice", batch_id, silent)


def test_results_can_be_fetched_for_29_days(session: Session, door: Gateway, post: Post) -> None:
    found = listed(session, ended(door, post(["row-1"])))
    assert found.results_until == found.batch.created_at + timedelta(days=29)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_import_is_written_to_a_file_and_marked_as_practice(
    session: Session, door: Gateway, post: Post, tmp_path: Path, suffix: str
) -> None:
    found = session.account.import_batch("practice", ended(door, post(["b"])), silent)
    path = tmp_path / f"answers{suffix}"
    assert session.account.export(found.id, path, silent).rows == 1
    header, row = read(path)
    assert header == (
        *("custom_id", "Answer", "Status", "Reason", "Model", "Tokens in", "Tokens out"),
    )
    assert row[0] == "b"
    assert row[2] == "answered (practice)"
    assert row[4] == "claude-haiku-5-5"
    assert int(row[5]) > 0


def read(path: Path) -> list[tuple[str, ...]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [tuple(row) for row in csv.reader(file)]
    sheet = load_workbook(path).worksheets[0]
    return [tuple(str(cell or "") for cell in row) for row in sheet.iter_rows(values_only=True)]


def test_an_import_outlasts_the_program(
    session: Session, service: PracticeService, door: Gateway, post: Post
) -> None:
    found = session.account.import_batch("practice", ended(door, post(["row-1"])), silent)
    session.close()
    with Session(home_folder(), practice_url=service.base_url) as again:
        [kept] = again.account.imports(silent)
        assert replace(kept, imported_at=found.imported_at) == found
        assert again.upkeep.check(silent).sound


def test_an_import_that_was_removed_is_said_to_be_gone(session: Session, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no import 7"):
        session.account.export(7, tmp_path / "answers.csv", silent)
