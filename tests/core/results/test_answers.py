import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.prompts.fields import OutputField, field_keys
from claude_batch_desk.core.results.answer import OUTCOMES, Answer
from claude_batch_desk.core.results.answers import (
    missing_answer,
    read_answer,
    read_message,
    unsent_answer,
    worth_retrying,
)
from tests.choices import plain_choices

MOOD = OutputField("Mood", "choice", plain_choices("Very good", "bad"))
SCORE = OutputField("Score", "number")
URGENT = OutputField("Urgent?", "boolean")
NOTE = OutputField("Note", "text", may_be_unknown=True)
ALL = (MOOD, SCORE, URGENT, NOTE)
GOOD = '{"mood": "Very good", "score": 1.10, "urgent": true, "note": null}'
THINKING = {"type": "thinking", "thinking": "", "signature": "x"}


def message(*texts: str, stop: str = "end_turn", **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "content": [THINKING, *({"type": "text", "text": text} for text in texts)],
        "stop_reason": stop,
        "usage": {"input_tokens": 11, "output_tokens": 7, "service_tier": "batch"},
        **more,
    }


def read(*texts: str, fields: tuple[OutputField, ...] = ALL, stop: str = "end_turn") -> Answer:
    return read_answer({"type": "succeeded", "message": message(*texts, stop=stop)}, fields)


def test_an_answer_as_asked_for_fills_its_columns() -> None:
    answer = read(GOOD)
    assert answer.outcome == "answered"
    assert answer.values == ("Very good", "1.10", "yes", "")
    assert answer.reason == ""
    assert answer.text == GOOD
    assert answer.usage == Usage(input=11, output=7)


def test_free_text_is_one_column_without_the_white_space_around_it() -> None:
    answer = read("\nIt is ", "fine.\n", fields=())
    assert (answer.outcome, answer.values) == ("answered", ("It is fine.",))
    assert answer.text == "\nIt is fine.\n"


def test_a_direct_reply_reads_like_the_result_of_a_batch() -> None:
    assert read_message(message(GOOD), ALL) == read(GOOD)


@pytest.mark.parametrize(
    "written",
    ["1.10", "0.1", "-5", "1e3", "1E-400", "12345678901234567890.123456789", "0", "-0", "100000"],
)
def test_a_number_stays_as_it_was_written(written: str) -> None:
    assert read(f'{{"score": {written}}}', fields=(SCORE,)).values == (written,)


def test_a_number_of_any_length_is_kept() -> None:
    long = "9" * 100_000
    assert read(f'{{"score": {long}}}', fields=(SCORE,)).values == (long,)


@pytest.mark.parametrize("given_as", ["Very good", "very GOOD", " Very\n good ", "VERY\tGOOD"])
def test_a_choice_gets_the_spelling_that_was_asked_for(given_as: str) -> None:
    answer = read(json.dumps({"mood": given_as}), fields=(MOOD,))
    assert (answer.outcome, answer.values) == ("answered", ("Very good",))


def test_a_choice_written_as_a_number_is_recognised() -> None:
    points = OutputField("Points", "choice", plain_choices("1", "2"))
    assert read('{"points": 2}', fields=(points,)).values == ("2",)


@pytest.mark.parametrize(
    ("field", "given_as", "shown", "reason"),
    [
        (MOOD, '"mixed"', "mixed", "“Mood” is “mixed”, which is none of the allowed values."),
        (MOOD, '"Very"', "Very", "“Mood” is “Very”, which is none of the allowed values."),
        (MOOD, "null", "", "“Mood” is empty."),
        (MOOD, "true", "true", "“Mood” is “true”, which is none of the allowed values."),
        (SCORE, '"7"', "7", "“Score” is “7”, which is not a number."),
        (SCORE, "true", "true", "“Score” is “true”, which is not a number."),
        (SCORE, "null", "", "“Score” is empty."),
        (URGENT, '"yes"', "yes", "“Urgent?” is “yes”, which is not yes or no."),
        (URGENT, "1", "1", "“Urgent?” is “1”, which is not yes or no."),
        (NOTE, "3", "3", "“Note” is “3”, which is not text."),
        (NOTE, '["é"]', '["é"]', '“Note” is “["é"]”, which is not text.'),
        (OutputField("Why"), '" "', " ", "“Why” is empty."),
    ],
)
def test_a_value_not_as_asked_for_is_shown_and_explained(
    field: OutputField, given_as: str, shown: str, reason: str
) -> None:
    answer = read(f'{{"{field_keys([field])[0]}": {given_as}}}', fields=(field,))
    assert (answer.outcome, answer.values, answer.reason) == ("review", (shown,), reason)


