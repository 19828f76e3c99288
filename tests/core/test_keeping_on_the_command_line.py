"""Check, back up, restore and release without a screen."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.recipe import save_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service") as running:
        yield running


@pytest.fixture
def sent(tmp_path: Path, service: PracticeService) -> PracticeService:
    """The service, after a job of two rows was brought to its end there."""
    table, recipe = tmp_path / "messages.csv", tmp_path / "moods.recipe"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Message"], ["I am so happy"], ["I am angry"]])
    save_recipe(RECIPE, recipe)
    out = ["--out", str(tmp_path / "answers.csv"), "--base-url", service.base_url]
    assert main(["run", "--table", str(table), "--recipe", str(recipe), "--yes", *out]) == 0
    return service


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_check_tells_what_it_looked_at(
    sent: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 0
    assert "Nothing is lost or broken: 1 jobs, 2 answers" in capsys.readouterr().out
    [source] = (home_folder() / "sources").glob("*")
    source.unlink()
    assert main(["check", "--json"]) == 5
    found = told(capsys)
    assert not found["sound"]
    assert "is gone" in found["findings"][0]["text"]


def test_all_of_it_beside_an_open_window(
    sent: PracticeService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = tmp_path / "backup.zip"
    with Session(home_folder()):
        assert main(["check"]) == 0
        assert main(["backup", "--out", str(backup), "--json"]) == 0
        assert told(capsys)["jobs"] == 1
        assert main(["restore", str(backup), "--yes"]) == 1
        assert "already open" in capsys.readouterr().err


def test_a_restore_asks_before_and_says_where_the_rest_is(
    sent: PracticeService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = tmp_path / "backup.zip"
    assert main(["backup", "--out", str(backup)]) == 0
    assert main(["restore", str(backup)]) == 3
    assert "Nothing was changed" in capsys.readouterr().err
    assert main(["restore", str(backup), "--yes"]) == 0
    said = capsys.readouterr().out
    assert "before-restore-" in said
    assert "Nothing is sent" in said
    assert main(["export", "1", "--out", str(tmp_path / "again.csv")]) == 0
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "answers.csv").read_bytes()


def test_a_job_that_was_sent_after_the_backup_is_not_released(
    tmp_path: Path, service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = tmp_path / "backup.zip"
    with Session(home_folder(), practice_url=service.base_url) as session:
        job = draft(session, tmp_path)
        session.upkeep.back_up(backup, silent)
        session.desk.send(job, None, silent)
    assert main(["resume", "--base-url", service.base_url]) == 0
    assert main(["restore", str(backup), "--yes"]) == 0
    assert main(["release", str(job), "--base-url", service.base_url, "--yes"]) == 1
    assert "was sent after the backup" in capsys.readouterr().err
    assert service.ledger(PRACTICE_KEY).requests == 2


def test_a_job_is_released_once_a_person_is_sure(
    tmp_path: Path, service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = tmp_path / "backup.zip"
    with Session(home_folder(), practice_url=service.base_url) as session:
        job = draft(session, tmp_path)
        session.upkeep.back_up(backup, silent)
    assert main(["restore", str(backup), "--yes"]) == 0
    release = ["release", str(job), "--base-url", service.base_url]
    assert main(release) == 3
    assert main([*release, "--yes"]) == 0
    assert main(release) == 1
    assert "is not held back" in capsys.readouterr().err


def draft(session: Session, folder: Path) -> int:
    path = folder / "messages.csv"
    path.write_text("Message\nI am so happy\nI am angry\n", encoding="utf-8")
    table = session.desk.open_table(path, ReadOptions(), silent)
    job = session.desk.new_job("Messages", "practice")
    return session.desk.save_draft(job.id, recipe=RECIPE, table_id=table.id).id
