"""Typed answers: what fits is brought into one form, what does not is kept and explained."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.columns import read_columns
from claude_batch_desk.core.results.quotes import check_quotes
from tests.choices import plain_choices

TEAM = OutputField("Team", "choice", plain_choices("Billing", "Delivery"))
TOPICS = OutputField("Topics", "choices", plain_choices("price", "speed", "staff"))
QUOTED = OutputField("Team", "choice", TEAM.choices, companions=("quote",))
RECIPE = Recipe(prompt=Template("<message>\n{{Message}}\n</message>"), fields=(QUOTED,))
SOURCE = (
    "<message>\nMy invoice is wrong:\nI paid 1.50 euros &amp; “never” got a re-\nfund.\n</message>"
)


def read(field: OutputField, value: object) -> tuple[str, str]:
    columns = read_columns(json.dumps({columns_of([field])[0].key: value}), [field])
    return columns.values[0], columns.reason


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (TEAM, "bILLING", "Billing"),
        (TOPICS, ["Staff", "price", "PRICE"], "price; staff"),
        (OutputField("N", "integer"), 3.0, "3"),
        (OutputField("D", "date"), "2024-02-29", "2024-02-29"),
        (OutputField("S", "score"), 5, "5"),
        (OutputField("Topics", "choices", TOPICS.choices, may_be_unknown=True), [], ""),
    ],
)
def test_a_value_as_asked_for_comes_in_one_form(
    field: OutputField, value: object, shown: str
) -> None:
    assert read(field, value) == (shown, "")


@pytest.mark.parametrize(
    ("field", "value", "shown", "said"),
    [
        (TEAM, "Biling", "Biling", "none of the allowed values; “Billing” comes close"),
        (TEAM, "Weather", "Weather", "“Weather”, which is none of the allowed values."),
        (
            TOPICS,
            ["speed", "stuff"],
            "speed; stuff",
            "has “stuff” besides the allowed values; “staff”",
        ),
        (TOPICS, [], "", "is empty"),
        (TOPICS, "price", "price", "not a list"),
        (OutputField("N", "integer"), 3.5, "3.5", "not a whole number"),
        (OutputField("D", "date"), "2023-02-29", "2023-02-29", "not a date"),
        (OutputField("D", "date"), "May 2024", "May 2024", "not a date"),
        (OutputField("S", "score"), 6, "6", "outside the scale from 1 to 5"),
    ],
)
def test_a_value_outside_is_kept_and_explained(
    field: OutputField, value: object, shown: str, said: str
) -> None:
    text, reason = read(field, value)
    assert text == shown
    assert said in reason


@given(st.sampled_from([TEAM, TOPICS, QUOTED, OutputField("S", "score")]), st.text())
def test_no_answer_text_breaks_the_reading(field: OutputField, text: str) -> None:
    read_columns(text, [field])
    assert read(field, text)[0] in {text, "Billing", "Delivery"}


@pytest.mark.parametrize(
    "quote",
    [
        "invoice is wrong: I paid",
        "I PAID 1.50 EUROS",
        'paid 1.50 euros & "never"',
        "never got a refund",
        "My invoice … a refund",
        "",
    ],
)
def test_a_quote_is_found_however_it_is_broken_and_marked(quote: str) -> None:
    answer = Answer("answered", ("Billing", quote))
    assert check_quotes(answer, RECIPE, SOURCE) == answer


@pytest.mark.parametrize("quote", ["I paid 150 euros", "got a refund … My invoice", "is right"])
def test_a_quote_that_is_not_in_the_source_is_to_be_reviewed(quote: str) -> None:
    checked = check_quotes(Answer("answered", ("Billing", quote)), RECIPE, SOURCE)
    assert checked.outcome == "review"
    assert checked.values == ("Billing", quote)
    assert checked.reason == f"“Team quote” is not in the row's source: “{quote}”."


def test_a_picture_is_not_held_against_its_quotes() -> None:
    answer = Answer("answered", ("Billing", "anything"))
    assert check_quotes(answer, RECIPE, None) == answer


ASKING = Template("Subject: {{s}}\nBody: {{b}}\nWhich refund is the customer angry about?")
ASKED = ASKING.text.replace("{{s}}", "Late again").replace("{{b}}", "I am angry. Refund me!")


@pytest.mark.parametrize("quote", ["the customer", "which refund is the customer angry about"])
def test_a_quote_of_nothing_but_the_prompts_own_words_is_to_be_reviewed(quote: str) -> None:
    recipe = replace(RECIPE, prompt=ASKING)
    checked = check_quotes(Answer("answered", ("Billing", quote)), recipe, ASKED)
    assert checked.outcome == "review"


@pytest.mark.parametrize(
    "quote", ["angry", "Refund", "Subject: Late again", "Late again … Body: I am angry", "again"]
)
def test_a_quote_may_have_words_in_common_with_the_prompt(quote: str) -> None:
    recipe = replace(RECIPE, prompt=ASKING)
    answer = Answer("answered", ("Billing", quote))
    assert check_quotes(answer, recipe, ASKED) == answer


def test_a_line_that_was_left_out_with_its_empty_cell_takes_nothing_away() -> None:
    recipe = replace(RECIPE, prompt=ASKING, empty_cells="leave_out")
    source = ASKED.replace("Subject: Late again\n", "") + " On the subject of refunds"
    answer = Answer("answered", ("Billing", "subject"))
    assert check_quotes(answer, recipe, source) == answer
