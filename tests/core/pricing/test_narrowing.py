"""What would make a range narrower, said beforehand, is what then happens."""

import math
import statistics

import pytest

from claude_batch_desk.core.pricing.estimator import estimate
from claude_batch_desk.core.pricing.narrowing import Narrowing, Widths, narrowing
from tests.core.pricing.jobs import BOOK
from tests.core.pricing.populations import ANSWERS, TEXTS, known_job

WIDTHS = Widths(
    amount=10,
    input=0.1,
    output=2,
    input_amount=4,
    output_amount=6,
    counted=200,
    tried=10,
    pending=5_000,
    usual=0.4,
)


def of(**changes: float) -> Narrowing | None:
    return narrowing(Widths(**{**WIDTHS.__dict__, **changes}))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            Narrowing("try", 20, 0.113, 0.041),
            "Try 20 more rows: about ± 4 % instead of ± 11 %.",
        ),
        (
            Narrowing("try", 20, 1.7, 0.2, guess=True),
            "Try 20 rows: about ± 20 % instead of a guess.",
        ),
        (Narrowing("count", 160, 0.1, 0.04), "Count 160 more rows: about ± 4 % instead of ± 10 %."),
        (Narrowing("try", 1, 0.1, 0.004), "Try 1 more row: about ± 0.4 % instead of ± 10 %."),
    ],
)
def test_it_is_said_in_a_sentence_with_the_numbers(said: Narrowing, words: str) -> None:
    assert str(said).replace("\N{NO-BREAK SPACE}", " ") == words


def test_a_width_is_not_broken_at_the_end_of_a_line() -> None:
    assert "± 4 %".replace(" ", "\N{NO-BREAK SPACE}") in str(Narrowing("try", 20, 0.1, 0.04))


def test_what_is_widest_is_to_be_narrowed() -> None:
    tries, counts = of(), of(input=3, output=0.1, counted=20)
    assert tries is not None
    assert tries.do == "try"
    assert counts is not None
    assert counts.do == "count"
    assert counts.more == 180


def test_where_nothing_was_tried_trying_is_what_helps() -> None:
    found = of(tried=0, output=9)
    assert found is not None
    assert (found.do, found.guess, found.more) == ("try", True, 20)


def test_at_most_half_of_the_rows_are_to_be_tried() -> None:
    found = of(pending=26)
    assert found is not None
    assert found.more == 13
    assert of(pending=1) is None


def test_a_range_that_nothing_narrows_by_much_stays_as_it_is() -> None:
    assert of(input=0.02, output=0.02) is None
    assert of(amount=0) is None


@pytest.mark.parametrize("asked", ["a label and why", "free text", "several values"])
def test_after_trying_as_many_the_range_is_about_as_wide_as_was_said(asked: str) -> None:
    said, came = [], []
    for seed in range(12):
        job = known_job("tickets, 7 languages", asked, seed, rows=1_500)
        before = estimate(job.work, job.measured(200, 20, seed), BOOK)
        after = estimate(job.work, job.measured(200, 40, seed), BOOK)
        if before.narrowing is not None and before.narrowing.do == "try":
            said.append(before.narrowing.then)
            came.append(float((after.batch.high - after.batch.low) / 2 / after.batch.expected))
    assert len(said) > 6
    assert math.isclose(statistics.median(said), statistics.median(came), rel_tol=0.25)


def test_there_is_something_to_say_of_every_kind_of_job_before_it_was_tried() -> None:
    for kind in TEXTS:
        for asked in ANSWERS:
            job = known_job(kind, asked, 1, rows=200)
            found = estimate(job.work, job.measured(200, 0, 1), BOOK).narrowing
            assert found is not None
            assert found.guess
