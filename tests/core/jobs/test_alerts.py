"""What a person is told in time: batches that take long, and answers the service will forget."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from claude_batch_desk.core.jobs.job import Job, Part
from claude_batch_desk.core.jobs.timing.alerts import alerts
from claude_batch_desk.core.prompts.recipe import Recipe

MADE = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
PART = Part(
    number=1,
    state="sent",
    requests=10,
    size=99,
    batch_id="msgbatch_1",
    created_at=MADE,
    expires_at=MADE + timedelta(days=1),
)
JOB = Job(
    id=1,
    name="Tickets",
    mode="live",
    state="waiting",
    recipe=Recipe(),
    table_id=1,
    created_at=MADE,
    parts=(PART,),
)
DONE = replace(JOB, state="done", parts=(replace(PART, state="collected"),))


def kinds(job: Job, after: timedelta) -> list[str]:
    return [each.kind for each in alerts(job, MADE + after)]


@pytest.mark.parametrize(
    ("hours", "told"), [(0, False), (19.99, False), (20, True), (23.5, True), (30, True)]
)
def test_a_batch_that_waits_for_twenty_hours_is_told(hours: float, told: bool) -> None:
    assert kinds(JOB, timedelta(hours=hours)) == (["slow"] if told else [])


def test_it_is_said_what_expires_and_when() -> None:
    [alert] = alerts(JOB, MADE + timedelta(hours=21))
    assert "for 21 hours" in alert.text
    assert "unanswered and not billed" in alert.text
    [late] = alerts(JOB, MADE + timedelta(hours=25))
    assert "should have ended" in late.text


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (timedelta(days=7), "7 days from now", "warning"),
        (timedelta(days=3, hours=1), "4 days from now", "warning"),
        (timedelta(days=3), "3 days from now", "error"),
        (timedelta(hours=5), "1 day from now", "error"),
    ],
)
def test_answers_that_are_at_the_service_alone_are_told_before_it_forgets_them(
    left: timedelta, words: str, tone: str
) -> None:
    job = replace(JOB, parts=(replace(PART, state="ended"),))
    [alert] = alerts(job, MADE + timedelta(days=29) - left)
    assert (alert.kind, alert.tone) == ("expiring", tone)
    assert words in alert.text


@pytest.mark.parametrize("left", [timedelta(days=7, seconds=1), timedelta(0), -timedelta(days=1)])
def test_nothing_is_told_long_before_nor_after(left: timedelta) -> None:
    job = replace(JOB, parts=(replace(PART, state="ended"),))
    assert kinds(job, timedelta(days=29) - left) == []
    assert kinds(DONE, timedelta(days=29) - left) == []


def test_a_job_that_was_not_exported_is_told_and_one_that_was_is_not() -> None:
    assert kinds(DONE, timedelta(days=23)) == ["unexported"]
    assert kinds(replace(DONE, exported_at=MADE), timedelta(days=23)) == []


def test_the_part_that_is_oldest_is_named_where_there_are_several() -> None:
    young = replace(PART, number=2, created_at=MADE + timedelta(hours=9))
    [alert] = alerts(replace(JOB, parts=(young, PART)), MADE + timedelta(hours=22))
    assert alert.text.startswith("Part 1 of this job has been")


def test_what_was_deleted_there_is_not_waited_for() -> None:
    part = replace(DONE.parts[0], deleted_at=MADE)
    assert kinds(replace(DONE, parts=(part,)), timedelta(days=25)) == []
