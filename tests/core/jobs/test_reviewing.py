"""The answers of a job counted, filtered, found and sorted."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.again.verbs import Wanted
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job, JobRow
from claude_batch_desk.core.jobs.reviewing.coding import MOST_VALUES, Coding
from claude_batch_desk.core.jobs.reviewing.sorting import in_order
from claude_batch_desk.core.jobs.reviewing.wish import Order, Seen, Wish
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.choices import plain_choices
from tests.core.jobs.conftest import RECIPE, finish

ROWS = 200
WORDS = ("apples", "Bananas", "cherries")


@pytest.fixture
def mixed(tmp_path: Path, draft_on: Callable[..., Job]) -> Iterator[tuple[Session, Job]]:
    """A finished job of which some answers are outside of the list, refused or failed."""
    with (
        PracticeService(tmp_path / "mixed", faults=["mixed-outcomes"]) as service,
        Session(home_folder(), practice_url=service.base_url) as session,
    ):
        texts = [f"{WORDS[at % 3]} are happy or angry, {at}" for at in range(ROWS)]
        texts[50] = texts[40]
        job = draft_on(session, messages=texts)
        yield session, finish(session, session.desk.send(job.id, None, silent))


def all_rows(session: Session, job: Job) -> list[JobRow]:
    return session.desk.answers(job.id, 0, ROWS)


def outcome(row: JobRow) -> str:
    return row.answer.outcome if row.answer else "waiting"


def value(row: JobRow) -> str:
    return row.answer.values[0] if row.answer else ""


def look(session: Session, job: Job, wish: Wish) -> tuple[Seen, list[JobRow]]:
    seen = session.reviewing.look(job.id, wish, silent)
    places = range(job.rows) if seen.places is None else seen.places
    return seen, session.reviewing.rows(job.id, places)


def counted(seen: Seen, header: str) -> dict[str, int]:
    [column] = [each for each in seen.columns if each.header == header]
    return {each.value: each.rows for each in column.values}


def test_outcomes_and_values_are_counted_as_they_stand_beside_the_rows(
    mixed: tuple[Session, Job],
) -> None:
    session, job = mixed
    seen, rows = look(session, job, Wish())
    assert seen.places is None
    assert seen.rows == ROWS
    assert rows == all_rows(session, job)
    assert seen.outcomes == job.outcomes
    assert counted(seen, "Mood") == Counter(map(value, rows))


def test_one_of_several_outcomes_is_enough(mixed: tuple[Session, Job]) -> None:
    session, job = mixed
    wanted = frozenset({"review", "errored"})
    seen, rows = look(session, job, Wish(outcomes=wanted))
    expected = [row for row in all_rows(session, job) if outcome(row) in wanted]
    assert rows == expected
    assert seen.rows == len(expected) > 0
    assert seen.outcomes == job.outcomes
    assert counted(seen, "Mood") == Counter(map(value, expected))


def test_a_value_and_an_outcome_narrow_each_other(mixed: tuple[Session, Job]) -> None:
    session, job = mixed
    wish = Wish(outcomes=frozenset({"answered"}), values=(("Mood", frozenset({"happy"})),))
    seen, rows = look(session, job, wish)
    everything = all_rows(session, job)
    assert rows == [
        row for row in everything if value(row) == "happy" and outcome(row) == "answered"
    ]
    assert seen.outcomes == Counter(outcome(row) for row in everything if value(row) == "happy")


def test_text_is_found_in_answers_and_in_the_columns_that_are_searched(
    mixed: tuple[Session, Job],
) -> None:
    session, job = mixed
    assert look(session, job, Wish(text="BANANAS", searched=(1,)))[1] == [
        row for row in all_rows(session, job) if "bananas" in row.cells[1].lower()
    ]
    assert look(session, job, Wish(text="bananas", searched=(0,)))[0].rows == sum(
        "bananas" in " ".join(row.answer.values).lower()
        for row in all_rows(session, job)
        if row.answer
    )
    assert look(session, job, Wish(text='no "such" text', searched=(0, 1)))[0].rows == 0


def test_a_correction_counts_at_once_and_can_be_asked_for(mixed: tuple[Session, Job]) -> None:
    session, job = mixed
    before, rows = look(session, job, Wish())
    chosen = next(row for row in rows if value(row) == "happy" and outcome(row) == "answered")
    changes = [
        Change(chosen.number, "Mood", "angry"),
        Change(chosen.number, "Why", 'Said "quite" the opposite'),
    ]
    session.corrections.correct(job.id, changes, silent)
    after, [found] = look(session, job, Wish(traits=frozenset({"corrected"})))
    assert ("corrected" in before.traits, after.traits["corrected"]) == (False, 1)
    assert (found.number, value(found)) == (chosen.number, "angry")
    assert counted(look(session, job, Wish())[0], "Mood")["happy"] == (
        counted(before, "Mood")["happy"] - 1
    )
    quoted = Wish(text='"QUITE" the')
    assert [row.number for row in look(session, job, quoted)[1]] == [chosen.number]


def test_what_is_settled_is_no_longer_to_review(mixed: tuple[Session, Job]) -> None:
    session, job = mixed
    look(session, job, Wish())
    misses = session.corrections.near_misses(job.id, silent)
    session.corrections.accept(job.id, [replace(each, meant="angry") for each in misses], silent)
    seen, rows = look(session, job, Wish(outcomes=frozenset({"review"})))
    assert rows == []
    assert seen.outcomes == session.desk.job(job.id).outcomes


@pytest.mark.parametrize("descending", [False, True])
def test_rows_stand_in_the_order_of_a_column_and_keep_it_among_equals(
    mixed: tuple[Session, Job], descending: bool
) -> None:
    session, job = mixed
    _, rows = look(session, job, Wish(order=Order("answer", 0, descending)))
    moods = [value(row) for row in rows]
    filled = [mood for mood in moods if mood]
    assert filled == sorted(filled, key=str.casefold, reverse=descending)
    assert moods[len(filled) :] == [""] * (ROWS - len(filled))
    happy = [row.number for row in rows if value(row) == "happy"]
    assert happy == sorted(happy)
    _, rows = look(session, job, Wish(order=Order("source", 1, descending)))
    firsts = [row.cells[1].casefold() for row in rows]
    assert firsts == sorted(firsts, reverse=descending)


def test_a_column_of_numbers_is_sorted_by_value() -> None:
    texts = ["10", "9", "", "-1.5", "9"]
    assert [*in_order(range(5), texts, silent, descending=False)] == [3, 1, 4, 0, 2]
    assert [*in_order(range(5), texts, silent, descending=True)] == [0, 1, 4, 3, 2]


def test_a_column_of_too_many_values_is_read_and_not_counted() -> None:
    coding = Coding(MOST_VALUES + 2)
    for place in range(MOST_VALUES):
        coding.put(place, f"value {place}")
    assert coding.made() is not None
    coding.put(MOST_VALUES, "one more")
    coding.put(MOST_VALUES + 1, "and another")
    assert coding.made() is None


def test_rows_that_asked_alike_can_be_asked_for(mixed: tuple[Session, Job]) -> None:
    session, job = mixed
    seen, rows = look(session, job, Wish(traits=frozenset({"duplicated"})))
    assert [row.number for row in rows] == [40, 50]
    assert seen.traits == {"duplicated": 2}
    assert look(session, job, Wish(text=", 40", searched=(1,)))[0].traits == {"duplicated": 2}
    assert look(session, job, Wish(text=", 7", searched=(1,)))[0].traits == {"duplicated": 0}


def test_rows_that_were_not_asked_have_nothing_in_common(
    session: Session, draft_on: Callable[..., Job]
) -> None:
    job = draft_on(session, messages=["", "", "I am happy", "I am angry"])
    skipping = replace(job.recipe, empty_cells="skip")
    session.desk.save_draft(job.id, recipe=skipping)
    job = finish(session, session.desk.send(job.id, None, silent))
    assert job.outcomes["unsent"] == 2
    assert look(session, job, Wish())[0].traits == {}


def test_rows_that_say_another_thing_since_they_were_run_again_can_be_asked_for(
    mixed: tuple[Session, Job],
) -> None:
    session, job = mixed
    other = job.recipe.with_prompt("How is it: {{Message}}")
    wanted = Wanted(rows=tuple(range(0, ROWS, 2)), recipe=other)
    finish(session, session.again.start(job.id, wanted, None, silent))
    job = session.desk.job(job.id)
    seen, rows = look(session, job, Wish(traits=frozenset({"changed"})))
    expected = [row for row in all_rows(session, job) if says_another_thing(row)]
    assert rows == expected
    assert seen.traits["changed"] == len(expected)
    assert 0 < len(expected) < sum(bool(row.earlier) for row in all_rows(session, job))


def says_another_thing(row: JobRow) -> bool:
    """As compared by outcome, where there was no value, and by the value of Mood, not of Why."""
    said = ("answered", "review")
    nothing = ("expired", "canceled", "unsent")
    now = row.answer
    return any(
        (was.outcome, was.values[0]) != (now.outcome, now.values[0])
        if was.outcome not in said or now.outcome not in said
        else was.values[0] != now.values[0]
        for was in row.earlier
        if now is not None and was.outcome not in nothing and now.outcome not in nothing
    )


def test_texts_that_hardly_ever_come_twice_are_not_counted(mixed: tuple[Session, Job]) -> None:
    session, job = mixed
    seen, _ = look(session, job, Wish())
    assert [each.header for each in seen.columns] == ["Mood"]
    chosen = next(row for row in all_rows(session, job) if outcome(row) == "answered")
    assert chosen.answer is not None
    wish = Wish(values=(("Why", frozenset({chosen.answer.values[1]})),))
    assert chosen in look(session, job, wish)[1]


@pytest.mark.parametrize(
    ("cells", "counts"),
    [("aabbc", True), ("abcd", False), ("aabc", False), ("aaaabbbc", True), ("", True)],
)
def test_a_column_counts_where_most_cells_are_not_alone_with_their_text(
    cells: str, counts: bool
) -> None:
    coding = Coding(len(cells) + 1)  # the last one stays empty
    for place, text in enumerate(cells):
        coding.put(place, text)
    made = coding.made()
    assert made is not None
    assert made.repeats == counts


def test_each_of_several_values_of_a_cell_counts(
    session: Session, draft: Callable[..., Job]
) -> None:
    topics = OutputField("Topics", "choices", plain_choices("price", "service", "taste"))
    job = draft(rows=40, recipe=replace(RECIPE, fields=(topics,)))
    job = finish(session, session.desk.send(job.id, None, silent))
    seen, rows = look(session, job, Wish())
    values = [value(row).split("; ") for row in rows]
    assert counted(seen, "Topics") == Counter(each for row in values for each in row)
    _, found = look(session, job, Wish(values=(("Topics", frozenset({"taste"})),)))
    assert found == [row for row in rows if "taste" in value(row).split("; ")]


def test_rows_that_wait_are_there_from_the_first_moment(
    tmp_path: Path, draft_on: Callable[..., Job]
) -> None:
    with (
        PracticeService(tmp_path / "later", delay=60) as service,
        Session(home_folder(), practice_url=service.base_url) as session,
    ):
        job = session.desk.send(draft_on(session, 3).id, None, silent)
        seen = session.reviewing.look(job.id, Wish(outcomes=frozenset({"waiting"})), silent)
        assert (seen.rows, seen.outcomes) == (3, {"waiting": 3})


def test_a_look_that_nobody_waits_for_any_more_ends(mixed: tuple[Session, Job]) -> None:
    session, job = mixed

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        session.reviewing.look(job.id, Wish(text="a"), stop)
