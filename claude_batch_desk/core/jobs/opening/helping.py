"""Helping: what to do about one row that has no usable answer, in a sentence or two."""

from claude_batch_desk.core.jobs.again.causes import Cause

_HELP: dict[Cause, str] = {
    "as_it_is": "The same may well be answered another time. Run it again as it is.",
    "expired": "Nothing is wrong with it. Run it again as it is.",
    "canceled": "Run it again as it is where you want its answer after all.",
    "missing": "Run it again as it is. If the service has worked on it, that was billed.",
    "credit": "Add credit at the service, then run it again as it is.",
    "cut_off": "Run it again with more tokens for its answer. What was cut off was paid.",
    "too_long": "Run it again with a model that takes more, or shorten the row in a new job.",
    "outside": "Write the right value over the one that came. Where no allowed value fits, say in "
    "the instructions what to answer then, and run it again.",
    "refused": "The same would most likely be declined, and paid, again. Change the prompt or the "
    "model, then run it again.",
    "change": "It cannot be asked as it is. Change the prompt or the model and run it again, or "
    "mend the row, or its document, in a new job.",
}
"""Beside the reason, which says what has happened."""


def help_for(cause: Cause) -> str:
    """Sentences for the person, about one row that came to nothing for this cause."""
    return _HELP[cause]
