"""Examples follow what is renamed in their answer columns, also while it is being typed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.prompts.example import Example, Filled, text_of
from claude_batch_desk.core.prompts.fields import Choice, OutputField
from claude_batch_desk.core.prompts.following import Following

MOOD = OutputField(
    "Mood", "choice", (Choice("happy"), Choice("angry")), companions=("reason", "confidence")
)
TOPICS = OutputField("Topics", "choices", (Choice("heat"), Choice("water"), Choice("light")))
NOTE = OutputField("Note")
FIELDS = (MOOD, TOPICS, NOTE)
EXAMPLE = Example(
    (Filled("Message", "Hello"),),
    (
        Filled("Mood", "HAPPY"),
        Filled("Mood reason", "It says so."),
        Filled("Mood confidence", "high"),
        Filled("Topics", "water; heat"),
        Filled("Note", "happy"),
    ),
)


def after(*edits: Sequence[OutputField], fields: Sequence[OutputField] = FIELDS) -> Example:
    """The example once all these edits were made; it waits where a name is not one of its own."""
    following, example = Following.begin(fields), EXAMPLE
    for edit in edits:
        following = following.edited(edit)
        if following.settled:
            [example] = following.carried([example])
            following = Following.begin(edit)
    return example


def names(example: Example) -> list[str]:
    return [each.name for each in example.answers]


def test_a_renamed_column_is_renamed_with_what_stands_beside_it() -> None:
    renamed = after((replace(MOOD, name="Feeling"), TOPICS, NOTE))
    assert names(renamed) == ["Feeling", "Feeling reason", "Feeling confidence", "Topics", "Note"]
    assert [each.text for each in renamed.answers] == [each.text for each in EXAMPLE.answers]


def test_going_back_to_the_first_name_is_as_if_nothing_had_been() -> None:
    assert after((replace(MOOD, name="Feeling"), TOPICS, NOTE), FIELDS) == EXAMPLE


@pytest.mark.parametrize("typed", [["Moo", "", "F", "Feeling"], ["Note", "Notes", "Feeling"]])
def test_names_that_are_empty_or_taken_while_typing_lose_nothing(typed: list[str]) -> None:
    edits = [(replace(MOOD, name=name), TOPICS, NOTE) for name in typed]
    renamed = after(*edits)
    assert text_of(renamed.answers, "Feeling") == "HAPPY"
    assert text_of(renamed.answers, "Note") == "happy"
    assert len(renamed.answers) == len(EXAMPLE.answers)


def test_two_columns_can_change_names() -> None:
    swapped = after(
        (replace(MOOD, name="Note"), TOPICS, NOTE),
        (replace(MOOD, name="Note"), TOPICS, replace(NOTE, name="Mood")),
    )
    assert text_of(swapped.answers, "Note") == "HAPPY"
    assert text_of(swapped.answers, "Mood") == "happy"


def test_a_column_without_a_name_yet_keeps_no_other_from_its_new_one() -> None:
    blank, feeling = OutputField(""), replace(MOOD, name="Feeling")
    renamed = after((*FIELDS, blank), (feeling, TOPICS, NOTE, blank))
    assert text_of(renamed.answers, "Feeling") == "HAPPY"
    named = after(
        (*FIELDS, blank), (feeling, TOPICS, NOTE, blank), (feeling, TOPICS, NOTE, OutputField("X"))
    )
    assert named == renamed


def test_moving_columns_changes_no_example() -> None:
    assert after((TOPICS, MOOD, NOTE), (NOTE, TOPICS, MOOD)) == EXAMPLE


def test_a_column_is_renamed_where_it_was_moved_to() -> None:
    renamed = after((TOPICS, MOOD, NOTE), (TOPICS, replace(MOOD, name="Feeling"), NOTE))
    assert text_of(renamed.answers, "Feeling") == "HAPPY"
    assert text_of(renamed.answers, "Topics") == "water; heat"


def test_the_answer_of_a_removed_column_is_there_again_with_the_column() -> None:
    assert after((TOPICS, NOTE), (TOPICS, NOTE, OutputField(""))) == EXAMPLE
    assert after((TOPICS, NOTE), (TOPICS, NOTE, MOOD)) == EXAMPLE


def test_a_name_taken_over_from_a_removed_column_has_no_answer_of_that() -> None:
    taken = after((TOPICS, NOTE), (TOPICS, replace(NOTE, name="Mood")))
    assert [each.text for each in taken.answers if each.name == "Mood"] == ["happy"]


def test_an_allowed_value_is_renamed_in_every_case_it_was_written() -> None:
    renamed = after((replace(MOOD, choices=(Choice("glad"), Choice("angry"))), TOPICS, NOTE))
    assert text_of(renamed.answers, "Mood") == "glad"
    assert text_of(renamed.answers, "Note") == "happy"


def test_an_allowed_value_is_renamed_among_several() -> None:
    values = (Choice("heat"), Choice("rain"), Choice("light"))
    renamed = after((MOOD, replace(TOPICS, choices=values), NOTE))
    assert text_of(renamed.answers, "Topics") == "rain; heat"


def test_one_of_a_list_may_have_a_semicolon() -> None:
    field = replace(MOOD, choices=(Choice("happy; glad"), Choice("angry")))
    named = replace(field, choices=(Choice("joy"), Choice("angry")))
    example = replace(EXAMPLE, answers=(Filled("Mood", "happy; glad"),))
    [renamed] = Following.begin([field]).edited([named]).carried([example])
    assert renamed.answers == (Filled("Mood", "joy"),)


@pytest.mark.parametrize(
    "values", [("a", "b"), ("angry", "happy"), ("angry",), ("happy", "angry", "calm")]
)
def test_another_list_of_values_renames_none(values: tuple[str, ...]) -> None:
    choices = tuple(map(Choice, values))
    assert after((replace(MOOD, choices=choices), TOPICS, NOTE)) == EXAMPLE


def test_what_a_value_means_can_be_written_without_touching_examples() -> None:
    choices = (Choice("happy", "In good spirits"), Choice("angry"))
    assert after((replace(MOOD, choices=choices), TOPICS, NOTE)) == EXAMPLE


@given(st.lists(st.permutations(FIELDS), max_size=4), st.text(max_size=8))
def test_answers_stay_with_their_column_through_any_order_and_name(
    orders: list[tuple[OutputField, ...]], name: str
) -> None:
    last = orders[-1] if orders else FIELDS
    called = tuple(replace(each, name=name) if each == NOTE else each for each in last)
    following = Following.begin(last).edited(called)
    example = after(*orders)
    if following.settled:
        [example] = following.carried([example])
        assert text_of(example.answers, name.strip()) == "happy"
    assert text_of(example.answers, "Mood") == "HAPPY"
