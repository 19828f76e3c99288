from dataclasses import replace

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.pricing.estimator import estimate
from claude_batch_desk.core.pricing.sizing import about_shared_tokens, about_tokens
from claude_batch_desk.core.pricing.workload import Measured, Workload
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import request_builder
from tests.core.pricing.jobs import BOOK, LABEL

MODEL = bundled_models()["claude-haiku-5-5"]
RECIPE = replace(LABEL, model=MODEL.id, instructions="Sort it. " * 100).with_prompt("{{Text}}")


def test_bytes_decide_not_characters() -> None:
    assert about_tokens("ж" * 100) == about_tokens("zz" * 100)


def test_a_measured_rate_goes_before_the_rule_of_thumb() -> None:
    assert about_tokens("a" * 100, 0.5) == 50


def test_what_is_shared_is_what_an_uncounted_estimate_says() -> None:
    empty = request_builder(RECIPE, MODEL)(".")
    work = Workload(MODEL, RECIPE, 1_000, 1, [100], len(empty.params))
    known = estimate(work, Measured(), BOOK).shared_tokens
    assert abs(about_shared_tokens(RECIPE, MODEL) - known) <= known // 20


def test_a_recipe_that_cannot_be_asked_yet_has_its_instructions() -> None:
    blank = Recipe(instructions="Sort it. " * 100)
    assert about_shared_tokens(blank, MODEL) == about_tokens(blank.instructions)
    assert about_shared_tokens(RECIPE, None) == about_tokens(RECIPE.instructions)
