"""Times on the clock on the wall."""

from datetime import UTC, date, datetime, time

import pytest

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.schedule.when import (
    Daily,
    Once,
    OnChange,
    Weekly,
    When,
    moment_of,
    next_day,
    next_moment,
    read_clock,
    read_moment,
    read_when,
    words,
    written,
)

pytestmark = pytest.mark.usefixtures("berlin")
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def test_tonight_is_today_while_it_is_to_come() -> None:
    assert next_moment(time(22), NOON) == datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


def test_what_is_over_today_is_tomorrow() -> None:
    assert next_moment(time(8), NOON) == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert next_moment(time(12), NOON) == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def test_tonight_stays_at_ten_on_the_wall_across_the_change_of_the_clock() -> None:
    before = datetime(2026, 10, 24, 21, 30, tzinfo=UTC)  # 23:30 in summer time
    assert next_moment(time(22), before) == datetime(2026, 10, 25, 21, 0, tzinfo=UTC)


def test_a_time_that_is_shown_twice_is_its_first_one() -> None:
    assert moment_of(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_is_skipped_comes_an_hour_later() -> None:
    found = moment_of(date(2027, 3, 28), time(2, 30))
    assert found == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert f"{found.astimezone():%H:%M}" == "03:30"


@pytest.mark.parametrize(
    ("when", "day"),
    [
        (Daily(time(22)), date(2026, 11, 23)),
        (Daily(time(9)), date(2026, 11, 24)),
        (Weekly("mon", time(22)), date(2026, 11, 23)),
        (Weekly("mon", time(9)), date(2026, 11, 30)),
        (Weekly("sun", time(9)), date(2026, 11, 29)),
    ],
)
def test_the_first_day_is_the_next_that_is_due(when: Daily | Weekly, day: date) -> None:
    assert next_day(when, NOON) == day


@pytest.mark.parametrize("text", ["", "22", "22:0", "24:00", "10:61", "²2:00", "at 22:00", "-1:00"])
def test_what_is_no_time_of_the_day_is_refused(text: str) -> None:
    with pytest.raises(ScheduleError, match="no time of the day"):
        read_clock(text)


def test_a_moment_may_be_named_with_its_day() -> None:
    assert read_moment("22:00", NOON) == datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
    assert read_moment("2026-12-01 07:30", NOON) == datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
    with pytest.raises(ScheduleError, match="is over"):
        read_moment("2026-11-23 11:59", NOON)
    with pytest.raises(ScheduleError, match="no time such as"):
        read_moment("next week 22:00", NOON)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (Daily(time(22)), "every day at 22:00"),
        (Weekly("thu", time(7, 5)), "every Thursday at 07:05"),
        (OnChange(), "whenever it changes"),
        (Once(NOON), "on 2026-11-23 at 12:00"),
    ],
)
def test_what_is_kept_is_read_back_and_told(when: When, said: str) -> None:
    assert read_when(written(when)) == when
    assert words(when) == said
