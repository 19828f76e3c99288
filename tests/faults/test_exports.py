"""An export that is killed, out of room or blocked leaves the old file or the new one, whole."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import Tally
from tests.faults.export_driver import ROWS, Kind, Trouble
from tests.faults.steps import HIT, KILLED

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="forks"),
    pytest.mark.timeout(240),
]

SUFFIXES: dict[Kind, str] = {"fresh workbook": ".xlsx", "CSV": ".csv", "copied workbook": ".xlsx"}
OLD = b"the old answers"
WRITES = 100
"""So many places in a file at which a write fails."""
Export = Callable[[Path, Trouble, int], int]


@pytest.fixture
def said(tmp_path: Path) -> Path:
    return tmp_path / "said.txt"


@pytest.fixture
def export(tmp_path: Path, said: Path, kind: Kind) -> Iterator[Export]:
    """Export to a file, with trouble at a step or a byte; the exit status."""
    (tmp_path / "scratch").mkdir()
    with (
        said.open("wb") as file,
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.export_driver", str(tmp_path)],
            env=os.environ | {"TMPDIR": str(tmp_path / "scratch")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        ) as driver,
    ):

        def ask(path: Path, trouble: Trouble, at: int) -> int:
            assert driver.stdin is not None
            assert driver.stdout is not None
            asked = {"kind": kind, "path": str(path), "trouble": trouble, "at": at}
            driver.stdin.write(json.dumps(asked) + "\n")
            driver.stdin.flush()
            return int(driver.stdout.readline())

        yield ask


def is_new(path: Path) -> bool:
    """Whether an export is all there; a torn one fails."""
    if path.suffix == ".csv":
        lines = path.read_bytes().split(b"\r\n")
        assert (len(lines), lines[-1]) == (ROWS + 2, b"")
        return True
    with zipfile.ZipFile(path) as parts:
        assert parts.testzip() is None
        sheet = parts.read("xl/worksheets/sheet1.xml")
    assert sheet.endswith(b"</worksheet>")
    return b"<row " in sheet


def check(path: Path, *, had_one: bool, status: int) -> None:
    """Fail where what is there now is neither the old file nor the new one."""
    if status == 0:
        assert is_new(path)
    elif status == HIT:
        there = [path] if had_one else []
        assert sorted(path.parent.iterdir()) == there
        assert not had_one or path.read_bytes() == OLD
    elif had_one and path.read_bytes() == OLD:
        pass
    elif had_one or path.exists():
        assert is_new(path)


@pytest.mark.parametrize("kind", SUFFIXES)
def test_an_export_that_meets_trouble_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, export: Export, said: Path, kind: Kind, tally: Tally
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    path = folder / f"answers{SUFFIXES[kind]}"
    assert export(path, "killed", 0) == 0, said.read_text()
    size = path.stat().st_size
    steps = 0

    def meet(trouble: Trouble, at: int) -> int:
        had_one = at % 3 > 0
        if had_one:
            path.write_bytes(OLD)
        else:
            path.unlink(missing_ok=True)
        status = export(path, trouble, at)
        assert status != 1, said.read_text()
        check(path, had_one=had_one, status=status)
        if status not in (0, HIT):
            assert status in (KILLED, -signal.SIGXFSZ)
            assert export(path, "killed", 0) == 0
            assert [*folder.iterdir(), *(tmp_path / "scratch").iterdir()] == [path]
        return status

    while meet("killed", steps + 1) == KILLED:
        steps += 1
    troubles: tuple[Trouble, ...] = ("full", "blocked", "unreadable")
    refused = sum(meet(trouble, at) == HIT for trouble in troubles for at in range(1, steps + 1))
    places = [1 + size * place // WRITES for place in range(WRITES)]
    assert {meet("killed in a write", at) for at in places} == {-signal.SIGXFSZ}
    assert {meet("full in a write", at) for at in places} == {HIT}
    tally(
        "X1",
        f"{kind}: killed at {steps} steps and {WRITES} places of a write, refused for want of room "
        f"or an open file {refused + WRITES} times: 0 torn, 0 left over",
    )
