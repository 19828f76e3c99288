"""What helps to choose a model: its price beside the others', and the room that answers need."""

from collections.abc import Sequence
from dataclasses import dataclass

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.job import Job, TriedRow
from claude_batch_desk.core.pricing.comparing import Comparison, compare
from claude_batch_desk.core.pricing.estimate import Estimate
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.room import AnswerRoom, answer_room


@dataclass(frozen=True)
class Advice:
    """Prices of every choice there is, and how long answers may be."""

    prices: Comparison
    room: AnswerRoom | None
    """None where too few rows were tried."""


def advise(
    job: Job,
    estimate: Estimate,
    models: Sequence[OfferedModel],
    tried: Sequence[TriedRow],
    book: PriceBook,
) -> Advice:
    """Advice on the recipe that `estimate` is of, and that these rows were tried with."""
    chosen = next((model for model in models if model.id == job.recipe.model), None)
    usages = [each.answer.usage for each in tried if each.answer.usage is not None]
    cut_off = sum(each.answer.outcome == "cut_off" for each in tried)
    room = answer_room(usages, cut_off, job.recipe, chosen) if chosen else None
    return Advice(compare(estimate, job.recipe, models, book), room)
