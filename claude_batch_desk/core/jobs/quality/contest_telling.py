"""How recipes compare, in sentences for the command line."""

from collections.abc import Iterator

from claude_batch_desk.core.jobs.quality.contests import ArmResult, ContestResult
from claude_batch_desk.core.jobs.quality.telling import percent
from claude_batch_desk.core.pricing.amounts import money
from claude_batch_desk.core.prompts.versions import in_a_line
from claude_batch_desk.core.quality.agreeing import Column, Standing
from claude_batch_desk.core.quality.comparing import Paired

_LEAST = 0.001


def tell_contest(found: ContestResult) -> Iterator[str]:
    """What there is to say: each recipe, then how they compare in each answer column."""
    for number, result in enumerate(found.arms, start=1):
        yield f"{number}. {_name(found, number - 1)}"
        yield f"   {_price(result)} {result.usable.hits:,} of {result.usable.rows:,} usable."
        if result.saving is not None:
            yield f"   {_saving(result, found.requests)}"
    for place, column in enumerate(found.columns):
        yield f"{column.field.name}:"
        yield from (f"  {line}" for line in _of_column(column))
        if found.noise:
            again = found.noise[place]
            yield f"  1 asked again: the same on {again.hits:,} of {_rows(again.rows)}."
    for name in found.leaks:
        yield f"“{name}” holds what is right, but a prompt names it, so it does not count."


def _of_column(column: Column) -> Iterator[str]:
    for number, standing in enumerate(column.standings, start=1):
        if standing.accuracy is not None:
            low, high = percent(standing.accuracy.low), percent(standing.accuracy.high)
            told = percent(standing.accuracy.value)
            yield f"{number}: {told} right (between {low} and {high})."
        if number > 1:
            yield from _against_first(column, standing, number)


def _name(found: ContestResult, at: int) -> str:
    result = found.arms[at]
    if not at:
        return f"{result.model.name}, as the recipe is"
    return f"{result.model.name}: {in_a_line(found.contest.arms[0].recipe, result.arm.recipe)}"


def _price(result: ArmResult) -> str:
    amount = result.per_thousand
    if amount is None:
        return "Its price is not known."
    told = f"{money(amount.expected)} for 1,000 rows as a batch"
    if amount.low == amount.high:
        return f"{told}."
    return f"{told} ({money(max(amount.low, amount.low * 0))} to {money(amount.high, up=True)})."


def _saving(result: ArmResult, requests: int) -> str:
    saving = result.saving
    assert saving is not None  # noqa: S101 - only called with one
    of = f"on this job of {requests:,} {'request' if requests == 1 else 'requests'}"
    if saving.low < 0 < saving.high:
        apart = max(-saving.low, saving.high)
        return f"It costs about the same {of}, give or take {money(apart, up=True)}."
    if saving.expected < 0:
        return f"It costs {money(-saving.expected)} more {of}."
    return f"It saves {money(saving.expected)} {of}."


def _against_first(column: Column, standing: Standing, number: int) -> Iterator[str]:
    same = standing.agreement
    yield f"{number} says the same as 1 on {same.hits:,} of {_rows(same.rows)}."
    paired = standing.paired
    if paired is not None and same.hits < same.rows:
        yield (
            f"Where they differ, {number} is right on {paired.second_only:,} and 1 on "
            f"{paired.first_only:,}: {_chance(paired)}."
        )
        low, high = (each * 100 for each in paired.gain_range)
        yield f"Over all rows it may be anything from {low:+.1f} to {high:+.1f} points in 100."
    if standing.unjudged and not column.is_text:
        yield f"On {_rows(len(standing.unjudged))} nobody has said which is right."


def _chance(paired: Paired) -> str:
    figure = (
        f"McNemar, p = {paired.chance:.3f}" if paired.chance >= _LEAST else "McNemar, p < 0.001"
    )
    return f"this is {'not more' if paired.is_noise else 'more'} than noise ({figure})"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
