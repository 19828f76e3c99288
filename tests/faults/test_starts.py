"""Many starts at once on one data folder: one owns it, the others are told so."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.store import Stores
from tests.faults.conftest import Tally

STARTS = 50


@pytest.mark.skipif(os.name == "nt", reason="forks")
@pytest.mark.parametrize("folder", ["new", "used"])
def test_of_50_simultaneous_starts_one_owns_the_folder_and_the_others_are_told(
    home: Path, tally: Tally, folder: str
) -> None:
    home.mkdir(parents=True)
    if folder == "used":
        Stores.open(home)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.start_driver", str(home), str(STARTS)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said = json.loads(ran.stdout)
    assert len(said) == STARTS, ran.stderr
    assert said.count("owner") == 1
    others = [each for each in said if each != "owner"]
    assert all(each.startswith("Claude Batch Desk is already open with this") for each in others)
    assert [job.name for job in Stores.open(home).jobs.jobs()] == ["Mine"]
    tally("R6", f"{STARTS} simultaneous starts on a {folder} folder: 1 owner, {len(others)} told")
