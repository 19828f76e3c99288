"""Every shape of answer column is one the service accepts, and comes back from its file."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import EFFORTS, bundled_models
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.checks import refusals
from claude_batch_desk.core.prompts.fields import (
    COMPANIONS,
    FIELD_KINDS,
    LONGEST_SCALE,
    MAX_CHOICES,
    MAX_FIELDS,
    MAX_UNIONS,
    Choice,
    OutputField,
    check_fields,
    columns_of,
)
from claude_batch_desk.core.prompts.recipe import Recipe, parse_recipe, recipe_text
from claude_batch_desk.core.prompts.request import request_builder
from claude_batch_desk.core.prompts.schema import answer_schema, asked_for
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.results.columns import read_columns
from claude_batch_desk.practice.answers import answer_text
from claude_batch_desk.practice.schemas import check_schema
from claude_batch_desk.practice.validation import Setting, validate
from tests.choices import plain_choices
from tests.core.prompts.documented_schema import faults

MODELS = tuple(bundled_models().values())
WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=12)
ENDS = st.integers(-50, 50)
FIELD = st.builds(
    OutputField,
    name=WORDS,
    kind=st.sampled_from(FIELD_KINDS),
    choices=st.lists(st.builds(Choice, WORDS, WORDS), max_size=5).map(tuple),
    description=WORDS,
    may_be_unknown=st.booleans(),
    low=ENDS,
    high=ENDS,
    companions=st.sets(st.sampled_from(COMPANIONS)).map(
        lambda some: tuple(each for each in COMPANIONS if each in some)
    ),
)
FIELDS = st.lists(FIELD, min_size=1, max_size=26).map(tuple)
MOOD = OutputField(
    "Mood", "choice", plain_choices("good", "bad"), companions=("reason", "quote", "confidence")
)


def usable(fields: tuple[OutputField, ...]) -> tuple[OutputField, ...]:
    """Those of the fields that can be asked for together."""
    kept: list[OutputField] = []
    for field in fields:
        try:
            check_fields([*kept, field])
        except RecipeError:
            continue
        kept.append(field)
    return tuple(kept)


@given(FIELDS)
def test_whatever_the_form_lets_through_is_a_schema_the_service_takes(
    fields: tuple[OutputField, ...],
) -> None:
    asked = usable(fields)
    schema = answer_schema(asked)
    check_schema(schema)
    assert faults(schema) == []
    assert list(schema["properties"]) == schema["required"]
    assert len(schema["properties"]) == len(columns_of(asked))


@given(fields=FIELDS, effort=st.sampled_from(("", *EFFORTS)), thinking=st.booleans(), about=WORDS)
def test_whatever_the_form_lets_through_is_taken_by_every_model(
    fields: tuple[OutputField, ...], effort: str, about: str, *, thinking: bool
) -> None:
    recipe = Recipe(
        instructions=about,
        prompt=Template("{{a}}"),
        fields=usable(fields),
        effort=effort,
        thinking=thinking,
    )
    for model in MODELS:
        asked = replace(recipe, model=model.id)
        able = model.structured_outputs or not asked.fields
        if not able or effort not in ("", *model.efforts):
            assert refusals(asked, model)
        elif model.batch:
            sent = orjson.loads(request_builder(asked, model)("text").params)
            validate(sent, Setting(batch=True))
            if asked.fields:
                assert faults(sent["output_config"]["format"]["schema"]) == []


def test_the_fullest_form_there_can_be_is_taken_by_every_model() -> None:
    choices = tuple(Choice(f"value {at}", "ä" * 20) for at in range(MAX_CHOICES))
    fields = tuple(
        OutputField(
            f"Column {at}",
            FIELD_KINDS[at % len(FIELD_KINDS)],
            choices,
            "So long. " * 50,
            may_be_unknown=at < MAX_UNIONS,
            high=LONGEST_SCALE,
            companions=COMPANIONS,
        )
        for at in range(MAX_FIELDS)
    )
    assert usable(fields) == fields
    for model in MODELS:
        if model.structured_outputs and model.batch:
            recipe = Recipe(prompt=Template("{{a}}"), fields=fields, model=model.id)
            sent = orjson.loads(request_builder(recipe, model)("text").params)
            validate(sent, Setting(batch=True))
            assert faults(sent["output_config"]["format"]["schema"]) == []


@pytest.mark.parametrize(
    "node",
    [
        {"type": "integer", "minimum": 1},
        {"type": "string", "maxLength": 9},
        {"type": "string", "format": "postcode"},
        {"type": "string", "enum": ["a", "a"]},
        {"type": "integer", "enum": [True]},
        {"type": "array", "items": {"type": "string"}, "minItems": 2},
        {"type": "object", "properties": {}},
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}, {"multipleOf": 2}]},
    ],
)
def test_a_schema_that_is_not_documented_is_found(node: dict[str, Any]) -> None:
    whole = {"type": "object", "properties": {"a": node}, "additionalProperties": False}
    assert faults(whole)


@given(FIELDS)
def test_a_practice_answer_to_any_columns_is_read_without_complaint(
    fields: tuple[OutputField, ...],
) -> None:
    asked = usable(fields)
    text = answer_text(
        "", "<m>\nWe paid 12 euros on 2024-05-06. It works.\n</m>", answer_schema(asked)
    )
    columns = read_columns(text, asked)
    assert columns.reason == ""
    assert len(columns.values) == len(columns_of(asked))


@given(FIELD)
def test_any_answer_column_comes_back_from_its_file(field: OutputField) -> None:
    scaled = field if field.kind == "score" else OutputField(**{**vars(field), "low": 1, "high": 5})
    recipe = Recipe(prompt=Template("{{a}}"), fields=(scaled,), model="m")
    assert parse_recipe(recipe_text(recipe)) == recipe


@pytest.mark.parametrize("model", [m for m in bundled_models().values() if m.structured_outputs])
def test_all_kinds_at_once_can_be_asked_of_every_model(model: Any) -> None:
    fields = tuple(
        OutputField(kind, kind, plain_choices("a", "b"), companions=COMPANIONS)
        for kind in FIELD_KINDS
    )
    build = request_builder(Recipe(prompt=Template("{{a}}"), fields=fields, model=model.id), model)
    sent = orjson.loads(build("text").params)
    check_schema(sent["output_config"]["format"]["schema"])


def test_what_leads_to_a_value_is_answered_before_it_and_read_behind_it() -> None:
    asked = list(answer_schema([MOOD])["properties"])
    assert asked == ["mood_quote", "mood_reason", "mood", "mood_confidence"]
    headers = [column.header for column in columns_of([MOOD])]
    assert headers == ["Mood", "Mood reason", "Mood quote", "Mood confidence"]
    assert [header for header, _ in asked_for([MOOD])][2] == "Mood"


def test_the_model_is_told_what_each_allowed_value_means() -> None:
    field = OutputField(
        "Team", "choice", (Choice("A", "charges,\nrefunds"), Choice("B")), "Who acts"
    )
    about = answer_schema([field])["properties"]["team"]["description"]
    assert about == "Team. Who acts.\n- A: charges, refunds"


def test_a_column_called_like_a_companion_of_another_keeps_a_key_of_its_own() -> None:
    keys = [column.key for column in columns_of([MOOD, OutputField("mood-reason")])]
    assert len(set(keys)) == len(keys)


def test_an_older_recipe_with_plain_values_still_opens() -> None:
    text = (
        'recipe_version = 1\nmodel = "m"\nprompt = "{{a}}"\n'
        '[[answer]]\nname = "Mood"\nkind = "choice"\nchoices = ["good", "bad"]\n'
    )
    assert parse_recipe(text).fields == (
        OutputField("Mood", "choice", plain_choices("good", "bad")),
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([OutputField("A", "choices", plain_choices("x", "y; z"))], "semicolons"),
        ([OutputField("A", "score", low=5, high=5)], "end above"),
        ([OutputField("A", "score", low=0, high=101)], "at most 100 steps"),
        ([OutputField("A", companions=("reason",)), OutputField("a Reason")], "a Reason"),
        ([OutputField(str(n), may_be_unknown=True) for n in range(MAX_UNIONS + 1)], "left empty"),
        (
            [OutputField("A", "choice", plain_choices(*map(str, range(MAX_CHOICES + 1))))],
            "at most 200",
        ),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_a_sentence(
    fields: list[OutputField], said: str
) -> None:
    with pytest.raises(RecipeError, match=said):
        check_fields(fields)
