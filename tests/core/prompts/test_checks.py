"""What the service would refuse of a recipe is found before anything is sent."""

from dataclasses import replace
from typing import Any

import pytest

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.prompts.checks import NotSendable, refusals, schema_faults
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import shared_params
from claude_batch_desk.core.prompts.template import Template

HAIKU = bundled_models()["claude-haiku-5-5"]
RECIPE = Recipe(prompt=Template("Sort {{Message}}"), fields=(OutputField("Why"),), model=HAIKU.id)


def closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def test_a_good_recipe_is_not_refused() -> None:
    assert refusals(RECIPE, HAIKU) == ()


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = replace(RECIPE, prompt=Template(" "), effort="huge", max_tokens=200_000)
    found = refusals(wrong, HAIKU)
    assert [each.text.split(".")[0] for each in found] == [
        "The prompt is empty",
        "Claude Haiku 5",
        "Claude Haiku 5",
    ]
    assert {(each.tone, each.place) for each in found} == {("stop", "prompt")}
    with pytest.raises(NotSendable) as raised:
        shared_params(wrong, HAIKU)
    assert raised.value.concerns == found


def test_a_prompt_without_a_column_is_refused_unless_rows_have_documents() -> None:
    same = replace(RECIPE, prompt=Template("Sort it"))
    [refusal] = refusals(same, HAIKU)
    assert "names no column" in refusal.text
    assert refusals(same, HAIKU, documents=True) == ()


def test_answer_columns_need_a_model_that_can_be_held_to_them() -> None:
    [refusal] = refusals(RECIPE, replace(HAIKU, structured_outputs=False))
    assert "cannot be held to answer columns" in refusal.text


@pytest.mark.parametrize("model_id", bundled_models())
def test_every_effort_of_a_model_is_taken_and_no_other(model_id: str) -> None:
    model = bundled_models()[model_id]
    free = replace(RECIPE, fields=())
    for effort in ("", "low", "medium", "high", "xhigh", "max"):
        refused = bool(refusals(replace(free, effort=effort), model))
        assert refused is bool(effort and effort not in model.efforts)


def test_the_schema_of_answer_columns_is_within_what_the_service_takes() -> None:
    fields = tuple(OutputField(f"Column {at}", may_be_unknown=True) for at in range(16))
    params = shared_params(replace(RECIPE, fields=fields), HAIKU)
    assert schema_faults(params["output_config"]["format"]["schema"]) == ()


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ({"type": "integer", "minimum": 1}, "the answer, a: minimum is not taken"),
        ({"type": "string", "maxLength": 9}, "maxLength is not taken"),
        ({"type": "object", "properties": {}}, "additionalProperties must be false"),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, "minItems may be 0 or 1"),
        ({"type": "array", "items": {"multipleOf": 2}}, "the answer, a, each: multipleOf"),
        ({"type": "string", "format": "postcode"}, "the format postcode is not known"),
        ({"enum": [["a"]]}, "only plain values can be listed"),
        ({"$ref": "https://example.org/a.json"}, "a reference must stay inside"),
        ({"anyOf": [{"type": "null"}, {"exclusiveMaximum": 3}]}, "exclusiveMaximum is not taken"),
    ],
)
def test_what_the_service_does_not_take_of_a_schema_is_found(
    inner: dict[str, Any], said: str
) -> None:
    [fault] = schema_faults(closed({"a": inner}))
    assert said in fault


def test_too_many_parts_of_several_types_are_found() -> None:
    either = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert schema_faults(closed({str(at): either for at in range(16)})) == ()
    assert schema_faults(closed({str(at): either for at in range(17)})) == (
        "17 of its parts may be of several types; 16 may",
    )


def test_too_many_parts_that_may_be_left_out_are_found() -> None:
    parts = {str(at): {"type": "string"} for at in range(25)}
    assert schema_faults({**closed(parts), "required": []}) == (
        "25 of its parts may be left out; 24 may",
    )
