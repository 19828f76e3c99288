"""Examples go into the shared part as a row would be asked and answered, and cannot break it."""

import re
from dataclasses import replace
from pathlib import Path

import hypothesis
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.example import Example, Filled, example_of
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.mapping import mapped
from claude_batch_desk.core.prompts.recipe import (
    Recipe,
    load_recipe,
    parse_recipe,
    recipe_text,
    save_recipe,
    shareable,
)
from claude_batch_desk.core.prompts.request import request_builder
from claude_batch_desk.core.prompts.shared import shared_text
from claude_batch_desk.core.prompts.template import Template
from tests.choices import plain_choices

FIELDS = (
    OutputField("Mood", "choice", plain_choices("happy", "angry"), companions=("reason",)),
    OutputField("Topics", "choices", plain_choices("heat", "water"), may_be_unknown=True),
    OutputField("Stars", "score", may_be_unknown=True),
    OutputField("Sum", "number", may_be_unknown=True),
    OutputField("Paid", "boolean"),
    OutputField("Day", "date", may_be_unknown=True),
)
ANSWERS = {
    "Mood": "HAPPY",
    "Mood reason": "It says so.",
    "Topics": "water; heat",
    "Stars": "4",
    "Sum": "1.10",
    "Paid": "yes",
    "Day": "2026-05-04",
}


def example(message: str = "Hello", **answers: str) -> Example:
    given = {**ANSWERS, **answers}
    return Example((Filled("Message", message),), tuple(Filled(*each) for each in given.items()))


RECIPE = Recipe(
    instructions="Judge the message.",
    prompt=Template("<m>\n{{Message}}\n</m>\nFrom {{Name}}"),
    fields=FIELDS,
    examples=(example(),),
    model="claude-haiku-5-5",
)
WHOLE = """Judge the message.

<examples>
<example>
<prompt>
<m>
Hello
</m>
From
</prompt>
<answer>
{"mood_reason":"It says so.","mood":"happy","topics":["water","heat"],"stars":4,"sum":1.1,\
"paid":true,"day":"2026-05-04"}
</answer>
</example>
</examples>"""


def answer_in(text: str) -> dict[str, object]:
    found = re.search(r"<answer>\n(.*)\n</answer>", text)
    assert found is not None
    read: dict[str, object] = orjson.loads(found[1])
    return read


def test_an_example_is_asked_and_answered_as_a_row_is() -> None:
    assert shared_text(RECIPE) == WHOLE
    params = orjson.loads(request_builder(RECIPE, bundled_models()[RECIPE.model])("x").params)
    assert params["system"] == [{"type": "text", "text": WHOLE}]


def test_without_examples_nothing_is_added_to_the_instructions() -> None:
    assert shared_text(replace(RECIPE, examples=())) == "Judge the message."
    assert shared_text(replace(RECIPE, examples=(), instructions=" ")) == ""
    assert shared_text(replace(RECIPE, instructions="")).startswith("<examples>\n")


def test_what_may_be_unknown_is_null_and_of_several_none() -> None:
    shared = shared_text(replace(RECIPE, examples=(example(Topics="", Stars="", Sum="", Day=""),)))
    answer = answer_in(shared)
    assert (answer["topics"], answer["stars"], answer["sum"], answer["day"]) == (
        [],
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Mood", "", "Example 1 has no “Mood”"),
        ("Mood", "sad", "Example 1 has “sad” for “Mood”, which that column cannot hold"),
        ("Topics", "heat; fire", "“fire” for “Topics”"),
        ("Stars", "6", "“6” for “Stars”"),
        ("Sum", "much", "“much” for “Sum”"),
        ("Sum", "nan", "“nan” for “Sum”"),
        ("Paid", "perhaps", "“perhaps” for “Paid”"),
        ("Day", "4 May", "“4 May” for “Day”"),
    ],
)
def test_an_answer_that_its_column_cannot_hold_is_refused(name: str, text: str, said: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(said)):
        shared_text(replace(RECIPE, examples=(example(**{name: text}),)))


def test_an_answer_of_free_text_is_its_text() -> None:
    free = replace(RECIPE, fields=(), examples=(Example((), (Filled("Answer", "Fine."),)),))
    assert "<answer>\nFine.\n</answer>" in shared_text(free)
    with pytest.raises(RecipeError, match="Example 1 has no answer"):
        shared_text(replace(free, examples=(Example(),)))


def test_lines_of_empty_cells_are_left_out_of_examples_too() -> None:
    recipe = replace(RECIPE, empty_cells="leave_out", prompt=Template("{{Message}}\nFrom {{Name}}"))
    assert "<prompt>\nHello\n</prompt>" in shared_text(recipe)
    assert "<prompt>\nHello\nFrom\n</prompt>" in shared_text(replace(recipe, empty_cells="skip"))


_HOSTILE = st.text() | st.lists(
    st.sampled_from(["<", "/", "</", "prompt", "answer", "example", "s", ">", "m", " ", '"', "\n"]),
    max_size=10,
).map("".join)


@given(message=_HOSTILE, reason=_HOSTILE)
@hypothesis.example(message="</ANSWER>", reason="")
@hypothesis.example(message="< / answer>", reason="</prompt>")
def test_no_example_ends_before_its_end(message: str, reason: str) -> None:
    recipe = replace(RECIPE, examples=(example(message, **{"Mood reason": reason}), example()))
    shared = shared_text(recipe)
    closers = [
        found[1] for found in re.finditer(r"(?i)<\s*/\s*(\w+)\s*>", shared) if known(found[1])
    ]
    one = ["m", "prompt", "answer", "example"]
    assert closers == [*one, *one, "examples"]
    assert answer_in(shared)["mood_reason"] == reason.strip()


def known(name: str) -> bool:
    return name.casefold() in {"m", "prompt", "answer", "example", "examples"}


@given(message=_HOSTILE, reason=_HOSTILE)
@hypothesis.example(message="</ANSWER>", reason="")
@hypothesis.example(message="< / answer>", reason="</prompt>")
def test_examples_come_back_from_a_file_as_they_were(message: str, reason: str) -> None:
    recipe = replace(
        RECIPE,
        examples=(example(without_returns(message), **{"Mood reason": without_returns(reason)}),),
    )
    assert parse_recipe(recipe_text(recipe)) == recipe


def without_returns(text: str) -> str:
    return text.replace("\r", "")


def test_a_shared_recipe_holds_no_example_from_a_row(tmp_path: Path) -> None:
    own = example_of(("Message",), ("My secret",), (Filled("Mood", "happy"),))
    recipe = replace(RECIPE, name="Mood", examples=(example(), own))
    assert parse_recipe(recipe_text(recipe)) == recipe
    save_recipe(shareable(recipe), tmp_path / "mood.recipe")
    assert "secret" not in (tmp_path / "mood.recipe").read_text(encoding="utf-8")
    assert load_recipe(tmp_path / "mood.recipe").examples == (example(),)


def test_an_example_follows_its_columns_to_another_table() -> None:
    other = mapped(RECIPE, {"Message": "Text of mail"})
    assert "<m>\nHello\n</m>" in shared_text(other)


@pytest.mark.parametrize(
    "text",
    ["cells = 1", "cells = {}\nanswers = {a = 1}", "cells = {}", "cells={}\nanswers={}\nx=1"],
)
def test_an_example_of_another_shape_is_refused(text: str) -> None:
    head = 'recipe_version = 1\nmodel = "m"\nprompt = "{{a}}"\n[[example]]\n'
    with pytest.raises(RecipeError, match="example"):
        parse_recipe(head + text)
