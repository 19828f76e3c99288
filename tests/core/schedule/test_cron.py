"""Lines of a crontab, taken apart as cron and its shell do."""

import shlex
import subprocess
from datetime import UTC, datetime, time

import pytest
from hypothesis import given

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.schedule.cron import (
    cron_line,
    entry_in,
    labels_in,
    with_entry,
    without_entry,
)
from claude_batch_desk.core.schedule.when import Daily, Once, OnChange, Weekly, When
from tests.core.schedule.conftest import AWKWARD, entry_of, printable

THEIRS = "# my own # list\nMAILTO=me\n\n*/5 * * * *\tcheck --every 50\\% # often\n@reboot hello\n"


def command_of(line: str) -> str:
    """What cron hands to its shell: as in do_command.c of Vixie's cron."""
    given_text = line.rstrip("\n").split(" ", 5)[5]
    kept: list[str] = []
    escaped = False
    for character in given_text:
        if escaped:
            escaped = False
            if character == "%":
                kept[-1] = "%"
                continue
        elif character == "\\":
            escaped = True
        elif character == "%":
            break
        kept.append(character)
    return "".join(kept)


def words_of(line: str) -> list[str]:
    """What the shell starts, without where its words go and the mark."""
    words = shlex.split(command_of(line), comments=True)
    assert words[-2:] == [">/dev/null", "2>&1"]
    return words[:-2]


@pytest.mark.parametrize("argument", AWKWARD)
def test_an_awkward_name_arrives_as_it_is(argument: str) -> None:
    entry = entry_of("run", "--table", argument, "--budget", "5")
    assert words_of(cron_line(entry)) == [*entry.command]


@given(argument=printable, other=printable)
def test_any_name_arrives_as_it_is(argument: str, other: str) -> None:
    entry = entry_of(argument, other)
    assert words_of(cron_line(entry)) == [*entry.command]


@pytest.mark.parametrize("argument", AWKWARD)
def test_a_real_shell_reads_the_same(argument: str) -> None:
    line = cron_line(entry_of(argument))
    command = command_of(line).replace(">/dev/null 2>&1", "")
    shown = command.replace("'/opt/my app/python3'", "printf '%s\\n'", 1)
    said = subprocess.run(["/bin/sh", "-c", shown], capture_output=True, check=True).stdout
    assert said.decode() == f"-P\n-m\nclaude_batch_desk\n{argument}\n"


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("when", "times"),
    [
        (Daily(time(22, 0)), "0 22 * * *"),
        (Weekly("mon", time(7, 5)), "5 7 * * 1"),
        (Weekly("sun", time(7, 5)), "5 7 * * 0"),
        (OnChange(), "*/10 * * * *"),
        (Once(datetime(2026, 11, 23, 21, 0, tzinfo=UTC)), "0 22 23 11 *"),
    ],
)
def test_the_times_are_those_on_the_wall(when: When, times: str) -> None:
    assert cron_line(entry_of("run", when=when)).startswith(f"{times} ")


def test_what_others_wrote_stays_byte_for_byte() -> None:
    entry = entry_of("run", "--table", "/data/in.csv")
    added = with_entry(THEIRS, entry)
    assert added.startswith(THEIRS)
    assert entry_in(added, entry.label) == cron_line(entry)
    assert without_entry(added, entry.label) == THEIRS
    assert without_entry(THEIRS, entry.label) == THEIRS


def test_an_entry_takes_the_place_of_its_own_earlier_one() -> None:
    entry = entry_of("run")
    twice = with_entry(with_entry(THEIRS, entry), entry)
    assert labels_in(twice, "claude-batch-desk.") == (entry.label,)


def test_an_entry_with_a_longer_name_is_another_one() -> None:
    entry = entry_of("run")
    line = cron_line(entry).replace("tickets\n", "tickets-2\n")
    assert without_entry(line, entry.label) == line


def test_what_is_too_long_for_cron_is_refused() -> None:
    with pytest.raises(ScheduleError, match="too long for cron"):
        cron_line(entry_of("ä" * 500))
