"""Answers of several recipes are held against each other, and against what is right."""

from collections.abc import Sequence

from claude_batch_desk.core.prompts.fields import FieldKind, OutputField
from claude_batch_desk.core.quality.accuracy import Given
from claude_batch_desk.core.quality.agreeing import Agreeing
from claude_batch_desk.core.quality.comparing import Paired
from claude_batch_desk.core.quality.intervals import Share
from tests.choices import plain_choices

MOOD = OutputField("Mood", "choice", plain_choices("happy", "angry", "calm"))


def said(texts: Sequence[str], outcome: str = "answered") -> dict[int, Given]:
    return {row: Given(text, outcome) for row, text in enumerate(texts)}


def test_spelling_is_no_difference() -> None:
    column = Agreeing(MOOD, [said(["happy", "calm"]), said(["Happy ", "angry"])], {}).column()
    assert column.standings[1].agreement == Share(1, 2)
    assert column.differ == (1,)
    assert column.standings[1].unjudged == (1,)


def test_numbers_and_dates_count_by_their_value() -> None:
    kinds: list[tuple[FieldKind, str, str]] = [
        ("number", "1,234.50", "1234.5"),
        ("date", "2026-01-31", "31.1.2026"),
        ("boolean", "yes", "Y"),
    ]
    for kind, one, other in kinds:
        column = Agreeing(OutputField("X", kind), [said([one]), said([other])], {}).column()
        assert column.differ == ()


def test_an_answer_and_none_differ_but_a_row_that_was_not_asked_does_not_count() -> None:
    first = said(["happy", "happy", "happy"])
    other = {0: Given("", "refused"), 1: Given("", "canceled")}
    column = Agreeing(MOOD, [first, other], {}).column()
    assert column.standings[1].agreement == Share(0, 1)
    assert column.differ == (0,)


def test_labels_where_they_differ_are_enough_to_tell_which_is_better() -> None:
    first = said(["happy"] * 10)
    other = said(["happy"] * 7 + ["angry"] * 3)
    right = {7: "angry", 8: "angry", 9: "calm"}
    column = Agreeing(MOOD, [first, other], right).column()
    assert column.standings[1].paired == Paired(10, 0, 2)
    assert column.standings[1].accuracy is None  # of rows where they agree nothing is known
    assert column.standings[1].unjudged == ()


def test_a_label_on_a_row_where_they_agree_makes_the_accuracy_known() -> None:
    first, other = said(["happy"] * 10), said(["happy"] * 8 + ["angry"] * 2)
    right = {0: "happy", 8: "angry", 9: "angry"}
    first_standing, other_standing = Agreeing(MOOD, [first, other], right).column().standings
    assert first_standing.accuracy is not None
    assert first_standing.accuracy.value == 0.8
    assert other_standing.accuracy is not None
    assert other_standing.accuracy.value == 1
    assert first_standing.right == Share(1, 3)


def test_rows_on_which_all_agree_do_not_count_where_they_were_picked_for_a_mistake() -> None:
    first, other = said(["happy"] * 10), said(["happy"] * 8 + ["angry"] * 2)
    right = {0: "happy", 1: "happy", 2: "angry", 3: "angry", 8: "happy", 9: "happy"}
    biased = Agreeing(MOOD, [first, other], right).column().standings[0]
    fair = Agreeing(MOOD, [first, other], right, picked={2, 3, 9}).column().standings[0]
    assert biased.accuracy is not None
    assert fair.accuracy is not None
    assert round(biased.accuracy.value, 6) == 0.6
    assert fair.accuracy.value == 1


def test_while_some_that_differ_have_no_label_only_labelled_rows_count() -> None:
    first, other = said(["happy"] * 10), said(["happy"] * 6 + ["angry"] * 4)
    right = {0: "happy", 1: "happy", 6: "happy"}
    paired = Agreeing(MOOD, [first, other], right).column().standings[1].paired
    assert paired == Paired(3, 1, 0)


def test_where_all_agree_neither_is_better_and_no_label_is_needed() -> None:
    column = Agreeing(MOOD, [said(["calm"] * 5), said(["calm"] * 5)], {}).column()
    assert column.standings[1].paired == Paired(5, 0, 0)
    assert column.standings[1].unjudged == ()


def test_what_cannot_be_right_is_no_right_answer() -> None:
    column = Agreeing(MOOD, [said(["happy"]), said(["angry"])], {0: "furious"}).column()
    assert column.standings[1].paired is None
    assert column.standings[0].right == Share(0, 0)


def test_three_are_each_held_against_the_first() -> None:
    sides = [said(["happy", "calm"]), said(["happy", "angry"]), said(["calm", "calm"])]
    column = Agreeing(MOOD, sides, {}).column()
    assert [each.agreement.hits for each in column.standings] == [2, 1, 1]
    assert column.differ == (0, 1)
    assert column.standings[0].paired is None
