"""Only rows that chance has drawn tell of the others; labelled ones can be tried."""

from collections.abc import Callable
from dataclasses import replace

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.quality.sampling import Pick
from claude_batch_desk.core.report import silent
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import MOODS, RECIPE
from tests.core.jobs.random_trials import try_random

ONE = replace(RECIPE, fields=(MOODS,))


def test_rows_picked_by_hand_are_the_last_to_be_offered(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(6, recipe=ONE)
    session.trials.try_rows(job.id, [Pick(3, None)], silent)
    assert session.quality.label_round(job.id, "Mood", silent).rows[-1] == 3


def test_a_row_picked_to_be_labelled_does_not_make_a_share(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(9, recipe=ONE)
    first, second, third = try_random(session.desk, job.id, 3, 1, silent)
    for each in (first, second):
        session.quality.label(job.id, "Mood", each.number, "angry", silent, picked=True)
    [found] = session.quality.accuracy(job.id, silent).fields
    assert (found.accuracy.share.rows, found.accuracy.picked) == (0, 2)
    session.quality.label(job.id, "Mood", third.number, "angry", silent, picked=True)
    [found] = session.quality.accuracy(job.id, silent).fields  # all are, so nobody has chosen
    assert (found.accuracy.share.rows, found.accuracy.picked) == (3, 0)


def test_a_row_offered_at_random_stays_so(session: Session, draft: Callable[..., Job]) -> None:
    job = draft(9, recipe=ONE)
    first, second, _ = try_random(session.desk, job.id, 3, 1, silent)
    session.quality.label(job.id, "Mood", first.number, "angry", silent)
    session.quality.label(job.id, "Mood", first.number, "happy", silent, picked=True)
    session.quality.label(job.id, "Mood", second.number, "happy", silent, picked=True)
    session.quality.label(job.id, "Mood", second.number, "angry", silent)
    [found] = session.quality.accuracy(job.id, silent).fields
    assert (found.accuracy.share.rows, found.accuracy.picked) == (2, 0)


def test_labelled_rows_are_tried_at_a_price_that_is_said_before(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(9, recipe=ONE)
    quality = session.quality
    assert quality.offer_labelled(job.id, silent) is None
    for row in (2, 5):
        quality.label(job.id, "Mood", row, "happy", silent)
    quality.label(job.id, "Mood", 7, "happy", silent, picked=True)
    offer = quality.offer_labelled(job.id, silent)
    assert offer is not None
    assert [(each.row, each.weight) for each in offer.picks] == [(2, 1.0), (5, 1.0), (7, None)]
    assert offer.price.expected > 0
    assert quality.try_labelled(job.id, offer.picks, silent) == 3
    assert quality.offer_labelled(job.id, silent) is None
    [found] = quality.accuracy(job.id, silent).fields
    assert (found.accuracy.share.rows, found.accuracy.picked) == (2, 1)


def test_only_rows_that_run_are_offered_to_be_tried(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(9, recipe=ONE)
    for row in (2, 5):
        session.quality.label(job.id, "Mood", row, "happy", silent)
    session.desk.save_draft(job.id, selection=Selection(last=4))
    offer = session.quality.offer_labelled(job.id, silent)
    assert offer is not None
    assert [each.row for each in offer.picks] == [2]


def test_a_row_that_asks_what_was_tried_needs_no_second_answer(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(messages=["Hello", "Bye", "Hello"], recipe=ONE)
    session.trials.try_rows(job.id, [Pick(0, 1.0)], silent)
    session.quality.label(job.id, "Mood", 2, "happy", silent)
    assert session.quality.offer_labelled(job.id, silent) is None
    [found] = session.quality.accuracy(job.id, silent).fields
    assert found.accuracy.share.rows == 1


def test_a_picked_row_that_asks_what_was_tried_says_nothing_of_others(
    session: Session, draft: Callable[..., Job]
) -> None:
    job = draft(messages=["Hello", "Bye", "Hello"], recipe=ONE)
    session.trials.try_rows(job.id, [Pick(0, None)], silent)
    session.quality.label(job.id, "Mood", 2, "happy", silent, picked=True)
    [found] = session.quality.accuracy(job.id, silent).fields
    assert (found.accuracy.share.rows, found.accuracy.picked) == (0, 1)
