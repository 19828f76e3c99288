"""Next month's file: what was answered before is taken over, and only the rest is asked."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.increment.comparing import Counted
from claude_batch_desk.core.jobs.increment.verbs import Increment
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.quality.sampling import Draw
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE, finish, write_table

Cells = Sequence[Sequence[str]]
MakeMonth = Callable[..., Job]
SEPTEMBER = [[f"T-{at:03}", f"I am so happy, this is note {at}"] for at in range(20)]


@pytest.fixture
def month(session: Session, tmp_path: Path) -> MakeMonth:
    """Make a draft with these rows of a ticket and a message."""

    def make(rows: Cells, recipe: Recipe = RECIPE, name: str = "tickets") -> Job:
        path = write_table(tmp_path / f"{name}.csv", [["Ticket", "Message"], *rows])
        table = session.desk.open_table(path, ReadOptions(), silent)
        job = session.desk.new_job(name, "practice")
        return session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)

    return make


@pytest.fixture
def september(session: Session, month: MakeMonth) -> Job:
    job = month(SEPTEMBER, name="september")
    return finish(session, session.desk.send(job.id, None, silent))


def follow(session: Session, job: Job, earlier: Job, key: str | None = None) -> Increment:
    session.increments.follow(job.id, earlier.id, silent, key=key)
    found = session.increments.look(job.id, silent)
    assert found is not None
    return found


def sent(session: Session, job: Job) -> Job:
    return finish(session, session.desk.send(job.id, None, silent))


def answers(session: Session, job: Job) -> list[str]:
    return [
        row.answer.values[0] if row.answer else "" for row in session.desk.answers(job.id, 0, 1_000)
    ]


def asked(service: PracticeService) -> int:
    return service.ledger(PRACTICE_KEY).requests


def test_new_changed_and_unchanged_rows_are_told_before_anything_is_sent(
    session: Session, month: MakeMonth, september: Job
) -> None:
    rows = [*SEPTEMBER[:3], ["T-003", "I am angry now"], *SEPTEMBER[6:], ["T-100", "I am glad"]]
    found = follow(session, month(rows), september)
    assert found.key == "Ticket"
    assert found.counted == Counted(new=1, changed=1, unchanged=17, gone=2)


def test_without_a_key_rows_are_told_apart_by_their_order(
    session: Session, month: MakeMonth, september: Job
) -> None:
    rows = [*SEPTEMBER[:3], ["T-003", "I am angry now"], *SEPTEMBER[6:], ["T-100", "I am glad"]]
    found = follow(session, month(rows), september, key="")
    assert found.counted == Counted(new=1, changed=1, unchanged=17, gone=2)
    assert not found.key


def test_only_what_is_new_or_changed_is_asked_and_paid(
    session: Session, month: MakeMonth, september: Job, service: PracticeService
) -> None:
    before = answers(session, september)
    rows = [*SEPTEMBER, ["T-100", "I am angry"], ["T-101", "I am glad"]]
    job, known = month(rows), asked(service)
    follow(session, job, september)
    estimate = session.desk.estimate(job.id, silent)
    assert (estimate.rows, estimate.requests, estimate.taken_over) == (2, 2, 20)
    done = sent(session, job)
    assert asked(service) - known == 2
    assert done.outcomes == {"answered": 22}
    assert answers(session, done)[:20] == before
    bill = session.money.bill(done.id, silent)
    assert bill.sent.requests == 2
    assert sum(label.rows for label in bill.labels) == 2
    assert done.billed == bill.total


def test_what_was_taken_over_is_no_history(
    session: Session, month: MakeMonth, september: Job
) -> None:
    job = month([*SEPTEMBER, ["T-100", "I am angry"]])
    follow(session, job, september)
    sent(session, job)
    newest = session.money.history("practice", silent)[0]
    assert (newest.job, newest.requests, newest.answered) == (job.id, 1, 1)


def test_where_nothing_is_new_nothing_is_paid(
    session: Session, month: MakeMonth, september: Job, service: PracticeService
) -> None:
    job, known = month(SEPTEMBER[5:]), asked(service)
    assert follow(session, job, september).counted == Counted(unchanged=15, gone=5)
    estimate = session.desk.estimate(job.id, silent)
    assert (estimate.requests, estimate.batch.ceiling) == (0, Decimal(0))
    done = sent(session, job)
    assert asked(service) == known
    assert (done.state, done.outcomes) == ("done", {"answered": 15})
    assert done.billed == Decimal(0)


def test_the_third_month_takes_over_what_the_second_took_over(
    session: Session, month: MakeMonth, september: Job, service: PracticeService
) -> None:
    october = month([*SEPTEMBER, ["T-100", "I am angry"]], name="october")
    follow(session, october, september)
    sent(session, october)
    november, known = month([*SEPTEMBER, ["T-100", "I am angry"]], name="november"), asked(service)
    assert follow(session, november, october).counted == Counted(unchanged=21)
    assert sent(session, november).outcomes == {"answered": 21}
    assert asked(service) == known


def test_at_once_only_the_rest_is_asked_too(
    session: Session, month: MakeMonth, september: Job, service: PracticeService
) -> None:
    job = month([*SEPTEMBER, ["T-100", "I am angry"]])
    follow(session, job, september)
    known = service.ledger(PRACTICE_KEY).messages
    done = finish(session, session.desk.send(job.id, None, silent, way="now"))
    assert service.ledger(PRACTICE_KEY).messages - known == 1
    assert done.outcomes == {"answered": 21}


def test_with_another_prompt_every_row_is_asked_and_it_is_said_why(
    session: Session, month: MakeMonth, september: Job
) -> None:
    job = month(SEPTEMBER, replace(RECIPE.with_prompt("Note: {{Message}}"), instructions="Judge."))
    found = follow(session, job, september)
    assert found.counted == Counted(changed=20)
    assert found.problem == (
        f"Since job {september.id}, the prompt has changed and the instructions or examples have "
        "changed, so every row asks something else."
    )
    assert session.desk.estimate(job.id, silent).requests == 20


def test_with_another_model_every_row_is_asked(
    session: Session, month: MakeMonth, september: Job
) -> None:
    found = follow(session, month(SEPTEMBER, replace(RECIPE, model="claude-sonnet-5")), september)
    assert found.counted == Counted(changed=20)
    assert "the model is claude-sonnet-5 instead of claude-haiku-5-5" in found.problem


def test_what_was_corrected_by_hand_stays_corrected(
    session: Session, month: MakeMonth, september: Job, service: PracticeService
) -> None:
    changes = [Change(0, "Why", "I know them"), Change(3, "Mood", "angry")]
    session.corrections.correct(september.id, changes, silent)
    rows = [["T-100", "I am new"], *SEPTEMBER]
    job, known = month(rows), asked(service)
    follow(session, job, september)
    done = sent(session, job)
    assert asked(service) - known == 1
    found = {row.cells[0]: row.answer for row in session.desk.answers(done.id, 0, 100)}
    for ticket, place, value in (("T-000", 1, "I know them"), ("T-003", 0, "angry")):
        answer = found[ticket]
        assert answer is not None
        assert (answer.values[place], answer.corrected) == (value, (place,))
    assert sum(bool(answer and answer.corrected) for answer in found.values()) == 2


def test_rows_that_asked_the_same_and_were_corrected_apart_have_what_came(
    session: Session, month: MakeMonth
) -> None:
    twins = [["T-1", "I am so happy"], ["T-2", "I am so happy"]]
    earlier = sent(session, month(twins, name="earlier"))
    session.corrections.correct(earlier.id, [Change(0, "Why", "only here")], silent)
    job = month([*twins, ["T-3", "another"]])
    follow(session, job, earlier)
    done = sent(session, job)
    assert all(
        row.answer and not row.answer.corrected for row in session.desk.answers(done.id, 0, 9)
    )


def test_answers_that_were_of_no_use_are_asked_anew(
    session: Session, month: MakeMonth, service: PracticeService
) -> None:
    service.set_faults("mixed-outcomes")
    first = month(SEPTEMBER, name="september")
    first = finish(session, session.desk.send(first.id, None, silent))
    service.set_faults()
    bad = first.rows - first.outcomes["answered"]
    assert bad
    job, known = month(SEPTEMBER), asked(service)
    found = follow(session, job, first)
    assert found.counted == Counted(unchanged=20 - bad, unanswered=bad)
    sent(session, job)
    assert asked(service) - known == bad


def spoiled(session: Session, month: MakeMonth, service: PracticeService) -> Job:
    """A finished job of which some rows were declined."""
    service.set_faults("mixed-outcomes")
    rows = [[f"T-{at:03}", f"I am so happy, this is note {at}"] for at in range(60)]
    job = sent(session, month(rows, name="september"))
    service.set_faults()
    assert job.outcomes["refused"]
    return job


def run_again(session: Session, job: Job, recipe: Recipe) -> Job:
    """Ask the rows that were declined once more; the job has their answers then."""
    rows = session.desk.answers(job.id, 0, 1_000)
    refused = tuple(row.number for row in rows if row.answer and row.answer.outcome == "refused")
    run = session.again.start(job.id, Wanted(rows=refused, recipe=recipe), None, silent)
    finish(session, run)
    return session.desk.job(job.id)


def test_an_answer_to_another_prompt_is_not_taken_over(
    session: Session, month: MakeMonth, service: PracticeService
) -> None:
    first = spoiled(session, month, service)
    before, kinder = first.outcomes["answered"], RECIPE.with_prompt("Please: {{Message}}")
    first = run_again(session, first, kinder)
    assert first.outcomes["answered"] > before
    assert first.table_id is not None
    job = session.desk.new_job("october", "practice")
    job = session.desk.save_draft(job.id, recipe=RECIPE, table_id=first.table_id)
    found = follow(session, job, first)
    assert found.counted.unchanged == before
    assert found.counted.changed == first.outcomes["answered"] - before
    assert session.desk.estimate(job.id, silent).taken_over == before


def test_what_was_run_again_is_taken_over_by_who_asks_as_it_was_asked_then(
    session: Session, month: MakeMonth, service: PracticeService
) -> None:
    first = spoiled(session, month, service)
    before, kinder = first.outcomes["answered"], RECIPE.with_prompt("Please: {{Message}}")
    kinder = replace(kinder, instructions="Judge kindly.")
    first = run_again(session, first, kinder)
    assert first.table_id is not None
    job = session.desk.new_job("october", "practice")
    job = session.desk.save_draft(job.id, recipe=kinder, table_id=first.table_id)
    anew = first.outcomes["answered"] - before
    assert follow(session, job, first).counted.unchanged == anew
    assert session.desk.estimate(job.id, silent).taken_over == anew
    assert sent(session, job).outcomes == {"answered": 60}


def test_an_answer_to_the_same_prompt_asked_again_is_taken_over(
    session: Session, month: MakeMonth, service: PracticeService
) -> None:
    first = run_again(session, spoiled(session, month, service), RECIPE)
    assert first.table_id is not None
    job = session.desk.new_job("october", "practice")
    job = session.desk.save_draft(job.id, recipe=RECIPE, table_id=first.table_id)
    [run] = session.again.runs(first.id)
    for named in (first, run):
        found = follow(session, job, named)
        assert found.since.job == first.id
        assert found.counted.unchanged == first.outcomes["answered"]


def test_of_a_folder_only_new_and_changed_documents_are_asked_about(
    session: Session, service: PracticeService, tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"I am happy with {name}.", encoding="utf-8")
    recipe = replace(RECIPE, prompt=Template("How does the writer of this feel?"))

    def draft() -> Job:
        table = session.desk.open_table(folder, ReadOptions(), silent)
        job = session.desk.new_job("papers", "practice")
        return session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)

    first = sent(session, draft())
    (folder / "b.txt").write_text("I am angry by now.", encoding="utf-8")
    (folder / "d.txt").write_text("I am glad.", encoding="utf-8")
    job, known = draft(), asked(service)
    found = follow(session, job, first)
    assert found.counted.unchanged == 2
    assert found.counted.new + found.counted.changed == 2
    assert session.desk.estimate(job.id, silent).requests == 2
    assert sent(session, job).outcomes == {"answered": 4}
    assert asked(service) - known == 2


def test_identical_rows_are_asked_once_and_each_has_its_answer(
    session: Session, month: MakeMonth, september: Job, service: PracticeService
) -> None:
    rows = [
        *SEPTEMBER[:2],
        ["T-001", SEPTEMBER[1][1]],
        ["T-200", "I am glad"],
        ["T-201", "I am glad"],
    ]
    job, known = month(rows), asked(service)
    found = follow(session, job, september, key="")
    assert (found.counted.unchanged, found.counted.new + found.counted.changed) == (3, 2)
    assert sent(session, job).outcomes == {"answered": 5}
    assert asked(service) - known == 1


def test_the_job_that_asked_the_same_is_proposed(
    session: Session, month: MakeMonth, september: Job
) -> None:
    other = month(SEPTEMBER, RECIPE.with_prompt("Something else: {{Message}}"), name="other")
    finish(session, session.desk.send(other.id, None, silent))
    job = month([*SEPTEMBER, ["T-100", "I am angry"]])
    proposed = session.increments.proposed(job.id, silent)
    assert proposed is not None
    assert proposed.id == september.id
    candidates = session.increments.candidates(job.id, silent)
    assert [each.job.id for each in candidates] == [september.id, other.id]
    assert candidates[1].why_not


def test_practice_and_live_never_mix(session: Session, month: MakeMonth, september: Job) -> None:
    job = month(SEPTEMBER)
    live = session.desk.new_job("live", "live")
    live = session.desk.save_draft(live.id, recipe=job.recipe, table_id=job.table_id)
    with pytest.raises(StoreError, match="never mixed"):
        session.increments.follow(live.id, september.id, silent)
    assert september.id not in [
        each.job.id for each in session.increments.candidates(live.id, silent)
    ]


def test_an_unfinished_job_is_not_followed(session: Session, month: MakeMonth) -> None:
    first = month(SEPTEMBER, name="september")
    job = month(SEPTEMBER)
    with pytest.raises(StoreError, match="not done yet"):
        session.increments.follow(job.id, first.id, silent)


def test_a_sent_job_follows_no_other(session: Session, month: MakeMonth, september: Job) -> None:
    with pytest.raises(StoreError, match="already sent"):
        session.increments.follow(september.id, None, silent)


def test_where_the_earlier_job_is_removed_every_row_is_asked(
    session: Session, month: MakeMonth, september: Job
) -> None:
    job = month(SEPTEMBER)
    follow(session, job, september)
    assert session.increments.followers(september.id) == ["tickets"]
    session.desk.remove_job(september.id)
    found = session.increments.look(job.id, silent)
    assert found is not None
    assert found.counted == Counted(new=20)
    assert "was removed" in found.problem
    assert session.desk.estimate(job.id, silent).requests == 20
    with pytest.raises(StoreError, match=r"was removed.*nothing was sent"):
        session.desk.send(job.id, None, silent)
    session.increments.follow(job.id, None, silent)
    assert sent(session, job).outcomes == {"answered": 20}


def test_a_job_for_the_next_file_asks_the_same_and_follows(
    session: Session, month: MakeMonth, september: Job
) -> None:
    made = session.increments.go_on(september.id, "October", silent)
    assert (made.recipe, made.mode, made.state) == (september.recipe, "practice", "draft")
    october = month([*SEPTEMBER, ["T-100", "I am angry"]], name="october")
    session.desk.save_draft(made.id, table_id=october.table_id)
    found = session.increments.look(made.id, silent)
    assert found is not None
    assert found.counted == Counted(new=1, unchanged=20)
    assert found.key == "Ticket"


def test_an_answer_says_that_it_was_taken_over(
    session: Session, month: MakeMonth, september: Job
) -> None:
    job = month([*SEPTEMBER, ["T-100", "I am angry"]])
    follow(session, job, september)
    rows = session.desk.answers(sent(session, job).id, 0, 21)
    assert [row.answer.taken_over for row in rows if row.answer] == [True] * 20 + [False]
    assert not any(row.answer.cost for row in rows[:20] if row.answer)


def test_what_was_taken_over_stays_when_the_earlier_job_goes(
    session: Session, month: MakeMonth, september: Job
) -> None:
    job = month(SEPTEMBER)
    follow(session, job, september)
    done = sent(session, job)
    before = answers(session, done)
    session.desk.remove_job(september.id)
    assert answers(session, done) == before
    since = session.increments.since(done.id)
    assert since is not None
    assert (since.name, since.taken) == ("september", 20)


def test_a_price_agreed_to_is_not_exceeded_where_the_earlier_job_goes_meanwhile(
    session: Session, month: MakeMonth, september: Job, service: PracticeService
) -> None:
    job, known = month(SEPTEMBER), asked(service)
    follow(session, job, september)
    removed: list[int] = []

    def remove_while_sending(done: int, total: int) -> None:
        """The price is known once rows are rendered to be sent."""
        if total == 20 and done == 20 and not removed:
            removed.append(september.id)
            session.desk.remove_job(september.id)

    session.desk.estimate(job.id, silent)
    with pytest.raises(StoreError, match="nothing was sent"):
        session.desk.send(job.id, None, remove_while_sending)
    assert removed
    assert session.desk.job(job.id).state == "draft"
    assert asked(service) == known


def test_trials_are_drawn_from_what_is_to_be_sent(
    session: Session, month: MakeMonth, september: Job
) -> None:
    rows = [*SEPTEMBER, *([f"T-{at}", f"I am angry, {at}"] for at in range(100, 104))]
    job = month(rows)
    follow(session, job, september)
    for how in ("random", "spread", "longest"):
        picks = session.trials.draw(job.id, Draw(how, 3), silent)
        assert {each.row for each in picks} < {20, 21, 22, 23}
    offer = session.trials.offer(job.id, Draw("random", 3), silent)
    session.trials.try_rows(job.id, offer.picks, silent)
    estimate = session.desk.estimate(job.id, silent)
    assert (estimate.requests, estimate.already_answered, estimate.taken_over) == (4, 3, 20)
    assert sent(session, job).outcomes == {"answered": 24}


def test_a_row_that_was_tried_keeps_the_answer_of_the_trial(
    session: Session, month: MakeMonth, september: Job, service: PracticeService
) -> None:
    job = month(SEPTEMBER)
    offer = session.trials.offer(job.id, Draw("chosen", rows=(4,)), silent)
    [tried] = session.trials.try_rows(job.id, offer.picks, silent)
    follow(session, job, september)
    done, known = sent(session, job), asked(service)
    row = session.desk.answers(done.id, 4, 1)[0]
    assert row.answer is not None
    assert row.answer.values == tried.answer.values
    assert asked(service) == known
    since = session.increments.since(done.id)
    assert since is not None
    assert since.taken == 19


def test_rows_that_cannot_be_sent_are_no_news(session: Session, month: MakeMonth) -> None:
    skipping = replace(RECIPE, empty_cells="skip")
    rows = [*SEPTEMBER[:5], ["T-900", ""]]
    first = month(rows, skipping, name="september")
    first = finish(session, session.desk.send(first.id, None, silent))
    job = month([*rows, ["T-901", ""]], skipping)
    found = follow(session, job, first)
    assert found.counted == Counted(unchanged=7)
    estimate = session.desk.estimate(job.id, silent)
    assert (estimate.requests, estimate.unsent, estimate.taken_over) == (0, 2, 5)
    assert sent(session, job).outcomes == {"answered": 5, "unsent": 2}


def test_of_rows_that_are_chosen_only_those_count(
    session: Session, month: MakeMonth, september: Job
) -> None:
    job = month([*SEPTEMBER, ["T-100", "I am angry"]])
    job = session.desk.save_draft(job.id, selection=Selection(first=11))
    assert follow(session, job, september).counted == Counted(new=1, unchanged=10, gone=10)


def test_a_key_that_is_not_unique_gives_way_to_the_order(
    session: Session, month: MakeMonth, september: Job
) -> None:
    job = month([*SEPTEMBER, ["T-000", "I am angry"]])
    found = follow(session, job, september, key="Ticket")
    assert not found.key
    assert "“Ticket” does not have a value of its own" in found.problem
    assert found.counted == Counted(new=1, unchanged=20)


def test_the_export_has_every_answer_and_says_where_it_is_from(
    session: Session, month: MakeMonth, september: Job, tmp_path: Path
) -> None:
    job = month([*SEPTEMBER, ["T-100", "I am angry"]])
    follow(session, job, september)
    done = sent(session, job)
    written = session.desk.export(done.id, tmp_path / "out.csv", silent)
    with written.path.open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert len(rows) == 21
    assert all(row["Mood"] for row in rows)
    book = session.desk.export(done.id, tmp_path / "out.xlsx", silent)
    sheet = openpyxl.load_workbook(book.path)["About"]
    about = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert (
        about["Answers taken over"]
        == f"20 rows, from job {september.id}: september, and paid there"
    )
