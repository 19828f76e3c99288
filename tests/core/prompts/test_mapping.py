"""Columns are found for the names of a recipe that was written for another table."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.example import Example, Filled
from claude_batch_desk.core.prompts.mapping import (
    Match,
    check_mapped,
    mapped,
    needs_mapping,
    propose_mapping,
    read_mapping,
)
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.tables.profile import ColumnProfile, Look, Personal


def recipe(*names: str) -> Recipe:
    return Recipe(prompt=Template(" ".join("{{" + name + "}}" for name in names)))


def column(
    name: str, looks_like: Look = "text", *, typical: int = 10, personal: Personal = ""
) -> ColumnProfile:
    return ColumnProfile(name, 9, 0, 9, False, typical * 2, typical, (), looks_like, personal)


def proposed(names: Sequence[str], columns: Sequence[str]) -> list[tuple[str, str]]:
    return [(each.column, each.why) for each in propose_mapping(recipe(*names), columns)]


def test_a_column_of_the_same_name_is_taken() -> None:
    assert proposed(["Message"], ["message", "Message"]) == [("Message", "same")]


@pytest.mark.parametrize(
    ("name", "header"),
    [("Customer name", "customer_name"), ("E-Mail", "email"), ("Größe", "GRÖSSE"), ("A b", "a-B")],
)
def test_case_spaces_signs_and_accents_do_not_matter(name: str, header: str) -> None:
    assert proposed([name], ["Other", header]) == [(header, "spelled alike")]


@pytest.mark.parametrize(
    ("name", "header"),
    [("Message", "Messages"), ("CustomerName", "Name of customer"), ("Colour", "Color")],
)
def test_a_similar_name_is_proposed(name: str, header: str) -> None:
    assert proposed([name], ["Id", header]) == [(header, "similar")]


def test_a_name_that_is_like_none_gets_none() -> None:
    assert proposed(["Message"], ["Price", "Region"]) == [("", "")]


def test_no_column_is_proposed_for_two_names() -> None:
    assert proposed(["Message", "Messages"], ["message"]) == [
        ("message", "spelled alike"),
        ("", ""),
    ]


def test_the_better_match_gets_the_column_whichever_name_comes_first() -> None:
    found = proposed(["Order", "Order date"], ["Order-Date", "Orders"])
    assert found == [("Orders", "similar"), ("Order-Date", "spelled alike")]


def test_the_only_column_of_long_texts_is_proposed_for_a_text() -> None:
    profile = [column("A", typical=5), column("B", typical=300), column("C", "number")]
    assert propose_mapping(recipe("Comment"), ["A", "B", "C"], profile) == (
        Match("Comment", "B", "content"),
    )


@pytest.mark.parametrize(
    ("lengths", "chosen"), [((9, 40), "B"), ((9, 12), ""), ((30, 40), ""), ((40, 9), "A")]
)
def test_of_shorter_texts_only_one_much_longer_than_the_others_is_proposed(
    lengths: tuple[int, int], chosen: str
) -> None:
    profile = [column(name, typical=each) for name, each in zip("AB", lengths, strict=True)]
    assert propose_mapping(recipe("Text"), ["A", "B"], profile)[0].column == chosen


def test_content_decides_nothing_where_two_columns_fit() -> None:
    profile = [column("A", "date"), column("B", "date")]
    assert propose_mapping(recipe("Date of sale"), ["A", "B"], profile)[0].column == ""


def test_an_email_is_found_by_what_is_in_it() -> None:
    profile = [column("X", "email", personal="email"), column("Y")]
    assert propose_mapping(recipe("Reply email"), ["X", "Y"], profile)[0].column == "X"


def test_the_prompt_is_written_with_the_names_of_the_table() -> None:
    found = mapped(recipe("Text", "Id"), {"Text": "Body {x}", "Id": ""})
    assert found.prompt.text == "{{Body x}} {{Id}}"


def test_the_cells_of_examples_are_named_as_in_the_table() -> None:
    example = Example((Filled("Text", "Hello"),), (Filled("Mood", "happy"),))
    found = mapped(replace(recipe("Text"), examples=(example,)), {"Text": "Body"})
    assert found.examples == (Example((Filled("Body", "Hello"),), example.answers),)


def test_two_names_can_change_places() -> None:
    assert mapped(recipe("a", "b"), {"a": "b", "b": "a"}).prompt.text == "{{b}} {{a}}"


def test_a_recipe_of_this_table_needs_no_mapping() -> None:
    assert not needs_mapping(recipe("Message"), ["Message"])
    assert needs_mapping(recipe("Message"), ["Text"])


def test_a_name_with_an_equals_sign_can_be_mapped() -> None:
    assert read_mapping(["a=b=c"], recipe("a=b"), ["c"]) == {"a=b": "c"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Message", "is no mapping"),
        ("Mesage=Text", "a name that the prompt does not use"),
        ("Message=Txt", "a column the table does not have"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_said(said: str, told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        read_mapping([said], recipe("Message"), ["Text"])


def test_what_is_missing_is_said_with_what_could_be_meant() -> None:
    with pytest.raises(RecipeError) as raised:
        check_mapped(recipe("Message", "Zone"), ["messages", "Price"])
    assert '--map "Message=messages" --map "Zone=COLUMN"' in str(raised.value)


NAMES = st.lists(st.text(min_size=1, max_size=8), max_size=6)


@given(NAMES, NAMES)
def test_any_names_are_matched_without_using_a_column_twice(
    names: list[str], columns: list[str]
) -> None:
    found = propose_mapping(recipe(*names), columns)
    used = [each.column for each in found if each.column]
    assert len(used) == len(set(used))
    assert set(used) <= set(columns)
    mapped(recipe(*names), {each.name: each.column for each in found})
