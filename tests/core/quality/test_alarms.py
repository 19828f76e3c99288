from collections.abc import Sequence
from dataclasses import replace

import pytest

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.quality.alarms import Alarm, Reply
from claude_batch_desk.core.quality.watch import Watch
from tests.choices import plain_choices

CATEGORY = OutputField("Category", "choice", plain_choices("delivery", "payment", "other"))
URGENT = OutputField("Urgent", "boolean")
SUMMARY = OutputField("Summary")
OTHERS = ("payment", "other", "payment", "other", "payment", "other")


def said(
    field: OutputField | None, values: Sequence[str], outcome: str = "answered", asked: str = ""
) -> list[Alarm]:
    watch = Watch((field,) if field else (), asked)
    for row, value in enumerate(values):
        watch.take(Reply(row, outcome, (value,)))
    return list(watch.alarms())


def kinds(alarms: Sequence[Alarm]) -> list[str]:
    return [each.kind for each in alarms]


def test_answers_as_they_should_be_raise_no_alarm() -> None:
    assert said(CATEGORY, ["delivery"] * 6 + ["payment"] * 4) == []


def test_one_answer_above_sixty_percent_is_said_with_its_rows() -> None:
    [alarm] = said(CATEGORY, ["delivery"] * 7 + ["payment", "other", "other"])
    assert alarm.kind == "same"
    assert alarm.text.startswith("“Category” is “delivery” in 7 of 10 rows (70 %).")
    assert alarm.rows == tuple(range(7))
    assert alarm.tone == "warning"


def test_one_answer_to_a_few_rows_proves_nothing() -> None:
    assert said(CATEGORY, ["delivery"] * 9) == []


def test_of_two_possible_answers_one_that_is_frequent_is_worth_a_note_only() -> None:
    [note] = said(URGENT, ["no"] * 8 + ["yes"] * 2)
    assert (note.kind, note.tone) == ("same", "note")
    [warning] = said(URGENT, ["no"] * 10)
    assert warning.tone == "warning"


def test_the_same_text_in_other_letters_is_one_answer() -> None:
    [alarm] = said(SUMMARY, ["No  details given."] * 5 + ["no details given."] * 6)
    assert alarm.text.startswith("“Summary” is “No details given.” in 11 of 11 rows (100 %)")


def test_a_blank_answer_is_said() -> None:
    [alarm] = said(SUMMARY, ["It came late.", " ", "It never came."])
    assert alarm == Alarm("blank", "“Summary” is blank in 1 of 3 rows (33 %).", (1,))


def test_an_answer_that_may_be_unknown_is_noted_only_where_most_are() -> None:
    field = replace(SUMMARY, may_be_unknown=True)
    texts = [f"Note {number}" for number in range(10)]
    assert said(field, ["", *texts]) == []
    [note] = said(field, [*texts[:4], *[""] * 6])
    assert (note.kind, note.tone, len(note.rows)) == ("blank", "note", 6)


@pytest.mark.parametrize(
    ("outcome", "kind", "begin"),
    [
        ("refused", "refused", "2 of 8 rows (25 %) were declined by the model."),
        ("cut_off", "cut_off", "2 of 8 rows (25 %) were cut off at the limit"),
        ("errored", "failed", "2 of 8 rows (25 %) got no answer from the service."),
        ("review", "outside", "2 of 8 rows (25 %) were not answered in the form asked for"),
    ],
)
def test_what_became_of_rows_is_counted(outcome: str, kind: str, begin: str) -> None:
    watch = Watch((CATEGORY,))
    for row, value in enumerate(OTHERS):
        watch.take(Reply(row, "answered", (value,)))
    for row in (20, 21):
        watch.take(Reply(row, outcome, ("other",)))
    [alarm] = watch.alarms()
    assert alarm.kind == kind
    assert alarm.text.startswith(begin)
    assert alarm.rows == (20, 21)


def test_an_answer_outside_the_list_is_said_once_and_named() -> None:
    watch = Watch((CATEGORY,))
    for row, value in enumerate(OTHERS):
        watch.take(Reply(row, "answered", (value,)))
    watch.take(Reply(6, "review", ("thanks",)))
    [alarm] = watch.alarms()
    assert (alarm.kind, alarm.rows) == ("outside", (6,))
    assert alarm.text == (
        "“Category” is none of the allowed values in 1 of 7 rows (14 %), such as “thanks”."
    )


