from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_batch_desk.core.errors import RecipeError, SelectionError
from claude_batch_desk.core.jobs.rows.conditions import RowFilter, RowTest
from claude_batch_desk.core.jobs.rows.selection import (
    RowsChosen,
    Selection,
    bind_prompt,
    choose_rows,
    selected_rows,
)
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.tables.table import Found, Reading, Table, pack_page
from tests.core.jobs.rows_in_memory import column_of, table_of

REGIONS = table_of(
    ("Region", "Note"),
    [
        ("North", "late"),
        ("South", ""),
        ("north-east", "Straße"),
        ("West", " \t"),
        ("NORTH", "#N/A"),
    ],
)


def rows(table: Table, selection: Selection) -> list[int]:
    return list(selected_rows(table, selection, silent))


def rows_where(test: RowTest, value: str, *cells: str, negated: bool = False) -> list[int]:
    selection = Selection(filters=(RowFilter("Text", test, value, negated),))
    return rows(column_of(*cells), selection)


def test_every_row_runs_where_nothing_is_chosen() -> None:
    assert rows(REGIONS, Selection()) == [0, 1, 2, 3, 4]


def test_a_range_counts_rows_as_a_person_does() -> None:
    assert rows(REGIONS, Selection(first=2, last=4)) == [1, 2, 3]


def test_a_range_ends_with_the_table() -> None:
    assert rows(REGIONS, Selection(first=4, last=1_000)) == [3, 4]


def test_text_is_found_without_regard_to_case() -> None:
    where = RowFilter("Region", "contains", "nOrTh")
    assert rows(REGIONS, Selection(filters=(where,))) == [0, 2, 4]


def test_all_conditions_must_hold() -> None:
    north, noted = RowFilter("Region", "contains", "north"), RowFilter("Note", "longer", "4")
    assert rows(REGIONS, Selection(filters=(north, noted))) == [2]
    assert rows(REGIONS, Selection(filters=(noted, north))) == [2]


def test_a_condition_can_be_turned_round() -> None:
    where = RowFilter("Region", "contains", "north", negated=True)
    assert rows(REGIONS, Selection(filters=(where,))) == [1, 3]


def test_white_space_alone_is_empty() -> None:
    assert rows(REGIONS, Selection(filters=(RowFilter("Note", "empty"),))) == [1, 3]


def test_conditions_look_at_the_rows_of_the_range_alone() -> None:
    where = RowFilter("Region", "contains", "north")
    assert rows(REGIONS, Selection(first=2, last=3, filters=(where,))) == [2]


def test_letters_are_alike_in_any_case_and_composition() -> None:
    assert rows_where("contains", "STRASSE", "Lange Straße 7", "Weg") == [0]
    assert rows_where("equals", "caf\u00e9", "Cafe\u0301 ", "cafe") == [0]
    assert rows_where("contains", "cafe\u0301", "im Caf\u00e9") == [0]


def test_equals_means_the_whole_cell_but_for_the_space_around_it() -> None:
    assert rows_where("equals", " north ", "North", "North-east", " north") == [0, 2]


def test_longer_counts_characters() -> None:
    assert rows_where("longer", "1,000", "x" * 1_000, "x" * 1_001, "😀" * 1_001) == [1, 2]


def test_a_pattern_is_looked_for_anywhere_and_knows_all_letters() -> None:
    assert rows_where("matches", r"^\w+ \d{2}$", "Müller 12", "müller 123", "12") == [0]
    assert rows_where("matches", "ÉTÉ", "un été chaud") == [0]


def test_a_pattern_cannot_freeze_anything() -> None:
    with pytest.raises(SelectionError, match=r"takes too long on some cells\. Make it simpler"):
        rows_where("matches", "(?:a|aa)+$", "a" * 300 + "b")


@pytest.mark.parametrize("pattern", ["[", "*a", "a{2,1}", r"\p{Nonsense}", "(" * 400 + ")" * 400])
def test_what_is_no_pattern_is_said_with_its_column(pattern: str) -> None:
    with pytest.raises(SelectionError, match="The pattern for “Text”"):
        rows_where("matches", pattern, "a")


@settings(deadline=None)  # one that never ends is given 0.3 s
@given(st.text(alphabet="a(){}[]|*+?.^$\\123,<>=!:PR&", min_size=1, max_size=14))
def test_any_text_is_a_pattern_or_is_refused(pattern: str) -> None:
    with suppress(SelectionError):
        rows_where("matches", pattern, "aaa", "b")


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (RowFilter("Region", "contains", " "), "“Region” has no text to look for yet"),
        (RowFilter("Region", "longer", "-3"), "“Region” needs a number of characters"),
        (RowFilter("Region", "longer", ""), "“Region” needs a number of characters"),
        (RowFilter("Country", "empty"), "names “Country”, but the table has no such column"),
        (RowFilter("Region", "matches", "a" * 1_001), "has more than 1,000 characters"),
    ],
)
def test_a_condition_that_cannot_be_followed_is_never_dropped(
    condition: RowFilter, told: str
) -> None:
    for choose in (selected_rows, choose_rows):
        with pytest.raises(SelectionError, match=told):
            choose(REGIONS, Selection(filters=(condition,)), silent)


