"""A request is the exact JSON that is sent, within what its model takes."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.fields import (
    MAX_FIELDS,
    OutputField,
    check_fields,
    field_keys,
)
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import (
    UnsentRequest,
    proposed_max_tokens,
    request_builder,
)
from claude_batch_desk.core.prompts.schema import answer_schema
from claude_batch_desk.core.prompts.template import Template
from tests.choices import plain_choices

MODELS = bundled_models()
HAIKU = MODELS["claude-haiku-5-5"]
RECIPE = Recipe(instructions="Be brief.", prompt=Template("{{a}}"), model=HAIKU.id)


def params(recipe: Recipe = RECIPE, prompt: str = "Hello", model: Any = HAIKU) -> dict[str, Any]:
    read: dict[str, Any] = orjson.loads(request_builder(recipe, model)(prompt).params)
    return read


def test_instructions_and_prompt_travel_apart() -> None:
    sent = params()
    assert sent["system"] == [{"type": "text", "text": "Be brief."}]
    assert sent["messages"] == [{"role": "user", "content": "Hello"}]
    assert "system" not in params(replace(RECIPE, instructions="  "))


@given(text=st.text(alphabet=st.characters(codec="utf-8")).filter(str.strip))
def test_any_prompt_is_one_user_turn_and_comes_back_exactly(text: str) -> None:
    assert params(prompt=text)["messages"] == [{"role": "user", "content": text}]


@pytest.mark.parametrize("prompt", ["", " \n"])
def test_an_empty_prompt_is_not_sent_as_the_service_takes_none(prompt: str) -> None:
    request = request_builder(RECIPE, HAIKU)(prompt)
    assert isinstance(request, UnsentRequest)
    assert "cells are empty" in request.reason


def test_the_same_prompt_is_the_same_request_from_any_builder() -> None:
    first, second = (request_builder(RECIPE, HAIKU)("Hello") for _ in range(2))
    assert first == second
    assert first.sha256 != request_builder(RECIPE, HAIKU)("Hello ").sha256


def test_answer_columns_become_a_schema_the_service_takes() -> None:
    fields = (
        OutputField("Mood", "choice", plain_choices("happy", "angry"), "How the writer feels"),
        OutputField("Score", "number", may_be_unknown=True),
        OutputField("Refund?", "boolean"),
        OutputField("理由"),
    )
    schema = params(replace(RECIPE, fields=fields))["output_config"]["format"]["schema"]
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"]) == list(field_keys(fields))
    assert schema["properties"]["mood"]["enum"] == ["happy", "angry"]
    assert schema["properties"]["score"]["anyOf"] == [{"type": "number"}, {"type": "null"}]
    assert field_keys(fields)[3] == "answer_4"


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: str(model.id))
def test_thinking_is_asked_for_only_as_the_model_takes_it(model: Any) -> None:
    for thinking in (False, True):
        sent = params(replace(RECIPE, model=model.id, thinking=thinking), model=model)
        if "thinking" in sent:
            assert sent["thinking"]["type"] in model.thinking
        assert sent["max_tokens"] <= model.max_tokens
        assert not {"temperature", "top_p", "top_k"} & set(sent)


@pytest.mark.parametrize("effort", ["xhigh", "max"])
def test_thinking_is_never_turned_off_at_an_effort_that_needs_it(effort: str) -> None:
    for model in MODELS.values():
        if effort in model.efforts:
            sent = params(replace(RECIPE, model=model.id, effort=effort), model=model)
            assert "thinking" not in sent
            assert sent["output_config"]["effort"] == effort


def test_room_for_thinking_is_left_where_it_cannot_be_turned_off() -> None:
    always = next(each for each in MODELS.values() if each.thinking and not each.least_thinking)
    assert proposed_max_tokens(RECIPE, always) > proposed_max_tokens(RECIPE, HAIKU)
    thinking = replace(RECIPE, thinking=True)
    assert proposed_max_tokens(thinking, HAIKU) > proposed_max_tokens(RECIPE, HAIKU)


def test_an_effort_that_thinks_unasked_gets_room_for_it() -> None:
    harder = replace(RECIPE, effort="max")
    assert proposed_max_tokens(harder, HAIKU) > proposed_max_tokens(RECIPE, HAIKU)
    assert proposed_max_tokens(replace(RECIPE, effort="high"), HAIKU) == proposed_max_tokens(
        RECIPE, HAIKU
    )


def test_a_recipe_beyond_its_model_is_refused_before_it_is_sent() -> None:
    with pytest.raises(RecipeError, match="prompt is empty"):
        params(replace(RECIPE, prompt=Template(" ")))
    with pytest.raises(RecipeError, match="names no column"):
        params(replace(RECIPE, prompt=Template("Say hello")))
    with pytest.raises(RecipeError, match="output tokens"):
        params(replace(RECIPE, max_tokens=HAIKU.max_tokens + 1))
    with pytest.raises(RecipeError, match="does not know the effort"):
        params(replace(RECIPE, effort="max"), model=replace(HAIKU, efforts=("low",)))
    fields = (OutputField("Mood"),)
    with pytest.raises(RecipeError, match="cannot be held to answer columns"):
        params(replace(RECIPE, fields=fields), model=replace(HAIKU, structured_outputs=False))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ((OutputField(" "),), "has no name"),
        ((OutputField("A"), OutputField("a ")), "Two answer columns"),
        ((OutputField("A", "choice", plain_choices("x")),), "at least two"),
        ((OutputField("A", "choice", plain_choices("x", " ")),), "empty value"),
        ((OutputField("A", "choice", plain_choices("x", "X ")),), "same value twice"),
        (tuple(OutputField(str(n)) for n in range(MAX_FIELDS + 1)), "at most"),
    ],
)
def test_answer_columns_that_cannot_be_asked_for_are_named(
    fields: tuple[OutputField, ...], said: str
) -> None:
    with pytest.raises(RecipeError, match=said):
        check_fields(fields)


@given(names=st.lists(st.text(min_size=1), max_size=MAX_FIELDS, unique=True))
def test_every_column_has_a_key_of_its_own(names: list[str]) -> None:
    fields = [OutputField(name) for name in names]
    keys = field_keys(fields)
    assert len(set(keys)) == len(fields)
    assert set(answer_schema(fields)["properties"]) == set(keys)
    assert all(key.isascii() and 0 < len(key) <= 64 for key in keys)
