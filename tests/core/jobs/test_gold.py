"""Right answers are kept, followed, and compared with what was tried or sent."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import RecipeError, StoreError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.prompts.checks import NotSendable
from claude_batch_desk.core.prompts.example import Example, Filled
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.quality.intervals import Share
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import MOODS, RECIPE, finish, write_table
from tests.core.jobs.random_trials import try_random

ONE = replace(RECIPE, fields=(MOODS,))
MakeJob = Callable[..., Job]


@pytest.fixture
def make_job(session: Session, tmp_path: Path) -> MakeJob:
    """Make a draft of messages with a mood each, which the prompt does not name."""

    def make(moods: Sequence[str], recipe: Recipe = ONE) -> Job:
        cells = [["Message", "Checked mood"]]
        cells += [[f"I am so happy, this is note {at}", mood] for at, mood in enumerate(moods)]
        table = session.desk.open_table(
            write_table(tmp_path / "moods.csv", cells), ReadOptions(), silent
        )
        job = session.desk.new_job("Moods", "practice")
        return session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)

    return make


def use_column(session: Session, job: Job) -> None:
    session.quality.set_gold_columns(job.id, {"Mood": "Checked mood"}, silent)


def test_a_column_is_proposed_and_none_is_used_unasked(session: Session, make_job: MakeJob) -> None:
    gold = session.quality.gold(make_job(["happy", "angry"] * 3).id, silent)
    assert [(each.field, each.column) for each in gold.proposed] == [("Mood", "Checked mood")]
    assert not gold.known


def test_tried_rows_are_compared_with_the_column(session: Session, make_job: MakeJob) -> None:
    job = make_job(["happy"] * 6)
    use_column(session, job)
    tried = try_random(session.desk, job.id, 4, 1, silent)
    right = sum(each.answer.values == ("happy",) for each in tried)
    measured = session.quality.accuracy(job.id, silent)
    [found] = measured.fields
    assert not measured.sent
    assert (measured.answers, found.accuracy.share) == (4, Share(right, 4))
    assert (found.column, found.labelled) == ("Checked mood", 0)


def test_the_whole_job_is_compared_by_the_same_code(session: Session, make_job: MakeJob) -> None:
    job = make_job(["happy"] * 5 + ["angry", "", "furious"])
    use_column(session, job)
    done = finish(session, session.desk.send(job.id, None, silent))
    measured = session.quality.accuracy(done.id, silent)
    [found] = measured.fields
    assert measured.sent
    assert measured.answers == 8
    assert found.accuracy.share.rows == 6  # of the others one is not said, one is not in the list
    assert [(each.text, each.count) for each in found.accuracy.odd] == [("furious", 1)]
    rows = session.desk.answers(job.id, 0, 8)
    given = [row.answer.values[0] for row in rows if row.answer]
    right = sum(a == b for a, b in zip(given[:6], ["happy"] * 5 + ["angry"], strict=True))
    assert found.accuracy.share.hits == right


def test_rows_that_wait_are_not_counted_as_wrong(
    draft_on: Callable[..., Job], tmp_path: Path
) -> None:
    with (
        PracticeService(tmp_path / "slow", delay=600) as slow,
        Session(home_folder(), practice_url=slow.base_url) as session,
    ):
        job = draft_on(session, 5, recipe=ONE)
        session.quality.label(job.id, "Mood", 2, "happy", silent)
        session.desk.send(job.id, None, silent)
        [found] = session.quality.accuracy(job.id, silent).fields
        assert (found.accuracy.share, found.accuracy.pending) == (Share(0, 0), 1)


def test_a_label_is_kept_at_once_and_survives_a_restart(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job([""] * 3)
    session.quality.label(job.id, "Mood", 1, "angry", silent)
    session.quality.label(job.id, "Mood", 2, "happy", silent)
    session.quality.label(job.id, "Mood", 1, "happy", silent)
    session.quality.unlabel(job.id, "Mood", 2, silent)
    session.close()
    with Session(home_folder(), practice_url=session.practice_url) as again:
        assert again.quality.label_round(job.id, "Mood", silent).labels == {1: "happy"}
        assert again.quality.gold(job.id, silent).labelled == {"Mood": 1}


def test_tried_rows_are_offered_first_and_always_in_the_same_order(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job([""] * 30)
    tried = {each.number for each in try_random(session.desk, job.id, 5, 1, silent)}
    first = session.quality.label_round(job.id, "Mood", silent)
    assert set(first.rows[:5]) == tried == first.answered
    assert sorted(first.rows) == list(range(30))
    assert first.rows[5:] != tuple(sorted(first.rows[5:]))
    session.quality.label(job.id, "Mood", first.rows[0], "happy", silent)
    assert session.quality.label_round(job.id, "Mood", silent).rows == first.rows


def test_labels_alone_are_enough_for_an_accuracy(session: Session, make_job: MakeJob) -> None:
    job = make_job([""] * 10)
    tried = try_random(session.desk, job.id, 3, 1, silent)
    for each in tried:
        session.quality.label(job.id, "Mood", each.number, each.answer.values[0], silent)
    untried = next(each for each in range(10) if each not in {one.number for one in tried})
    session.quality.label(job.id, "Mood", untried, "happy", silent)
    [found] = session.quality.accuracy(job.id, silent).fields
    assert (found.accuracy.share, found.labelled) == (Share(3, 3), 4)
    assert session.quality.labelled_rows(job.id, silent) == sorted(
        [untried, *(each.number for each in tried)]
    )


def test_a_label_goes_before_the_cell_of_its_row(session: Session, make_job: MakeJob) -> None:
    job = make_job(["furious", "angry"])
    use_column(session, job)
    [one, other] = try_random(session.desk, job.id, 2, 1, silent)
    for each in (one, other):
        session.quality.label(job.id, "Mood", each.number, each.answer.values[0], silent)
    [found] = session.quality.accuracy(job.id, silent).fields
    assert found.accuracy.share == Share(2, 2)
    assert found.accuracy.odd_rows == 0


def test_labels_follow_their_rows_into_a_changed_table(
    session: Session, make_job: MakeJob, tmp_path: Path
) -> None:
    job = make_job(["x", "y", "z"])
    for row, value in enumerate(("happy", "angry", "happy")):
        session.quality.label(job.id, "Mood", row, value, silent)
    cells = [
        ["Message", "Checked mood"],
        ["A new one", ""],
        ["I am so happy, this is note 2", "z"],
        ["I am so happy, this is note 0", "x"],
        ["I am so happy, this is note 1", "changed"],
    ]
    table = session.desk.open_table(write_table(tmp_path / "new.csv", cells), ReadOptions(), silent)
    session.desk.save_draft(job.id, table_id=table.id)
    assert session.quality.label_round(job.id, "Mood", silent).labels == {2: "happy", 1: "happy"}


def test_labels_are_forgotten_with_their_job(session: Session, make_job: MakeJob) -> None:
    job = make_job(["happy"])
    session.quality.label(job.id, "Mood", 0, "happy", silent)
    use_column(session, job)
    session.desk.remove_job(job.id)
    assert session._stores.gold.columns(job.id) == {}
    assert session._stores.gold.labels(job.id, job.table_id or 0, "Mood") == {}


def test_a_label_of_a_job_removed_meanwhile_is_not_kept(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(["happy"])
    session.desk.remove_job(job.id)
    with pytest.raises(StoreError):
        session.quality.label(job.id, "Mood", 0, "happy", silent)


def test_a_column_that_the_prompt_names_is_refused(session: Session, make_job: MakeJob) -> None:
    job = make_job(["happy"], replace(ONE, prompt=Template("{{Message}} {{Checked mood}}")))
    with pytest.raises(RecipeError, match="The prompt contains the right answer"):
        use_column(session, job)


def test_a_prompt_that_names_the_column_later_gets_no_accuracy(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(["happy"])
    use_column(session, job)
    told = ONE.with_prompt("{{Message}} {{Checked mood}}")
    session.desk.save_draft(job.id, recipe=told)
    with pytest.raises(RecipeError, match="“Checked mood”"):
        session.quality.accuracy(job.id, silent)


def test_a_prompt_that_names_the_column_stops_the_job(session: Session, make_job: MakeJob) -> None:
    job = make_job(["happy"] * 3)
    use_column(session, job)
    session.desk.save_draft(job.id, recipe=ONE.with_prompt("{{Message}} {{Checked mood}}"))
    found = session.desk.estimate(job.id, silent).concerns[0]
    assert (found.tone, found.place) == ("stop", "prompt")
    assert found.text.startswith("The prompt contains the right answer")
    with pytest.raises(NotSendable):
        session.desk.send(job.id, None, silent)
    assert session.desk.job(job.id).state == "draft"
    session.quality.set_gold_columns(job.id, {}, silent)
    assert session.desk.estimate(job.id, silent).concerns == ()


def test_a_copy_of_the_right_answers_in_the_prompt_is_noticed(
    session: Session, tmp_path: Path
) -> None:
    cells = [["Message", "Same", "Gold"], *(["Hi", mood, mood] for mood in ["happy", "angry"] * 8)]
    table = session.desk.open_table(write_table(tmp_path / "t.csv", cells), ReadOptions(), silent)
    job = session.desk.new_job("Copies", "practice")
    recipe = ONE.with_prompt("{{Message}} {{Same}}")
    session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)
    session.quality.set_gold_columns(job.id, {"Mood": "Gold"}, silent)
    session.desk.send(job.id, None, silent)
    [found] = session.quality.accuracy(job.id, silent).fields
    assert found.copies == ("Same",)


def test_a_row_that_is_an_example_does_not_count(session: Session, make_job: MakeJob) -> None:
    shown = Example(
        (Filled("Message", "I am so happy, this is note 1"),),
        (Filled("Mood", "happy"),),
        from_row=True,
    )
    job = make_job(["happy"] * 3, replace(ONE, examples=(shown,)))
    use_column(session, job)
    try_random(session.desk, job.id, 3, 1, silent)
    measured = session.quality.accuracy(job.id, silent)
    assert measured.examples == 1
    assert measured.fields[0].accuracy.share.rows == 2


def test_what_is_read_while_labelling_hides_what_is_right(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(["happy", "angry"])
    use_column(session, job)
    [found] = session.quality.compared(job.id, "Mood", [1], silent)
    assert found.text.named == (Filled("Message", "I am so happy, this is note 1"),)
    assert found.text.others == ()


def test_a_mistake_is_shown_with_its_row(session: Session, make_job: MakeJob) -> None:
    job = make_job(["happy", "angry"])
    use_column(session, job)
    tried = {each.number: each for each in try_random(session.desk, job.id, 2, 1, silent)}
    one, other = session.quality.compared(job.id, "Mood", [1, 0], silent)
    assert (one.text.number, one.right, one.outcome) == (1, "angry", tried[1].answer.outcome)
    assert (other.right, other.given) == ("happy", tried[0].answer.values[0])
    assert one.text.named[0].text == "I am so happy, this is note 1"


def test_a_field_that_is_gone_is_named(session: Session, make_job: MakeJob) -> None:
    with pytest.raises(RecipeError, match="“Colour”"):
        session.quality.label_round(make_job(["happy"]).id, "Colour", silent)


def test_a_free_text_is_compared_whole(session: Session, make_job: MakeJob) -> None:
    job = make_job(["something else"] * 2, replace(ONE, fields=()))
    session.quality.set_gold_columns(job.id, {"Answer": "Checked mood"}, silent)
    [tried, _] = try_random(session.desk, job.id, 2, 1, silent)
    session.quality.label(job.id, "Answer", tried.number, f" {tried.answer.values[0]}\n", silent)
    [found] = session.quality.accuracy(job.id, silent).fields
    assert found.accuracy.share == Share(1, 2)


def test_measuring_hears_that_it_should_stop(session: Session, make_job: MakeJob) -> None:
    job = make_job(["happy"] * 3)
    use_column(session, job)
    session.desk.send(job.id, None, silent)

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        session.quality.accuracy(job.id, stop)


def try_picked(session: Session, job: Job, count: int) -> list[int]:
    """Try some rows as if a person had picked them; returns their numbers."""
    tried = try_random(session.desk, job.id, count, 1, silent)
    with session._stores.gold._database.write() as connection:
        connection.execute("UPDATE trial SET weight=NULL")
    return [each.number for each in tried]


def test_rows_picked_by_hand_do_not_make_a_share(session: Session, make_job: MakeJob) -> None:
    job = make_job(["happy"] * 6)
    use_column(session, job)
    try_picked(session, job, 2)
    [found] = session.quality.accuracy(job.id, silent).fields
    assert (found.accuracy.share.rows, found.accuracy.picked) == (0, 2)
    session.desk.send(job.id, None, silent)
    finish(session, session.desk.job(job.id))
    [found] = session.quality.accuracy(job.id, silent).fields  # all rows are there by now
    assert (found.accuracy.share.rows, found.accuracy.picked) == (6, 0)


def test_a_copy_of_a_job_knows_what_is_right(session: Session, make_job: MakeJob) -> None:
    job = make_job(["happy", "angry"])
    use_column(session, job)
    session.quality.label(job.id, "Mood", 1, "happy", silent)
    copy = session.desk.new_job("Copy", "live")
    session.desk.save_draft(copy.id, recipe=ONE, table_id=job.table_id)
    session.quality.take_over(job.id, copy.id, silent)
    gold = session.quality.gold(copy.id, silent)
    assert (gold.columns, gold.labelled) == ({"Mood": "Checked mood"}, {"Mood": 1})
    session.desk.remove_job(job.id)
    assert session.quality.gold(copy.id, silent).known


def test_rows_can_be_labelled_before_a_model_is_chosen(session: Session, make_job: MakeJob) -> None:
    job = make_job(["happy"], replace(ONE, model=""))
    session.quality.label(job.id, "Mood", 0, "happy", silent)
    assert session.quality.label_round(job.id, "Mood", silent).labels == {0: "happy"}
    [found] = session.quality.accuracy(job.id, silent).fields
    assert found.accuracy.share == Share(0, 0)
