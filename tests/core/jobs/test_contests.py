"""Recipes are put side by side on the same rows."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import BudgetExceeded, RecipeError, StoreError
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.quality.contests import ContestResult
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.arm_store import Arm, Contest
from claude_batch_desk.core.jobs.trials.verbs import Trials
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.quality.comparing import Paired
from claude_batch_desk.core.quality.intervals import Share
from claude_batch_desk.core.quality.sampling import Pick
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import MOODS, RECIPE, write_table
from tests.core.jobs.random_trials import try_random

SIMPLE = replace(RECIPE, fields=(MOODS,))
OTHER = replace(SIMPLE, model="claude-sonnet-5-5", effort="low")
GLOOMY = SIMPLE.with_prompt("Message: {{Reply}}")
MakeJob = Callable[..., Job]


@pytest.fixture
def make_job(session: Session, tmp_path: Path) -> MakeJob:
    """Make a draft of happy messages with what is right, which the prompt does not name."""

    def make(rows: int, right: str = "happy", recipe: Recipe = SIMPLE) -> Job:
        cells = [["Message", "Reply", "Checked mood"]]
        cells += [
            [f"I am so happy,{' well' * (at % 9)} note {at}", f"I am so angry {at}", right]
            for at in range(rows)
        ]
        path = write_table(tmp_path / "moods.csv", cells)
        table = session.desk.open_table(path, ReadOptions(), silent)
        job = session.desk.new_job("Moods", "practice")
        return session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)

    return make


def compare(session: Session, job: Job, *recipes: Recipe, rows: int = 6) -> ContestResult:
    """Put the job's recipe beside others on its first rows."""
    arms = [Arm(each) for each in (job.recipe, *recipes)]
    offer = session.comparing.offer(job.id, arms, range(rows), silent)
    return session.comparing.run(job.id, offer.contest, silent)


def paid(session: Session) -> tuple[int, Decimal]:
    """How many requests were paid in Practice, and what they cost."""
    charges = Stores.open(home_folder()).charges.charges("practice")
    cost = sum((each.cost for each in charges if each.cost is not None), Decimal(0))
    return sum(each.requests for each in charges), cost


