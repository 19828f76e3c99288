"""What the service's replies tell of its clock."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from claude_batch_desk.core.service.clock import ServiceClock
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.practice.server import PracticeService

MONTH = timedelta(days=30)
A_SECOND = timedelta(seconds=1.5)


def reply(moment: datetime) -> Mapping[str, str]:
    return {"request-id": "req_1", "date": format_datetime(moment, usegmt=True)}


def ahead(clock: ServiceClock) -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_before_any_reply_it_is_this_computers() -> None:
    assert abs(ahead(ServiceClock())) < A_SECOND


@pytest.mark.parametrize("off", [MONTH, -MONTH, timedelta(hours=1), -timedelta(hours=1)])
def test_a_clock_that_is_wrong_here_gives_way_to_the_services(off: timedelta) -> None:
    clock = ServiceClock()
    clock.hear(reply(datetime.now(UTC) + off))
    assert abs(ahead(clock) - off) < A_SECOND


def test_a_clock_that_is_right_here_is_kept_to_the_fraction_of_a_second() -> None:
    clock = ServiceClock()
    clock.hear(reply(datetime.now(UTC) - timedelta(seconds=3)))
    assert abs(ahead(clock)) < timedelta(seconds=0.5)


def test_replies_that_agree_do_not_make_it_jump_by_their_whole_seconds() -> None:
    clock, there = ServiceClock(), datetime.now(UTC) + MONTH
    clock.hear(reply(there))
    first = clock.now()
    clock.hear(reply(there + timedelta(seconds=2)))
    assert clock.now() - first < timedelta(seconds=1)


def test_it_is_set_anew_once_it_is_wrong() -> None:
    clock, there = ServiceClock(), datetime.now(UTC) + MONTH
    clock.hear(reply(there))
    clock.hear(reply(there + MONTH))
    assert abs(ahead(clock) - 2 * MONTH) < A_SECOND


def test_it_goes_on_between_replies() -> None:
    clock = ServiceClock()
    clock.hear(reply(datetime.now(UTC) + MONTH))
    first, end = clock.now(), time.monotonic() + 0.01
    while time.monotonic() < end:
        pass
    assert clock.now() > first


@pytest.mark.parametrize(
    "headers",
    [
        {"date": "Sat, 01 Jan 2000 00:00:00 GMT"},
        {"request-id": "req_1"},
        {"request-id": "req_1", "date": ""},
        {"request-id": "req_1", "date": "soon"},
        {"request-id": "req_1", "date": "99, 99 Xyz 99999 99:99:99 GMT"},
    ],
    ids=["not the service's", "none", "empty", "words", "out of range"],
)
def test_what_tells_no_time_changes_nothing(headers: Mapping[str, str]) -> None:
    clock = ServiceClock()
    clock.hear(headers)
    assert abs(ahead(clock)) < A_SECOND


def test_a_door_knows_the_services_time_from_its_first_reply(tmp_path: Path) -> None:
    with PracticeService(tmp_path) as service:
        service.advance(MONTH.total_seconds())
        gateway = Gateway("key", service.base_url)
        gateway.newest_batch()
        gateway.close()
    assert abs(gateway.now() - datetime.now(UTC) - MONTH) < timedelta(seconds=10)
