"""Helping: what to do about one row that has no usable answer, in a sentence or two."""

from claude_batch_desk.core.jobs.again.causes import Cause

_HELP: dict[Cause, str] = {
    "as_it_is": "The service had trouble of its own. Run it again as it is.",
    "expired": "The service did not reach it within 24 hours, and nothing was billed. Run it "
    "again as it is.",
    "canceled": "It was stopped before it was worked on, and nothing was billed. Run it again "
    "where you want its answer after all.",
    "missing": "No answer came for it. Run it again; if the service has worked on it, that was "
    "billed.",
    "credit": "The account could not pay for it. Add credit at the service, then run it again.",
    "cut_off": "The answer was cut off at the most tokens it may take, and was paid. Run it again "
    "with more of them.",
    "too_long": "The row is longer than the model takes. Run it again with a model that takes "
    "more, or shorten it in a new job.",
    "outside": "Write the right value over the one that came. Where no allowed value fits, say in "
    "the instructions what to answer then, and run it again.",
    "refused": "The same would most likely be declined, and paid, again. Change the prompt or the "
    "model, then run it again.",
    "change": "It cannot be asked as it is. Change the prompt or the model and run it again, or "
    "mend the row, or its document, in a new job.",
}


def help_for(cause: Cause) -> str:
    """Sentences for the person, about one row that came to nothing for this cause."""
    return _HELP[cause]
