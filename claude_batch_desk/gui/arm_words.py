"""Recipes that are put side by side, and how they compare, in the words of the window."""

from collections.abc import Iterator
from decimal import Decimal

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.quality.contests import Amount, ArmResult, ContestResult
from claude_batch_desk.core.jobs.quality.telling import percent
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.versions import differences
from claude_batch_desk.core.quality.agreeing import Column, Standing
from claude_batch_desk.core.quality.comparing import Mean, Paired
from claude_batch_desk.core.quality.intervals import Share
from claude_batch_desk.gui.wording import money, requests_words, rows_words

_LEAST_CHANCE = 0.001


def _tr(text: str) -> str:
    return QCoreApplication.translate("arm_words", text)


def effort_name(effort: str) -> str:
    """An effort in a word or two."""
    return {
        "": _tr("default effort"),
        "low": _tr("low effort"),
        "medium": _tr("medium effort"),
        "high": _tr("high effort"),
        "xhigh": _tr("very high effort"),
        "max": _tr("highest effort"),
    }[effort]


def arm_name(recipe: Recipe, model: OfferedModel) -> str:
    """A recipe by what answers it; "Haiku 5.5, low effort, thinking"."""
    named = [model.name.removeprefix("Claude ")]
    if recipe.effort:
        named.append(effort_name(recipe.effort))
    if recipe.thinking:
        named.append(_tr("thinking"))
    return ", ".join(named)


def arm_names(found: ContestResult) -> list[str]:
    """A name for each, by which sentences tell them apart."""
    names = []
    for at, result in enumerate(found.arms):
        name = arm_name(result.arm.recipe, result.model)
        if at and _texts_that_differ(found, at):
            prompt = _tr("another prompt")
            if result.arm.version:
                prompt = _tr("version %1").replace("%1", f"{result.arm.version:,}")
            name = f"{name}, {prompt}"
        names.append(name)
    return names


def _texts_that_differ(found: ContestResult, at: int) -> list[str]:
    """The parts of the recipe, beside what answers it, in which it differs from the first."""
    first, arm = found.contest.arms[0], found.contest.arms[at]
    changed = [each.part for each in differences(first.recipe, arm.recipe)]
    return [each for each in changed if each not in _ASKING]


def arm_about(found: ContestResult, at: int) -> str:
    """What else tells a recipe from the first, such as its version of the prompt."""
    if at == 0:
        if found.changed:
            return _tr("As the job was when this was compared")
        return _tr("As the job is now")
    if texts := _texts_that_differ(found, at):
        return _tr("Differs in: %1").replace("%1", ", ".join(texts).lower())
    return _tr("The same prompt")


_ASKING = ("Model", "Effort", "Thinks first", "Most tokens")


def amount_words(amount: Amount) -> str:
    """An amount with its range; "$1.20 ($1.10 to $1.30)"."""
    if amount.low == amount.high:
        return money(amount.expected)
    told = _tr("%1 (%2 to %3)").replace("%1", money(amount.expected))
    return told.replace("%2", money(max(amount.low, Decimal(0)))).replace(
        "%3", money(amount.high, up=True)
    )


def accuracy_words(accuracy: Mean) -> str:
    """A share with its range; "90 % (79 to 96 %)"."""
    told = _tr("%1 (%2 to %3)").replace("%1", percent(accuracy.value))
    told = told.replace("%2", percent(accuracy.low).removesuffix(" %"))
    return told.replace("%3", percent(accuracy.high))


def verdicts(found: ContestResult, column: Column, names: list[str]) -> Iterator[str]:
    """What there is to say of each but the first, in sentences."""
    for at in range(1, len(found.arms)):
        told = [*_agreeing(column, at, names), saving_words(found.arms[at], found.requests)]
        yield " ".join(each for each in told if each)
    if found.noise:
        place = found.columns.index(column)
        share = found.noise[place]
        yield noise_words(share, names[0])


def noise_words(share: Share, name: str) -> str:
    """What asking the same a second time has shown."""
    told = _tr("Asked a second time, %1 says something else on %2 of %3: so much is chance.")
    if share.hits == share.rows:
        told = _tr("Asked a second time, %1 says the same on all %3.")
    told = told.replace("%2", f"{share.rows - share.hits:,}")
    return told.replace("%3", rows_words(share.rows)).replace("%1", name)


