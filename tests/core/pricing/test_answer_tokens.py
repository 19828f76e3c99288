"""How long the answers still to come are, from those that were seen."""

import random
from dataclasses import replace

import pytest

from claude_batch_desk.core.pricing.answer_tokens import answer_tokens
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.pricing.workload import Measured
from tests.core.pricing.populations import Known, known_job


def growing() -> Known:
    return known_job("notes to books", "a summary", 3, rows=1_000)


def tried(job: Known, at: range | list[int]) -> Measured:
    usages = {each: job.usages[each] for each in at}
    return Measured(tried=usages, answered=list(at))


def test_answers_that_grow_with_their_prompts_are_estimated_by_length() -> None:
    assert answer_tokens(growing().work, tried(growing(), range(20))).by_length


def test_answers_of_one_length_are_not() -> None:
    job = known_job("notes to books", "a label", 3, rows=1_000)
    assert not answer_tokens(job.work, tried(job, range(20))).by_length


def test_a_sample_of_short_prompts_expects_longer_answers_to_long_ones() -> None:
    job = growing()
    short = sorted(range(1_000), key=job.work.sizes.__getitem__)[:400]
    pick = random.Random(1).sample(short, 20)  # noqa: S311 - no secret
    seen = sum(job.usages[at].output for at in pick) / 20
    assert answer_tokens(job.work, tried(job, pick)).expected > seen


def test_with_few_tried_long_prompts_that_none_was_like_raise_the_range() -> None:
    job = growing()
    order = sorted(range(1_000), key=job.work.sizes.__getitem__)
    alike = Measured(tried={at: Usage(output=100) for at in order[:5]}, answered=order[:5])
    spread = Measured(tried={at: Usage(output=100) for at in order[-5:]}, answered=order[-5:])
    assert answer_tokens(job.work, alike).high > answer_tokens(job.work, spread).high


def test_rows_that_stand_for_more_weigh_more() -> None:
    job = known_job("survey answers", "free text", 1, rows=500)
    usages = {0: Usage(output=100), 1: Usage(output=300), 2: Usage(output=300)}
    measured = Measured(tried=usages, answered=[0, 1, 2])
    heavy = replace(measured, weights={0: 4.0, 1: 1.0, 2: 1.0})
    assert answer_tokens(job.work, measured).expected == pytest.approx(700 / 3)
    assert answer_tokens(job.work, heavy).expected == pytest.approx(1_000 / 6)


def test_unequal_weights_make_the_range_wider() -> None:
    job = known_job("survey answers", "free text", 1, rows=500)
    measured = tried(job, range(20))
    uneven = replace(measured, weights={at: 10.0 if at < 2 else 1.0 for at in range(20)})

    def width(of: Measured) -> float:
        found = answer_tokens(job.work, of)
        return found.high / found.low

    assert width(uneven) > width(measured)


def test_a_request_chosen_by_hand_says_nothing_of_others() -> None:
    job = known_job("survey answers", "free text", 1, rows=500)
    drawn = tried(job, range(20))
    more = replace(drawn, answered=[*range(20), 400])
    assert answer_tokens(job.work, more).expected == answer_tokens(job.work, drawn).expected


def test_a_single_long_prompt_does_not_decide_alone_how_answers_grow() -> None:
    rnd = random.Random(4)  # noqa: S311 - no secret
    sizes = [rnd.randint(90, 110) for _ in range(19)] + [10_000] * 500
    work = replace(growing().work, sizes=sizes)
    outputs = {at: Usage(output=rnd.randint(20, 40)) for at in range(19)}
    one = Measured(tried={**outputs, 19: Usage(output=400)}, answered=range(20))
    found = answer_tokens(work, one)
    assert found.by_length
    assert found.high > 1.5 * found.expected