def test_no_row_at_all_is_refused_but_can_be_counted() -> None:
    nowhere = Selection(filters=(RowFilter("Region", "equals", "Atlantis"),))
    assert choose_rows(REGIONS, nowhere, silent) == RowsChosen(0, None)
    with pytest.raises(SelectionError, match="None of the table's rows is chosen to run"):
        selected_rows(REGIONS, nowhere, silent)
    with pytest.raises(SelectionError, match="None of the table's rows"):
        selected_rows(REGIONS, Selection(first=6), silent)


def test_the_first_row_that_runs_is_told_with_the_count() -> None:
    chosen = Selection(filters=(RowFilter("Note", "longer", "4"),))
    assert choose_rows(REGIONS, chosen, silent) == RowsChosen(1, 2)


SELECTIONS = st.builds(
    Selection,
    count=st.none() | st.integers(1, 40),
    seed=st.integers(0, 5),
    first=st.integers(1, 30),
    last=st.none() | st.integers(1, 40),
    filters=st.lists(
        st.builds(
            RowFilter,
            st.just("Text"),
            st.sampled_from(["contains", "equals", "matches"]),
            st.sampled_from(["a", "b", "ab"]),
            st.booleans(),
        )
        | st.builds(
            RowFilter, st.just("Text"), st.just("empty"), st.just(""), negated=st.booleans()
        ),
        max_size=2,
    ).map(tuple),
)
CELLS = st.lists(st.text("ab \u00e9", max_size=3), min_size=1, max_size=40)


@given(CELLS, SELECTIONS)
def test_rows_that_run_are_in_range_in_order_and_the_same_for_the_same_draw(
    cells: list[str], selection: Selection
) -> None:
    table = column_of(*cells)
    chosen = choose_rows(table, selection, silent)
    if not chosen.count:
        return
    numbers = rows(table, selection)
    assert numbers == sorted(set(numbers)) == rows(table, selection)
    last = len(cells) if selection.last is None else min(selection.last, len(cells))
    assert set(numbers) <= set(range(selection.first - 1, last))
    assert len(numbers) == chosen.count <= (selection.count or len(cells))
    assert numbers[0] == chosen.first


@given(CELLS, st.sampled_from(["a", "b", "ab"]), st.sampled_from(["contains", "equals"]))
def test_a_condition_and_its_opposite_share_the_rows_out(
    cells: list[str], value: str, test: RowTest
) -> None:
    table = column_of(*cells)
    found = [
        choose_rows(table, Selection(filters=(RowFilter("Text", test, value, no),)), silent).count
        for no in (False, True)
    ]
    assert sum(found) == len(cells)


@given(CELLS, SELECTIONS)
def test_a_random_few_are_among_those_that_pass(cells: list[str], selection: Selection) -> None:
    table = column_of(*cells)
    whole = Selection(first=selection.first, last=selection.last, filters=selection.filters)
    if choose_rows(table, whole, silent).count:
        assert set(rows(table, selection)) <= set(rows(table, whole))


def test_a_long_table_is_read_page_by_page_and_a_cancel_is_heard_between(tmp_path: Path) -> None:
    stores = Stores.open(tmp_path)
    number = stores.tables.begin("long.csv", "0" * 64)
    cells = [[f"note {row}"] for row in range(2_000)]
    pages = [pack_page(cells[first : first + 256]) for first in range(0, 2_000, 256)]
    stores.tables.add_pages(number, pages)
    table = stores.tables.finish(number, ("Text",), 2_000, Reading("delimited"), Found())
    reported: list[int] = []

    def stop_after_three(done: int, total: int) -> None:
        reported.append(done)
        if len(reported) == 3:
            raise Cancelled

    where = Selection(first=100, filters=(RowFilter("Text", "contains", "9"),))
    assert rows(table, where) == [row for row in range(99, 2_000) if "9" in str(row)]
    with pytest.raises(Cancelled):
        selected_rows(table, where, stop_after_three)
    assert reported == [0, 0, 16]


def test_a_cancel_is_heard_before_a_pattern_takes_long_on_a_cell() -> None:
    heard: list[int] = []

    def stop_at_the_second_cell(done: int, total: int) -> None:
        heard.append(done)
        if len(heard) == 3:
            raise Cancelled

    table = column_of("ab", "a" * 300 + "b", "ab")
    where = Selection(filters=(RowFilter("Text", "matches", "(?:a|aa)+$"),))
    with pytest.raises(Cancelled):
        selected_rows(table, where, stop_at_the_second_cell)


def test_a_prompt_that_names_a_kept_column_is_refused() -> None:
    table = table_of(("E-mail", "Text"), [("a@b.example", "Hello")])
    keep = Selection(excluded=("E-mail",))
    with pytest.raises(RecipeError, match="The prompt names “E-mail”, which you keep on this"):
        bind_prompt(Recipe().with_prompt("{{ E-mail }}: {{Text}}"), table, keep)
    assert bind_prompt(Recipe().with_prompt("{{Text}}"), table, keep).render(
        table.rows.window(0, 1)[0]
    ) == ("Hello")
