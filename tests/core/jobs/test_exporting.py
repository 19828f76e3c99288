"""Which rows and columns of a job a file holds."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.jobs.contents import Contents
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.tables.table import ReadOptions, Table
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish

Export = Callable[..., Table]


@pytest.fixture
def export(session: Session, draft: Callable[..., Job], tmp_path: Path) -> Export:
    """Five rows, of which four are asked about and one of these is skipped; as a file, reopened."""
    recipe = replace(RECIPE, empty_cells="skip")
    job = draft(messages=["one", "", "three", "four", "five"], recipe=recipe)
    session.desk.save_draft(job.id, selection=Selection(last=4))
    finish(session, session.desk.send(job.id, None, silent))

    def write(contents: Contents, name: str = "out.xlsx") -> Table:
        out = tmp_path / name
        session.desk.export(job.id, out, silent, contents)
        return session.desk.open_table(out, ReadOptions(), silent)

    return write


def status(table: Table) -> list[str]:
    place = table.columns.index("Status")
    return [row[place].removesuffix(" (practice)") for row in table.rows]


def test_all_rows_of_the_table_are_there_unless_fewer_are_wanted(export: Export) -> None:
    answered, open_ones = ["answered"] * 3, ["skipped"]
    whole = status(export(Contents()))
    assert whole == ["answered", "skipped", "answered", "answered", "not sent"]
    assert sorted(status(export(Contents(rows="ran")))) == sorted([*answered, *open_ones])
    assert status(export(Contents(rows="answered"))) == answered
    assert status(export(Contents(rows="open"))) == open_ones


def test_only_the_columns_that_are_wanted_stand_before_the_answers(export: Export) -> None:
    table = export(Contents(columns=("Message",)))
    assert table.columns == ("Message", "Mood", "Why", "Status", "Reason")
    assert [row[0] for row in table.rows] == ["one", "", "three", "four", "five"]
    with pytest.raises(ExportError, match=r"no column “Nowhere”\. Nothing was written"):
        export(Contents(columns=("Nowhere",)))


def test_the_answer_as_it_came_stands_beside_its_values(export: Export) -> None:
    table = export(Contents(rows="answered", raw=True))
    place = table.columns.index("Answer as it came")
    for row in table.rows:
        assert set(map(str, json.loads(row[place]).values())) <= set(row)


@pytest.mark.parametrize("name", ["out.tsv", "out.parquet", "out.jsonl", "out.csv"])
def test_each_form_holds_the_same_rows(export: Export, name: str) -> None:
    assert status(export(Contents(separator=";"), name)) == status(export(Contents()))


def test_a_form_that_is_not_known_is_refused_with_those_that_are(
    session: Session, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match=r"\.xlsx, \.csv, \.tsv, \.jsonl or \.parquet"):
        session.desk.check_export(tmp_path / "out.pdf")
