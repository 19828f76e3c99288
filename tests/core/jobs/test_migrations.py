"""A store of an earlier version is brought up to date, and a copy of it kept."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.database import _MIGRATIONS
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import Reading, ReadOptions
from claude_batch_desk.session import Session


def store_of_version(version: int) -> Path:
    """A store as that version left it, with a table of one row."""
    path = home_folder() / "desk.sqlite3"
    with closing(sqlite3.connect(path)) as connection, connection:
        for script in _MIGRATIONS[:version]:
            connection.executescript(script)
        connection.execute(f"PRAGMA user_version={version}")
        connection.execute(
            "INSERT INTO source_table"
            " (id, name, sha256, columns, row_count, reading, notes, opened_at)"
            " VALUES (7, 'old.xlsx', 'ab', '[\"a\"]', 1,"
            ' \'{"kind": "workbook", "encoding": "", "encoding_is_guess": false, "delimiter": "",'
            ' "sheet": "S", "sheets": ["S", "T"], "header_row": 2}\','
            " '[\"A note.\"]', '2026-11-01T10:00:00+00:00')"
        )
        connection.execute("INSERT INTO table_page VALUES (7, 0, '[[\"x\"]]')")
    return path


@pytest.mark.parametrize("version", range(1, len(_MIGRATIONS)))
def test_a_table_of_an_earlier_version_is_still_there(version: int) -> None:
    store_of_version(version)
    table = Stores.open(home_folder()).tables.table(7)
    assert table.reading == Reading("workbook", sheet="S", sheets=("S", "T"), header_row=2)
    assert table.rows.window(0, 9) == [["x"]]
    assert table.notes == table.remarks == ("A note.",)
    assert table.findings == ()
    assert table.profile == ()


@pytest.mark.parametrize("version", range(1, len(_MIGRATIONS)))
def test_the_store_as_it_was_is_kept_beside(version: int) -> None:
    path = store_of_version(version)
    Stores.open(home_folder())
    kept = path.with_suffix(f".before-{len(_MIGRATIONS)}")
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)
        assert connection.execute("SELECT name FROM source_table").fetchall() == [("old.xlsx",)]


def test_profile_and_findings_are_kept_with_the_table(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("mail,n\na@example.org,1\na@example.org,1\nb@example.org,2,3\n")
    table = session.desk.open_table(path, ReadOptions(), silent)
    assert session.desk.table(table.id) == table
    assert [each.kind for each in table.findings] == ["ragged", "repeated"]
    assert table.findings[-1].rows == (1,)
    assert [each.personal for each in table.profile] == ["email", "", ""]
    assert table.profile[0].commonest[0].rows == 2


def test_an_answer_taken_over_from_a_trial_is_of_the_version_that_was_tried() -> None:
    digests = [sha256(text).digest() for text in (b"first", b"second", b"third")]
    with closing(sqlite3.connect(store_of_version(5))) as connection, connection:
        connection.execute(
            "INSERT INTO job (id, token, name, mode, state, recipe, selection, created_at)"
            " VALUES (3, 't', 'Old', 'practice', 'done', '', '{}', '2026-11-01T10:00:00+00:00')"
        )
        connection.execute(
            "INSERT INTO plan VALUES (3, 'little', x'', x'', ?)", (b"".join(digests),)
        )
        connection.execute(
            "INSERT INTO trial VALUES (3, ?, 0, '', x'', '2026-11-01T10:00:00+00:00', 4)",
            (digests[1].hex(),),
        )
        for request, batch in enumerate(("msgbatch_1", "", "")):
            connection.execute(
                "INSERT INTO answer VALUES (?, 'answered', '[]', '', '{}', '0', ?, x'7B7D')",
                (3 << 32 | request, batch),
            )
    assert [*Stores.open(home_folder()).answers.versions(3)] == [(0, 0), (1, 4), (2, 0)]


def test_what_earlier_versions_paid_is_carried_over() -> None:
    usage = '{"input": 1000, "output": 200, "thinking": 50}'
    estimate = '{"batch": {"low": "0.1", "expected": "0.2", "high": "0.3"}, "already_answered": 1}'
    message = '{"model": "claude-haiku-5-5", "usage": {"input_tokens": 7, "output_tokens": 9}}'
    with closing(sqlite3.connect(store_of_version(5))) as connection, connection:
        connection.execute(
            "INSERT INTO job (id, token, name, mode, state, recipe, selection, created_at, model,"
            " estimate, requests, ended_at) VALUES (3, 't', 'Old', 'live', 'done', '', '{}',"
            " '2026-11-01T10:00:00+00:00', '{\"id\": \"claude-haiku-5-5\"}', ?, 4,"
            " '2026-11-02T10:00:00+00:00')",
            (estimate,),
        )
        for request, (batch_id, cost, tokens) in enumerate(
            (("batch_1", "0.0003", usage), ("batch_1", "0.000000000001", usage),
             ("batch_1", "0", None), ("now", "0.5", usage), ("", "0.7", usage))
        ):  # fmt: skip
            connection.execute(
                "INSERT INTO answer VALUES (?, 'answered', '[]', '', ?, ?, ?, x'7B7D')",
                (3 << 32 | request, tokens, cost, batch_id),
            )
        connection.execute(
            "INSERT INTO trial VALUES (3, 'ab', 0, '', ?, '2026-11-01T11:00:00+00:00', 0)",
            (message.encode(),),
        )
    stores = Stores.open(home_folder())
    stores.charges.price(PriceBook().rates)
    bills = stores.charges.bills(3, datetime(2026, 11, 1, 10, tzinfo=UTC))
    bills.sort(key=lambda each: (each[0].at, -each[0].requests))
    [(trial, tried), (batch, sent), (now, _)] = bills
    assert (trial.way, batch.way, now.way) == ("trial", "batch", "now")
    assert (tried.input.tokens, tried.output.tokens, trial.model) == (7, 9, "claude-haiku-5-5")
    assert trial.cost == trial.at_once == tried.total > 0
    assert (batch.requests, sent.free, sent.output.tokens) == (3, 1, 400)
    assert batch.cost == sent.total == sent.unsplit == Decimal("0.000300000001")
    assert batch.at_once == Decimal("0.000600000002")
    assert now.cost == now.at_once == Decimal("0.5")
    [settled] = stores.charges.history("live")
    assert settled.billed == Decimal("0.500300000001")
    assert (settled.expected, settled.requests, settled.answered) == (Decimal("0.2"), 3, 3)
