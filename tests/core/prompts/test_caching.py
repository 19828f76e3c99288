"""The cached form of a request: the same one, with the end of its instructions marked."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.caching import TTLS, Ttl, cached_form
from claude_batch_desk.core.prompts.example import Example, Filled
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import request_builder
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.tables.document import Document
from tests.choices import plain_choices

MODEL = bundled_models()["claude-haiku-5-5"]
RECIPE = Recipe(
    instructions="Say how the writer feels.",
    prompt=Template("Message: {{Message}}"),
    fields=(OutputField("Mood", "choice", plain_choices("happy", "angry")),),
    model=MODEL.id,
)
MARK = b'"cache_control":{"type":"ephemeral","ttl":"1h"}'


@given(st.text(min_size=1), st.text(min_size=1), st.sampled_from(TTLS))
def test_the_form_differs_from_the_request_by_the_mark_alone(
    instructions: str, prompt: str, ttl: Ttl
) -> None:
    recipe = replace(RECIPE, instructions=f"x{instructions}".encode("utf-8", "replace").decode())
    asked = request_builder(recipe, MODEL)(f"x{prompt}".encode("utf-8", "replace").decode())
    plain = orjson.loads(asked.params)
    marked = orjson.loads(cached_form(recipe, MODEL, ttl)(asked.params))

    assert marked["system"][-1].pop("cache_control") == {"type": "ephemeral", "ttl": ttl}
    assert marked == plain
    assert list(marked) == list(plain)


def test_the_mark_is_at_the_end_of_the_instructions_and_before_anything_of_a_row() -> None:
    asked = request_builder(RECIPE, MODEL)("Message: hello")
    form = cached_form(RECIPE, MODEL, "1h")(asked.params)

    assert form.count(MARK) == 1
    assert form.index(b"the writer feels") < form.index(MARK) < form.index(b"hello")


def test_examples_are_cached_with_the_instructions() -> None:
    example = Example((Filled("Message", "thanks"),), (Filled("Mood", "happy"),))
    recipe = replace(RECIPE, examples=(example,))
    asked = request_builder(recipe, MODEL)("Message: hello")
    form = cached_form(recipe, MODEL, "1h")(asked.params)

    assert form.index(b"thanks") < form.index(MARK)


def test_a_document_is_never_before_the_mark() -> None:
    note = Document("note.txt", "text", "text/plain", 5, "ab" * 32, text="Hello there")
    asked = request_builder(RECIPE, MODEL, documents=True)("Message: what?", note)
    form = cached_form(RECIPE, MODEL, "1h", documents=True)(asked.params)

    assert form.count(MARK) == 1
    assert form.index(MARK) < form.index(b"Hello there")


def test_without_instructions_nothing_can_be_cached() -> None:
    with pytest.raises(RecipeError, match="no instructions"):
        cached_form(replace(RECIPE, instructions=" "), MODEL, "1h")


def test_a_request_of_another_recipe_is_not_marked() -> None:
    other = request_builder(replace(RECIPE, instructions="Another one."), MODEL)("Message: hello")
    with pytest.raises(ValueError, match="another recipe"):
        cached_form(RECIPE, MODEL, "1h")(other.params)
