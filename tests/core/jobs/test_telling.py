"""Accuracy in sentences says what it rests on, and nothing that is not so."""

from dataclasses import replace

import pytest

from claude_batch_desk.core.jobs.quality.measuring import FieldMeasured, Measured
from claude_batch_desk.core.jobs.quality.telling import percent, tell
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.quality.accuracy import Given, Grading
from claude_batch_desk.core.quality.gold import GoldReader
from tests.choices import plain_choices

MOOD = OutputField("Mood", "choice", plain_choices("happy", "angry"))


def measured(*pairs: tuple[str, str, str], copies: tuple[str, ...] = ()) -> Measured:
    grading = Grading(MOOD, GoldReader(MOOD))
    for row, (right, given, outcome) in enumerate(pairs):
        grading.add(row, right, Given(given, outcome))
    found = FieldMeasured(grading.result(), "Gold", 0, copies)
    return Measured(sent=False, answers=len(pairs), fields=(found,), examples=1)


def test_the_first_line_says_how_many_and_how_far_that_may_be_off() -> None:
    told = tell(measured(*[("happy", "happy", "answered")] * 45, *[("angry", "", "refused")] * 5))
    assert told[0] == (
        "Mood: 45 of 50 right, 90 % (between 79 % and 96 % in 95 of 100 such samples). "
        "Trying 144 rows more would halve that range."
    )
    assert "  Always answering “happy” would be right in 90 %." in told
    assert "  Not right: 5 declined." in told
    assert "  angry: never answered; found in 0 of 5, 0 % (0 % to 43 %), that are so." in told
    assert told[-1] == "1 row stood in the prompt as examples and did not count."


def test_made_up_answers_are_said_to_be_so() -> None:
    found = measured(("happy", "happy", "answered"))
    assert not any("made up" in each for each in tell(found))
    assert any("made up" in each for each in tell(replace(found, practice=True)))


def test_a_copy_in_the_prompt_is_said() -> None:
    told = tell(measured(("happy", "happy", "answered"), copies=("Same",)))
    assert any(each.startswith("  The prompt contains the right answer: “Same”") for each in told)


def test_without_an_answer_no_share_is_told() -> None:
    assert tell(measured(("happy", "", "waiting")))[0] == (
        "Mood: no row with a right answer has an answer yet."
    )


def test_without_right_answers_it_is_said_what_to_do() -> None:
    [told] = tell(Measured(sent=False, answers=0, fields=(), examples=0))
    assert "name a column" in told


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 %"),
        (1e-5, "0.1 %"),
        (0.0025, "0.2 %"),
        (0.5, "50 %"),
        (0.99999, "99.9 %"),
        (1, "100 %"),
    ],
)
def test_none_and_all_are_said_only_where_they_are_exact(value: float, text: str) -> None:
    assert percent(value) == text
