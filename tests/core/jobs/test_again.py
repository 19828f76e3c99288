"""Rows of a finished job are run again, and only those."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import Refused, StoreError
from claude_batch_desk.core.jobs.again.verbs import Group, Wanted
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.store.hold_store import HeldBack
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish
from tests.practice.papers import pdf

Draft = Callable[..., Job]
_DAY = 25 * 3600.0


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


def end(session: Session, job: Job, service: PracticeService) -> Job:
    """Let the service work on what it has, and fetch it."""
    service.advance(_DAY)
    return finish(session, job)


def spoiled(session: Session, draft: Draft, service: PracticeService, rows: int = 60) -> Job:
    """A finished job of which many rows came to nothing, for several causes."""
    service.set_faults("mixed-outcomes")
    job = end(session, session.desk.send(draft(rows).id, None, silent), service)
    service.set_faults()
    return job


def half_expired(session: Session, job: Job, service: PracticeService) -> Job:
    service.set_faults("expire")
    job = end(session, session.desk.send(job.id, None, silent), service)
    service.set_faults()
    assert 0 < job.outcomes["expired"] < job.rows
    return job


def sent(service: PracticeService) -> int:
    """How many requests the service was ever sent in batches, by its own count."""
    return service.ledger().requests


def outcomes(session: Session, job: Job) -> list[str]:
    rows = session.desk.answers(job.id, 0, 1_000)
    return [row.answer.outcome if row.answer else "" for row in rows]


def by_cause(session: Session, job: Job) -> dict[str, Group]:
    return {group.cause: group for group in session.again.causes(job.id, silent)}


def test_rows_are_grouped_by_what_helps(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = spoiled(session, draft, service, 200)
    groups = by_cause(session, job)
    assert sum(group.rows for group in groups.values()) == 200 - job.outcomes["answered"]
    assert groups["expired"].rows == job.outcomes["expired"]
    longer = groups["cut_off"].recipe
    assert longer is not None
    assert longer.max_tokens > 0
    assert groups["refused"].recipe is None
    assert all(group.advice and group.reason for group in groups.values())


def test_only_the_rows_that_expired_are_asked_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    expired = job.outcomes["expired"]
    before = sent(service)
    run = end(session, session.again.start(job.id, Wanted(("expired",)), None, silent), service)
    assert (run.again_of, run.rows, run.requests) == (job.id, expired, expired)
    assert sent(service) - before == expired
    now = session.desk.job(job.id)
    assert now.outcomes == {"answered": 20}
    assert outcomes(session, now) == ["answered"] * 20
    assert session.again.causes(job.id, silent) == []


def test_a_run_again_is_not_listed_by_itself(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    run = session.again.start(job.id, Wanted(("expired",)), None, silent)
    [listed] = session.desk.jobs()
    assert (listed.id, listed.running_again) == (job.id, run.rows)
    assert [each.id for each in session.desk.jobs(runs_again=True)] == [run.id, job.id]
    assert [each.id for each in session.again.runs(job.id)] == [run.id]


def test_the_earlier_answer_stays_until_the_new_one_is_in_and_is_kept(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    before = outcomes(session, job)
    run = session.again.start(job.id, Wanted(("expired",)), None, silent)
    assert outcomes(session, job) == before
    end(session, run, service)
    request = before.index("expired")
    row = session.desk.answers(job.id, request, 1)[0]
    assert row.answer is not None
    assert row.answer.outcome == "answered"
    assert [each.outcome for each in row.earlier] == ["expired"]


def test_rows_that_are_being_run_are_not_offered_once_more(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    session.again.start(job.id, Wanted(("expired",)), None, silent)
    group = by_cause(session, job)["expired"]
    assert (group.running, group.rest) == (group.rows, 0)
    with pytest.raises(StoreError, match="No row is left"):
        session.again.start(job.id, Wanted(("expired",)), None, silent)


def test_what_was_cut_off_may_be_longer_and_both_are_in_the_bill(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = spoiled(session, draft, service, 100)
    paid = session.money.bill(job.id, silent).total
    run = end(session, session.again.start(job.id, Wanted(("cut_off",)), None, silent), service)
    assert run.recipe.max_tokens > 0 == job.recipe.max_tokens
    assert "cut_off" not in session.desk.job(job.id).outcomes
    bill = session.money.bill(job.id, silent)
    assert bill.sent.total == paid - bill.trials.total
    assert bill.again.total > 0
    assert bill.total == paid + bill.again.total
    assert session.desk.job(job.id).billed == bill.total
    [line] = session.money.spend("practice", silent).lines["job"]
    assert (line.job, line.usd) == (job.id, bill.total)


def test_what_was_refused_needs_another_prompt(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = spoiled(session, draft, service, 100)
    batches = service.ledger().batches
    with pytest.raises(StoreError, match="end the same way"):
        session.again.start(job.id, Wanted(("refused",)), None, silent)
    with pytest.raises(StoreError, match="end the same way"):
        session.again.start(job.id, Wanted(("refused",), recipe=job.recipe), None, silent)
    assert service.ledger().batches == batches
    assert [each.id for each in session.desk.jobs(runs_again=True)] == [job.id]
    kinder = replace(job.recipe, prompt=Template("Please read this: {{Message}}"))
    refused = job.outcomes["refused"]
    wanted = Wanted(("refused",), recipe=kinder)
    run = end(session, session.again.start(job.id, wanted, None, silent), service)
    assert run.rows == refused
    now = session.desk.job(job.id)
    assert now.outcomes["answered"] == job.outcomes["answered"] + refused
    assert session.desk.rows_by_version(job.id, silent)[2] == refused
    assert [each.number for each in session.desk.versions(job.id)] == [2, 1]
    asked = {row.version: row.recipe for row in session.desk.answers(job.id, 0, 100) if row.version}
    assert asked == {1: None, 2: kinder}


def test_other_answer_columns_are_another_job(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    recipe = replace(job.recipe, fields=job.recipe.fields[:1])
    with pytest.raises(StoreError, match="answer columns differ"):
        session.again.start(job.id, Wanted(("expired",), recipe=recipe), None, silent)


def test_rows_that_ask_the_same_are_paid_once_and_all_answered(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    messages = [f"I am happy {number // 3}" for number in range(60)]
    job = half_expired(session, draft(messages=messages), service)
    before = sent(service)
    run = end(session, session.again.start(job.id, Wanted(("expired",)), None, silent), service)
    assert run.rows == job.outcomes["expired"] == 3 * run.requests
    assert sent(service) - before == run.requests
    assert session.desk.job(job.id).outcomes == {"answered": 60}


def test_a_changed_prompt_may_tell_rows_of_one_request_apart(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(messages=["I am happy"] * 4 + ["I am angry"] * 4), service)
    wanted = Wanted(("expired",), recipe=job.recipe.with_prompt("{{Id}}: {{Message}}"))
    run = end(session, session.again.start(job.id, wanted, None, silent), service)
    assert (run.rows, run.requests) == (4, 4)
    now = session.desk.job(job.id)
    assert now.outcomes == {"answered": 8}
    assert now.requests == 5
    assert len({row.answer.text for row in session.desk.answers(job.id, 0, 8) if row.answer}) > 2
    rows = session.desk.answers(job.id, 0, 8)
    moods = [row.answer.values[0] if row.answer else "" for row in rows]
    assert moods == ["happy"] * 4 + ["angry"] * 4
    assert session.upkeep.check(silent).sound


def test_a_run_that_is_canceled_takes_nothing_away(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = spoiled(session, draft, service, 100)
    cut_off = job.outcomes["cut_off"]
    run = session.again.start(job.id, Wanted(("cut_off",)), None, silent)
    run = end(session, session.desk.cancel(run.id, silent), service)
    assert session.desk.job(job.id).outcomes["cut_off"] == cut_off
    assert by_cause(session, job)["cut_off"].rest == cut_off


def test_a_run_again_of_a_run_again_goes_to_the_first_job(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    service.set_faults("expire")
    run = end(session, session.again.start(job.id, Wanted(("expired",)), None, silent), service)
    service.set_faults()
    left = session.desk.job(job.id).outcomes["expired"]
    assert 0 < left < job.outcomes["expired"]
    next_run = end(
        session, session.again.start(run.id, Wanted(("expired",)), None, silent), service
    )
    assert (next_run.again_of, next_run.rows) == (job.id, left)
    assert session.desk.job(job.id).outcomes == {"answered": 20}
    assert len(session.again.runs(job.id)) == 2


def test_rows_by_number_run_at_once_where_that_is_wanted(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    row = outcomes(session, job).index("expired")
    run = finish(session, session.again.start(job.id, Wanted(rows=(row,), way="now"), None, silent))
    assert (run.way, run.rows) == ("now", 1)
    assert outcomes(session, job)[row] == "answered"
    assert session.money.bill(job.id, silent).again.requests == 1


def test_one_row_is_a_group_of_all_that_ask_the_same(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    messages = [f"I am happy {number % 20}" for number in range(40)]
    job = half_expired(session, draft(messages=messages), service)
    row = outcomes(session, job).index("expired")
    group = session.again.like_row(job.id, row, silent)
    assert group is not None
    assert (group.cause, group.rows, group.requests, group.rest) == ("expired", 2, 1, 2)
    assert group.recipe == job.recipe
    usable = outcomes(session, job).index("answered")
    assert session.again.like_row(job.id, usable, silent) is None
    run = session.again.start(job.id, Wanted(rows=(row,)), None, silent)
    assert run.selection.rows == (row, row + 20)
    group = session.again.like_row(job.id, row, silent)
    assert group is not None
    assert group.rest == 0
    with pytest.raises(StoreError, match="Row 41 is not part of job"):
        session.again.like_row(job.id, 40, silent)


def test_nothing_runs_again_before_the_job_is_done(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = session.desk.send(draft(5).id, None, silent)
    with pytest.raises(StoreError, match="is not done"):
        session.again.causes(job.id, silent)
    with pytest.raises(StoreError, match="is not done"):
        session.again.start(job.id, Wanted(rows=(0,)), None, silent)


def test_a_run_that_the_service_does_not_take_leaves_no_trace(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    service.set_faults("create-400:1")
    with pytest.raises(Refused):
        session.again.start(job.id, Wanted(("expired",)), None, silent)
    assert session.again.runs(job.id) == []
    assert by_cause(session, job)["expired"].running == 0
    run = end(session, session.again.start(job.id, Wanted(("expired",)), None, silent), service)
    assert run.state == "done"
    assert session.desk.job(job.id).outcomes == {"answered": 20}


def test_a_run_again_goes_with_its_job_and_its_cost_stays(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    run = session.again.start(job.id, Wanted(("expired",)), None, silent)
    with pytest.raises(StoreError, match="still at the service"):
        session.desk.remove_job(job.id)
    end(session, run, service)
    paid = session.money.bill(job.id, silent).total
    with pytest.raises(StoreError, match="deleted with their job"):
        session.desk.remove_job(run.id)
    session.desk.remove_job(job.id)
    assert session.desk.jobs(runs_again=True) == []
    [line] = session.money.spend("practice", silent).lines["job"]
    assert (line.job, line.usd) == (None, paid)
    assert session.upkeep.check(silent).sound


def test_the_price_of_a_run_is_that_of_its_rows(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    found = session.again.estimate(job.id, Wanted(("expired",)), silent)
    assert (found.rows, found.requests) == (job.outcomes["expired"],) * 2
    assert 0 < found.batch.expected < found.batch.ceiling


def test_an_export_meanwhile_has_the_earlier_answers_and_says_so(
    session: Session, draft: Draft, service: PracticeService, tmp_path: Path
) -> None:
    job = half_expired(session, draft(20), service)
    run = session.again.start(job.id, Wanted(("expired",)), None, silent)
    written = session.desk.export(job.id, tmp_path / "early.csv", silent)
    assert session.desk.job(job.id).exported_at is not None
    assert any("being run again" in note for note in written.notes)
    text = (tmp_path / "early.csv").read_text(encoding="utf-8-sig")
    assert text.count("expired (practice)") == run.rows
    end(session, run, service)
    assert session.desk.job(job.id).exported_at is None
    written = session.desk.export(job.id, tmp_path / "late.csv", silent)
    assert not any("again" in note for note in written.notes)
    assert "expired" not in (tmp_path / "late.csv").read_text(encoding="utf-8-sig")


def test_the_price_rests_on_what_the_other_rows_came_to(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(60), service)
    found = session.again.estimate(job.id, Wanted(("expired",)), silent)
    assert found.tried == job.outcomes["expired"]
    paid = session.money.bill(job.id, silent).sent.total
    each = paid / job.outcomes["answered"]
    assert abs(found.batch.expected / found.requests / each - 1) < Decimal("0.1")
    run = end(session, session.again.start(job.id, Wanted(("expired",)), None, silent), service)
    assert run.estimate is not None
    assert run.estimate.batch == found.batch
    assert run.billed is not None
    assert found.batch.low <= run.billed <= found.batch.high


def test_what_was_cut_off_may_take_all_that_it_is_allowed(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = spoiled(session, draft, service, 100)
    found = session.again.estimate(job.id, Wanted(("cut_off",)), silent)
    answers = [row.answer for row in session.desk.answers(job.id, 0, 100)]
    cut = [each.usage.output for each in answers if each and each.usage and "cut" in each.outcome]
    assert found.output_tokens >= sum(cut)
    assert found.batch.high == found.batch.ceiling


def test_a_job_out_of_a_backup_may_have_been_run_again_already(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = half_expired(session, draft(20), service)
    session._stores.holds.hold_all(datetime.now(UTC))
    batches = service.ledger().batches
    with pytest.raises(HeldBack):
        session.again.start(job.id, Wanted(("expired",)), None, silent)
    assert service.ledger().batches == batches
    assert [each.id for each in session.desk.jobs(runs_again=True)] == [job.id]
    session.upkeep.release(job.id)
    run = end(session, session.again.start(job.id, Wanted(("expired",)), None, silent), service)
    assert run.state == "done"


def test_documents_travel_again_with_their_rows(
    session: Session, service: PracticeService, tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.pdf").write_bytes(pdf(f"I am so happy with number {number}."))
    table = session.desk.open_table(folder, ReadOptions(), silent)
    made = session.desk.new_job("Papers", "practice")
    recipe = RECIPE.with_prompt("How does the writer of this feel?")
    made = session.desk.save_draft(made.id, recipe=recipe, table_id=table.id)
    job = half_expired(session, made, service)
    run = end(session, session.again.start(job.id, Wanted(("expired",)), None, silent), service)
    assert run.rows == job.outcomes["expired"]
    assert session.desk.job(job.id).outcomes == {"answered": 6}
    texts = {row.answer.text for row in session.desk.answers(job.id, 0, 6) if row.answer}
    assert all(any(f"number {number}" in text for text in texts) for number in range(6))


def test_what_a_person_has_mended_is_not_paid_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = spoiled(session, draft, service, 100)
    outside = by_cause(session, job)["outside"].rows
    row = outcomes(session, job).index("review")
    changes = [Change(row, "Mood", "happy"), Change(row, "Why", "It says so.")]
    session.corrections.correct(job.id, changes, silent)
    group = by_cause(session, job)["outside"]
    assert (group.rows, group.requests) == (outside - 1, outside - 1)
    run = end(session, session.again.start(job.id, Wanted(("outside",)), None, silent), service)
    assert run.selection.rows is not None
    assert row not in run.selection.rows
    assert sum(session.desk.job(job.id).outcomes.values()) == 100
    assert outcomes(session, job)[row] == "answered"
