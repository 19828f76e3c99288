"""Tasks of Windows, read back."""

import ctypes
import re
import sys
from datetime import UTC, datetime, time
from xml.etree import ElementTree

import pytest
from hypothesis import given

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.schedule.entry import Entry
from claude_batch_desk.core.schedule.task_scheduler import task
from claude_batch_desk.core.schedule.when import Daily, Once, OnChange, Weekly, When
from tests.core.schedule.conftest import AWKWARD, entry_of, printable

NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def read(entry: Entry) -> ElementTree.Element:
    return ElementTree.fromstring(task(entry, NOON).encode("utf-16"))  # noqa: S314 - our own


def text(tree: ElementTree.Element, path: str) -> str:
    found = tree.find("/".join(f"{NAMESPACE}{each}" for each in path.split("/")))
    assert found is not None, path
    return found.text or ""


def split(line: str) -> list[str]:
    """The words of a command line, by the rules of CommandLineToArgvW."""
    words: list[str] = []
    word, quoted, begun, backslashes = "", False, False, 0
    for character in f"{line} ":
        if character == "\\":
            backslashes, begun = backslashes + 1, True
            continue
        if character == '"':
            word += "\\" * (backslashes // 2)
            if backslashes % 2:
                word += '"'
            else:
                quoted = not quoted
            backslashes, begun = 0, True
            continue
        word, backslashes = word + "\\" * backslashes, 0
        if character in " \t" and not quoted:
            if begun:
                words.append(word)
            word, begun = "", False
        else:
            word, begun = word + character, True
    return words


def replaced(argument: str) -> bool:
    return re.search(r"%[\w().-]+%", argument) is not None or "$(" in argument


@pytest.mark.parametrize("argument", [each for each in AWKWARD if not replaced(each)])
def test_an_awkward_name_arrives_as_it_is(argument: str) -> None:
    entry = entry_of("run", argument, "--yes")
    found = read(entry)
    assert text(found, "Actions/Exec/Command") == entry.command[0]
    assert split(text(found, "Actions/Exec/Arguments")) == [*entry.command[1:]]


@given(argument=printable.filter(lambda each: not replaced(each)))
def test_any_name_arrives_as_it_is(argument: str) -> None:
    entry = entry_of(argument)
    assert split(text(read(entry), "Actions/Exec/Arguments")) == [*entry.command[1:]]


@pytest.mark.skipif(sys.platform != "win32", reason="asks Windows")
@pytest.mark.parametrize("argument", AWKWARD)
def test_windows_splits_as_this_test_does(argument: str) -> None:  # pragma: no cover
    import subprocess

    line, count = subprocess.list2cmdline(["program", argument]), ctypes.c_int()
    shell = ctypes.WinDLL("shell32").CommandLineToArgvW  # type: ignore[attr-defined]  # of Windows
    shell.restype = ctypes.POINTER(ctypes.c_wchar_p)
    found = shell(line, ctypes.byref(count))
    assert [found[number] for number in range(count.value)] == split(line)


@pytest.mark.parametrize("argument", ["C:\\%TEMP%\\in.csv", "C:\\$(Arg0)\\in.csv"])
def test_what_windows_would_replace_is_refused(argument: str) -> None:
    with pytest.raises(ScheduleError, match="would replace"):
        task(entry_of("run", argument), NOON)


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("when", "start", "more"),
    [
        (Daily(time(22, 0)), "2026-11-23T22:00:00", "ScheduleByDay/DaysInterval"),
        (Daily(time(9, 0)), "2026-11-24T09:00:00", "ScheduleByDay/DaysInterval"),
        (Weekly("sun", time(7, 5)), "2026-11-29T07:05:00", "ScheduleByWeek/DaysOfWeek/Sunday"),
    ],
)
def test_the_times_are_those_on_the_wall(when: When, start: str, more: str) -> None:
    found = read(entry_of("run", when=when))
    assert text(found, "Triggers/CalendarTrigger/StartBoundary") == start
    text(found, f"Triggers/CalendarTrigger/{more}")
    assert text(found, "Settings/StartWhenAvailable") == "true"


def test_a_single_start_is_one_moment_and_gone_a_week_later() -> None:
    found = read(entry_of("run", when=Once(datetime(2026, 11, 23, 21, 0, tzinfo=UTC))))
    assert text(found, "Triggers/TimeTrigger/StartBoundary") == "2026-11-23T21:00:00Z"
    assert text(found, "Triggers/TimeTrigger/EndBoundary") == "2026-11-30T21:00:00Z"
    assert text(found, "Settings/DeleteExpiredTaskAfter") == "PT0S"


def test_what_is_watched_is_looked_at_every_ten_minutes() -> None:
    found = read(entry_of("run", when=OnChange()))
    assert text(found, "Triggers/TimeTrigger/Repetition/Interval") == "PT10M"
