"""Checking: what is worth mending or knowing of a job before it is sent, in one list."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.counting import Counts
from claude_batch_desk.core.jobs.foreseeing import KEPT, Asked, Foreseen, rows_of, warn
from claude_batch_desk.core.pricing.guess import least_answer
from claude_batch_desk.core.prompts.checks import Concern, schema_faults
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import proposed_max_tokens, shared_params
from claude_batch_desk.core.service.spool import MAX_REQUESTS

QUEUE_OF_NEW_ACCOUNTS = 200_000
"""So many requests an account of the lowest documented tier may have waiting at once."""
_SOON = timedelta(days=30)
_A_BATCH = timedelta(days=1)
_THINKS_ANYWAY = ("xhigh", "max")
_LEAST_THINKING = 1_000
"""Tokens of `max_tokens` that a model which thinks should have beside those of the answer."""


@dataclass(frozen=True)
class Dear:
    """Requests that are probably billed at a higher tier for their length."""

    above: int
    """Input tokens."""
    times: int
    """How much dearer every token of them is."""
    requests: Set[int]


@dataclass(frozen=True)
class Looked:
    """What a look at all rows has found, for the checks of them."""

    asked: Asked
    foreseen: Foreseen
    dear: Dear | None = None


def concerns(recipe: Recipe, model: OfferedModel, looked: Looked) -> tuple[Concern, ...]:
    """Everything, the worst first."""
    found = [*_of_schema(recipe, model), *_of_model(model), *_of_thinking(recipe, model)]
    found += [*_of_room(recipe, model), *warn(looked.asked, looked.foreseen, model)]
    found += [*_of_price(looked, model), *_of_size(looked.asked)]
    return worst_first(found)


def worst_first(concerns: Iterable[Concern]) -> tuple[Concern, ...]:
    """The same in the order that they are shown in."""
    order = ("stop", "warning", "note")
    return tuple(sorted(concerns, key=lambda each: order.index(each.tone)))


def _of_schema(recipe: Recipe, model: OfferedModel) -> Iterator[Concern]:
    output = shared_params(recipe, model, documents=True).get("output_config", {})
    if "format" in output and (faults := schema_faults(output["format"]["schema"])):
        told = "; ".join(faults[:3])
        yield Concern(f"The service does not take these answer columns: {told}.", "prompt", "stop")


def _of_model(model: OfferedModel) -> Iterator[Concern]:
    left = model.retires_at - datetime.now(UTC) if model.retires_at else None
    if model.lifecycle == "retired":
        yield Concern(f"{model.name} is retired. Choose another model.", "prompt", "stop")
    elif model.retires_at and left is not None and left < _SOON:
        day = f"{model.retires_at:%Y-%m-%d}"
        if left < _A_BATCH:
            told = f"{model.name} is retired on {day}, before a batch is sure to have ended."
            yield Concern(f"{told} Choose another model.", "prompt")
        else:
            yield Concern(f"{model.name} can be asked only until {day}.", "prompt", "note")
    if not model.batch:
        yield Concern(
            f"{model.name} is not offered in batches. Choose another model.", "prompt", "stop"
        )


def _of_thinking(recipe: Recipe, model: OfferedModel) -> Iterator[Concern]:
    if recipe.thinking and "adaptive" not in model.thinking:
        yield Concern(
            f"{model.name} cannot be asked to think first as its effort allows, so it will answer "
            "without thinking. Choose a newer model for that.",
            "prompt",
        )
    if not recipe.thinking and model.thinking and recipe.effort in _THINKS_ANYWAY:
        yield Concern(
            f"At the effort “{recipe.effort}”, {model.name} thinks before it answers whatever else "
            "is chosen, and what it thinks is billed as output.",
            "prompt",
            "note",
        )


def _of_room(recipe: Recipe, model: OfferedModel) -> Iterator[Concern]:
    """An answer that is cut off is billed and of no use."""
    limit = recipe.max_tokens
    if not limit:
        return
    allow, least = proposed_max_tokens(recipe, model), least_answer(recipe)
    thinks = bool(model.thinking) and (
        recipe.thinking or model.least_thinking is None or recipe.effort in _THINKS_ANYWAY
    )
    if thinks and limit < _LEAST_THINKING:
        yield Concern(
            f"{model.name} thinks before it answers, and that counts toward the {limit:,} tokens "
            f"an answer may take, so many answers may be cut off. Allow {allow:,}.",
            "prompt",
        )
    elif limit < least:
        yield Concern(
            f"An answer as it is asked for takes some {least:,} tokens and more, but may take only "
            f"{limit:,}. Most will be cut off: paid for, and of no use. Allow {allow:,}.",
            "prompt",
        )


def _of_price(looked: Looked, model: OfferedModel) -> Iterator[Concern]:
    dear = looked.dear
    if dear is None or not dear.requests:
        return
    rows = [row for row, _ in rows_of(looked.asked, dear.requests)]
    have = "1 row has" if len(rows) == 1 else f"{len(rows):,} rows have"
    more = f" and {len(rows) - 1:,} more" if len(rows) > 1 else ""
    yield Concern(
        f"{have} probably more than {dear.above:,} tokens, for which {model.name} charges "
        f"{dear.times} times as much. The estimate reckons with it. Row {rows[0] + 1:,}{more}.",
        "data",
        "note",
        rows=tuple(rows[:KEPT]),
    )


def _of_size(asked: Asked) -> Iterator[Concern]:
    if asked.requests > MAX_REQUESTS:
        batches = -(-asked.requests // MAX_REQUESTS)
        told = f"A batch holds {MAX_REQUESTS:,} requests, so this job is at least {batches}."
        if asked.requests > QUEUE_OF_NEW_ACCOUNTS:
            told += (
                f" A new account may have {QUEUE_OF_NEW_ACCOUNTS:,} requests waiting at once; "
                "what does not fit is sent once there is room."
            )
        yield Concern(told, tone="note")


def said_by_service(counts: Counts, longest: str) -> tuple[str, tuple[Concern, ...]]:
    """What came of asking the service for free; `longest` is the digest of the longest request.

    A sentence that it was asked, and concerns where it refuses them all.
    """
    if counts.refuses:
        told = f"The service does not take the requests as they are now. {counts.refuses}"
        return "", (Concern(told, "prompt"),)
    tokens = counts.tokens.get(longest)
    if tokens is not None:
        return f"Checked with the service: it takes the longest row, of {tokens:,} tokens.", ()
    if longest in counts.refused:
        return "Checked with the service: it takes most rows, but not the longest.", ()
    if counts.problem:
        return f"Not checked with the service. {counts.problem}", ()
    return "Checked with the service, but not on the longest row, which is too large for that.", ()
