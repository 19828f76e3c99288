from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.pricing.room import AnswerRoom, answer_room
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.prompts.recipe import Recipe

MODEL = bundled_models()["claude-haiku-5-5"]
RECIPE = Recipe(model=MODEL.id, max_tokens=2_000)


def room(
    outputs: Sequence[int], cut_off: int = 0, *, thinking: int = 0, recipe: Recipe = RECIPE
) -> AnswerRoom:
    usages = [Usage(output=output + thinking, thinking=thinking) for output in outputs]
    found = answer_room(usages, cut_off, recipe, MODEL)
    assert found is not None
    return found


def test_a_few_answers_say_nothing() -> None:
    assert answer_room([Usage(output=10)] * 4, 0, RECIPE, MODEL) is None


def test_of_few_answers_twice_the_longest_is_left_as_room() -> None:
    assert room([100, 80, 90, 300, 10]) == AnswerRoom(600, 300, 5, 0)


def test_of_many_answers_the_rarest_length_does_not_decide() -> None:
    found = room([100] * 199 + [5_000])
    assert found.longest == 100
    assert found.tokens == 200


def test_answers_that_were_cut_off_ask_for_twice_the_limit() -> None:
    assert room([2_000] * 2 + [100] * 8, cut_off=2).tokens == 4_000


def test_thinking_gets_room_beyond_what_was_seen() -> None:
    thinking = replace(RECIPE, thinking=True)
    assert room([100] * 10, thinking=50, recipe=thinking).tokens == 2_200
    assert room([100] * 10, thinking=3_000, recipe=thinking).tokens == 9_200


def test_the_model_cannot_be_asked_for_more_than_it_gives() -> None:
    recipe = replace(RECIPE, max_tokens=MODEL.max_tokens)
    assert room([MODEL.max_tokens] * 5, cut_off=5, recipe=recipe).tokens == MODEL.max_tokens


@given(st.lists(st.integers(1, 10_000), min_size=5, max_size=200))
def test_no_answer_among_99_percent_would_be_cut_off(outputs: list[int]) -> None:
    found = room(outputs)
    cut = sum(output > found.tokens for output in outputs)
    assert cut <= len(outputs) / 100
