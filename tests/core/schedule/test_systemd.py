"""Units of systemd, read as it reads them, and by systemd itself where it is there."""

import re
import shutil
import subprocess
from configparser import RawConfigParser
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from hypothesis import given

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.schedule.entry import Entry
from claude_batch_desk.core.schedule.systemd import Unit, units
from claude_batch_desk.core.schedule.when import Daily, Once, OnChange, Weekly, When
from tests.core.schedule.conftest import AWKWARD, clock_of, entry_of, printable

ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="there is no systemd here")
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"(?: |$)')


def read(unit: Unit) -> RawConfigParser:
    parser = RawConfigParser(strict=True, delimiters=("=",), comment_prefixes=("#", ";"))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as its documentation says
    parser.read_string(unit.text)
    return parser


def unit_of(entry: Entry, ending: str) -> RawConfigParser:
    [found] = [unit for unit in units(entry) if unit.name.endswith(ending)]
    return read(found)


def without_specifiers(text: str) -> str:
    assert "%" not in text.replace("%%", "")
    return text.replace("%%", "%")


def command_of(entry: Entry) -> list[str]:
    line = unit_of(entry, ".service")["Service"]["ExecStart"]
    assert line.startswith(':"')
    parts, end = [], 1
    while end < len(line):
        piece = _PIECE.match(line, end)
        assert piece is not None, line[end:]
        parts.append(without_specifiers(re.sub(r"\\(.)", r"\1", piece[1])))
        end = piece.end()
    return parts


@pytest.mark.parametrize("argument", AWKWARD)
def test_an_awkward_name_arrives_as_it_is(argument: str) -> None:
    entry = entry_of("run", "--table", argument)
    assert command_of(entry) == [*entry.command]


@given(argument=printable)
def test_any_name_arrives_as_it_is(argument: str) -> None:
    entry = entry_of(argument)
    assert command_of(entry) == [*entry.command]


@pytest.mark.parametrize("path", [each for each in AWKWARD if each.startswith("/")])
def test_an_awkward_path_is_watched(path: str) -> None:
    watched = unit_of(entry_of("run", watched=path), ".path")["Path"]["PathChanged"]
    assert without_specifiers(watched) == path


@pytest.mark.parametrize("path", ["/data/in\\", "/data/in ", "/data/in\u3000"])
def test_a_path_whose_end_would_be_cut_off_is_refused(path: str) -> None:
    with pytest.raises(ScheduleError, match="cannot watch"):
        units(entry_of("run", watched=path))


@pytest.mark.parametrize(
    ("when", "calendar"),
    [
        (Daily(time(22, 0)), "*-*-* 22:00:00"),
        (Weekly("thu", time(7, 5)), "Thu *-*-* 07:05:00"),
        (OnChange(), "hourly"),
        (Once(datetime(2026, 11, 23, 21, 0, tzinfo=UTC)), "2026-11-23 21:00:00 UTC"),
    ],
)
def test_a_missed_time_is_made_up_for(when: When, calendar: str) -> None:
    timer = unit_of(entry_of("run", when=when), ".timer")["Timer"]
    assert (timer["OnCalendar"], timer["Persistent"]) == (calendar, "true")


def test_only_what_starts_the_service_is_enabled() -> None:
    made = units(entry_of("run"))
    assert [unit.name.rpartition(".")[2] for unit in made if unit.starts] == ["timer", "path"]
    for unit in made:
        assert ("WantedBy" in unit.text) == unit.starts


def test_a_file_that_changes_often_is_watched_for_good() -> None:
    assert unit_of(entry_of("run"), ".service")["Unit"]["StartLimitIntervalSec"] == "0"


@needs_systemd
@pytest.mark.parametrize("argument", AWKWARD)
def test_systemd_finds_nothing_wrong(argument: str, tmp_path: Path) -> None:
    assert ANALYZE is not None
    program = tmp_path / "my 100% $app" / "python3"
    program.parent.mkdir()
    program.symlink_to("/bin/true")
    watched = argument if argument.startswith("/") else "/data/in.csv"
    entry = Entry("claude-batch-desk.0.x", (str(program), argument), OnChange(), watched)
    files = []
    for unit in units(entry):
        files.append(tmp_path / unit.name)
        files[-1].write_text(unit.text, encoding="utf-8")
    done = subprocess.run(
        [ANALYZE, "verify", "--user", "--man=no", *files], capture_output=True, check=False
    )
    said = done.stderr.decode()
    assert "claude-batch-desk" not in said, said


@needs_systemd
@pytest.mark.parametrize(
    ("day", "due"),
    [
        # Shown twice: the first time. Skipped: not on that day.
        ("2026-10-24 12:00:00", "2026-10-25 00:30:00 UTC"),
        ("2027-03-27 12:00:00", "2027-03-29 00:30:00 UTC"),
    ],
)
def test_the_documented_hour_of_the_clocks_change_is_that_of_systemd(day: str, due: str) -> None:
    assert ANALYZE is not None
    calendar = unit_of(entry_of("run", when=Daily(time(2, 30))), ".timer")["Timer"]["OnCalendar"]
    with clock_of("Europe/Berlin"):
        told = subprocess.run(
            [ANALYZE, "calendar", f"--base-time={day}", calendar], capture_output=True, check=True
        )
    assert due in told.stdout.decode()
