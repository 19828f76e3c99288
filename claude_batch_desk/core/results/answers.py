"""Read what came back for one request: the service's result object becomes an Answer.

Shapes and billing rules are those of the Message Batches documentation, API version 2026-10-21.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from claude_batch_desk.core.pricing.usage import Usage, usage_from
from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.results.answer import Answer, Outcome
from claude_batch_desk.core.results.characters import whole
from claude_batch_desk.core.results.columns import read_columns

_ERRORS = {
    "invalid_request_error": "The service could not use this request. Change the prompt, the "
    "model or the limit before running the row again.",
    "request_too_large": "This request is larger than the service accepts. Shorten the row.",
    "not_found_error": "The service does not offer this model, or not any more. Choose another.",
    "authentication_error": "The service did not accept the API key while it worked on this row.",
    "permission_error": "The API key may not use what this row asked for.",
    "billing_error": "The account could not pay while this row was worked on.",
    "rate_limit_error": "The account's limit was reached before this row. Run it again later.",
    "timeout_error": "The service took too long over this row. Run it again.",
    "api_error": "The service failed on this row by its own fault. Run it again.",
    "overloaded_error": "The service was overloaded. Run the row again.",
}
_NOT_AS_IT_IS = ("invalid_request_error", "request_too_large", "not_found_error")
_CANCELED = "The job was canceled before this row was worked on. It costs nothing."
_EXPIRED = "The service did not reach this row within 24 hours. It costs nothing."
_SHOWN = 300
_FILE_GONE = (
    "The service did not have this row's document any more: it had expired or was deleted. "
    "It costs nothing. Run the row again; the document is uploaded anew."
)
_MISSING = "The service's results do not contain this row."
_CUT_OFF = {
    "max_tokens": "The answer reached its length limit of {tokens} tokens and was cut off. "
    "Raise the limit and run the row again.",
    "model_context_window_exceeded": "The row and its answer are longer than the model can hold, "
    "so the answer was cut off. Shorten the row.",
}
_UNFINISHED = {
    "pause_turn": "The model paused before the answer was finished.",
    "tool_use": "The model asked for a tool instead of answering.",
}


def read_answer(
    result: Mapping[str, Any], fields: Sequence[OutputField], *, with_raw: bool = True
) -> Answer:
    """The answer in the `result` object of a batch's result line; `with_raw` holds on to that.

    Whatever the service put into it becomes an outcome and a reason, never an exception.
    """
    kind = result.get("type")
    raw = result if with_raw else None
    if kind == "succeeded":
        return _from_message(_mapping(result.get("message")), fields, raw)
    if kind == "errored":
        return _unbilled("errored", _error_reason(result), fields, raw)
    if kind == "canceled":
        return _unbilled("canceled", _CANCELED, fields, raw)
    if kind == "expired":
        return _unbilled("expired", _EXPIRED, fields, raw)
    reason = f"The service gave a kind of result this version does not know (“{_short(kind)}”)."
    return _unbilled("errored", reason, fields, raw)


def read_message(message: Mapping[str, Any], fields: Sequence[OutputField]) -> Answer:
    """The answer in a Messages reply; `raw` has the same shape as that of a batch's answer."""
    return read_answer({"type": "succeeded", "message": message}, fields)


def result_of(message: bytes) -> bytes:
    """A Messages reply in the form it is kept in: the result object a batch would give for it."""
    return b'{"type":"succeeded","message":%b}' % message


def missing_answer(fields: Sequence[OutputField], reason: str = _MISSING) -> Answer:
    """The answer of a row that no result was or will be found for."""
    return Answer("missing", _blank(fields), reason)


def unsent_answer(fields: Sequence[OutputField], reason: str) -> Answer:
    """The answer of a row whose document could not be sent."""
    return Answer("unsent", _blank(fields), reason)


