from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from claude_batch_desk.core.errors import DocumentError, SelectionError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.trials.alarming import alarms_of
from claude_batch_desk.core.quality.alarms import Alarm
from claude_batch_desk.core.quality.sampling import Draw, Pick
from claude_batch_desk.core.report import silent
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE
from tests.core.jobs.random_trials import try_random

MakeDraft = Callable[..., Job]


def picked(session: Session, job: Job, draw: Draw) -> list[int]:
    return [each.row for each in session.trials.draw(job.id, draw, silent)]


def alarms(session: Session, job: Job) -> tuple[Alarm, ...]:
    return alarms_of(session.desk.job(job.id).recipe, session.trials.tried(job.id, silent))


def test_fresh_rows_are_others_than_those_tried(session: Session, draft: MakeDraft) -> None:
    job = draft(12)
    seen: set[int] = set()
    for _ in range(3):
        offer = session.trials.offer(job.id, Draw(count=5, fresh=True), silent)
        tried = session.trials.try_rows(job.id, offer.picks, silent)
        rows = {each.number for each in tried}
        assert offer.price.expected > 0
        assert not rows & seen
        seen |= rows
    assert seen == set(range(12))
    nothing = session.trials.offer(job.id, Draw(count=5, fresh=True), silent)
    assert not nothing.picks
    assert nothing.price.ceiling == 0


def test_of_rows_that_ask_the_same_one_is_tried(session: Session, draft: MakeDraft) -> None:
    job = draft(messages=["I am happy"] * 9 + ["I am angry"])
    assert len(picked(session, job, Draw(count=5, fresh=True))) == 2
    assert len(picked(session, job, Draw("longest", 5, fresh=True))) == 2


def test_what_was_offered_is_what_is_bought_once(
    session: Session, draft: MakeDraft, service: PracticeService
) -> None:
    job = draft(30)
    picks = session.trials.draw(job.id, Draw(count=4), silent)
    tried = session.trials.try_rows(job.id, picks, silent)
    assert {each.number for each in tried} == {each.row for each in picks}
    session.trials.try_rows(job.id, picks, silent)
    assert len(session.trials.tried(job.id, silent)) == 4
    assert session.trials.offer(job.id, Draw(count=4), silent).price.ceiling == 0


def test_the_longest_rows_are_tried(session: Session, draft: MakeDraft) -> None:
    job = draft(messages=[f"{'so ' * (number % 7)}happy, note {number:02}" for number in range(20)])
    assert picked(session, job, Draw("longest", 2)) == [6, 13]


def test_spread_rows_are_from_every_value_of_a_column(session: Session, draft: MakeDraft) -> None:
    messages = [f"note {number:02}" for number in range(40)]
    job = draft(messages=[*messages, "a very rare one"])
    rows = picked(session, job, Draw("spread", 5, column="Message"))
    assert len(rows) == 5
    lengths = Draw("spread", 4)
    assert [row // 10 for row in picked(session, job, lengths)][:3] == [0, 1, 2]
    with pytest.raises(SelectionError, match="no column “Region”"):
        picked(session, job, Draw("spread", 5, column="Region"))


def test_a_request_of_many_rows_weighs_as_many(session: Session, draft: MakeDraft) -> None:
    job = draft(messages=["I am happy"] * 9 + ["I am not so happy"])
    picks = session.trials.draw(job.id, Draw("spread", 2), silent)
    assert picks == (Pick(0, 9.0), Pick(9, 1.0))


def test_chosen_rows_stand_for_themselves(session: Session, draft: MakeDraft) -> None:
    job = draft(20)
    picks = session.trials.draw(job.id, Draw("chosen", rows=(16, 2, 16)), silent)
    assert picks == (Pick(2, None), Pick(16, None))
    session.trials.try_rows(job.id, picks, silent)
    found = session.desk.estimate(job.id, silent)
    assert (found.tried, found.already_answered) == (0, 2)
    try_random(session.desk, job.id, 1, 1, silent)
    found = session.desk.estimate(job.id, silent)
    assert (found.tried, found.already_answered) == (1, 3)


def test_chosen_rows_must_run(session: Session, draft: MakeDraft) -> None:
    job = draft(20)
    session.desk.save_draft(job.id, selection=Selection(first=5))
    with pytest.raises(SelectionError, match="Row 3 is not among the rows that run"):
        picked(session, job, Draw("chosen", rows=(2,)))
    with pytest.raises(SelectionError, match="There is no row 21: the table has 20"):
        picked(session, job, Draw("chosen", rows=(20,)))


def test_a_chosen_row_that_cannot_be_asked_is_named(session: Session, draft: MakeDraft) -> None:
    skipping = replace(RECIPE, empty_cells="skip")
    job = draft(messages=["happy", " ", "angry"], recipe=skipping)
    with pytest.raises(DocumentError, match="Row 2 cannot be tried"):
        picked(session, job, Draw("chosen", rows=(0, 1)))
    assert picked(session, job, Draw("spread", 5)) == [0, 2]


def test_no_more_than_two_hundred_are_tried_at_once(session: Session, draft: MakeDraft) -> None:
    job = draft(3)
    with pytest.raises(SelectionError, match="At most 200"):
        picked(session, job, Draw(count=201))


def test_the_price_of_many_rows_is_made_from_a_few_counts(
    session: Session, draft: MakeDraft
) -> None:
    job = draft(100)
    whole = session.trials.offer(job.id, Draw(count=100), silent).price
    tenth = session.trials.offer(job.id, Draw(count=10), silent).price
    assert whole.expected / tenth.expected == pytest.approx(Decimal(10), rel=Decimal("0.02"))
    kept = session._stores.answers.counted(job.id)
    assert len(kept) <= 31


def test_a_tried_row_comes_with_its_cells(session: Session, draft: MakeDraft) -> None:
    job = draft(5)
    [tried] = session.trials.try_rows(job.id, [Pick(3)], silent)
    assert tried.cells == ("00003", "I am so happy, this is note 3")


def test_alarms_about_tried_rows_are_told_before_sending(
    session: Session, draft: MakeDraft
) -> None:
    job = draft(20)
    assert alarms(session, job) == ()
    try_random(session.desk, job.id, 12, 1, silent)
    moods = Counter(each.answer.values[0] for each in session.trials.tried(job.id, silent))
    [(mood, times), *_] = moods.most_common()
    assert times > 7
    alarm = alarms(session, job)[0]
    assert f"“{mood}”" in alarm.text
    assert len(alarm.rows) == times
    concerns = session.desk.estimate(job.id, silent).concerns
    told = [each for each in concerns if each.place == "try"]
    assert told[0].text.startswith("Of the rows tried: “Mood” is “")
    assert told[0].rows == alarm.rows


def test_alarms_go_when_the_prompt_is_another(session: Session, draft: MakeDraft) -> None:
    job = draft(20)
    try_random(session.desk, job.id, 12, 1, silent)
    session.desk.save_draft(job.id, recipe=RECIPE.with_prompt("Now: {{Message}}"))
    assert alarms(session, job) == ()
