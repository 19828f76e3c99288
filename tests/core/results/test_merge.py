from typing import Literal

import pytest

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.results.answer import OUTCOMES, Answer, Outcome
from claude_batch_desk.core.results.merge import NOT_SENT, answer_columns, merged_rows

MOOD, NOTE = OutputField("Mood"), OutputField(" Note ")
GOOD = Answer("answered", ("fine", ""))


def merged(
    *answers: Answer | Literal["not sent"] | None, practice: bool = False
) -> list[list[str]]:
    rows = [[f"row {number}"] for number in range(len(answers))]
    return list(merged_rows(rows, answers, (MOOD, NOTE), practice=practice))


def test_the_answer_stands_behind_its_own_row() -> None:
    assert merged(GOOD, Answer("answered", ("bad", "x"))) == [
        ["row 0", "fine", "", "answered", ""],
        ["row 1", "bad", "x", "answered", ""],
    ]


def test_rows_and_answers_that_do_not_match_are_never_paired_wrongly() -> None:
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        list(merged_rows([["a"], ["b"]], [GOOD], (MOOD, NOTE), practice=False))


def test_headers_stand_behind_those_of_the_table() -> None:
    assert answer_columns(("id",), (MOOD, NOTE)) == ("Mood", "Note", "Status", "Reason")
    assert answer_columns(("id",), ()) == ("Answer", "Status", "Reason")


def test_a_header_the_table_has_already_gets_a_number() -> None:
    table = ("MOOD", "mood (2)", "status", "answer")
    assert answer_columns(table, (MOOD,)) == ("Mood (3)", "Status (2)", "Reason")
    assert answer_columns(table, ())[0] == "Answer (2)"


def test_an_answer_column_called_like_ours_does_not_hide_ours() -> None:
    asked = (OutputField("Reason"), OutputField("Status"))
    assert answer_columns((), asked) == ("Reason", "Status", "Status (2)", "Reason (2)")


@pytest.mark.parametrize("practice", [False, True])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_a_status_to_read(outcome: Outcome, practice: bool) -> None:
    [row] = merged(Answer(outcome, ("", ""), "Because."), practice=practice)
    assert row[-1] == "Because."
    assert row[-2].strip()
    assert row[-2].endswith(" (practice)") is practice
    assert "_" not in row[-2]


def test_rows_without_an_answer_say_why() -> None:
    waiting, outside = merged(None, NOT_SENT)
    assert waiting[1:4] == ["", "", "waiting"]
    assert outside[1:4] == ["", "", "not sent"]
    assert waiting[4] != outside[4] != ""
    assert merged(None, practice=True)[0][3] == "waiting (practice)"


def test_an_answer_no_column_could_take_is_told_in_its_reason() -> None:
    [row] = merged(Answer("review", ("", ""), "It is not JSON.", text=" Sure! \n"))
    assert row[1:] == ["", "", "to review", "It is not JSON. The answer was: Sure!"]


def test_an_answer_that_is_in_its_columns_is_not_told_twice() -> None:
    [row] = merged(Answer("review", ("odd", ""), "Odd.", text='{"mood": "odd"}'))
    assert row[-1] == "Odd."


def test_a_row_of_free_text_has_one_column() -> None:
    rows = list(merged_rows([["a"], ["b"]], [Answer("answered", ("x",)), None], (), practice=False))
    assert [row[:2] for row in rows] == [["a", "x"], ["b", ""]]
    assert len(rows[0]) == len(rows[1]) == 1 + len(answer_columns(("a",), ()))
