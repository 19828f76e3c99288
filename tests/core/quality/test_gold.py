"""Right answers are compared by what they mean, not by how they are written."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.fields import FIELD_KINDS, FieldKind, OutputField
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.quality.gold import GoldReader, Verdict, labels_of
from claude_batch_desk.core.quality.gold_columns import (
    GoldMatch,
    leaking,
    propose_gold,
    read_gold,
)
from tests.choices import plain_choices

MOOD = OutputField("Mood", "choice", plain_choices("Happy", "Very angry"))
TOPICS = OutputField("Topics", "choices", plain_choices("price", "colour, size", "delivery"))
STARS = OutputField("Stars", "score", low=1, high=5)
TIGHT = Decimal("0.05")


def judge(field: OutputField, right: str, given: str) -> Verdict:
    reader = GoldReader(field, [right])
    read = reader.read(right)
    assert not read.problem
    return reader.judge(read.text, given, TIGHT)


def of_kind(kind: FieldKind) -> OutputField:
    return OutputField("Value", kind)


@pytest.mark.parametrize(
    ("field", "right", "given", "verdict"),
    [
        (MOOD, " very  ANGRY", "Very angry", "right"),
        (MOOD, "happy", "Very angry", "wrong"),
        (MOOD, "happy", "furious", "outside"),
        (TOPICS, "delivery; price", "price; delivery", "right"),
        (TOPICS, "price, delivery", "price; delivery", "right"),
        (TOPICS, "colour, size", "colour, size", "right"),
        (TOPICS, '["delivery", "price"]', "price; delivery", "right"),
        (TOPICS, "price", "price; delivery", "wrong"),
        (TOPICS, "price", "weather", "outside"),
        (of_kind("boolean"), "TRUE", "yes", "right"),
        (of_kind("boolean"), "0", "yes", "wrong"),
        (of_kind("integer"), "1,234", "1234", "right"),
        (of_kind("integer"), "12.0", "12", "right"),
        (of_kind("number"), "1.10", "1.1", "right"),
        (of_kind("number"), "$100", "104.9", "near"),
        (of_kind("number"), "-100", "-95", "near"),
        (of_kind("number"), "100", "105.01", "wrong"),
        (of_kind("number"), "0", "0.001", "wrong"),
        (of_kind("number"), "100", "many", "outside"),
        (STARS, "4", "4", "right"),
        (STARS, "4", "5", "near"),
        (STARS, "4", "2", "wrong"),
        (STARS, "4", "9", "outside"),
        (of_kind("date"), "31/01/2026", "2026-01-31", "right"),
        (of_kind("date"), "Jan 31, 2026", "2026-02-01", "wrong"),
        (of_kind("text"), " Berlin\r\nMitte ", "Berlin\nMitte", "right"),
        (of_kind("text"), "berlin", "Berlin", "wrong"),
    ],
)
def test_an_answer_is_judged_by_its_meaning(
    field: OutputField, right: str, given: str, verdict: Verdict
) -> None:
    assert judge(field, right, given) == verdict


@pytest.mark.parametrize(
    ("field", "cell", "problem"),
    [
        (MOOD, "furious", "outside"),
        (STARS, "6", "outside"),
        (STARS, "3.5", "unreadable"),
        (TOPICS, "price; weather", "outside"),
        (of_kind("number"), "about ten", "unreadable"),
        (of_kind("boolean"), "perhaps", "unreadable"),
        (of_kind("date"), "01/02/2026", "unreadable"),
    ],
)
def test_a_right_answer_that_cannot_be_one_is_known(
    field: OutputField, cell: str, problem: str
) -> None:
    assert GoldReader(field, [cell]).read(cell).problem == problem


def test_the_other_dates_of_the_column_tell_the_day_from_the_month() -> None:
    reader = GoldReader(of_kind("date"), ["01/02/2026", "25/02/2026"])
    assert reader.read("01/02/2026").text == "2026-02-01"


def test_labels_are_those_of_the_recipe_in_its_order() -> None:
    assert labels_of(MOOD) == ("Happy", "Very angry")
    assert labels_of(STARS) == ("1", "2", "3", "4", "5")
    assert labels_of(of_kind("boolean")) == ("yes", "no")
    assert labels_of(of_kind("text")) == ()


COLUMNS = ("Id", "Message", "Gold mood", "State")
ROWS = [["1", "Hello", "happy", "open"], ["2", "Grr", "very angry", "closed"]]
PROMPT = Template("{{Message}}")


def test_a_column_is_proposed_by_its_name() -> None:
    assert propose_gold((MOOD,), COLUMNS, ROWS, PROMPT) == (GoldMatch("Mood", "Gold mood", "name"),)


@pytest.mark.parametrize("name", ["mood_true", "CorrectMood", "expected mood", "Mood (human)"])
def test_words_that_mean_right_do_not_count(name: str) -> None:
    [match] = propose_gold((MOOD,), ("Message", name), [], PROMPT)
    assert match.column == name


def test_a_column_just_called_label_is_that_of_the_only_answer() -> None:
    [match] = propose_gold((MOOD,), ("Message", "label"), [], PROMPT)
    assert match.column == "label"
    both = propose_gold((MOOD, of_kind("text")), ("Message", "label"), [], PROMPT)
    assert [each.column for each in both] == ["", ""]


def test_a_column_is_proposed_by_its_cells() -> None:
    columns = ("Id", "Message", "Checked by Kim", "State")
    [match] = propose_gold((MOOD,), columns, ROWS, PROMPT)
    assert match == GoldMatch("Mood", "Checked by Kim", "values")


def test_a_column_of_the_prompt_is_never_proposed() -> None:
    [match] = propose_gold((MOOD,), COLUMNS, ROWS, Template("{{Message}} {{Gold mood}}"))
    assert match.column == ""


def test_a_column_of_the_prompt_tells_the_model_what_is_right() -> None:
    assert leaking({"Mood": "Gold mood"}, Template("{{Message}} {{ Gold  mood }}")) == (
        "Gold mood",
    )
    assert leaking({"Mood": "Gold mood"}, PROMPT) == ()


def test_a_column_alone_is_enough_for_the_only_answer() -> None:
    assert read_gold(["State"], (MOOD,), COLUMNS) == {"Mood": "State"}
    assert read_gold(["Mood=State"], (MOOD, STARS), COLUMNS) == {"Mood": "State"}
    assert read_gold(["Gold mood"], (MOOD, STARS), COLUMNS) == {"Mood": "Gold mood"}


@pytest.mark.parametrize(
    ("said", "told"),
    [("State", "Say of which"), ("Foo=State", "no answer column"), ("Mood=Stat", "“State”")],
)
def test_what_cannot_be_meant_is_said(said: str, told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        read_gold([said], (MOOD, STARS), COLUMNS)


FIELDS = (MOOD, TOPICS, STARS, *(OutputField("Value", kind) for kind in FIELD_KINDS[4:8]))
WRITTEN = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["happy", "VERY ANGRY", "price;delivery", "colour, size", "3", "Yes", "FALSE"]),
    st.dates().map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(lambda each: f"{each:,}"),
)


@given(st.sampled_from(FIELDS), WRITTEN)
@example(STARS, "-9,999,999,999,999,999,999,999,999,999.50")
def test_what_was_read_reads_as_itself_and_is_right(field: OutputField, text: str) -> None:
    reader = GoldReader(field, [text])
    read = reader.read(text)
    if not read.problem and read.text:
        assert reader.read(read.text) == read
        assert reader.judge(read.text, text, TIGHT) == "right"


@given(WRITTEN, WRITTEN)
def test_two_numbers_are_equal_whichever_of_them_is_the_right_one(one: str, other: str) -> None:
    reader = GoldReader(OutputField("Value", "number"))
    first, second = reader.read(one), reader.read(other)
    if not (first.problem or second.problem):
        there = reader.judge(first.text, other, TIGHT) == "right"
        assert there == (reader.judge(second.text, one, TIGHT) == "right")
