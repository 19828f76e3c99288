"""Corrected cells become examples of a prompt, and right answers that move no share."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from claude_batch_desk.core.errors import RecipeError, StoreError
from claude_batch_desk.core.jobs.correcting.lessons import MOST_EXAMPLES, in_turn, with_examples
from claude_batch_desk.core.jobs.correcting.verbs import Change
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.example import Example, Filled
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.quality.accuracy import Accuracy
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import MOODS, RECIPE, finish, write_table
from tests.core.jobs.random_trials import try_random

ONE = replace(RECIPE, fields=(MOODS,))
ROWS = 12


@pytest.fixture
def done(session: Session, draft: Callable[..., Job]) -> Job:
    job = draft(ROWS, recipe=ONE)
    return finish(session, session.desk.send(job.id, None, silent))


def mood(session: Session, job: Job, row: int) -> str:
    answer = session.desk.answers(job.id, row, 1)[0].answer
    assert answer is not None
    return answer.values[0]


def put_right(session: Session, job: Job, *rows: int) -> dict[int, str]:
    """Say the opposite of what was answered in these rows."""
    other = {"happy": "angry", "angry": "happy"}
    changes = {row: other[mood(session, job, row)] for row in rows}
    session.corrections.correct(
        job.id, [Change(row, "Mood", value) for row, value in changes.items()], silent
    )
    return changes


def accuracy(session: Session, job: Job) -> Accuracy:
    [found] = session.quality.accuracy(job.id, silent).fields
    return found.accuracy


# Examples


def test_a_corrected_row_reaches_the_shared_part_of_the_next_requests(
    tmp_path: Path, draft_on: Callable[..., Job]
) -> None:
    home = tmp_path / "slow"
    with (
        PracticeService(home, delay=600) as service,
        Session(tmp_path / "data", practice_url=service.base_url) as session,
    ):

        def ended(job: Job) -> Job:
            service.advance(600)
            return finish(session, job)

        done = ended(session.desk.send(draft_on(session, ROWS, recipe=ONE).id, None, silent))
        said = put_right(session, done, 3)
        made = session.teaching.teach(done.id, [3], "Moods, taught", silent)
        assert (made.name, made.state, made.mode) == ("Moods, taught", "draft", done.mode)
        assert (made.table_id, made.selection) == (done.table_id, done.selection)
        sent = session.desk.send(made.id, None, silent)
        [posted] = home.rglob("*.body.json")  # as long as the batch has not ended
        requests = orjson.loads(posted.read_bytes())["requests"]
        shown = (
            "Message: I am so happy, this is note 3\n</prompt>\n"
            f'<answer>\n{{"mood":"{said[3]}"}}\n</answer>'
        )
        told = [each["params"]["system"][0]["text"] for each in requests]
        assert [shown in each for each in told] == [True] * ROWS
        assert ended(sent).outcomes == {"answered": ROWS}
        assert session.desk.job(done.id).recipe.examples == ()


def test_the_commonest_mistake_is_shown_first_and_each_kind_before_any_twice() -> None:
    assert in_turn({1: "rare", 2: "often", 3: "often", 5: "some", 6: "often", 9: "some"}) == [
        *(2, 5, 1),
        *(3, 9),
        6,
    ]


def test_a_few_rows_are_proposed_and_all_of_those_that_are_named(
    session: Session, done: Job
) -> None:
    put_right(session, done, *range(8))
    some = session.teaching.lessons(done.id, silent)
    assert (some.rows, len(some.found), len(some.proposed)) == (8, 8, 5)
    named = session.teaching.lessons(done.id, silent, rows=[1, 2, 3, 4, 5, 6, 11])
    assert named.proposed == {1, 2, 3, 4, 5, 6}  # nobody has corrected anything in row 11


def test_settled_near_misses_and_what_was_taken_back_teach_nothing(
    session: Session, done: Job
) -> None:
    put_right(session, done, 1)
    session.corrections.correct(done.id, [Change(1, "Mood", None)], silent)
    session.corrections.correct(done.id, [Change(2, "Mood", "angry")], silent, "accepted")
    assert session.teaching.lessons(done.id, silent).rows == 0
    made = session.teaching.label(done.id, silent)
    assert (made.count, made.settled) == (0, 1)
    with pytest.raises(RecipeError, match="Nothing in row 3 was corrected by hand"):
        session.teaching.teach(done.id, [2], "Taught", silent)


def test_a_row_whose_other_answers_do_not_fit_is_no_example_yet(
    session: Session, draft: Callable[..., Job], service: PracticeService
) -> None:
    explained = replace(MOODS, companions=("reason",))
    recipe = replace(RECIPE, fields=(explained, OutputField("Count", "integer")))
    job = draft(3, recipe=recipe)
    done = finish(session, session.desk.send(job.id, None, silent))
    put_right(session, done, 0, 1)
    session.corrections.correct(
        done.id, [Change(1, "Mood reason", "It is sarcastic."), Change(1, "Count", "3")], silent
    )
    first, second = sorted(
        session.teaching.lessons(done.id, silent).found, key=lambda each: each.row
    )
    assert first.problem == (
        "“Mood reason” still explains what was put right. Write over that as well."
    )
    assert second.problem == ""
    assert second.corrected == ("Mood", "Mood reason", "Count")
    with pytest.raises(RecipeError, match="Row 1: “Mood reason” still explains"):
        session.teaching.teach(done.id, [0, 1], "Taught", silent)
    assert [each.name for each in session.desk.jobs()] == ["Messages"]


def example(number: int, mood: str) -> Example:
    return Example((Filled("Message", f"note {number}"),), (Filled("Mood", mood),), from_row=True)


def test_an_example_of_the_same_cells_gives_way_to_the_corrected_one() -> None:
    recipe = with_examples(replace(ONE, examples=(example(1, "happy"),)), [example(1, "angry")])
    assert recipe.examples == (example(1, "angry"),)


def test_it_does_so_in_whichever_order_the_prompt_names_the_columns() -> None:
    cells = Filled("Message", "Where is it?"), Filled("Channel", "Chat")
    here = Example(cells, (Filled("Mood", "happy"),))
    there = Example(cells[::-1], (Filled("Mood", "angry"),))
    assert with_examples(replace(ONE, examples=(here,)), [there]).examples == (there,)


def test_more_examples_than_every_row_should_carry_are_refused() -> None:
    many = [example(number, "happy") for number in range(MOST_EXAMPLES)]
    assert len(with_examples(ONE, many).examples) == MOST_EXAMPLES
    with pytest.raises(RecipeError, match="That would be 21 examples"):
        with_examples(replace(ONE, examples=tuple(many)), [example(99, "happy")])


def test_examples_go_into_a_draft_that_asks_the_same(
    session: Session, done: Job, draft: Callable[..., Job]
) -> None:
    put_right(session, done, 0, 1)
    own = example(7, "happy")
    fitting = draft(2, recipe=replace(ONE, instructions="Be brief.", examples=(own,)))
    draft(2, recipe=replace(ONE, fields=(OutputField("Other"),)))
    draft(2, recipe=replace(ONE, prompt=Template("{{Id}}: {{Message}}")))
    assert [each.id for each in session.teaching.drafts(done.id, silent)] == [fitting.id]
    taught = session.teaching.teach(done.id, [0, 1], "", silent, into=fitting.id)
    assert (taught.id, taught.name, taught.recipe.instructions) == (
        fitting.id,
        fitting.name,
        "Be brief.",
    )
    assert taught.recipe.examples[0] == own
    assert len(taught.recipe.examples) == 3
    with pytest.raises(StoreError, match="was sent, or asks something else"):
        session.teaching.teach(done.id, [0], "", silent, into=done.id)


def test_an_example_is_not_measured_in_the_job_that_shows_it(session: Session, done: Job) -> None:
    put_right(session, done, 3)
    for row in (2, 3):
        session.quality.label(done.id, "Mood", row, "happy", silent)
    made = session.teaching.teach(done.id, [3], "Moods, taught", silent)
    try_random(session.desk, made.id, ROWS, 1, silent)
    measured = session.quality.accuracy(made.id, silent)
    [found] = measured.fields
    assert (measured.examples, found.accuracy.share.rows) == (1, 1)
    assert accuracy(session, done).share.rows == 2


def test_nobody_labels_or_pays_for_an_example_to_know_how_good_the_others_are(
    session: Session, done: Job
) -> None:
    put_right(session, done, 3, 4)
    session.teaching.label(done.id, silent)
    made = session.teaching.teach(done.id, [3], "Moods, taught", silent)
    offered = session.quality.label_round(made.id, "Mood", silent).rows
    assert sorted(offered) == [row for row in range(ROWS) if row != 3]
    offer = session.quality.offer_labelled(made.id, silent)
    assert offer is not None
    assert [(each.row, each.weight) for each in offer.picks] == [(4, None)]


# Right answers


def test_corrected_cells_are_right_answers_and_move_no_share(session: Session, done: Job) -> None:
    for row in (0, 1, 2):
        session.quality.label(done.id, "Mood", row, mood(session, done, row), silent)
    before = accuracy(session, done)
    said = put_right(session, done, 2, 5, 6)
    made = session.teaching.label(done.id, silent)
    assert {each.row: each.value for each in made.made["Mood"]} == {5: said[5], 6: said[6]}
    assert made.by_chance == 1
    after = accuracy(session, done)
    assert (after.share, after.commonest) == (before.share, before.commonest)
    assert (before.picked, after.picked) == (0, 2)
    assert after.verdicts["wrong"] == 2
    [five] = session.quality.compared(done.id, "Mood", [5], silent)
    assert (five.right, five.given) == (said[5], mood_that_came(session, done, 5))


def mood_that_came(session: Session, job: Job, row: int) -> str:
    [latest, *_] = session.corrections.history(job.id, row)
    return latest.was


def test_taking_right_answers_back_leaves_what_was_there(session: Session, done: Job) -> None:
    session.quality.label(done.id, "Mood", 4, "happy", silent, picked=True)
    session.corrections.correct(done.id, [Change(4, "Mood", "angry")], silent)
    put_right(session, done, 5)
    made = session.teaching.label(done.id, silent)
    assert session.quality.labelled_rows(done.id, silent) == [4, 5]
    session.teaching.take_back(made, silent)
    [right] = session.quality.compared(done.id, "Mood", [4], silent)
    assert right.right == "happy"
    assert session.quality.labelled_rows(done.id, silent) == [4]


def test_what_was_said_of_a_row_since_is_not_taken_back(session: Session, done: Job) -> None:
    put_right(session, done, 4, 5)
    made = session.teaching.label(done.id, silent)
    session.quality.label(done.id, "Mood", 4, "happy", silent)
    session.teaching.take_back(made, silent)
    assert session.quality.labelled_rows(done.id, silent) == [4]


def test_a_right_answer_follows_its_correction(session: Session, done: Job) -> None:
    session.quality.label(done.id, "Mood", 2, "angry", silent)
    session.corrections.correct(
        done.id, [Change(row, "Mood", "angry") for row in (1, 2, 3)], silent
    )
    session.teaching.label(done.id, silent)
    back = session.corrections.correct(
        done.id, [Change(1, "Mood", "happy"), Change(2, "Mood", "happy")], silent
    )
    assert right(session, done, 1, 2, 3) == ["happy", "angry", "angry"]  # 2 was drawn at random
    session.corrections.correct(done.id, [*back, Change(3, "Mood", None)], silent)
    assert right(session, done, 1) == ["angry"]
    assert session.quality.labelled_rows(done.id, silent) == [1, 2]


def right(session: Session, job: Job, *rows: int) -> list[str]:
    return [each.right for each in session.quality.compared(job.id, "Mood", rows, silent)]


def test_right_answers_from_corrections_are_forgotten_and_no_others(
    session: Session, done: Job
) -> None:
    session.quality.label(done.id, "Mood", 1, "happy", silent)
    session.corrections.correct(
        done.id, [Change(row, "Mood", "happy") for row in (1, 2, 3)], silent
    )
    session.teaching.label(done.id, silent, rows=[1, 2, 3])
    assert session.teaching.forget_labels(done.id, silent, rows=[3, 1]) == 1
    assert session.quality.labelled_rows(done.id, silent) == [1, 2]
    assert session.teaching.forget_labels(done.id, silent) == 1


def test_a_column_of_right_answers_goes_before_what_was_corrected(
    session: Session, tmp_path: Path
) -> None:
    cells = [["Message", "Gold"], ["I am happy", "happy"], ["I am sad", ""]]
    table = session.desk.open_table(
        write_table(tmp_path / "gold.csv", cells), ReadOptions(), silent
    )
    job = session.desk.new_job("Gold", "practice")
    session.desk.save_draft(job.id, recipe=ONE, table_id=table.id)
    session.quality.set_gold_columns(job.id, {"Mood": "Gold"}, silent)
    done = finish(session, session.desk.send(job.id, None, silent))
    put_right(session, done, 0, 1)
    before = accuracy(session, done)
    made = session.teaching.label(done.id, silent)
    assert (made.by_column, [each.row for each in made.made["Mood"]]) == (1, [1])
    assert accuracy(session, done).share == before.share


def test_a_corrected_row_drawn_at_random_is_offered_to_be_labelled_all_the_same(
    session: Session, done: Job
) -> None:
    """Else the rows that were labelled would be those that nothing was wrong with."""
    put_right(session, done, 0, 1)
    session.teaching.label(done.id, silent)
    offered = session.quality.label_round(done.id, "Mood", silent)
    assert (set(offered.rows), offered.labels) == (set(range(ROWS)), {})
    for row in range(ROWS):
        session.quality.label(done.id, "Mood", row, "happy", silent)
    found = accuracy(session, done)
    assert (found.share.rows, found.picked) == (ROWS, 0)


def test_an_emptied_cell_is_right_only_where_nothing_can_be_answered(
    session: Session, draft: Callable[..., Job]
) -> None:
    unknown = replace(MOODS, may_be_unknown=True)
    job = draft(2, recipe=replace(RECIPE, fields=(unknown,)))
    done = finish(session, session.desk.send(job.id, None, silent))
    session.corrections.correct(done.id, [Change(0, "Mood", "")], silent)
    made = session.teaching.label(done.id, silent)
    assert [each.value for each in made.made["Mood"]] == [""]


def test_a_recipe_with_free_text_is_taught_too(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(2, recipe=Recipe(prompt=Template("{{Message}}"), model=RECIPE.model))
    done = finish(session, session.desk.send(job.id, None, silent))
    session.corrections.correct(done.id, [Change(1, "Answer", "Be glad.")], silent)
    taught = session.teaching.taught(done.id, [1], silent)
    assert [each.text for each in taught.examples[0].answers] == ["Be glad."]
    assert session.teaching.label(done.id, silent).count == 1
