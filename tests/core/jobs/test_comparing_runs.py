"""Two runs of the same rows are put side by side."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from claude_batch_desk.core.errors import SelectionError, StoreError
from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.jobs.comparing_runs.changes import ColumnCount, Crossing, Said
from claude_batch_desk.core.jobs.comparing_runs.comparison import RunComparison
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.choices import plain_choices
from tests.core.jobs.conftest import MOODS, RECIPE, finish, write_table

Draft = Callable[..., Job]
TEXTS = ["I am happy", "I am angry", "so so", "I am happy"]


def counted(
    pairs: list[tuple[str, str]], before: OutputField = MOODS, after: OutputField = MOODS
) -> ColumnCount:
    count = ColumnCount(before, after)
    for pair, (old, new) in enumerate(pairs):
        count.add(pair, Said(old, "answered"), Said(new, "answered"))
    return count


def test_changed_answers_are_named_and_crossed() -> None:
    found = counted([("happy", "happy"), ("happy", "angry"), ("happy", "angry")]).result()
    assert (found.agreement.hits, found.agreement.rows) == (1, 3)
    assert [each.pair for each in found.changed] == [1, 2]
    assert found.crossings == (Crossing("happy", "angry", 2), Crossing("happy", "happy", 1))
    assert found.moves == (Crossing("happy", "angry", 2),)


def test_what_a_run_did_not_work_on_says_nothing_and_a_refusal_differs() -> None:
    count = ColumnCount(MOODS, MOODS)
    count.add(0, Said("", "expired"), Said("happy", "answered"))
    count.add(1, Said("happy", "answered"), Said("", "waiting"))
    count.add(2, Said("happy", "answered"), Said("", "refused"))
    count.add(3, Said("", "refused"), Said("", "refused"))
    found = count.result()
    assert (found.agreement.hits, found.agreement.rows) == (1, 2)
    assert found.moves == (Crossing("happy", "(refused)", 1),)


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        (MOODS, "happy", "Happy "),
        (OutputField("Price", "number"), "12.50", "12.5"),
        (OutputField("Tags", "choices", plain_choices("a", "b")), "a; b", "b; a"),
        (OutputField("Paid", "boolean"), "yes", "Yes"),
    ],
)
def test_another_spelling_is_the_same_answer(field: OutputField, old: str, new: str) -> None:
    found = counted([(old, new)], field, field).result()
    assert not found.changed
    assert not found.moves


def test_lists_in_another_order_are_the_same_list() -> None:
    one = OutputField("Tags", "choices", plain_choices("a", "b"))
    other = replace(one, choices=plain_choices("b", "a"))
    assert not counted([("a; b", "b; a")], one, other).result().changed


def test_an_empty_answer_is_not_the_same_as_a_value() -> None:
    assert counted([("", "happy"), ("", "")]).result().agreement.hits == 1


def test_a_column_of_any_value_has_no_cross_table() -> None:
    text = OutputField("Why")
    found = counted([("because", "therefore")], text, text).result()
    assert found.is_text
    assert found.crossings == ()


@pytest.fixture
def twice(session: Session, draft: Draft) -> tuple[Job, Job]:
    """Two finished jobs on one table, the second with another prompt."""
    first = draft(messages=TEXTS)
    second = session.desk.new_job("Again", "practice")
    recipe = replace(RECIPE, prompt=Template("Text: {{Message}}"))
    session.desk.save_draft(second.id, recipe=recipe, table_id=first.table_id)
    done = [finish(session, session.desk.send(each.id, None, silent)) for each in (first, second)]
    return done[0], done[1]


def compared(session: Session, first: Job, second: Job, key: str = "") -> RunComparison:
    return session.run_comparing.compare(first.id, second.id, silent, key)


def put_moods(session: Session, job: Job, *moods: str) -> None:
    changes = [Change(row, "Mood", mood) for row, mood in enumerate(moods)]
    session.corrections.correct(job.id, changes, silent)


def test_answers_count_as_people_have_left_them(session: Session, twice: tuple[Job, Job]) -> None:
    first, second = twice
    put_moods(session, first, "happy", "angry", "happy", "happy")
    put_moods(session, second, "happy", "angry", "angry", "happy")
    found = compared(session, first, second)
    mood = found.columns[0]
    assert (mood.name, mood.agreement.hits, mood.agreement.rows) == ("Mood", 3, 4)
    [changed] = mood.changed
    assert found.rows_before[changed.pair] == found.rows_after[changed.pair] == 2
    assert (changed.before.text, changed.after.text) == ("happy", "angry")
    assert found.changed_rows == 1


def test_the_recipes_and_what_was_paid_are_told(session: Session, twice: tuple[Job, Job]) -> None:
    found = compared(session, *twice)
    assert [each.part for each in found.recipe] == ["Prompt"]
    for run, job in zip((found.before, found.after), twice, strict=True):
        assert run.usd == session.money.bill(job.id, silent).sent.total
        assert run.usd
        assert run.usd_per_thousand == run.usd * 1000 / 4
    assert found.dearer_per_thousand is not None


def on_other_table(session: Session, folder: Path, name: str, rows: list[list[str]]) -> Job:
    path = write_table(folder / name, [["Id", "Message"], *rows])
    table = session.desk.open_table(path, ReadOptions(), silent)
    job = session.desk.new_job(name, "practice")
    fields = (MOODS, OutputField("Urgent", "boolean"))
    session.desk.save_draft(job.id, recipe=replace(RECIPE, fields=fields), table_id=table.id)
    return finish(session, session.desk.send(job.id, None, silent))


def test_rows_of_another_table_are_found_by_their_cells(
    session: Session, twice: tuple[Job, Job], tmp_path: Path
) -> None:
    other = on_other_table(
        session, tmp_path, "b.csv", [["9", "new"], ["00002", "so so"], ["00000", "I am happy"]]
    )
    found = compared(session, twice[0], other)
    assert found.how == "cells"
    assert [*zip(found.rows_before, found.rows_after, strict=True)] == [(0, 2), (2, 1)]
    assert (found.only_before, found.only_after) == (("Why",), ("Urgent",))


def test_rows_whose_cells_changed_are_found_by_a_key(
    session: Session, twice: tuple[Job, Job], tmp_path: Path
) -> None:
    other = on_other_table(
        session, tmp_path, "b.csv", [["00003", "changed"], ["00001", "I am angry"]]
    )
    assert len(compared(session, twice[0], other).rows_before) == 1
    found = compared(session, twice[0], other, "Id")
    assert (found.how, found.key) == ("key", "Id")
    assert [*zip(found.rows_before, found.rows_after, strict=True)] == [(1, 1), (3, 0)]
    with pytest.raises(SelectionError, match="does not tell rows apart"):
        compared(session, twice[0], other, "Message")
    with pytest.raises(SelectionError, match="not a column of both"):
        compared(session, twice[0], other, "Nowhere")


def run_again(
    session: Session, service: PracticeService, draft: Draft, **changed: Any
) -> tuple[Job, Job]:
    """A job of which half the rows expired, and its run again."""
    service.set_faults("expire")
    first = finish(session, session.desk.send(draft(12).id, None, silent))
    service.set_faults()
    recipe = replace(RECIPE, **changed) if changed else None
    wanted = Wanted(("expired",), recipe=recipe)
    return first, finish(session, session.again.start(first.id, wanted, None, silent))


def test_a_job_is_compared_with_its_own_earlier_answers(
    session: Session, service: PracticeService, draft: Draft
) -> None:
    first, run = run_again(session, service, draft, model="claude-sonnet-5-5")
    expired = first.outcomes["expired"]
    assert session.run_comparing.last_repeated(first.id) == run.id
    found = compared(session, first, run)
    assert found.repeated
    assert (found.rows, found.before.rows, found.after.rows) == (expired, expired, expired)
    assert found.before.usd == 0
    assert found.after.usd == run.billed
    assert [each.part for each in found.recipe] == ["Model"]
    mood = found.columns[0]
    assert mood.agreement.rows == 0
    assert mood.moves == (Crossing("(expired)", "happy", expired),)
    [row] = session.run_comparing.rows(found, "Mood", [1])
    assert (row.before.outcome, row.after.text) == ("expired", "happy")
    assert row.before.reason
    assert row.text.number == row.row_after == found.rows_after[1]
    turned = compared(session, run, first)
    assert turned.columns[0].moves == (Crossing("happy", "(expired)", expired),)


def test_corrections_are_no_change_between_a_job_and_its_run_again(
    session: Session, service: PracticeService, draft: Draft
) -> None:
    first, run = run_again(session, service, draft)
    session.corrections.correct(first.id, [Change(n, "Mood", "angry") for n in range(12)], silent)
    after = {each.after for each in compared(session, first, run).columns[0].moves}
    assert after == {"happy"}


def test_a_second_run_again_is_put_beside_what_the_first_one_said(
    session: Session, service: PracticeService, draft: Draft
) -> None:
    first, run = run_again(session, service, draft, prompt=Template("Text: {{Message}}"))
    row = compared(session, first, run).rows_before[0]
    wanted = Wanted(rows=(row,), recipe=replace(RECIPE, prompt=Template("Words: {{Message}}")))
    second = finish(session, session.again.start(first.id, wanted, None, silent))
    found = compared(session, first, second)
    assert [*found.rows_before] == [row]
    assert found.columns[0].agreement.hits == 1
    told = "".join(piece.text for piece in found.recipe[0].pieces if piece.change == "removed")
    assert "Text" in told
    assert found.before.usd


def test_what_was_paid_once_for_rows_that_part_ways_is_told_once(
    session: Session, draft: Draft
) -> None:
    first = draft(messages=["I am happy", "I am happy"])
    first = finish(session, session.desk.send(first.id, None, silent))
    apart = replace(RECIPE, prompt=Template("{{Id}}: {{Message}}"))
    wanted = Wanted(rows=(0, 1), recipe=apart)
    run = finish(session, session.again.start(first.id, wanted, None, silent))
    assert (first.requests, run.requests) == (1, 2)
    assert compared(session, first, run).before.usd == first.billed


def test_rows_that_kept_their_answer_are_left_out(
    session: Session, service: PracticeService, draft: Draft
) -> None:
    first = finish(session, session.desk.send(draft(12).id, None, silent))
    service.set_faults("expire")
    run = finish(
        session, session.again.start(first.id, Wanted(rows=tuple(range(12))), None, silent)
    )
    found = compared(session, first, run)
    assert found.rows == run.outcomes["answered"] == 12 - run.outcomes["expired"] > 0
    assert found.after.rows == 12


def test_without_earlier_answers_there_is_nothing_to_compare(
    session: Session, twice: tuple[Job, Job]
) -> None:
    with pytest.raises(StoreError, match="no earlier answers"):
        session.run_comparing.last_repeated(twice[0].id)


def test_a_cell_of_the_cross_table_knows_its_rows(session: Session, twice: tuple[Job, Job]) -> None:
    first, second = twice
    put_moods(session, first, "happy", "angry", "happy", "happy")
    put_moods(session, second, "happy", "angry", "angry", "happy")
    found = compared(session, first, second)
    cells = {(each.before, each.after): each for each in found.columns[0].crossings}
    assert [*cells["happy", "happy"].pairs] == [0, 3]
    [row] = session.run_comparing.rows(found, "Mood", cells["happy", "angry"].pairs)
    assert (row.before.text, row.after.text) == ("happy", "angry")
    assert [each.text for each in row.text.named] == ["so so"]
    assert session.run_comparing.place(second.id, row.row_after, silent) == 2


def test_other_runs_are_offered_and_told_why_not(
    session: Session, twice: tuple[Job, Job], tmp_path: Path
) -> None:
    shared = on_other_table(session, tmp_path, "b.csv", [["1", "so so"]])
    draft = session.desk.new_job("Draft", "practice")
    path = write_table(tmp_path / "c.csv", [["Text"], ["strange"]])
    table = session.desk.open_table(path, ReadOptions(), silent)
    strange = session.desk.new_job("Strange", "practice")
    recipe = replace(RECIPE, prompt=Template("{{Text}}"))
    session.desk.save_draft(strange.id, recipe=recipe, table_id=table.id)
    finish(session, session.desk.send(strange.id, None, silent))
    found = session.run_comparing.others(twice[0].id, silent)
    assert [(each.job.id, each.how) for each in found] == [
        (twice[1].id, "table"),
        (shared.id, "columns"),
        (strange.id, ""),
        (draft.id, ""),
    ]
    assert found[1].shared == ("Id", "Message")
    assert ["not sent" in each.why_not for each in found] == [False, False, False, True]
    with pytest.raises(StoreError, match="not sent yet"):
        session.run_comparing.others(draft.id, silent)


def test_what_cannot_be_compared_is_refused(
    session: Session, twice: tuple[Job, Job], tmp_path: Path
) -> None:
    strange = on_other_table(session, tmp_path, "c.csv", [["x", "y"]])
    with pytest.raises(SelectionError, match="no row in common"):
        compared(session, twice[0], strange)
    with pytest.raises(StoreError, match="with itself"):
        compared(session, twice[0], twice[0])
    draft = session.desk.new_job("Draft", "practice")
    session.desk.save_draft(draft.id, table_id=twice[0].table_id)
    with pytest.raises(StoreError, match="not sent yet"):
        compared(session, twice[0], draft)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_every_changed_answer_is_written_with_its_row(
    session: Session, twice: tuple[Job, Job], tmp_path: Path, suffix: str
) -> None:
    first, second = twice
    put_moods(session, first, "happy", "angry", "happy", "happy")
    put_moods(session, second, "happy", "angry", "angry", "happy")
    found = compared(session, first, second)
    path = tmp_path / f"changed{suffix}"
    written = session.run_comparing.export(found, path, silent)
    assert written.rows == sum(len(each.changed) for each in found.columns)
    table = session.desk.open_table(path, ReadOptions(), silent)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    [mood] = [row for row in rows if row["Answer column"] == "Mood"]
    wanted = {"Row": "3", "Before": "happy", "After": "angry", "Message": "so so"}
    assert wanted.items() <= mood.items()


def test_a_formula_in_an_answer_does_not_run_in_the_file(
    session: Session, twice: tuple[Job, Job], tmp_path: Path
) -> None:
    session.corrections.correct(twice[1].id, [Change(0, "Why", "=1+1")], silent)
    found = compared(session, *twice)
    path = tmp_path / "changed.csv"
    session.run_comparing.export(found, path, silent)
    with path.open(encoding="utf-8-sig", newline="") as file:
        said = [row["After"] for row in csv.DictReader(file)]
    assert "'=1+1" in said