def worth_retrying(answer: Answer) -> bool:
    """Whether the same request, unchanged, may well come out better another time.

    True only for what was not billed and was not the request's own fault.
    """
    if answer.outcome == "errored":
        error = _error(answer.raw or {})
        return error.get("type") not in _NOT_AS_IT_IS or _is_about_a_file(error)
    return answer.outcome in ("expired", "canceled", "missing")


def _from_message(
    message: Mapping[str, Any], fields: Sequence[OutputField], raw: Mapping[str, Any] | None
) -> Answer:
    text = _text(message)
    outcome, reason, values = _judge(message, text, fields)
    return Answer(outcome, values, reason, text, _billed(message), raw)


def _judge(
    message: Mapping[str, Any], text: str, fields: Sequence[OutputField]
) -> tuple[Outcome, str, tuple[str, ...]]:
    stop = str(message.get("stop_reason"))
    if stop == "refusal":
        return "refused", _refusal_reason(message), _free_text(text, fields)
    if stop in _CUT_OFF:
        tokens = _mapping(message.get("usage")).get("output_tokens", "?")
        return "cut_off", _CUT_OFF[stop].format(tokens=tokens), _free_text(text, fields)
    if stop in _UNFINISHED:
        return "review", _UNFINISHED[stop], _free_text(text, fields)
    if not text.strip():
        return "review", "The model ended without an answer.", _blank(fields)
    if not fields:
        return "answered", "", (text.strip(),)
    columns = read_columns(text, fields)
    return ("review" if columns.reason else "answered"), columns.reason, columns.values


def _text(message: Mapping[str, Any]) -> str:
    """All text blocks joined: thinking comes first, and citations split a text into many."""
    content = message.get("content")
    blocks = content if isinstance(content, list) else ()
    texts = [each.get("text") for each in map(_mapping, blocks) if each.get("type") == "text"]
    return whole("".join([text for text in texts if isinstance(text, str)]))


def _billed(message: Mapping[str, Any]) -> Usage | None:
    """The tokens to pay for: a refusal before any output shows tokens but costs nothing."""
    if message.get("stop_reason") == "refusal" and not message.get("content"):
        return None
    return usage_from(_mapping(message.get("usage")))


def _free_text(text: str, fields: Sequence[OutputField]) -> tuple[str, ...]:
    """Half an answer is still worth reading where it is text; half a JSON object is not."""
    return _blank(fields) if fields else (text.strip(),)


def _blank(fields: Sequence[OutputField]) -> tuple[str, ...]:
    return ("",) * (len(columns_of(fields)) or 1)


def _refusal_reason(message: Mapping[str, Any]) -> str:
    details = _mapping(message.get("stop_details"))
    why = details.get("explanation") or details.get("category")
    return (
        f"The model declined to answer: {_short(why)}" if why else "The model declined to answer."
    )


def _unbilled(
    outcome: Outcome, reason: str, fields: Sequence[OutputField], raw: Mapping[str, Any] | None
) -> Answer:
    return Answer(outcome, _blank(fields), reason, raw=raw)


def _error_reason(result: Mapping[str, Any]) -> str:
    error = _error(result)
    if _is_about_a_file(error):
        return _FILE_GONE
    sentence = _ERRORS.get(str(error.get("type")), "The service could not work on this row.")
    said = error.get("message")
    return f"{sentence} It said: {_short(said)}" if said else sentence


def _is_about_a_file(error: Mapping[str, Any]) -> bool:
    """Whether a file that the request refers to is gone; the words for that are not documented."""
    if _mapping(error.get("details")).get("error_code") == "file_expired":
        return True
    said = str(error.get("message")).casefold()
    gone = ("not found", "expired", "does not exist", "deleted")
    return error.get("type") in _NOT_AS_IT_IS and "file" in said and any(map(said.count, gone))


def _error(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The inner error object; the service wraps it in an error response."""
    return _mapping(_mapping(result.get("error")).get("error"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}  # as JSON makes them


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    text = whole(text)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
