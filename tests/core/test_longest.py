from collections.abc import Iterator, Sequence

import pytest

from claude_batch_desk.core.prompts.longest import longest_row
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.tables.table import Row


class ListedRows:
    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self._rows = rows

    def window(self, first: int, count: int) -> list[Row]:
        return list(self._rows[first : first + count])

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)


COLUMNS = ["id", "text", "note"]


def test_only_the_columns_in_the_prompt_count() -> None:
    rows = ListedRows([("1", "aa", "n" * 99), ("2", "aaaa", ""), ("3", "a", "")])
    assert longest_row(Template("{{text}}").bind(COLUMNS), rows, 3, silent) == 1
    assert longest_row(Template("{{text}}{{note}}").bind(COLUMNS), rows, 3, silent) == 0


def test_a_column_named_twice_counts_twice() -> None:
    rows = ListedRows([("1", "aaa", "nnnn"), ("2", "aaaa", "nn")])
    assert longest_row(Template("{{text}}{{note}}").bind(COLUMNS), rows, 2, silent) == 0
    assert longest_row(Template("{{text}}{{text}}{{note}}").bind(COLUMNS), rows, 2, silent) == 0
    assert (
        longest_row(Template("{{text}}{{text}}{{text}}{{note}}").bind(COLUMNS), rows, 2, silent)
        == 1
    )


def test_the_first_of_equals_is_named_and_an_empty_table_names_the_first_row() -> None:
    rows = ListedRows([("1", "a", ""), ("2", "a", "")])
    assert longest_row(Template("{{text}}").bind(COLUMNS), rows, 2, silent) == 0
    assert longest_row(Template("{{text}}").bind(COLUMNS), ListedRows(), 0, silent) == 0


def test_the_search_can_be_stopped() -> None:
    def stop(done: int, total: int) -> None:
        if done >= 512:
            raise Cancelled

    rows = ListedRows([("1", "a", "")] * 2_000)
    with pytest.raises(Cancelled):
        longest_row(Template("{{text}}").bind(COLUMNS), rows, 2_000, stop)
