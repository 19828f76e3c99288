"""What is kept of schedules in the data folder."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.schedule.book import Book, LastRun, Schedule
from claude_batch_desk.core.schedule.when import Daily, Once, OnChange, Weekly

COMMAND = ("run", "--table", "/data/ä 50%.csv", "--budget", "5", "--yes", "--schedule", "tickets")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "home").mkdir()
    return Book(tmp_path / "home")


@pytest.mark.parametrize(
    "when",
    [
        Daily(time(22)),
        Weekly("sun", time(7, 5)),
        OnChange(),
        Once(datetime(2026, 11, 23, 21, tzinfo=UTC)),
    ],
)
def test_a_schedule_is_kept_and_read_back(
    book: Book, when: Daily | Weekly | OnChange | Once
) -> None:
    kept = Schedule("tickets", when, COMMAND, "/data/ä 50%.csv")
    book.keep(kept)
    assert book.schedule("tickets") == kept
    assert book.all() == [kept]


def test_what_is_forgotten_is_gone_with_its_last_run(book: Book) -> None:
    book.keep(Schedule("tickets", OnChange(), COMMAND))
    book.note("tickets", LastRun("abc", 7, "/data/out.csv"))
    assert book.last("tickets") == LastRun("abc", 7, "/data/out.csv")
    book.forget("tickets")
    assert book.all() == []
    assert book.last("tickets") == LastRun()
    with pytest.raises(ScheduleError, match="no schedule “tickets”"):
        book.schedule("tickets")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"digest": 1, "more": 2}', "null"])
def test_a_damaged_note_of_the_last_run_stops_the_next(
    book: Book, tmp_path: Path, text: str
) -> None:
    book.note("tickets", LastRun("abc", 7))
    [file] = (tmp_path / "home" / "schedules").iterdir()
    file.write_text(text)
    with pytest.raises(ScheduleError, match="nothing is sent"):
        book.last("tickets")


def test_a_damaged_schedule_is_none(book: Book, tmp_path: Path) -> None:
    book.keep(Schedule("tickets", OnChange(), COMMAND))
    file = tmp_path / "home" / "schedules" / "tickets.json"
    file.write_text(file.read_text().replace('"change"', '"century"'))
    assert book.all() == []


def test_the_log_has_a_line_for_each_run(book: Book) -> None:
    assert book.lines() == []
    book.log("tickets", 0, "12 rows\nanswered.")
    book.log("letters", 1, "No key.")
    [line] = book.lines("tickets")
    assert line.endswith(" tickets 0 12 rows answered.")
    assert datetime.fromisoformat(line.split(" ")[0]).tzinfo is not None
    assert len(book.lines()) == 2


def test_a_long_log_loses_its_oldest_lines(book: Book, tmp_path: Path) -> None:
    book.log("first", 0, "")
    with (tmp_path / "home" / "schedules.log").open("a") as log:
        log.writelines(f"2026-11-23T22:00:00+01:00 many 0 {'x' * 250}\n" for _ in range(1_100))
    book.log("last", 0, "done")
    lines = book.lines()
    assert len(lines) == 1_001
    assert lines[-1].endswith(" last 0 done")
    assert not book.lines("first")
