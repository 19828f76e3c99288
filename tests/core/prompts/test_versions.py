"""What differs between two states of a recipe."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.prompts.versions import Piece, compare, differences, in_a_line

RECIPE = Recipe(
    instructions="You sort messages. Answer from the message alone.",
    prompt=Template("Message: {{Message}}"),
    fields=(OutputField("Mood"),),
    model="claude-haiku-5-5",
)


def test_the_same_recipe_does_not_differ() -> None:
    assert differences(RECIPE, RECIPE) == ()
    assert in_a_line(RECIPE, replace(RECIPE)) == "Nothing changed"


def test_the_first_version_has_nothing_before_it() -> None:
    assert in_a_line(None, RECIPE) == "First version"


def test_changed_words_are_told_apart_from_those_that_stayed() -> None:
    assert compare("Answer from the message alone.", "Answer from the whole message.") == (
        Piece("Answer from the ", "same"),
        Piece("whole ", "added"),
        Piece("message", "same"),
        Piece(" alone", "removed"),
        Piece(".", "same"),
    )


def test_a_reworded_passage_is_one_change_and_not_one_for_each_word() -> None:
    pieces = compare("in one short line", "in two brief words")
    assert pieces == (
        Piece("in ", "same"),
        Piece("one short line", "removed"),
        Piece("two brief words", "added"),
    )


def test_a_change_of_the_model_is_said_with_both_names() -> None:
    after = replace(RECIPE, model="claude-sonnet-5-5", thinking=True)
    assert in_a_line(RECIPE, after) == (
        "Model: claude-haiku-5-5 → claude-sonnet-5-5; Thinks first: no → yes"
    )


def test_a_change_of_a_text_is_counted_in_words() -> None:
    after = replace(RECIPE, instructions=RECIPE.instructions + " Be brief and honest.")
    assert in_a_line(RECIPE, after) == "Instructions: 4 words added"


def test_an_answer_column_that_was_added_is_shown_with_what_it_holds() -> None:
    after = replace(RECIPE, fields=(*RECIPE.fields, OutputField("Why", description="In a word")))
    [difference] = differences(RECIPE, after)
    assert difference.part == "Answer columns"
    added = "".join(each.text for each in difference.pieces if each.change == "added")
    assert "Why (text); description: In a word" in added


def test_a_long_text_is_compared_by_lines() -> None:
    lines = [f"Line {number} of a very long instruction.\n" for number in range(2_000)]
    after = [*lines[:1_000], "A new line.\n", *lines[1_000:]]
    changed = [each for each in compare("".join(lines), "".join(after)) if each.change != "same"]
    assert changed == [Piece("A new line.\n", "added")]


TEXTS = st.text(alphabet="ab c\n.é😀", max_size=40)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_the_comparison(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert "".join(each.text for each in pieces if each.change != "added") == before
    assert "".join(each.text for each in pieces if each.change != "removed") == after
