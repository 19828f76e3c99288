"""Accuracy counts what is right, and names what is not."""

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.quality.accuracy import Accuracy, Given, Grading
from claude_batch_desk.core.quality.gold import GoldReader
from claude_batch_desk.core.quality.intervals import Share
from tests.choices import plain_choices

MOOD = OutputField("Mood", "choice", plain_choices("happy", "angry", "calm"))
TOPICS = OutputField("Topics", "choices", plain_choices("price", "size"))


def graded(field: OutputField, *pairs: tuple[str, Given | str | None]) -> Accuracy:
    grading = Grading(field, GoldReader(field, [right for right, _ in pairs]))
    for row, (right, got) in enumerate(pairs):
        grading.add(row, right, Given(got, "answered") if isinstance(got, str) else got)
    return grading.result()


def test_the_share_of_right_answers_has_an_interval() -> None:
    found = graded(MOOD, *[("happy", "happy")] * 45, *[("angry", "happy")] * 5)
    assert found.share == Share(45, 50)
    assert (round(found.share.low, 2), round(found.share.high, 2)) == (0.79, 0.96)


def test_precision_and_recall_are_those_of_each_value() -> None:
    found = graded(
        MOOD, ("happy", "happy"), ("happy", "angry"), ("angry", "angry"), ("angry", "angry")
    )
    happy, angry = found.labels
    assert (happy.label, happy.precision, happy.recall) == ("happy", Share(1, 1), Share(1, 2))
    assert (angry.label, angry.precision, angry.recall) == ("angry", Share(2, 3), Share(2, 2))


def test_what_is_no_answer_counts_as_wrong_and_is_named() -> None:
    found = graded(
        MOOD,
        ("happy", "happy"),
        ("happy", Given("furious", "review")),
        ("happy", Given("", "review")),
        ("happy", Given("", "refused")),
        ("happy", Given("hap", "cut_off")),
        ("happy", Given("", "errored")),
        ("happy", Given("", "missing")),
    )
    assert found.share == Share(1, 7)
    assert found.verdicts == {
        "right": 1,
        "outside": 1,
        "blank": 1,
        "refused": 1,
        "cut_off": 1,
        "failed": 2,
    }


def test_a_good_value_counts_though_another_column_of_its_row_is_to_be_reviewed() -> None:
    assert graded(MOOD, ("happy", Given("happy", "review"))).share == Share(1, 1)


def test_rows_no_model_has_worked_on_are_left_out_and_counted() -> None:
    waiting = [Given("", each) for each in ("waiting", "expired", "canceled", "unsent")]
    found = graded(
        MOOD, ("happy", "happy"), ("happy", None), *(("happy", each) for each in waiting)
    )
    assert (found.share, found.pending) == (Share(1, 1), 5)


def test_right_answers_outside_of_the_list_are_left_out_and_named() -> None:
    found = graded(MOOD, ("happy", "happy"), ("Joy", "happy"), (" Joy", "calm"), ("Rage", "angry"))
    assert (found.share, found.odd_rows) == (Share(1, 1), 3)
    assert [(each.text, each.count) for each in found.odd] == [("Joy", 2), ("Rage", 1)]


def test_nothing_can_be_right_where_that_is_allowed() -> None:
    field = OutputField("Mood", "choice", MOOD.choices, may_be_unknown=True)
    found = graded(field, ("", ""), ("", "happy"), ("happy", ""), ("", "furious"))
    assert found.share == Share(1, 4)
    assert found.verdicts == {"right": 1, "wrong": 2, "outside": 1}


def test_a_blank_is_no_answer_where_that_is_not_allowed() -> None:
    assert graded(MOOD, ("happy", "")).verdicts == {"blank": 1}


def test_a_cell_of_the_confusion_knows_its_rows() -> None:
    found = graded(MOOD, ("happy", "angry"), ("calm", "calm"), ("HAPPY", "angry"))
    [mistaken] = [each for each in found.cells if each.verdict == "wrong"]
    assert (mistaken.right, mistaken.given, mistaken.count) == ("happy", "angry", 2)
    assert mistaken.rows == (0, 2)


def test_always_the_commonest_is_what_there_is_to_beat() -> None:
    found = graded(MOOD, *[("happy", "happy")] * 3, ("angry", "happy"))
    assert found.commonest == ("happy", Share(3, 4))


def test_several_values_are_right_together_and_scored_one_by_one() -> None:
    found = graded(TOPICS, ("price; size", "size; price"), ("price", "price; size"), ("", ""))
    assert found.share == Share(2, 3)
    price, size = found.labels
    assert (price.precision, price.recall) == (Share(2, 2), Share(2, 2))
    assert (size.precision, size.recall) == (Share(1, 2), Share(1, 1))
    assert found.commonest is None


def test_numbers_tell_the_right_from_the_near() -> None:
    field = OutputField("Price", "number")
    found = graded(field, ("100", "100.0"), ("100", "103"), ("100", "110"))
    assert (found.share, found.near) == (Share(1, 3), Share(2, 3))
    assert found.labels == ()


def test_a_wider_tolerance_finds_more_near() -> None:
    field = OutputField("Price", "number")
    grading = Grading(field, GoldReader(field), Decimal("0.2"))
    grading.add(0, "100", Given("115", "answered"))
    assert grading.result().near == Share(1, 1)


def test_a_text_knows_no_near() -> None:
    assert graded(OutputField("Town"), ("Berlin", "Berlin")).near is None


def test_a_million_different_texts_make_few_cells() -> None:
    found = graded(OutputField("Town"), *((str(n), str(n + n % 2)) for n in range(3_000)))
    assert len(found.cells) == 2
    assert all(len(each.rows) == 1_000 for each in found.cells)
    assert found.share == Share(1_500, 3_000)


LABELS: Sequence[str] = ("happy", "angry", "calm")


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from([*LABELS, "furious", ""]))))
def test_every_row_is_in_one_cell_and_all_scores_add_up(pairs: list[tuple[str, str]]) -> None:
    found = graded(MOOD, *pairs)
    assert found.share.rows == sum(each.count for each in found.cells) == len(pairs)
    assert found.share.hits == sum(a == b for a, b in pairs)
    assert sum(each.recall.rows for each in found.labels) == len(pairs)
    assert sum(each.precision.hits for each in found.labels) == found.share.hits


def test_rows_that_were_picked_say_nothing_of_the_others() -> None:
    grading = Grading(MOOD, GoldReader(MOOD))
    grading.add(0, "happy", Given("happy", "answered"))
    grading.add(1, "happy", Given("angry", "answered"), None)
    found = grading.result()
    assert (found.share, found.picked) == (Share(1, 1), 1)
    assert sum(each.count for each in found.cells) == 2
    assert [each.label for each in found.labels] == ["happy"]


def test_rows_that_stand_for_many_count_for_many() -> None:
    grading = Grading(MOOD, GoldReader(MOOD))
    grading.add(0, "happy", Given("happy", "answered"), 3.0)
    grading.add(1, "happy", Given("angry", "answered"), 1.0)
    assert grading.result().share.value == 0.75
