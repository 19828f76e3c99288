"""The power fails at a commit: what stands in the log of it counts wholly or not at all."""

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.store import Database, Stores
from claude_batch_desk.practice.server import PracticeService
from tests.faults.conftest import Run, Tally, check_paid_once, finished
from tests.faults.steps import BEFORE

IMAGES = 500
AT_EACH = 25
STORE = "desk.sqlite3"
pytestmark = pytest.mark.timeout(1_200)


@dataclass(frozen=True)
class Cut:
    """A data folder as the power cut leaves it."""

    home: Path
    to: Path
    """Where its images are made."""
    before: int
    """Bytes of the log before the commit that is torn."""

    @property
    def whole(self) -> int:
        return (self.home / f"{STORE}-wal").stat().st_size

    def image(self, length: int, tail: bytes = b"") -> Path:
        """Another such folder whose log was cut to so many bytes, with others behind."""
        shutil.rmtree(self.to, ignore_errors=True)
        shutil.copytree(self.home, self.to, ignore=shutil.ignore_patterns("*-shm"))
        log = self.to / f"{STORE}-wal"
        log.write_bytes(log.read_bytes()[:length] + tail)
        return self.to

    def state(self, length: int, tail: bytes = b"") -> str:
        """What such an image holds when it is opened again, as a SHA-256."""
        home = self.image(length, tail)
        Stores.open(home)
        with closing(sqlite3.connect(home / STORE)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            lines = "\n".join(connection.iterdump())
        return hashlib.sha256(lines.encode()).hexdigest()


def test_every_commit_is_on_the_disk_before_anything_follows(home: Path) -> None:
    home.mkdir(parents=True)
    with Database(home).write() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_500_torn_logs_hold_all_of_a_commit_or_nothing_and_each_row_is_paid_once(
    home_of: Callable[[object], Path],
    service: PracticeService,
    run: Run,
    tally: Tally,
    tmp_path: Path,
) -> None:
    chance = random.Random(500)  # noqa: S311 - no secret
    images = commits = changes = 0
    while True:
        home, key = home_of(commits), f"torn-{commits}"
        if run(home, key, commits + 1, "torn") == 0:
            break
        commits += 1
        cut = Cut(home, tmp_path / "image", int((home / BEFORE).read_text()))
        nothing, everything = cut.state(cut.before), cut.state(cut.whole)
        changes += nothing != everything  # a look may find all as it was
        assert cut.state(cut.whole, chance.randbytes(5_000)) == everything
        for _ in range(AT_EACH):
            length = chance.randrange(cut.before, cut.whole)
            tail = chance.randbytes(chance.choice((0, chance.randrange(1, 9_000))))
            assert cut.state(length, tail) == nothing
        images += AT_EACH + 3
        torn = cut.image(chance.randrange(cut.before, cut.whole), chance.randbytes(99))
        assert run(torn, key) == 0
        check_paid_once(service, key)
        finished(torn)
        shutil.rmtree(home)
    assert images >= IMAGES
    assert changes > commits / 2
    tally("R3", f"{images} torn logs at {commits} commits: 0 inconsistent, and worked to the end: "
                "0 rows paid twice, 0 lost")  # fmt: skip
