from dataclasses import replace
from decimal import Decimal

import pytest

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.pricing.comparing import compare
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.pricing.estimator import estimate
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.workload import Measured, Workload
from claude_batch_desk.core.prompts.recipe import Recipe
from tests.core.pricing.jobs import BOOK, LABEL

MODELS = bundled_models()
NOTHING = Range(Decimal(0), Decimal(0), Decimal(0), Decimal(0))
RECIPE = replace(LABEL, model="claude-haiku-5-5", max_tokens=2_000)


def made(**changes: object) -> Estimate:
    known = Estimate(
        model=RECIPE.model,
        rows=1_000,
        requests=500,
        batch=NOTHING,
        now=NOTHING,
        input_tokens=500 * 1_000,
        output_tokens=500 * 20,
        counted=40,
        tried=0,
        prices_date="",
        longest_tokens=4_000,
    )
    return replace(known, **changes)  # type: ignore[arg-type] # tests name fields of Estimate


def of(recipe: Recipe, model: str = "claude-haiku-5-5") -> Workload:
    recipe = replace(recipe, model=model)
    return Workload(MODELS[model], recipe, 2_000, 100, [4_000] * 100, 1_000, 300)


def test_the_price_of_the_chosen_model_is_that_of_the_estimate() -> None:
    known = estimate(of(RECIPE), Measured(), BOOK)
    price = compare(known, RECIPE, MODELS.values(), BOOK).models[RECIPE.model]
    assert price.expected == pytest.approx(known.batch.expected * 10, rel=Decimal("0.001"))


@pytest.mark.parametrize("model", ["claude-sonnet-5-5", "claude-opus-5-5", "claude-opus-4-8"])
def test_the_price_of_another_model_is_what_its_own_estimate_says(model: str) -> None:
    known = estimate(of(RECIPE), Measured(), BOOK)
    other = estimate(of(RECIPE, model), Measured(), BOOK)
    price = compare(known, RECIPE, MODELS.values(), BOOK).models[model]
    assert price.expected == pytest.approx(other.batch.expected * 10, rel=Decimal("0.001"))


def test_an_older_model_counts_fewer_tokens_for_the_same_text() -> None:
    known = made(output_tokens=0)
    prices = compare(known, RECIPE, MODELS.values(), BOOK).models
    newer, older = prices["claude-opus-5"].expected, prices["claude-opus-4-6"].expected
    assert older < newer * Decimal("0.85")


def test_rows_that_share_a_request_cost_less_each() -> None:
    twins = compare(made(), RECIPE, MODELS.values(), BOOK).models[RECIPE.model]
    alone = compare(made(rows=500), RECIPE, MODELS.values(), BOOK).models[RECIPE.model]
    assert alone.expected == twins.expected * 2


def test_only_prompts_that_may_reach_a_dearer_tier_have_two_prices() -> None:
    short = compare(made(), RECIPE, MODELS.values(), BOOK).models
    long = compare(made(longest_tokens=150_000), RECIPE, MODELS.values(), BOOK).models
    assert short[RECIPE.model].highest == short[RECIPE.model].expected
    assert long[RECIPE.model].highest > 4 * long[RECIPE.model].expected
    assert long["claude-sonnet-5-5"].highest == long["claude-sonnet-5-5"].expected


def test_more_effort_costs_more_where_the_model_thinks() -> None:
    recipe = replace(RECIPE, thinking=True, max_tokens=60_000)
    efforts = compare(made(), recipe, MODELS.values(), BOOK).efforts
    amounts = [efforts[each].expected for each in ("low", "medium", "high", "xhigh", "max")]
    assert amounts == sorted(amounts)
    assert len({*amounts}) == len(amounts)


def test_the_highest_efforts_think_unasked_and_cost_it() -> None:
    recipe = replace(RECIPE, max_tokens=60_000)
    efforts = compare(made(), recipe, MODELS.values(), BOOK).efforts
    assert efforts["max"].expected > efforts["xhigh"].expected > 2 * efforts["high"].expected


def test_thinking_costs_more_than_none() -> None:
    found = compare(made(), RECIPE, MODELS.values(), BOOK)
    assert found.thinking is not None
    assert found.no_thinking is not None
    assert found.thinking.expected > found.no_thinking.expected


def test_measured_answers_are_carried_over_to_less_thinking_in_proportion() -> None:
    recipe = replace(RECIPE, thinking=True, max_tokens=60_000)
    known = made(output_tokens=500 * 5_000, tried=20)
    found = compare(known, recipe, MODELS.values(), BOOK)
    assert found.no_thinking is not None
    assert found.thinking is not None
    assert 0 < found.no_thinking.expected < found.thinking.expected / 5


def test_what_has_no_known_price_is_left_out() -> None:
    strange = replace(MODELS["claude-haiku-5-5"], id="claude-nobody-9")
    found = compare(made(), RECIPE, [*MODELS.values(), strange], BOOK)
    assert "claude-nobody-9" not in found.models
    own = PriceBook({"claude-nobody-9": PriceOverride(Decimal(1), Decimal(2))})
    assert "claude-nobody-9" in compare(made(), RECIPE, [*MODELS.values(), strange], own).models


def test_nothing_is_said_of_rows_that_are_all_answered() -> None:
    assert compare(made(already_answered=500), RECIPE, MODELS.values(), BOOK).models == {}


def test_the_estimate_tells_what_is_shared_and_the_longest() -> None:
    work = replace(of(RECIPE), sizes=[400, 800, 4_000])
    known = estimate(work, Measured(counted={0: 400, 1: 500, 2: 1_300}), BOOK)
    assert known.shared_tokens == 300
    assert known.longest_tokens == 1_300
    guessed = estimate(replace(work, fixed_tokens=None), Measured(), BOOK)
    assert guessed.longest_tokens == round((4_000 + 1_600) * guessed.tokens_per_byte)
