"""Arms: what recipes that are put side by side ask of the same rows, its price, and its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.freezing import answer_of_trial
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.buying import purchase_of
from claude_batch_desk.core.jobs.packing import Packing, Stop
from claude_batch_desk.core.jobs.plan import Prompted
from claude_batch_desk.core.jobs.store.answer_store import Trial
from claude_batch_desk.core.jobs.store.arm_store import Arm
from claude_batch_desk.core.jobs.trials.drawing import Drawing
from claude_batch_desk.core.jobs.trials.pricing import trial_price
from claude_batch_desk.core.jobs.trying import buy_each
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.pricing.usage import usage_from
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import Request, proposed_max_tokens
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import read_message
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.tables.table import Table


def variant(
    recipe: Recipe, model: OfferedModel, effort: str = "", *, thinking: bool = False
) -> Recipe:
    """The same recipe asked of another model, as far as that knows such an effort and length."""
    return replace(
        recipe,
        model=model.id,
        effort=effort if effort in model.efforts else "",
        thinking=thinking and "adaptive" in model.thinking,
        max_tokens=min(recipe.max_tokens, model.max_tokens),
    )


@dataclass(frozen=True)
class AskedArm:
    """A recipe, and what it asks of rows."""

    arm: Arm
    job: Job
    """The job as it would be with this recipe."""
    model: OfferedModel
    asked: tuple[Prompted, ...]
    """In table order; rows that it cannot ask about are not there."""

    def price(self, ground: Ground, report: Report) -> Range:
        """What answering these rows at once will cost (USD); what is bought costs nothing."""
        counting = ground.counting(self.job)
        return trial_price(counting, ground.prices, self.job, self.model, self.asked, report)

    def price_again(self, ground: Ground, trials: Mapping[str, Trial], first: Range) -> Range:
        """What asking a second time will cost (USD), where asking at all will cost `first`.

        What has an answer is expected to cost as much as that did.
        """
        twice = ground.stores.arms.asked_again(self.job.id)
        price, most = first, first.ceiling
        room = self.job.recipe.max_tokens or proposed_max_tokens(self.job.recipe, self.model)
        for request in {each.request.sha256 for each in self.asked} - twice.keys():
            if request not in trials:
                continue
            usage = usage_from(orjson.loads(trials[request].raw)["usage"])
            cost = ground.prices.total(usage, self.model.id, "now")
            most += ground.prices.total(replace(usage, output=room), self.model.id, "now")
            price = Range(price.low + cost, price.expected + cost, price.high + cost, most)
        return price

    def ask_again(self, ground: Ground, gateway: Gateway, report: Report) -> None:
        """Have each request answered a second time, but for those that were."""
        stores, stop = ground.stores, Stop()
        packing = Packing(stores.uploads, gateway)
        purchase = purchase_of(self.job, ground.prices, "trial")

        def buy(request: Request) -> None:
            raw = packing.answer(request, stop.hear).message
            usage = read_message(orjson.loads(raw), self.job.recipe.fields).usage
            stores.arms.keep_again(self.job.id, request.sha256, raw, purchase, usage)

        twice = stores.arms.asked_again(self.job.id)
        fresh = {each.request.sha256: each.request for each in self.asked}
        calls = [partial(buy, request) for known, request in fresh.items() if known not in twice]
        buy_each(calls, stop, report)

    def answers(self, trials: Mapping[str, Trial]) -> dict[int, Answer]:
        """The answers that are here, by row; `trials` are those of the job by their SHA-256."""
        return {
            each.row: answer_of_trial(trials[each.request.sha256], self.job, each.request)
            for each in self.asked
            if each.request.sha256 in trials
        }


def ask(
    ground: Ground, job: Job, table: Table, arm: Arm, rows: Sequence[int], report: Report
) -> AskedArm:
    """What a recipe asks of these ascending rows; raises RecipeError where it cannot be asked."""
    with_it = replace(job, recipe=arm.recipe, version=arm.version)
    model = ground.model(with_it, report)
    asked = Drawing(ground, with_it, table, model).asked(rows)
    return AskedArm(arm, with_it, model, tuple(asked))
