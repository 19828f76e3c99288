"""Whatever passes our own checks, the stand-in takes, on every model, in a batch and at once."""

from dataclasses import replace
from itertools import product
from typing import Any

import orjson
import pytest

from claude_batch_desk.core.catalogue import EFFORTS, OfferedModel, bundled_models
from claude_batch_desk.core.prompts.checks import refusals, schema_faults
from claude_batch_desk.core.prompts.fields import FIELD_KINDS, OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import request_builder, shared_params
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.practice.validation import Setting, validate
from claude_batch_desk.practice.wire import ApiError
from tests.choices import plain_choices

FIELDS = tuple(
    OutputField(
        f"Column of {kind}",
        kind,
        plain_choices("good", "bad") if kind.startswith("choice") else (),
        may_be_unknown=True,
        companions=("reason", "quote", "confidence"),
    )
    for kind in FIELD_KINDS
)
RECIPE = Recipe(instructions="Sort it.", prompt=Template("Sort {{Message}}"))
OFFERED = [each for each in bundled_models().values() if each.batch]


def recipes(model: OfferedModel) -> list[Recipe]:
    """Every choice a person has on the Prompt page that the model decides about."""
    choices = product(("", *EFFORTS), (False, True), ((), FIELDS), (0, model.max_tokens))
    return [
        replace(
            RECIPE,
            model=model.id,
            effort=effort,
            thinking=thinking,
            fields=fields,
            max_tokens=most,
        )
        for effort, thinking, fields, most in choices
    ]


def test_every_kind_of_answer_column_is_within_what_the_service_documents() -> None:
    params = shared_params(replace(RECIPE, fields=FIELDS), OFFERED[0])
    assert schema_faults(params["output_config"]["format"]["schema"]) == ()


def counted(params: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in params.items() if key != "max_tokens"}


@pytest.mark.parametrize("model", OFFERED, ids=lambda each: each.id)
def test_what_passes_our_checks_is_taken(model: OfferedModel) -> None:
    sent = 0
    for recipe in recipes(model):
        if not refusals(recipe, model):
            params = orjson.loads(request_builder(recipe, model)("Hello").params)
            validate(params, Setting(batch=True))
            validate(params, Setting())
            validate(counted(params), Setting(counting=True))
            sent += 1
    assert sent


@pytest.mark.parametrize("model", OFFERED, ids=lambda each: each.id)
def test_what_our_checks_refuse_would_be_refused(model: OfferedModel) -> None:
    """They are not stricter than the service either."""
    for effort in set(EFFORTS) - set(model.efforts):
        recipe = replace(RECIPE, model=model.id, effort=effort)
        assert refusals(recipe, model)
        params = shared_params(replace(recipe, effort=""), model)
        params["messages"] = [{"role": "user", "content": "Hello"}]
        params["output_config"] = {"effort": effort}
        with pytest.raises(ApiError):
            validate(params, Setting(batch=True))
