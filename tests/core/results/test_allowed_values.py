"""Answers from a list: known in any case, and outside of it kept, with what was likely meant."""

import json
from collections.abc import Callable

from hypothesis import assume, given
from hypothesis import strategies as st

from claude_batch_desk.core.prompts.fields import FieldKind, OutputField, folded_value
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import read_message
from tests.choices import plain_choices

LETTERS = st.characters(max_codepoint=0x24F, categories=["L", "N"], exclude_characters="ı")
VALUE = st.text(LETTERS | st.sampled_from(" -"), min_size=5, max_size=14)
ALLOWED = st.lists(
    VALUE.filter(lambda text: len(text.split()) > 0 and len(folded_value(text)) > 4),
    min_size=2,
    max_size=6,
    unique_by=folded_value,
)
ANY_CASE = st.sampled_from([str.upper, str.lower, str.swapcase, str.title, str.casefold])


def read(kind: FieldKind, allowed: list[str], value: object) -> Answer:
    field = OutputField("A", kind, plain_choices(*allowed))
    text = json.dumps({"a": value})
    message = {"content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}
    answer = read_message(message, [field])
    assert answer.text == text
    return answer


@given(allowed=ALLOWED, at=st.integers(0, 5), case=ANY_CASE, space=st.sampled_from(["", " ", "\n"]))
def test_an_allowed_value_is_known_in_any_case(
    allowed: list[str], at: int, case: Callable[[str], str], space: str
) -> None:
    meant = allowed[at % len(allowed)]
    said = space + case(meant).replace(" ", " " + space) + space
    answers: dict[FieldKind, object] = {"choice": said, "choices": [said, meant, said]}
    for kind, value in answers.items():
        answer = read(kind, allowed, value)
        assert (answer.outcome, answer.values, answer.reason) == ("answered", (meant,), "")


@given(allowed=ALLOWED, at=st.integers(0, 5), letter=st.integers(0, 13))
def test_for_a_letter_left_out_an_allowed_value_is_proposed(
    allowed: list[str], at: int, letter: int
) -> None:
    meant = " ".join(allowed[at % len(allowed)].split())
    place = letter % len(meant)
    said = meant[:place] + meant[place + 1 :]
    assume(folded_value(said) not in map(folded_value, allowed))
    answer = read("choice", allowed, said)
    assert (answer.outcome, answer.values) == ("review", (said,))
    proposed = [f"; “{' '.join(each.split())}” comes close." for each in allowed]
    assert answer.reason.endswith(tuple(proposed))


@given(allowed=ALLOWED, said=st.text(), beside=st.booleans())
def test_a_value_outside_is_kept_and_never_taken_for_another(
    allowed: list[str], said: str, *, beside: bool
) -> None:
    assume(folded_value(said) not in map(folded_value, allowed))
    answer = read("choice", allowed, said)
    assert (answer.outcome, answer.values) == ("review", (said,))
    assert "none of the allowed values" in answer.reason
    answer = read("choices", allowed, [said, allowed[1]] if beside else [said])
    assert (answer.outcome, answer.values) == (
        "review",
        (f"{allowed[1]}; {said}" if beside else said,),
    )
    assert "besides the allowed values" in answer.reason
