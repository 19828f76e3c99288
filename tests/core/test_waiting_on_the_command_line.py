"""What is waited for, told without a screen, and deleted at the service by a wish."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session

RECIPE = Recipe(prompt=Template("Say {{Text}}"), model="claude-haiku-5-5")
Said = pytest.CaptureFixture[str]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    with PracticeService(tmp_path / "service", delay=3600) as running:
        yield running


@pytest.fixture
def send(service: PracticeService, tmp_path: Path) -> Callable[[], int]:
    """Send a job of four rows; the number of it."""

    def sent() -> int:
        path = tmp_path / "rows.csv"
        path.write_text("Text\n" + "".join(f"row {number}\n" for number in range(4)))
        with Session(home_folder(), practice_url=service.base_url) as session:
            table = session.desk.open_table(path, ReadOptions(), silent)
            job = session.desk.new_job("Rows", "practice")
            session.desk.save_draft(job.id, recipe=RECIPE, table_id=table.id)
            session.desk.send(job.id, None, silent)
        return job.id

    return sent


def made(job: int, ago: timedelta) -> None:
    """As if its batch had been made so long ago."""
    with Session(home_folder()) as session, session._stores.jobs._database.write() as connection:
        at = datetime.now(UTC) - ago
        ends = at + timedelta(days=1)
        connection.execute(
            "UPDATE part SET created_at=?, expires_at=? WHERE job_id=?",
            (at.isoformat(), ends.isoformat(), job),
        )


def test_one_job_is_told_with_its_parts_and_looks(send: Callable[[], int], capsys: Said) -> None:
    number = send()
    assert main(["jobs", str(number)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"Job {number}: Rows (practice, waiting), 4 rows."
    assert told[1].startswith("Sent 20")
    assert "last look" in told[1]
    assert "next look" in told[1]
    assert told[2].startswith("  Part 1: at the service, 4 requests, since 20")
    assert "ends by" in told[2]
    main(["jobs", str(number), "--json"])
    [part] = json.loads(capsys.readouterr().out)["parts"]
    assert (part["part"], part["state"], part["requests"]) == (1, "sent", 4)


def test_a_batch_that_takes_long_is_told_in_the_list(send: Callable[[], int], capsys: Said) -> None:
    number = send()
    main(["jobs"])
    assert len(capsys.readouterr().out.splitlines()) == 1
    made(number, timedelta(hours=22))
    main(["jobs"])
    [_, told] = capsys.readouterr().out.splitlines()
    assert "at the service for 22 hours" in told
    main(["jobs", "--json"])
    [job] = json.loads(capsys.readouterr().out)["jobs"]
    assert [each["kind"] for each in job["alerts"]] == ["slow"]


def test_a_job_that_is_not_there_is_named(capsys: Said) -> None:
    assert main(["jobs", "77"]) == 1
    assert "There is no job 77." in capsys.readouterr().err


def test_what_is_exported_can_be_deleted_at_the_service(
    send: Callable[[], int], service: PracticeService, tmp_path: Path, capsys: Said
) -> None:
    number, out = send(), tmp_path / "answers.csv"
    service.advance(3600)
    assert main(["resume", str(number), "--base-url", service.base_url]) == 0
    export = ["export", str(number), "--out", str(out), "--base-url", service.base_url]
    assert main([*export, "--delete-at-service", "--rows", "answered"]) == 1
    assert "Only a file with all rows" in capsys.readouterr().err
    assert main([*export, "--delete-at-service", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["at_service"] == {"deleted": 1, "kept": []}
    with Session(home_folder(), practice_url=service.base_url) as session:
        door = session.gateway("practice", service.base_url)
        assert door.batches_after("") == []
        assert door.key_print
    assert service.ledger(PRACTICE_KEY).requests == 4
    assert main([*export, "--delete-at-service"]) == 0
    assert "Nothing of this job" in capsys.readouterr().err
    main(["jobs", str(number)])
    assert "deleted at the service" in capsys.readouterr().out