def test_the_good_columns_of_a_doubtful_answer_are_kept() -> None:
    answer = read('{"mood": "bad", "score": "high", "urgent": false, "note": "x"}')
    assert answer.values == ("bad", "high", "no", "x")
    assert answer.reason == "“Score” is “high”, which is not a number."


def test_missing_and_additional_columns_are_named() -> None:
    answer = read('{"mood": "bad", "urgent": false, "note": "x", "mode": "y"}')
    assert answer.outcome == "review"
    assert answer.values == ("bad", "", "no", "x")
    assert answer.reason == "“Score” is missing. It also has “mode”, which nobody asked for."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Sure! Here you go.", "it is not JSON"),
        (GOOD[:-5], "it is not JSON"),
        (f"```json\n{GOOD}\n```", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ('[{"mood": "bad"}]', "it is not one set of columns"),
        ('"bad"', "it is not one set of columns"),
        ('{"score": NaN}', "NaN is no number"),
        ('{"mood": "bad", "mood": "Very good"}', "it names a column twice"),
    ],
)
def test_an_answer_that_is_not_the_json_asked_for_is_kept_for_review(text: str, why: str) -> None:
    answer = read(text)
    assert (answer.outcome, answer.values, answer.text) == ("review", ("",) * 4, text)
    assert answer.reason == f"The answer is not in the form that was asked for: {why}."
    assert answer.usage is not None


@pytest.mark.parametrize("fields", [(), ALL])
@pytest.mark.parametrize("texts", [(), ("",), (" \n",)])
def test_an_answer_without_words_is_never_a_silent_blank(
    fields: tuple[OutputField, ...], texts: tuple[str, ...]
) -> None:
    answer = read(*texts, fields=fields)
    assert answer.outcome == "review"
    assert answer.reason == "The model ended without an answer."
    assert len(answer.values) == (len(fields) or 1)


def test_half_a_text_is_kept_and_half_an_object_is_not_shown_as_columns() -> None:
    text = read("The first half", fields=(), stop="max_tokens")
    assert (text.outcome, text.values) == ("cut_off", ("The first half",))
    assert "limit of 7 tokens" in text.reason
    columns = read(GOOD[:20], stop="model_context_window_exceeded")
    assert (columns.outcome, columns.values) == ("cut_off", ("",) * 4)
    assert columns.text == GOOD[:20]
    assert columns.usage is not None


@pytest.mark.parametrize("stop", ["pause_turn", "tool_use"])
def test_an_unfinished_answer_is_for_review(stop: str) -> None:
    assert read(GOOD, stop=stop).outcome == "review"


def test_a_stop_reason_that_is_new_does_not_spoil_a_good_answer() -> None:
    assert read(GOOD, stop="compaction").outcome == "answered"


def test_a_refusal_before_any_output_is_not_billed() -> None:
    details = {"type": "refusal", "category": "bio", "explanation": None}
    refused = message(stop="refusal", stop_details=details) | {"content": []}
    answer = read_message(refused, ALL)
    assert answer.outcome == "refused"
    assert answer.reason == "The model declined to answer: bio"
    assert answer.usage is None


def test_a_refusal_in_the_middle_is_billed_and_what_was_said_is_kept() -> None:
    answer = read("First,", fields=(), stop="refusal")
    assert (answer.outcome, answer.values) == ("refused", ("First,",))
    assert answer.usage == Usage(input=11, output=7)
    assert answer.reason == "The model declined to answer."


def errored(kind: str, said: str = "prompt is too long") -> dict[str, Any]:
    inner = {"type": kind, "message": said}
    return {"type": "errored", "error": {"type": "error", "error": inner, "request_id": None}}


@pytest.mark.parametrize(
    ("kind", "again"),
    [
        ("invalid_request_error", False),
        ("not_found_error", False),
        ("request_too_large", False),
        ("authentication_error", True),
        ("permission_error", True),
        ("billing_error", True),
        ("rate_limit_error", True),
        ("timeout_error", True),
        ("api_error", True),
        ("overloaded_error", True),
        ("an_error_of_next_year", True),
    ],
)
def test_a_failed_row_says_what_to_do_and_costs_nothing(kind: str, again: bool) -> None:
    answer = read_answer(errored(kind), ALL)
    assert (answer.outcome, answer.usage, answer.values) == ("errored", None, ("",) * 4)
    assert answer.reason.endswith("It said: prompt is too long")
    assert answer.raw == errored(kind)
    assert worth_retrying(answer) is again


