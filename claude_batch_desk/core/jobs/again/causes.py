"""Causes: why rows have no usable answer, as far as that decides what helps."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import worth_retrying

Cause = Literal[
    "as_it_is",  # the service's own trouble: the same may well be answered another time
    "expired",  # not reached within 24 hours
    "canceled",  # stopped before it was worked on
    "missing",  # the service's results do not contain it, or are gone
    "credit",  # the account could not pay, or was at its limit
    "cut_off",  # the answer hit the most tokens it may take
    "too_long",  # the row is longer than the model, or the service, takes
    "outside",  # the answer is outside the list, or not in the form asked for
    "refused",  # the model declined
    "change",  # it cannot be asked as it is
]
CAUSES: tuple[Cause, ...] = get_args(Cause)
NEED_A_CHANGE: tuple[Cause, ...] = ("cut_off", "too_long", "refused", "change")
"""The same request would most likely end the same way, and may be paid again."""

_WORDS_OF_CREDIT = ("credit balance", "billing", "spend limit", "usage limit")
_WORDS_OF_LENGTH = ("prompt is too long", "too many tokens", "context window", "maximum context")


def cause_of(answer: Answer) -> Cause | None:
    """Why this answer is of no use; None where it is."""
    if answer.outcome == "answered":
        return None
    if answer.outcome == "review":
        return "outside"
    if answer.outcome == "cut_off":
        return "too_long" if _stop_reason(answer) != "max_tokens" else "cut_off"
    if answer.outcome == "errored":
        return _of_error(answer)
    if answer.outcome == "unsent":
        return "change"
    return answer.outcome


def _of_error(answer: Answer) -> Cause:
    error = _inner(answer, "error", "error")
    kind, said = str(error.get("type")), str(error.get("message")).casefold()
    if kind == "billing_error" or any(words in said for words in _WORDS_OF_CREDIT):
        return "credit"
    if kind == "request_too_large" or any(words in said for words in _WORDS_OF_LENGTH):
        return "too_long"
    return "as_it_is" if worth_retrying(answer) else "change"


def _stop_reason(answer: Answer) -> str:
    return str(_inner(answer, "message").get("stop_reason"))


def _inner(answer: Answer, *keys: str) -> Mapping[str, Any]:
    found: object = answer.raw or {}
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
