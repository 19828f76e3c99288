"""A job of the window as a command: the parser of the command line reads back what was meant."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.cli import _parser
from claude_batch_desk.core.errors import ScheduleError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.rows.conditions import RowFilter, RowTest
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.starts.command import run_command, watched_path
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.tables.table import Origin, Reading, Row, Table
from claude_batch_desk.verbs.console import read_options, row_choice
from tests.core.schedule.conftest import printable

COLUMNS = ("Id", "Message", "-odd name", "is empty", 'a "b" & c')
OUT, RECIPE = Path("/data/out {date}.csv"), Path("/data/x.recipe")


class NoRows:
    def window(self, _first: int, _count: int) -> list[Row]:
        return []

    def __iter__(self) -> Iterator[Row]:
        return iter(())


READING = Reading("delimited", "utf-8", encoding_is_guess=True, delimiter=",")
ORIGIN = Origin(Path("/data/my tickets.csv"), 1, 1)
TABLE = Table(1, "my tickets.csv", COLUMNS, 9, NoRows(), READING, "0" * 64, origin=ORIGIN)
JOB = Job(1, "Tickets", "practice", "draft", Recipe(), 1, datetime.now(UTC))


def parsed(command: tuple[str, ...]) -> argparse.Namespace:
    parser, _ = _parser()
    return parser.parse_args(command)


def test_the_job_is_run_on_its_own_file_for_no_more_than_was_said() -> None:
    command = run_command(JOB, TABLE, RECIPE, OUT, Decimal("1E+1"))
    found = parsed(command)
    assert found.table == watched_path(TABLE)
    assert (found.recipe, found.out, found.budget) == (RECIPE, OUT, 10)
    assert found.yes
    assert found.practice
    assert not parsed(
        run_command(replace(JOB, mode="live"), TABLE, RECIPE, OUT, Decimal(1))
    ).practice
    assert row_choice(found, TABLE.columns) == Selection()


@pytest.mark.parametrize(
    "reading",
    [
        Reading("delimited", "utf-16", delimiter=";", quote="'", header_row=0),
        Reading("delimited", "utf-8", encoding_is_guess=True, delimiter="\t", quote=""),
        Reading("workbook", sheet="-Blatt = 1", header_row=3, header_rows=2, first_row=7),
        Reading("folder", include=("*.pdf", "-x*"), exclude=("drafts/*",)),
        Reading("delimited", delimiter=",", left_out=("Id", "-odd name")),
    ],
)
def test_the_file_is_read_as_it_was(reading: Reading) -> None:
    table = replace(TABLE, reading=reading)
    found = parsed(run_command(JOB, table, RECIPE, OUT, Decimal(1)))
    assert read_options(found) == reading.options


TESTS: tuple[RowTest, ...] = ("contains", "equals", "empty", "longer", "matches")
filters = st.builds(
    RowFilter,
    st.sampled_from(COLUMNS),
    st.sampled_from(TESTS),
    printable,
    st.booleans(),
)
selections = st.builds(
    Selection,
    first=st.integers(1, 9),
    last=st.none() | st.integers(9, 20),
    filters=st.lists(filters, max_size=2).map(tuple),
    excluded=st.lists(st.sampled_from(COLUMNS), max_size=2).map(tuple),
)


@given(chosen=selections, random=st.none() | st.tuples(st.integers(1, 5), st.integers(0, 9)))
def test_the_same_rows_are_chosen_or_it_is_refused(
    chosen: Selection, random: tuple[int, int] | None
) -> None:
    if random:
        chosen = replace(chosen, count=random[0], seed=random[1])
    job = replace(JOB, selection=chosen)
    try:
        command = run_command(job, TABLE, RECIPE, OUT, Decimal(1))
    except ScheduleError:
        assert chosen.filters
        return
    assert row_choice(parsed(command), TABLE.columns) == chosen


def test_plain_conditions_are_never_refused() -> None:
    plain = tuple(
        RowFilter("Message", test, "" if test == "empty" else "12", negated)
        for test in TESTS
        for negated in (False, True)
    )
    chosen = replace(JOB, selection=Selection(filters=plain))
    found = parsed(run_command(chosen, TABLE, RECIPE, OUT, Decimal(1)))
    assert row_choice(found, TABLE.columns).filters == plain


def test_what_has_no_file_or_no_rule_is_refused() -> None:
    with pytest.raises(ScheduleError, match="no file to be read again"):
        watched_path(replace(TABLE, origin=None))
    named = replace(TABLE, reading=replace(READING, document_column="Id"))
    with pytest.raises(ScheduleError, match="cannot run by itself yet"):
        watched_path(named)
    with pytest.raises(ScheduleError, match="by rules"):
        run_command(replace(JOB, selection=Selection(rows=(1,))), TABLE, RECIPE, OUT, Decimal(1))