def _agreeing(column: Column, at: int, names: list[str]) -> Iterator[str]:
    standing = column.standings[at]
    shared = standing.agreement
    if not shared.rows:
        yield _tr("%1 has answered no row yet.").replace("%1", names[at])
        return
    if shared.hits == shared.rows:
        told = _tr("%1 says the same as %2 on all %3, so that neither is better on these.")
    else:
        told = _tr("%1 says the same as %2 on %4 of %3.")
    told = told.replace("%4", f"{shared.hits:,}").replace("%3", rows_words(shared.rows))
    yield told.replace("%2", names[0]).replace("%1", names[at])
    if shared.hits == shared.rows:
        return
    if column.is_text:
        yield _tr("Whether texts in other words say the same is for you to judge.")
    if standing.paired is not None:
        yield from _judged(column, at, names, standing.paired)
    if not column.is_text:
        yield _unjudged(standing)


def _unjudged(standing: Standing) -> str:
    count = len(standing.unjudged)
    if not count:
        return ""
    if standing.paired is None:
        told = _tr("Nobody has said yet what is right there: label these %1 to know.")
        if count == 1:
            told = _tr("Nobody has said yet what is right there: label this row to know.")
        return told.replace("%1", rows_words(count))
    return _tr("%1 where they differ are not labelled yet.").replace("%1", rows_words(count))


def _judged(column: Column, at: int, names: list[str], paired: Paired) -> Iterator[str]:
    first, other = column.standings[0].right, column.standings[at].right
    if first.rows == other.rows == paired.rows:
        told = _tr("Of %1 with a right answer, it is right on %2, %4 on %3:")
        told = told.replace("%1", rows_words(paired.rows)).replace("%2", f"{other.hits:,}")
        told = told.replace("%3", f"{first.hits:,}")
    else:
        told = _tr("Where they differ, it is right on %2 and %4 on %3:")
        told = told.replace("%2", f"{paired.second_only:,}")
        told = told.replace("%3", f"{paired.first_only:,}")
    yield f"{told.replace('%4', names[0])} {chance_words(paired)}"
    low, high = (round(each * 100, 1) for each in paired.gain_range)
    told = _tr("Over all rows it may be anything from %1 to %2, in points of 100.")
    yield told.replace("%1", _points(low)).replace("%2", _points(high))
    if paired.more_to_tell:
        told = _tr("If it goes on like this, %1 more would tell.")
        yield told.replace("%1", rows_words(paired.more_to_tell))


def chance_words(paired: Paired) -> str:
    """Whether chance alone may have made the difference, with the figure for those who ask."""
    chance = paired.chance
    told = _tr("this is more than noise (McNemar, %1).")
    if paired.is_noise:
        told = _tr("this is not more than noise (McNemar, %1).")
    figure = f"p = {chance:.2f}" if paired.is_noise else f"p = {chance:.3f}"
    if chance < _LEAST_CHANCE:
        figure = f"p < {_LEAST_CHANCE}"
    return told.replace("%1", figure.replace(" ", "\N{NO-BREAK SPACE}"))


def _points(value: float) -> str:
    if value > 0:
        return _tr("%1 better").replace("%1", f"{value:g}")
    return _tr("%1 worse").replace("%1", f"{-value:g}") if value < 0 else "0"


def saving_words(result: ArmResult, requests: int) -> str:
    """What it saves on the whole job, or costs more; "" where that is not known."""
    saving = result.saving
    if saving is None or not saving.expected:
        return ""
    if saving.low < 0 < saving.high:
        apart = max(-saving.low, saving.high)
        told = _tr("On this job of %2 it costs about the same, give or take %1.")
        return told.replace("%2", requests_words(requests)).replace("%1", money(apart, up=True))
    if saving.expected > 0:
        told, shown = _tr("It saves %1 on this job of %2."), saving
    else:
        told = _tr("It costs %1 more on this job of %2.")
        shown = Amount(-saving.expected, -saving.high, -saving.low)
    told = told.replace("%2", requests_words(requests))
    return told.replace("%1", amount_words(shown))
