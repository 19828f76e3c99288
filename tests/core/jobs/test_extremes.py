from collections.abc import Sequence

import pytest

from claude_batch_desk.core.jobs.extremes import Extremes, find_extremes
from claude_batch_desk.core.prompts.template import EmptyCells, Template
from claude_batch_desk.core.report import Cancelled, Report, silent
from claude_batch_desk.core.tables.table import Row
from tests.core.jobs.rows_in_memory import table_of

COLUMNS = ("id", "text", "note")


def found(
    prompt: str,
    rows: Sequence[Row],
    numbers: Sequence[int] | None = None,
    *,
    empty: EmptyCells = "send",
    report: Report = silent,
) -> Extremes | None:
    bound = Template(prompt).bind(COLUMNS, empty)
    return find_extremes(table_of(COLUMNS, rows), numbers or range(len(rows)), bound, report)


def test_only_the_columns_in_the_prompt_count() -> None:
    rows = [("1", "aa", "n" * 99), ("2", "aaaa", ""), ("3", "a", "")]
    assert found("{{text}}", rows) == Extremes(shortest=2, longest=1)
    assert found("{{text}}{{note}}", rows) == Extremes(shortest=2, longest=0)


def test_a_column_named_twice_counts_twice() -> None:
    rows = [("1", "aaa", "nnnn"), ("2", "aaaa", "nn")]
    assert found("{{text}}{{note}}", rows) == Extremes(shortest=1, longest=0)
    assert found("{{text}}{{text}}{{text}}{{note}}", rows) == Extremes(shortest=0, longest=1)


def test_of_equals_the_first_is_named() -> None:
    assert found("{{text}}", [("1", "a", ""), ("2", "a", "")]) == Extremes(0, 0)


def test_only_rows_that_run_are_compared() -> None:
    rows = [("1", "aaaa", ""), ("2", "aaa", ""), ("3", "aa", ""), ("4", "a", "")]
    assert found("{{text}}", rows, [1, 2]) == Extremes(shortest=2, longest=1)


def test_rows_that_are_skipped_are_not_compared() -> None:
    rows = [("1", "aaaa", ""), ("2", "aaa", "n"), ("3", "aa", "n")]
    assert found("{{text}}{{note}}", rows, empty="skip") == Extremes(shortest=2, longest=1)
    assert found("{{text}}{{note}}", [("1", "", "")], empty="skip") is None


def test_the_search_can_be_stopped() -> None:
    def stop(done: int, total: int) -> None:
        if done >= 512:
            raise Cancelled

    with pytest.raises(Cancelled):
        found("{{text}}", [("1", "a", "")] * 2_000, report=stop)
