"""Alarms about the rows that were tried, before the rest is paid for."""

from collections.abc import Iterable, Sequence

from claude_batch_desk.core.jobs.foreseeing import KEPT
from claude_batch_desk.core.jobs.job import TriedRow
from claude_batch_desk.core.prompts.checks import Concern
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.quality.alarms import Alarm, Reply
from claude_batch_desk.core.quality.watch import Watch


def alarms_of(recipe: Recipe, tried: Iterable[TriedRow]) -> tuple[Alarm, ...]:
    """What looks as if the prompt went wrong, in the answers of these rows; the worst first."""
    asked = "\n".join([recipe.instructions, *recipe.prompt.literals])
    watch = Watch(recipe.fields, asked)
    for each in sorted(tried, key=lambda each: each.number):
        watch.take(Reply(each.number, each.answer.outcome, each.answer.values))
    return watch.alarms()


def as_concerns(alarms: Sequence[Alarm]) -> tuple[Concern, ...]:
    """The same among the checks before sending, where it is said that few rows were looked at."""
    return tuple(
        Concern(f"Of the rows tried: {_lower(each.text)}", "try", each.tone, each.rows[:KEPT])
        for each in alarms
    )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