def test_a_contest_is_kept_until_the_next_or_until_its_job_goes(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(rows=3)
    arms = Stores.open(home_folder()).arms
    assert arms.contest(job.id) is None
    first = Contest(1, (0, 2), (Arm(RECIPE, 1), Arm(OTHER)), again=True)
    arms.keep(job.id, first)
    assert arms.contest(job.id) == first
    second = Contest(1, (1,), (Arm(RECIPE, 1),))
    arms.keep(job.id, second)
    assert arms.contest(job.id) == second
    session.desk.remove_job(job.id)
    assert arms.contest(job.id) is None
    arms.keep(job.id, first)
    assert arms.contest(job.id) is None


def test_the_same_rows_are_asked_of_each_model_and_paid_as_was_said(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(20)
    offer = session.comparing.offer(job.id, [Arm(SIMPLE), Arm(OTHER)], range(6), silent)
    assert len(offer.prices) == 2
    assert 0 < offer.prices[0].expected < offer.prices[1].expected
    result = session.comparing.run(job.id, offer.contest, silent)
    requests, cost = paid(session)
    assert requests == 12
    assert cost == sum(each.paid for each in result.arms)
    assert cost <= offer.total.ceiling
    assert [each.model.id for each in result.arms] == ["claude-haiku-5-5", "claude-sonnet-5-5"]
    assert [each.usable for each in result.arms] == [Share(6, 6)] * 2
    assert [row.text.number for row in result.rows] == [*range(6)]
    assert result.columns[0].standings[1].agreement == Share(6, 6)


def test_what_was_tried_is_not_bought_again_and_what_was_compared_need_not_be_tried(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(8)
    try_random(session.desk, job.id, 8, 1, silent)
    offer = session.comparing.offer(job.id, [Arm(SIMPLE), Arm(OTHER)], range(8), silent)
    assert offer.prices[0].ceiling == 0
    session.comparing.run(job.id, offer.contest, silent)
    assert paid(session)[0] == 16
    again = session.comparing.offer(job.id, [Arm(SIMPLE), Arm(OTHER)], range(8), silent)
    assert again.total.ceiling == 0
    session.comparing.run(job.id, again.contest, silent)
    assert paid(session)[0] == 16
    session.comparing.use(job.id, again.contest.arms[1], silent)
    assert len(session.desk.tried(job.id)) == 8


def test_a_saving_is_what_the_whole_job_would_cost_less(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(50, recipe=OTHER)
    result = compare(session, job, SIMPLE, rows=10)
    dear, cheap = result.arms
    assert dear.per_thousand
    assert cheap.per_thousand
    assert cheap.saving
    apart = dear.per_thousand.expected - cheap.per_thousand.expected
    assert result.requests == 50
    assert cheap.saving.expected == apart / 1000 * 50
    assert 0 < cheap.saving.low < cheap.saving.expected < cheap.saving.high
    assert dear.saving is None
    batch = dear.paid / 2 / 10 * 1000  # a batch costs half
    assert dear.per_thousand.expected == batch


def test_right_answers_say_which_is_better(session: Session, make_job: MakeJob) -> None:
    job = make_job(10)
    session.quality.set_gold_columns(job.id, {"Mood": "Checked mood"}, silent)
    result = compare(session, job, GLOOMY, rows=8)
    [column] = result.columns
    first, second = column.standings
    assert (first.right, second.right) == (Share(8, 8), Share(0, 8))
    assert second.paired == Paired(8, 8, 0)
    assert not second.paired.is_noise
    assert column.differ == tuple(range(8))
    assert all(row.differ and row.right == ("happy",) for row in result.rows)
    assert not result.unjudged


def test_labels_are_asked_for_only_where_answers_differ(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(10)
    result = compare(session, job, GLOOMY, rows=7)
    assert result.unjudged == {"Mood": tuple(range(7))}
    assert result.columns[0].standings[1].paired is None
    session.quality.label(job.id, "Mood", 3, "happy", silent)
    told = session.comparing.result(job.id, silent)
    assert told is not None
    assert told.unjudged == {"Mood": (0, 1, 2, 4, 5, 6)}
    assert told.columns[0].standings[1].paired == Paired(1, 1, 0)


def test_a_prompt_that_names_what_is_right_does_not_win_by_it(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(5)
    session.quality.set_gold_columns(job.id, {"Mood": "Checked mood"}, silent)
    cheating = SIMPLE.with_prompt("{{Message}} is {{Checked mood}}")
    result = compare(session, job, cheating, rows=5)
    assert result.leaks == ("Checked mood",)
    assert result.columns[0].standings[1].right == Share(0, 0)


def test_it_is_there_after_a_restart(session: Session, make_job: MakeJob) -> None:
    job = make_job(6)
    result = compare(session, job, OTHER)
    session.close()
    with Session(home_folder(), practice_url=session.practice_url) as again:
        assert again.comparing.result(job.id, silent) == result


def test_what_a_cancel_left_is_shown_and_the_rest_bought_by_running_again(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(30)
    offer = session.comparing.offer(job.id, [Arm(SIMPLE), Arm(OTHER)], range(30), silent)

    def stop(done: int, total: int) -> None:
        if total == 60 and done >= 35:
            raise Cancelled

    with pytest.raises(Cancelled):
        session.comparing.run(job.id, offer.contest, stop)
    bought = paid(session)[0]
    assert 35 <= bought < 60
    part = session.comparing.result(job.id, silent)
    assert part is not None
    assert part.arms[1].open == 60 - bought
    whole = session.comparing.run(job.id, offer.contest, silent)
    assert whole.arms[1].open == 0
    assert paid(session)[0] == 60


def test_using_one_keeps_what_was_asked_before(session: Session, make_job: MakeJob) -> None:
    job = make_job(6)
    result = compare(session, job, OTHER, rows=2)
    used = session.comparing.use(job.id, result.arms[1].arm, silent)
    assert used.recipe == OTHER
    versions = session.desk.versions(job.id)
    assert [each.recipe for each in versions] == [OTHER, SIMPLE]
    back = session.desk.go_back(job.id, versions[1].number, silent)
    assert back.recipe == SIMPLE
    told = session.comparing.result(job.id, silent)
    assert told is not None
    assert not told.changed


def test_an_earlier_version_is_gone_back_to(session: Session, make_job: MakeJob) -> None:
    job = make_job(6)
    session.desk.keep_version(job.id, "kept", silent)
    session.desk.save_draft(job.id, recipe=GLOOMY)
    job = session.desk.job(job.id)
    [first] = session.desk.versions(job.id)
    arms = [Arm(GLOOMY), Arm(first.recipe, first.number)]
    offer = session.comparing.offer(job.id, arms, range(3), silent)
    result = session.comparing.run(job.id, offer.contest, silent)
    assert [each.arm.version for each in result.arms] == [2, 1]
    assert session.comparing.use(job.id, result.arms[1].arm, silent).recipe == SIMPLE
    assert session.desk.versions(job.id)[0].why == "return"


def test_another_table_ends_it(session: Session, make_job: MakeJob, tmp_path: Path) -> None:
    job = make_job(4)
    result = compare(session, job, OTHER, rows=2)
    path = write_table(tmp_path / "other.csv", [["Message", "Checked mood"], ["Hello", ""]])
    table = session.desk.open_table(path, ReadOptions(), silent)
    session.desk.save_draft(job.id, table_id=table.id)
    assert session.comparing.result(job.id, silent) is None
    with pytest.raises(StoreError, match="table was changed"):
        session.comparing.run(job.id, result.contest, silent)


def test_rows_that_were_tried_are_proposed_first(session: Session, make_job: MakeJob) -> None:
    job = make_job(30)
    tried = {each.number for each in try_random(session.desk, job.id, 5, 1, silent)}
    assert set(session.comparing.rows(job.id, 5, silent)) == tried
    some = session.comparing.rows(job.id, 12, silent)
    assert len(some) == 12
    assert tried < set(some)
    assert list(some) == sorted(some)


@pytest.mark.parametrize(
    ("recipes", "rows", "sentence"),
    [
        ((SIMPLE,), range(3), "2 to 4"),
        ((SIMPLE, SIMPLE), range(3), "ask the same"),
        ((SIMPLE, OTHER), (), "no row"),
    ],
)
def test_a_contest_of_nothing_is_refused(
    session: Session,
    make_job: MakeJob,
    recipes: tuple[Recipe, ...],
    rows: range | tuple[int, ...],
    sentence: str,
) -> None:
    job = make_job(3)
    with pytest.raises(RecipeError, match=sentence):
        session.comparing.offer(job.id, [Arm(each) for each in recipes], rows, silent)


def test_columns_that_not_all_have_are_not_compared(session: Session, make_job: MakeJob) -> None:
    job = make_job(3, recipe=RECIPE)
    result = compare(session, job, OTHER, rows=2)
    assert [each.field.name for each in result.columns] == ["Mood"]


def test_asking_the_first_twice_shows_how_much_is_chance(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(9)
    try_random(session.desk, job.id, 4, 1, silent)
    arms = [Arm(SIMPLE), Arm(OTHER)]
    once = session.comparing.offer(job.id, arms, range(9), silent)
    offer = session.comparing.offer(job.id, arms, range(9), silent, again=True)
    assert len(offer.prices) == 3
    assert offer.total.expected > once.total.expected
    before = paid(session)[1]
    result = session.comparing.run(job.id, offer.contest, silent)
    assert result.noise == (Share(9, 9),)
    requests, cost = paid(session)
    assert requests == 27
    assert cost - before <= offer.total.ceiling
    assert session.comparing.run(job.id, offer.contest, silent) == result
    assert paid(session)[0] == 27
    with_it = session.comparing.offer(job.id, arms, range(9), silent, again=True)
    assert with_it.total.ceiling == 0


def test_a_comparison_must_fit_into_the_budget_with_all_its_answers(
    service: PracticeService, tmp_path: Path
) -> None:
    path = write_table(tmp_path / "moods.csv", [["Message"], *([f"Note {at}"] for at in range(6))])
    with Session(home_folder(), base_url=service.base_url) as live:
        live.use_key_for_session(PRACTICE_KEY)
        table = live.desk.open_table(path, ReadOptions(), silent)
        job = live.desk.new_job("Live", "live")
        live.desk.save_draft(job.id, recipe=SIMPLE, table_id=table.id)
        offer = live.comparing.offer(job.id, [Arm(SIMPLE), Arm(OTHER)], range(6), silent)
        most = offer.total.ceiling
        live.change(lambda now: replace(now, monthly_budget=most - Decimal("0.000001")))
        with pytest.raises(BudgetExceeded):
            live.comparing.run(job.id, offer.contest, silent)
        assert live.comparing.result(job.id, silent) is None
        live.change(lambda now: replace(now, monthly_budget=most))
        assert live.comparing.run(job.id, offer.contest, silent).arms[1].open == 0


def test_rows_that_were_picked_do_not_make_the_price(session: Session, make_job: MakeJob) -> None:
    job = make_job(9)  # the last message is the longest
    trials = Trials(Ground(Stores.open(home_folder()), session, session.prices))
    trials.try_rows(job.id, [Pick(0), Pick(1), Pick(8, None)], silent)
    arms = [Arm(SIMPLE), Arm(OTHER)]
    contest = session.comparing.offer(job.id, arms, [0, 1, 8], silent).contest
    with_it = session.comparing.run(job.id, contest, silent)
    contest = session.comparing.offer(job.id, arms, [0, 1], silent).contest
    without = session.comparing.run(job.id, contest, silent)
    assert with_it.arms[0].per_thousand == without.arms[0].per_thousand
    assert with_it.arms[1].saving == without.arms[1].saving


def test_what_cannot_be_asked_any_more_is_in_nobodys_way(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(4)
    result = compare(session, job, GLOOMY, rows=2)
    session.desk.save_draft(job.id, selection=Selection(excluded=("Reply",)))
    assert session.comparing.result(job.id, silent) is None
    with pytest.raises(RecipeError, match="Reply"):
        session.comparing.run(job.id, result.contest, silent)


def test_what_some_rows_say_it_saves_is_what_all_rows_save(
    session: Session, make_job: MakeJob
) -> None:
    job = make_job(100, recipe=OTHER)
    some = session.comparing.rows(job.id, 30, silent)
    arms = [Arm(OTHER), Arm(SIMPLE)]
    offer = session.comparing.offer(job.id, arms, some, silent)
    told = session.comparing.run(job.id, offer.contest, silent).arms[1].saving
    whole = session.comparing.offer(job.id, arms, range(100), silent)
    dear, cheap = session.comparing.run(job.id, whole.contest, silent).arms
    assert told is not None
    assert told.low <= (dear.paid - cheap.paid) / 2 <= told.high  # a batch costs half
    assert told.high - told.low < told.expected / 5
