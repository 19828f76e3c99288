"""A source is waited for until it is whole, and known by what it holds."""

import os
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.schedule.watching import (
    Quiet,
    Source,
    check_apart,
    digest_of,
    wait_until_quiet,
)


class Clock:
    """Time that passes while it is waited for; something may be done at each turn."""

    def __init__(self, *turns: object) -> None:
        self.turns = list(turns)
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        if self.turns and callable(turn := self.turns.pop(0)):
            turn()

    def quiet(self, rest: float = 1.0, patience: float = 60.0) -> Quiet:
        return Quiet(rest, patience, self.sleep)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "in.csv"
    file.write_text("Message\nhappy\n")
    return file


def test_a_file_that_rests_is_not_waited_for(file: Path) -> None:
    os.utime(file, (1_000_000, 1_000_000))
    clock = Clock()
    wait_until_quiet(Source(file), silent, clock.quiet())
    assert clock.slept == 0


def test_a_half_written_file_is_waited_for_until_it_stays_the_same(file: Path) -> None:
    def write() -> None:
        with file.open("a") as more:
            more.write("angry\n")

    clock = Clock(write, write, None, write)
    wait_until_quiet(Source(file), silent, clock.quiet(rest=1.0))
    assert clock.slept == 4 * 0.25 + 1.0


def test_a_file_that_never_rests_is_given_up_on(file: Path) -> None:
    def write() -> None:
        with file.open("a") as more:
            more.write("angry\n")

    with pytest.raises(ScheduleError, match="being written all the time"):
        wait_until_quiet(Source(file), silent, Clock(*[write] * 100).quiet(patience=5.0))


def test_a_folder_is_waited_for_like_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()

    def put() -> None:
        (folder / "one.txt").write_text("hello")

    clock = Clock(put)
    wait_until_quiet(Source(folder), silent, clock.quiet(rest=1.0))
    assert clock.slept == 0.25 + 1.0


def test_a_file_that_is_gone_is_a_sentence(file: Path) -> None:
    file.unlink()
    with pytest.raises(ScheduleError, match="cannot be read: No such file"):
        wait_until_quiet(Source(file), silent, Clock().quiet())
    with pytest.raises(ScheduleError, match="Nothing was sent"):
        digest_of(Source(file), (), silent)


def test_waiting_hears_of_a_cancel(file: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        wait_until_quiet(Source(file), stop, Clock().quiet())


def test_a_digest_tells_contents_and_not_times(file: Path) -> None:
    first = digest_of(Source(file), [b"recipe"], silent)
    os.utime(file, (1_000_000, 1_000_000))
    assert digest_of(Source(file), [b"recipe"], silent) == first
    assert digest_of(Source(file), [b"another"], silent) != first
    file.write_text("Message\nhappx\n")
    assert digest_of(Source(file), [b"recipe"], silent) != first


def test_a_digest_of_a_folder_tells_names_and_contents(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.txt").write_text("hello")
    (folder / "deep" / "two.txt").write_text("world")
    first = digest_of(Source(folder), (), silent)
    (folder / "one.txt").rename(folder / "three.txt")
    moved = digest_of(Source(folder), (), silent)
    (folder / "three.txt").write_text("jello")
    changed = digest_of(Source(folder), (), silent)
    assert len({first, moved, changed}) == 3
    left_out = Source(folder, exclude=("deep/*",))
    assert digest_of(left_out, (), silent) != changed


def test_two_lists_of_others_never_come_to_the_same(file: Path) -> None:
    one = digest_of(Source(file), [b"ab", b"c"], silent)
    assert digest_of(Source(file), [b"a", b"bc"], silent) != one


def test_answers_are_not_written_over_what_they_are_about(tmp_path: Path, file: Path) -> None:
    with pytest.raises(ScheduleError, match="over the table itself"):
        check_apart(file, tmp_path / "." / "in.csv")
    letters = tmp_path / "letters"
    letters.mkdir()
    (tmp_path / "link").symlink_to(letters)
    with pytest.raises(ScheduleError, match="would be a change each time"):
        check_apart(letters, tmp_path / "link" / "out.csv")
    check_apart(file, tmp_path / "out.csv")
    check_apart(letters, tmp_path / "letters.csv")
