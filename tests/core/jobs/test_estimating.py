"""An estimate comes at once, and again when more is known; nothing is counted twice."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.estimating import weigh
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.remembering import Memory
from claude_batch_desk.core.jobs.store import Trial, records
from claude_batch_desk.core.jobs.tried_requests import Finder, tried_requests
from claude_batch_desk.core.pricing.calibration import Calibration
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.pricing.estimator import describe
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import request_builder
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE
from tests.core.jobs.random_trials import try_random

Draft = Callable[..., Job]
SHORT, LONG = "Fine.", "It was all quite wonderful, and I would like to tell you how it went. " * 20


def counts(session: Session, job: Job) -> int:
    """How many requests the service has counted, each of which is kept."""
    return len(session._stores.answers.counted(job.id))


def staged(desk: Desk, job: Job) -> list[Estimate]:
    """Every estimate of a job that comes, in order."""
    early: list[Estimate] = []
    final = desk.estimate(job.id, silent, early=early.append)
    return [*early, final]


def test_the_first_is_a_guess_and_each_later_one_rests_on_more(
    session: Session, draft: Draft
) -> None:
    estimates = staged(session.desk, draft(300))
    assert [each.counted for each in estimates] == [0, 40, 200]
    assert [each.requests for each in estimates] == [300, 300, 300]
    assert "estimated from its length" in describe(estimates[0])


def test_a_small_job_is_counted_at_one_go(session: Session, draft: Draft) -> None:
    assert [each.counted for each in staged(session.desk, draft(30))] == [0, 30]


def test_who_waits_for_the_best_gets_the_same(session: Session, draft: Draft) -> None:
    job = draft(300)
    assert session.desk.estimate(job.id, silent) == staged(session.desk, job)[-1]


def test_nothing_is_counted_twice(session: Session, draft: Draft, service: PracticeService) -> None:
    job = draft(120)
    first = session.desk.estimate(job.id, silent)
    service.set_faults("count-500")
    assert session.desk.estimate(job.id, silent) == first
    assert first.counted == 120


def test_other_instructions_are_counted_once_and_no_row_again(
    session: Session, draft: Draft
) -> None:
    job = draft(120)
    first = session.desk.estimate(job.id, silent)
    before = counts(session, job)
    session.desk.save_draft(job.id, recipe=replace(RECIPE, instructions="Say how it feels. " * 9))
    again = session.desk.estimate(job.id, silent)
    assert counts(session, job) == before + 1
    assert again.counted == first.counted
    assert again.shared_tokens > first.shared_tokens
    added = again.shared_tokens - first.shared_tokens
    assert again.input_tokens == first.input_tokens + 120 * added


def test_an_edit_of_the_prompt_is_priced_at_once_by_what_was_counted_before(
    session: Session, draft: Draft
) -> None:
    job = draft(300)
    session.desk.estimate(job.id, silent)
    session.desk.save_draft(job.id, recipe=RECIPE.with_prompt("This is a message: {{Message}}"))
    soon, _, final = staged(session.desk, job)
    assert soon.counted_earlier == 200
    assert final.counted_earlier == 0
    assert "200 rows counted before the prompt was changed" in describe(soon)
    assert abs(soon.batch.expected / final.batch.expected - 1) < 0.1
    assert soon.input_tokens == pytest.approx(final.input_tokens, rel=0.15)


def test_a_prompt_that_was_counted_is_priced_at_once_by_its_counts(
    session: Session, draft: Draft
) -> None:
    job = draft(300)
    final = session.desk.estimate(job.id, silent)
    soon = staged(session.desk, job)[0]
    assert soon.batch == final.batch
    assert (soon.counted, soon.counted_earlier) == (200, 0)


def test_another_table_is_not_priced_by_the_counts_of_the_first(
    session: Session, draft: Draft
) -> None:
    job = draft(60)
    session.desk.estimate(job.id, silent)
    other = draft(messages=[f"{number} €" * 9 for number in range(60)])
    session.desk.save_draft(job.id, table_id=other.table_id)
    soon = staged(session.desk, job)[0]
    assert (soon.counted, soon.counted_earlier) == (0, 0)


def test_another_model_is_not_priced_by_the_counts_of_the_first(
    session: Session, draft: Draft
) -> None:
    job = draft(60)
    session.desk.estimate(job.id, silent)
    session.desk.save_draft(job.id, recipe=replace(RECIPE, model="claude-opus-5-5"))
    assert staged(session.desk, job)[0].counted_earlier == 0


def test_a_change_of_the_chosen_rows_is_seen(session: Session, draft: Draft) -> None:
    job = draft(60)
    assert session.desk.estimate(job.id, silent).rows == 60
    session.desk.save_draft(job.id, selection=replace(job.selection, last=25))
    assert session.desk.estimate(job.id, silent).rows == 25


def test_a_service_that_asks_for_a_short_pause_is_left_alone_and_asked_again(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(20)
    session.desk.models("practice", silent)
    service.set_faults("count-429:1")
    assert session.desk.estimate(job.id, silent).counted == 20


def test_a_slow_service_counts_what_it_can_in_time(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(60)
    build = request_builder(job.recipe, session.desk.model(job, silent))
    requests = [build(f"row {number}") for number in range(60)]
    service.set_faults("slow:0.2")
    counting = replace(session.desk._ground.counting(job), patience=0.5)
    found = counting.counts(requests, silent)
    assert 0 < len(found.tokens) < 60
    assert (found.problem, found.refused) == ("", {})


def test_a_service_that_does_not_say_for_how_long_is_done_without(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(20)
    session.desk.models("practice", silent)
    service.set_faults("count-529")
    found = session.desk.estimate(job.id, silent)
    assert found.counted == 0
    assert "Not checked with the service" in found.checked


def test_a_cancel_is_heard_during_a_pause(
    session: Session, draft: Draft, service: PracticeService
) -> None:
    job = draft(20)
    session.desk.models("practice", silent)
    service.set_faults("count-429")
    calls = 0

    def stop(done: int, total: int) -> None:
        nonlocal calls
        calls += total > 0
        if calls > 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        session.desk.estimate(job.id, stop)


def shift_counts(session: Session, job: Job, tokens: int) -> None:
    """As if the service had counted so many more for every request than it bills."""
    counted = session._stores.answers.counted(job.id)
    shifted = {sha256: each + tokens for sha256, each in counted.items()}
    session._stores.answers.keep_counted(job.id, shifted)


@pytest.mark.parametrize("tokens", [-9, 40])
def test_counts_that_differ_from_the_bills_are_corrected_by_them(
    session: Session, draft: Draft, tokens: int
) -> None:
    job = draft(60)
    tried(session, job, 5)
    right = session.desk.estimate(job.id, silent)
    shift_counts(session, job, tokens)
    session.desk._ground.memory = Memory()
    found = session.desk.estimate(job.id, silent)
    assert (right.count_difference, found.count_difference) == (0, -tokens)
    assert found.batch.expected == right.batch.expected
    assert f"billed {abs(tokens)} tokens {'fewer' if tokens > 0 else 'more'}" in describe(found)
    soon = staged(session.desk, job)[0]
    assert (soon.batch, soon.count_difference) == (found.batch, -tokens)


def test_without_tried_rows_counts_are_taken_as_they_are(session: Session, draft: Draft) -> None:
    job = draft(60)
    right = session.desk.estimate(job.id, silent)
    shift_counts(session, job, 40)
    session.desk._ground.memory = Memory()
    found = session.desk.estimate(job.id, silent)
    assert found.input_tokens == right.input_tokens + 60 * 40
    assert found.count_difference == 0


def test_without_a_key_there_is_a_rule_of_thumb_and_nothing_to_count_or_try(
    session: Session, draft: Draft
) -> None:
    kept = draft(60)
    live = session.desk.new_job("Live", "live")
    session.desk.save_draft(live.id, recipe=RECIPE, table_id=kept.table_id)
    found = session.desk.estimate(live.id, silent)
    assert (found.counted, found.tried, found.narrowing) == (0, 0, None)
    assert "Not checked with the service" in found.checked
    assert "Input estimated from its length" in describe(found)
    known = session.desk.estimate(kept.id, silent)
    assert found.batch.low < known.batch.expected < found.batch.high
    assert found.batch.high - found.batch.low > known.batch.high - known.batch.low


def test_a_job_keeps_the_estimate_it_was_sent_with(session: Session, draft: Draft) -> None:
    job = draft(60)
    found = session.desk.estimate(job.id, silent)
    kept = session.desk.send(job.id, None, silent).estimate
    assert found.narrowing is not None
    assert kept == found
    taught = replace(found, calibration=Calibration(1.1, 0.05, 6))
    assert records._estimate(records.dumps(taught)) == taught


def tried(session: Session, job: Job, count: int) -> list[Trial]:
    try_random(session.desk, job.id, count, 7, silent)
    return session._stores.answers.trials(job.id)


def test_a_tried_row_is_found_again_where_the_table_has_moved_it(
    session: Session, draft_on: Draft
) -> None:
    messages = [f"I am so happy, this is note {number}" for number in range(20)]
    job = draft_on(session, messages=messages)
    tried(session, job, 5)
    other = draft_on(session, messages=["A new first row", *messages])
    moved = session.desk.save_draft(job.id, table_id=other.table_id)
    found = session.desk.estimate(moved.id, silent)
    assert (found.requests, found.already_answered, found.tried) == (21, 5, 5)


def test_a_row_that_a_person_chose_is_paid_but_says_nothing_of_others(
    session: Session, draft: Draft
) -> None:
    job = draft(20)
    for trial in tried(session, job, 5):
        with session._stores.answers._database.write() as connection:
            connection.execute(
                "UPDATE trial SET weight=NULL WHERE sha256=? AND row<10", (trial.sha256,)
            )
    chosen = sum(trial.weight is None for trial in session._stores.answers.trials(job.id))
    found = session.desk.estimate(job.id, silent)
    assert 0 < chosen < 5
    assert found.already_answered == 5
    assert found.tried == 5 - chosen


def test_answers_that_were_cut_off_tell_what_such_cost_and_are_bought_again(
    session: Session, draft: Draft
) -> None:
    job = draft(40, recipe=replace(RECIPE, max_tokens=8))
    tried(session, job, 5)
    found = session.desk.estimate(job.id, silent)
    assert (found.tried, found.already_answered) == (5, 0)
    assert found.output_tokens == 40 * 8
    assert found.batch.expected <= found.batch.high <= found.batch.ceiling


def test_a_prompt_of_many_rows_does_not_stand_for_as_many_others(
    session: Session, draft: Draft
) -> None:
    recipe = Recipe(fields=(OutputField("Summary"),), model=RECIPE.model).with_prompt("{{Message}}")
    messages = [*[SHORT] * 30, *(f"{LONG} {number}" for number in range(30))]
    job = draft(messages=messages, recipe=recipe)
    trials = tried(session, job, 10)
    found = session.desk.estimate(job.id, silent)
    assert any(trial.prompt == SHORT for trial in trials)
    assert found.tried == found.already_answered == len(trials) < 11
    assert found.requests == 31
    ground = session.desk._ground
    table, model = ground.table_of(job), ground.model(job, silent)
    weights = weigh(ground.memory, job, table, model, silent)
    finder = Finder(weights, request_builder(recipe, model), documents=False)
    known = tried_requests(ground.stores, job, finder)
    assert known.weights[0] == pytest.approx(1 / 30)
    assert {each for at, each in known.weights.items() if at} == {1}


def test_a_row_near_the_limit_is_weighed_again_as_it_may_no_longer_fit(
    session: Session, draft: Draft
) -> None:
    small = replace(RECIPE, model="claude-haiku-4-5")
    job = draft(messages=["Fine.", "x" * 1_999_000], recipe=small)
    assert session.desk.estimate(job.id, silent).unsent == 0
    longer = replace(small, instructions="Say how the writer feels. " * 50)
    session.desk.save_draft(job.id, recipe=longer)
    assert session.desk.estimate(job.id, silent).unsent == 1
