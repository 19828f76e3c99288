"""The network is away: looks go on, a few seconds apart, so that its return is used at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job, Mode
from claude_batch_desk.core.jobs.polling import LIVE
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.practice.server import PracticeService
from tests.core.service.stub import Stub, says_error, says_text
from tests.faults.conftest import ROWS, Tally, check_paid_once

WITHIN = timedelta(seconds=4)
"""And a second of the timer that looks whether a look is due."""
SECOND = timedelta(seconds=1)
OUTAGE = 40
KEY = "away"


class Door:
    """A way to wherever the network leads just now."""

    def __init__(self, url: str) -> None:
        self._there = Gateway(KEY, url)
        self.now = self._there
        self._made = [self._there]

    def lead_to(self, url: str) -> None:
        self.now = Gateway(KEY, url)
        self._made.append(self.now)

    def lead_back(self) -> None:
        self.now = self._there

    def close(self) -> None:
        for each in self._made:
            each.close()

    def address(self, mode: Mode) -> str:
        del mode
        return ""

    def gateway(self, mode: Mode, address: str) -> Gateway:
        del mode, address
        return self.now


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """One whose batches take an hour, unless its clock is moved."""
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


@pytest.fixture
def door(service: PracticeService) -> Iterator[Door]:
    made = Door(service.base_url)
    yield made
    made.close()


@pytest.fixture
def desk(prepared: Path, door: Door) -> Desk:
    """One that looks as it would at the live service."""
    return Desk(Ground(Stores.open(prepared), door, PriceBook(), patience=LIVE))


def until_next(job: Job) -> timedelta:
    assert job.next_look is not None
    return job.next_look - datetime.now(UTC)


def test_while_nothing_is_reached_the_next_look_is_never_far(
    desk: Desk, door: Door, service: PracticeService, tally: Tally
) -> None:
    job = desk.send(1, None, silent)
    assert job.state == "waiting"
    with Stub() as gone:
        door.lead_to(gone.base_url)
    for _ in range(OUTAGE):
        job = desk.advance(1, silent)
        assert timedelta(0) < until_next(job) <= WITHIN
        assert "Nobody answers" in job.parts[0].note
    door.lead_back()
    service.advance(3_700)
    job = desk.advance(1, silent)
    assert (job.state, job.outcomes) == ("done", {"answered": ROWS})
    check_paid_once(service, KEY)
    tally("R8", f"after {OUTAGE} looks without a network the next is due within 4 s")


def test_behind_a_sign_in_page_the_next_look_is_never_far(desk: Desk, door: Door) -> None:
    desk.send(1, None, silent)
    with Stub() as hotel:
        hotel.answer = says_text("<h1>Sign in</h1>")
        door.lead_to(hotel.base_url)
        for _ in range(10):
            job = desk.advance(1, silent)
            assert until_next(job) <= WITHIN
            assert "sign-in page" in job.parts[0].note


def test_a_network_that_fails_while_sending_is_not_in_the_way_for_long(
    desk: Desk, door: Door, service: PracticeService
) -> None:
    service.set_faults("drop-before-accept:1")
    assert desk.send(1, None, silent).unsettled
    with Stub() as gone:
        door.lead_to(gone.base_url)
    for _ in range(OUTAGE):
        job = desk.advance(1, silent)
        assert until_next(job) <= WITHIN
        assert job.parts[0].looks == 0
    door.lead_back()
    job = desk.advance(1, silent)
    assert job.parts[0].looks == 1
    assert until_next(job) < timedelta(seconds=20)


def test_a_service_in_trouble_is_asked_at_growing_distances(desk: Desk, door: Door) -> None:
    desk.send(1, None, silent)
    with Stub() as overloaded:
        overloaded.answer = says_error(529, "overloaded_error")
        door.lead_to(overloaded.base_url)
        waits = [round(until_next(desk.advance(1, silent)) / SECOND) for _ in range(7)]
    assert waits == sorted(waits)
    assert waits[-1] > 240


def test_the_wait_the_service_asks_for_is_kept_and_a_cancel_does_not_wait_for_it(
    desk: Desk, door: Door, service: PracticeService
) -> None:
    desk.send(1, None, silent)
    with Stub() as limiting:
        limiting.answer = says_error(429, "rate_limit_error", retry_after="1800")
        door.lead_to(limiting.base_url)
        wait = until_next(desk.advance(1, silent))
    assert timedelta(minutes=29) < wait <= timedelta(minutes=30)
    door.lead_back()
    assert desk.cancel(1, silent).canceled
    service.advance(60)
    assert desk.advance(1, silent).state == "done"
