"""The account's batches without a screen."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish, look_until


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service") as running:
        yield running


@pytest.fixture
def foreign(tmp_path: Path, service: PracticeService) -> str:
    """The id of a batch of another program, which has ended."""
    body = tmp_path / "body.json"
    params = {
        "model": "claude-haiku-5-5",
        "max_tokens": 2_000,
        "messages": [{"role": "user", "content": "Say yes."}],
    }
    requests = [{"custom_id": f"row-{number}", "params": params} for number in range(3)]
    body.write_bytes(orjson.dumps({"requests": requests}))
    with Session(home_folder(), practice_url=service.base_url) as session:
        door = session.gateway("practice", service.base_url)
        batch = door.create_batch(body, 3)
        service.advance(60)
        assert door.batch(batch.id).ended
    return batch.id


def sent(service: PracticeService, folder: Path) -> tuple[int, str]:
    """A finished job that has lost its batch again, as in a restored folder; and that batch."""
    path = folder / "messages.csv"
    path.write_text("Message\nI am so happy\nI am angry\n", encoding="utf-8")
    with Session(home_folder(), practice_url=service.base_url) as session:
        table = session.desk.open_table(path, ReadOptions(), silent)
        job = session.desk.new_job("Messages", "practice")
        session.desk.save_draft(job.id, recipe=RECIPE, table_id=table.id)
        job = session.desk.send(job.id, None, silent)
        job = look_until(session, job, lambda now: bool(now.parts[0].batch_id))
        job = finish(session, job)
        with session._stores.jobs._database.write() as connection:
            connection.execute("DELETE FROM answer")
            connection.execute("UPDATE part SET state='planned', batch_id=NULL, mark=''")
    return job.id, job.parts[0].batch_id


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_batches_are_listed_with_whose_they_are(
    service: PracticeService, foreign: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--base-url", service.base_url]
    assert main(["batches", *where]) == 0
    said = capsys.readouterr().out
    assert foreign in said
    assert "another program" in said
    assert main(["batches", *where, "--json"]) == 0
    [batch] = told(capsys)["batches"]
    assert (batch["of"], batch["requests"], batch["can_be_taken_over"]) == ("foreign", 3, False)


def test_an_account_without_batches_says_so(
    service: PracticeService, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["batches", "--base-url", service.base_url]) == 0
    assert "no batches" in capsys.readouterr().out


def test_a_batch_is_imported_written_to_a_file_and_forgotten(
    service: PracticeService, foreign: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where, out = ["--base-url", service.base_url], tmp_path / "answers.csv"
    assert main(["batches", "--import", foreign, "--out", str(out), *where]) == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["custom_id"] for row in rows) == ["row-0", "row-1", "row-2"]
    assert {row["Status"] for row in rows} == {"answered (practice)"}
    with Session(home_folder()):
        assert main(["batches", "--imported", "--json"]) == 0
    [found] = told(capsys)["imports"]
    assert (found["batch"], found["results"]) == (foreign, 3)
    assert main(["batches", "--forget", foreign, *where]) == 0
    assert main(["batches", "--imported"]) == 0
    assert "No batch was imported." in capsys.readouterr().out
    assert main(["batches", "--forget", foreign, *where]) == 1
    assert "was not imported" in capsys.readouterr().err


def test_what_was_imported_is_written_again_without_the_service(
    service: PracticeService, foreign: str, tmp_path: Path
) -> None:
    where, out = ["--base-url", service.base_url], tmp_path / "answers.xlsx"
    assert main(["batches", "--import", foreign, *where]) == 0
    service.set_faults("results-500", "retrieve-500")
    assert main(["batches", "--import", foreign, "--out", str(out), *where]) == 0
    assert out.exists()


def test_a_file_of_a_wrong_kind_is_refused_before_anything_is_fetched(
    service: PracticeService, foreign: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--base-url", service.base_url]
    assert main(["batches", "--import", foreign, "--out", str(tmp_path / "a.pdf"), *where]) == 1
    assert "does not end in" in capsys.readouterr().err
    assert main(["batches", "--imported"]) == 0
    assert "No batch was imported." in capsys.readouterr().out


def test_a_batch_that_is_ours_is_taken_over_and_its_answers_are_fetched(
    service: PracticeService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job, batch = sent(service, tmp_path)
    where = ["--base-url", service.base_url]
    assert main(["batches", *where]) == 0
    assert "Take it over" in capsys.readouterr().err
    assert main(["batches", "--take-over", batch, *where, "--json"]) == 0
    assert told(capsys) == {"job": job, "batch": batch}
    assert main(["resume", str(job), *where]) == 0
    assert service.ledger().requests == 2


def test_trouble_while_asking_whose_they_are_is_told(
    service: PracticeService, foreign: str, capsys: pytest.CaptureFixture[str]
) -> None:
    service.set_faults("results-529")
    assert main(["batches", "--base-url", service.base_url]) == 1
    said = capsys.readouterr()
    assert foreign in said.out
    assert "overloaded" in said.err
