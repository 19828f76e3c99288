"""Proposing: what helps rows of a cause, in words and as a changed recipe."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.again.causes import Cause
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import proposed_max_tokens

_TIMES_LONGER = 2
_ADVICE: dict[Cause, str] = {
    "as_it_is": "The service had trouble of its own. The same may well be answered another time.",
    "expired": "The service did not reach them within 24 hours. Nothing was billed for them.",
    "canceled": "They were stopped before they were worked on. Nothing was billed for them.",
    "missing": "No answer came for them. If the service has worked on them, that was billed.",
    "credit": "The account could not pay for them. Add credit at the service before you run them.",
    "outside": "They can be run again as they are, and may come out as they did. It helps more to "
    "say in the instructions what to answer where no allowed value fits.",
    "refused": "The same would most likely be declined, and paid, again. Change the prompt first.",
    "change": "The service, or this application, could not ask them as they are. Read the reasons "
    "beside the rows; then change the prompt or the model, or mend the rows in a new job.",
}


@dataclass(frozen=True)
class Proposal:
    """What to do about rows of one cause."""

    advice: str
    """Sentences for the person."""
    recipe: Recipe | None = None
    """To run them again with; None where a person has to change something first."""


def propose(
    cause: Cause, recipe: Recipe, model: OfferedModel, models: Sequence[OfferedModel]
) -> Proposal:
    """What helps; `model` is that of the recipe, `models` are those on offer."""
    if cause == "cut_off":
        return _longer_answers(recipe, model)
    if cause == "too_long":
        return _larger_model(recipe, model, models)
    if cause in ("refused", "change"):
        return Proposal(_ADVICE[cause])
    return Proposal(_ADVICE[cause], recipe)


def _longer_answers(recipe: Recipe, model: OfferedModel) -> Proposal:
    now = min(recipe.max_tokens or proposed_max_tokens(recipe, model), model.max_tokens)
    allow = min(now * _TIMES_LONGER, model.max_tokens)
    if allow <= now:
        return Proposal(
            f"Their answers reached {now:,} tokens, the most that {model.name} writes. Ask for "
            "less, or choose another model."
        )
    return Proposal(
        f"Their answers reached {now:,} tokens and were cut off. Run again, they may take up to "
        f"{allow:,}; what was cut off was paid, and will be paid once more.",
        replace(recipe, max_tokens=allow),
    )


def _larger_model(recipe: Recipe, model: OfferedModel, models: Sequence[OfferedModel]) -> Proposal:
    larger = [
        each
        for each in models
        if each.max_input_tokens > model.max_input_tokens
        and each.batch
        and each.lifecycle == "active"
    ]
    if not larger:
        return Proposal(
            f"They are longer than {model.name} takes, and no model on offer takes more. Shorten "
            "the rows, or leave columns out of the prompt."
        )
    # The smallest that helps, and of these the one that is most like the model of today.
    best = min(larger, key=lambda each: (each.max_input_tokens, each.line != model.line))
    return Proposal(
        f"They are longer than {model.name} takes. {best.name} takes up to "
        f"{best.max_input_tokens:,} tokens; it has other prices.",
        replace(recipe, model=best.id),
    )
