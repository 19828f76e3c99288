"""Property lists of launchd, read back."""

import plistlib
from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import given

from claude_batch_desk.core.schedule.launchd import agent
from claude_batch_desk.core.schedule.when import Daily, Once, OnChange, Weekly, When
from tests.core.schedule.conftest import AWKWARD, entry_of, printable


def read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = plistlib.loads(text.encode())
    return found


@pytest.mark.parametrize("argument", AWKWARD)
def test_an_awkward_name_arrives_as_it_is(argument: str) -> None:
    entry = entry_of("run", argument, watched=argument)
    found = read(agent(entry))
    assert found["ProgramArguments"] == [*entry.command]
    assert found["WatchPaths"] == [argument]
    assert found["Label"] == entry.label


@given(argument=printable)
def test_any_name_arrives_as_it_is(argument: str) -> None:
    entry = entry_of(argument)
    assert read(agent(entry))["ProgramArguments"] == [*entry.command]


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("when", "at"),
    [
        (Daily(time(22, 0)), {"Hour": 22, "Minute": 0}),
        (Weekly("mon", time(7, 5)), {"Weekday": 1, "Hour": 7, "Minute": 5}),
        (Weekly("sun", time(7, 5)), {"Weekday": 7, "Hour": 7, "Minute": 5}),
        (
            Once(datetime(2026, 11, 23, 21, 0, tzinfo=UTC)),
            {"Month": 11, "Day": 23, "Hour": 22, "Minute": 0},
        ),
    ],
)
def test_the_times_are_those_on_the_wall(when: When, at: dict[str, int]) -> None:
    found = read(agent(entry_of("run", when=when)))
    assert found["StartCalendarInterval"] == at
    assert "WatchPaths" not in found


def test_what_is_watched_is_looked_at_every_hour_too() -> None:
    assert read(agent(entry_of("run", when=OnChange())))["StartInterval"] == 3600