def test_a_number_in_words_is_not_of_the_kind() -> None:
    [alarm] = said(OutputField("Amount", "number"), ["12.5", "many"])
    assert alarm.text.startswith("“Amount” is not of the kind asked for in 1 of 2 rows")


def test_answers_in_another_language_are_found() -> None:
    english = [f"The parcel with number {at} was sent to the wrong house." for at in range(8)]
    german = "Das Paket wurde an das falsche Haus geliefert und ist nicht da."
    [alarm] = said(SUMMARY, [*english, german])
    assert (alarm.kind, alarm.rows) == ("language", (8,))
    assert alarm.text == (
        "“Summary” is in English, but not in 1 of the 9 rows where that is sure: 1 in German."
    )


def test_answers_in_another_language_than_the_prompt_are_noted() -> None:
    german = [f"Das Paket {at} ist nicht da und wurde falsch geliefert." for at in range(6)]
    asked = "You read the messages of customers and say what they are about."
    [note] = said(SUMMARY, german, asked=asked)
    assert (note.kind, note.tone, len(note.rows)) == ("language", "note", 6)
    assert note.text == (
        "“Summary” is in German in 6 of the 6 rows where that is sure. "
        "The prompt is in English and does not ask for it."
    )
    assert said(SUMMARY, german, asked=f"{asked} Answer in German.") == []


def test_a_quote_may_be_in_the_language_of_its_row() -> None:
    field = replace(SUMMARY, companions=("quote",))
    watch = Watch((field,))
    for at in range(8):
        own = f"The parcel with number {at} was sent to the wrong house."
        watch.take(Reply(at, "answered", (own, "Das Paket wurde an das Haus geliefert.")))
    watch.take(Reply(8, "answered", ("The parcel is not there.", "It was not there and is not.")))
    assert watch.alarms() == ()


def test_a_much_longer_answer_is_found() -> None:
    [alarm] = said(SUMMARY, [*[f"It came {at} days late." for at in range(9)], "It came. " * 60])
    assert (alarm.kind, alarm.rows) == ("length", (9,))
    assert "usually 20 characters, at most 539" in alarm.text


def test_answers_of_a_word_may_differ_in_length() -> None:
    assert said(SUMMARY, ["yes", "no", "maybe", "so", "not so", "it depends on the parcel"]) == []


def test_an_answer_that_repeats_the_prompt_is_found() -> None:
    asked = "You sort complaints. Read the message of the customer and say what it is about."
    texts = ["A late parcel.", "Sure! Read the message of the customer, and say what it means."]
    [alarm] = said(SUMMARY, texts, asked=asked)
    assert (alarm.kind, alarm.rows) == ("parrot", (1,))
    assert "“Read the message of the customer, and say”" in alarm.text


def test_a_prompt_in_chinese_is_recognized_in_an_answer() -> None:
    asked = "请阅读客户的留言并用一句话总结主要问题是什么"
    [alarm] = said(None, ["包裹晚了", f"好的。{asked}"], asked=asked)
    assert (alarm.kind, alarm.rows) == ("parrot", (1,))


def test_seven_words_in_common_are_chance() -> None:
    assert said(SUMMARY, ["The message of the customer is about nothing"], asked="the message "
                "of the customer is about parcels") == []  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I cannot determine the mood of this message.",
        "As an AI, I have no opinion.",
        "Unfortunately, I am unable to provide this.",
    ],
)
def test_an_answer_that_declines_in_words_is_found(text: str) -> None:
    [alarm] = said(None, ["A late parcel.", text])
    assert (alarm.kind, alarm.rows) == ("refused", (1,))


def test_a_customer_who_cannot_log_in_declines_nothing() -> None:
    assert said(None, ["I can't log in to my account.", "Sorry, I cannot find my parcel."]) == []


def test_notes_come_last() -> None:
    watch = Watch((URGENT, SUMMARY))
    for row in range(10):
        watch.take(Reply(row, "answered", ("no" if row else "yes", f"Note {row}" if row else "")))
    assert kinds(watch.alarms()) == ["blank", "same"]


def test_of_one_row_it_is_said_in_good_english() -> None:
    assert said(CATEGORY, ["x"], "cut_off")[0].text.startswith("1 of 1 row was cut off")
