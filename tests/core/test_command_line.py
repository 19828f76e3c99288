"""The verbs without a screen, as a person or a script uses them."""

import csv
import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest

from claude_batch_desk.cli import main
from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session

TICKETS = str(resource_path("samples/support-tickets.csv"))
RECIPE = str(resource_path("recipes/support-tickets.recipe"))
INPUTS = ["--table", TICKETS, "--recipe", RECIPE]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with PracticeService(tmp_path / "service") as service:
        yield service.base_url


def test_a_whole_job_leaves_every_row_with_its_answer(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answers.csv"
    arguments = ["run", *INPUTS, "--out", str(out), "--base-url", url, "--yes", "--json"]
    assert main([*arguments, "--sample", "3"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == 600
    assert told["outcomes"] == {"answered": 600}
    assert told["tried"] == 3
    with Path(TICKETS).open(newline="", encoding="utf-8") as before:
        source = list(csv.DictReader(before))
    with out.open(newline="", encoding="utf-8-sig") as after:
        merged = list(csv.DictReader(after))
    assert [row["Ticket"] for row in merged] == [row["Ticket"] for row in source]


def test_the_json_of_a_job_has_the_documented_keys(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "answers.xlsx")
    main(["run", *INPUTS, "--out", out, "--base-url", url, "--yes", "--json"])
    told = json.loads(capsys.readouterr().out)
    documented = (resource_path(".").parent / "docs/command-line.md").read_text(encoding="utf-8")
    for key in [*told, *told["estimate"]]:
        assert f"`{key}`" in documented, key
    main(["jobs", "--json"])
    [listed] = json.loads(capsys.readouterr().out)["jobs"]
    both = listed.keys() & told.keys()
    assert {key: listed[key] for key in both} == {key: told[key] for key in both}
    assert both >= {"job", "state", "rows", "outcomes", "estimate", "billed_usd"}


def test_answered_at_once_the_job_makes_no_batch(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "answers.csv")
    arguments = ["run", *INPUTS, "--out", out, "--base-url", url, "--yes", "--json"]
    assert main([*arguments, "--mode", "now"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["way"] == "now"
    assert told["batches"] == []
    assert told["outcomes"] == {"answered": 600}


def test_a_job_stopped_between_its_end_and_its_export_is_exported_by_resume(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, again = tmp_path / "first.csv", tmp_path / "again.csv"
    main(["run", *INPUTS, "--out", str(first), "--base-url", url, "--yes"])
    assert main(["resume", "--out", str(again), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["rows"] == 600
    assert again.read_bytes() == first.read_bytes()


def test_an_export_names_the_version_of_each_row_where_asked(url: str, tmp_path: Path) -> None:
    out = tmp_path / "answers.csv"
    main(["run", *INPUTS, "--out", str(out), "--base-url", url, "--yes"])
    for more, last in (([], "Reason"), (["--versions"], "Prompt version")):
        assert main(["export", "1", "--out", str(out), *more]) == 0
        with out.open(newline="", encoding="utf-8-sig") as file:
            header, *rows = csv.reader(file)
        assert header[-1] == last
    assert {row[-1] for row in rows} == {"1"}


def test_with_nothing_sent_resume_has_nothing_to_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["resume", "--out", str(tmp_path / "out.csv")]) == 1
    assert "nothing was sent yet" in capsys.readouterr().err


def test_an_estimate_leaves_no_job(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", *INPUTS, "--base-url", url, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["batch_usd"]) == {"low", "expected", "high", "ceiling"}
    assert told["counted"] > 0
    main(["jobs", "--json"])
    assert json.loads(capsys.readouterr().out) == {"jobs": []}


def test_without_a_service_an_estimate_rests_on_a_rule(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["estimate", *INPUTS, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counted"] == 0
    assert float(told["now_usd"]["expected"]) == 2 * float(told["batch_usd"]["expected"])


def test_nothing_is_spent_unless_somebody_agrees(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answers.csv"
    assert main(["run", *INPUTS, "--out", str(out), "--base-url", url]) == 3
    assert "Nothing was sent" in capsys.readouterr().err
    assert not out.exists()


def test_a_budget_below_the_ceiling_stops_the_job(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", *INPUTS, "--out", str(tmp_path / "a.csv"), "--base-url", url, "--yes"]
    assert main([*arguments, "--budget", "0.01"]) == 1
    assert "above the budget" in capsys.readouterr().err


def broken(tmp_path: Path, kind: str) -> list[str]:
    """The options of `run` with one thing wrong."""
    out, recipe = str(tmp_path / "out.xlsx"), tmp_path / "wrong.recipe"
    recipe.write_text('recipe_version = 1\nmodel = "claude-haiku-5-5"\nprompt = "{{Nothing}}"\n')
    wrong = {
        "missing file": ["--table", str(tmp_path / "gone.csv"), "--recipe", RECIPE, "--out", out],
        "a folder": ["--table", str(tmp_path), "--recipe", RECIPE, "--out", out],
        "unknown column": ["--table", TICKETS, "--recipe", str(recipe), "--out", out],
        "no recipe": ["--table", TICKETS, "--recipe", TICKETS, "--out", out],
        "strange ending": [*INPUTS, "--out", str(tmp_path / "out.doc")],
        "no such folder": [*INPUTS, "--out", str(tmp_path / "not" / "there.csv")],
    }
    return wrong[kind]


@pytest.mark.parametrize(
    "kind",
    ["missing file", "a folder", "unknown column", "no recipe", "strange ending", "no such folder"],
)
def test_bad_input_gets_one_sentence_before_any_money_is_spent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    with PracticeService(tmp_path / "service") as service:
        arguments = ["run", *broken(tmp_path, kind), "--base-url", service.base_url, "--yes"]
        assert main(arguments) == 1
        assert service.ledger().requests == 0
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert told.rstrip().endswith(".")


def test_a_live_job_without_a_key_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out.csv")
    assert main(["run", *INPUTS, "--out", out, "--yes"]) == 1
    assert "key" in capsys.readouterr().err


def test_a_service_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out.csv")
    arguments = ["run", *INPUTS, "--out", out, "--yes", "--base-url", "http://127.0.0.1:9"]
    assert main(arguments) == 1
    assert "Nobody answers" in capsys.readouterr().err


def test_a_key_revoked_on_the_way_ends_the_command_and_the_job_is_safe(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-for-practice-only")
    with PracticeService(tmp_path / "slow", delay=3600) as service:
        out = str(tmp_path / "a.csv")
        with Session(home_folder(), base_url=service.base_url) as session:
            session.use_key_for_session("sk-ant-api03-for-practice-only")
            table = session.desk.open_table(Path(TICKETS), ReadOptions(), silent)
            job = session.desk.new_job("Tickets", "live")
            recipe = load_recipe(Path(RECIPE))
            session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)
            session.desk.send(job.id, None, silent)
        service.set_faults("revoked-key")
        assert main(["resume", "--out", out, "--base-url", service.base_url]) == 1
        assert "does not accept this API key" in capsys.readouterr().err
        service.set_faults()
        service.advance(3600)
        assert main(["resume", "--out", out, "--base-url", service.base_url]) == 0


def test_a_job_without_its_key_does_not_keep_another_from_its_end(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with PracticeService(tmp_path / "slow", delay=3600) as slow:
        with Session(home_folder(), practice_url=url, base_url=slow.base_url) as session:
            session.use_key_for_session("sk-ant-api03-for-practice-only")
            table = session.desk.open_table(Path(TICKETS), ReadOptions(), silent)
            recipe = load_recipe(Path(RECIPE))
            for mode in get_args(Mode):
                job = session.desk.new_job(mode, mode)
                session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)
                session.desk.send(job.id, None, silent)
        assert main(["resume"]) == 1
    assert "There is no API key yet" in capsys.readouterr().err
    main(["jobs", "--json"])
    states = {job["mode"]: job["state"] for job in json.loads(capsys.readouterr().out)["jobs"]}
    assert states == {"practice": "done", "live": "waiting"}


def test_a_run_that_is_declined_leaves_no_draft(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *INPUTS, "--out", str(tmp_path / "a.csv"), "--base-url", url]) == 3
    capsys.readouterr()
    main(["jobs", "--json"])
    assert json.loads(capsys.readouterr().out) == {"jobs": []}


def test_where_nobody_watches_a_line_now_and_then_tells_of_progress(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with PracticeService(tmp_path / "slow", delay=8) as service:
        arguments = ["run", *INPUTS, "--out", str(tmp_path / "a.csv"), "--yes"]
        assert main([*arguments, "--base-url", service.base_url]) == 0
    told = capsys.readouterr().err
    assert "\r" not in told
    assert 1 <= told.count("Waiting for the service, 0 of 600") <= 2


def test_an_estimate_that_is_killed_leaves_no_job(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with PracticeService(tmp_path / "slow", faults=["slow:20"]) as service:
        command = [sys.executable, "-P", "-m", "claude_batch_desk", "estimate", *INPUTS]
        killed = subprocess.Popen([*command, "--base-url", service.base_url])
        store = home_folder() / "desk.sqlite3"
        pause = threading.Event()
        while not drafts(store):
            pause.wait(0.05)
        killed.kill()
        killed.wait()
        main(["jobs", "--json"])
        assert json.loads(capsys.readouterr().out) == {"jobs": []}
    Session(home_folder()).close()
    assert drafts(store) == 0


def drafts(store: Path) -> int:
    if not store.exists():
        return 0
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        try:
            [found] = connection.execute("SELECT count(*) FROM job").fetchone()
        except sqlite3.OperationalError:
            return 0  # just being made
    return int(found)