def test_each_kind_of_failure_has_its_own_sentence() -> None:
    kinds = ["invalid_request_error", "api_error", "overloaded_error", "billing_error", "x"]
    assert len({read_answer(errored(kind), ()).reason for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("kind", ["expired", "canceled"])
def test_a_row_not_worked_on_costs_nothing_and_may_run_again(kind: str) -> None:
    answer = read_answer({"type": kind}, ())
    assert (answer.outcome, answer.values, answer.usage) == (kind, ("",), None)
    assert "costs nothing" in answer.reason
    assert worth_retrying(answer)


def test_a_row_without_a_result_says_so_and_may_run_again() -> None:
    answer = missing_answer(ALL)
    assert (answer.outcome, answer.values) == ("missing", ("",) * 4)
    assert answer.reason
    assert worth_retrying(answer)
    assert missing_answer((), "Deleted at the service.").reason == "Deleted at the service."


@pytest.mark.parametrize("text", ["", GOOD, "no JSON"])
@pytest.mark.parametrize("stop", ["end_turn", "max_tokens", "refusal"])
def test_what_was_billed_is_not_run_again_by_itself(text: str, stop: str) -> None:
    assert not worth_retrying(read(text, stop=stop))


def test_half_a_character_is_replaced_so_that_the_answer_can_be_stored() -> None:
    answer = read('{"note": "a\\ud800b"}', fields=(NOTE,))
    assert answer.values == ("a\ufffdb",)
    assert read('{"note": "\\ud83d\\ude00"}', fields=(NOTE,)).values == ("😀",)
    assert read("a\ud800", fields=()).text == "a\ufffd"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    kind=st.sampled_from(["succeeded", "errored", "expired", "canceled"]) | JSON,
    content=JSON | st.lists(st.fixed_dictionaries({"type": st.just("text"), "text": JSON})),
    stop=st.sampled_from(["end_turn", "max_tokens", "refusal", "pause_turn"]) | JSON,
    error=JSON,
    fields=st.sampled_from([(), ALL]),
)
def test_any_result_becomes_an_outcome_and_only_a_good_one_has_no_reason(
    kind: Any, content: Any, stop: Any, error: Any, fields: tuple[OutputField, ...]
) -> None:
    body = {"content": content, "stop_reason": stop, "usage": None}
    answer = read_answer({"type": kind, "message": body, "error": error}, fields)
    assert answer.outcome in OUTCOMES
    assert bool(answer.reason) is (answer.outcome != "answered")
    assert len(answer.values) == (len(fields) or 1)
    for text in (*answer.values, answer.reason, answer.text):
        text.encode()


@given(st.text(max_size=40))
def test_any_text_is_kept_as_it_came(text: str) -> None:
    answer = read(text, fields=())
    assert answer.text == text
    assert answer.values == ((text.strip(),) if text.strip() else ("",))
    packed = read(json.dumps({"note": text}), fields=(NOTE,))
    assert (packed.outcome, packed.values) == ("answered", (text,))


@pytest.mark.parametrize(
    "inner",
    [
        {"type": "not_found_error", "message": "File not found: file_011"},
        {"type": "invalid_request_error", "message": "messages.0: the file file_011 has expired"},
        {"type": "not_found_error", "message": "?", "details": {"error_code": "file_expired"}},
    ],
)
def test_a_document_that_is_gone_from_the_service_may_be_sent_again(inner: dict[str, Any]) -> None:
    answer = read_answer({"type": "errored", "error": {"type": "error", "error": inner}}, ALL)
    assert answer.outcome == "errored"
    assert answer.reason.startswith("The service did not have this row's document any more")
    assert worth_retrying(answer)


def test_a_document_the_service_cannot_read_is_not_taken_for_one_that_is_gone() -> None:
    inner = {"type": "invalid_request_error", "message": "The PDF file could not be processed."}
    answer = read_answer({"type": "errored", "error": {"type": "error", "error": inner}}, ALL)
    assert "could not be processed" in answer.reason
    assert not worth_retrying(answer)


def test_a_row_that_was_not_sent_says_why_and_has_a_column_for_each_field() -> None:
    answer = unsent_answer(ALL, "“a.pdf” is encrypted.")
    assert (answer.outcome, answer.usage, answer.values) == ("unsent", None, ("",) * 4)
    assert answer.reason == "“a.pdf” is encrypted."
    assert not worth_retrying(answer)
