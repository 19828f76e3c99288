from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.jobs.advising import Advice
from claude_batch_desk.core.pricing.comparing import Comparison, UnitPrice
from claude_batch_desk.core.pricing.room import AnswerRoom
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.gui.model_form import ModelForm
from tests.gui.clicking import click

HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"
RECIPE = Recipe(model=HAIKU, max_tokens=2_000)


def unit(expected: str, highest: str = "") -> UnitPrice:
    return UnitPrice(Decimal(expected), Decimal(highest or expected))


PRICES = Comparison(
    models={HAIKU: unit("0.04", "0.2"), SONNET: unit("0.81")},
    efforts={"": unit("0.04"), "high": unit("0.09")},
    thinking=unit("1.20"),
    no_thinking=unit("0.20"),
)


@pytest.fixture
def form(qtbot: QtBot) -> ModelForm:
    form = ModelForm()
    qtbot.addWidget(form)
    form.set_models(tuple(bundled_models().values()))
    form.set_recipe(RECIPE)
    with qtbot.waitExposed(form):
        form.show()
    return form


def text_of(combo: QComboBox, value: str) -> str:
    return combo.itemText(combo.findData(value))


def advise(form: ModelForm, room: AnswerRoom | None = None) -> None:
    form.show_advice(Advice(PRICES, room), RECIPE)


def test_each_choice_says_what_it_means_and_what_it_costs(form: ModelForm) -> None:
    assert text_of(form.model_combo, SONNET) == "Claude Sonnet 5.5 · between price and care"
    advise(form)
    assert text_of(form.model_combo, SONNET).endswith("between price and care · about $0.81")
    assert text_of(form.model_combo, HAIKU).endswith("lowest price · $0.04 to $0.20")
    assert text_of(form.effort_combo, "high") == ("High: where rules must be weighed · about $0.09")
    assert "1,000 of your rows as a batch" in form.price_label.text()


def test_prices_keep_the_choice_that_was_made(form: ModelForm) -> None:
    form.set_recipe(replace(RECIPE, effort="high"))
    advise(form)
    assert form.model_combo.currentData() == HAIKU
    assert form.effort_combo.currentData() == "high"


def test_a_model_of_unknown_price_has_none_beside_it(form: ModelForm) -> None:
    advise(form)
    assert "$" not in text_of(form.model_combo, "claude-opus-5-5")


def test_prices_of_other_rows_are_taken_away(form: ModelForm) -> None:
    advise(form)
    form.show_advice(None, Recipe())
    assert "$" not in text_of(form.model_combo, SONNET)
    assert form.price_label.isHidden()


def test_thinking_says_what_it_costs(form: ModelForm) -> None:
    assert "billed as output" in form.thinking_label.text()
    advise(form)
    assert form.thinking_label.text().endswith(
        "1,000 rows: about $1.20 with it, about $0.20 without."
    )


def test_a_model_that_always_thinks_has_nothing_to_switch(form: ModelForm) -> None:
    form.set_recipe(Recipe(model="claude-opus-5-5"))
    assert not form.thinking_check.isVisible()
    assert form.thinking_label.text().startswith("This model always thinks")
    form.set_recipe(Recipe(model="claude-haiku-4-5"))
    assert not form.thinking_label.isVisible()


def test_the_room_that_tried_rows_need_is_one_click_away(qtbot: QtBot, form: ModelForm) -> None:
    advise(form, AnswerRoom(1_200, 580, 20, 0))
    assert form.room.label.text().startswith(
        "The longest of 20 tried answers took 580 tokens, thinking included. 1,200 leave room"
    )
    assert form.room.use_button.text() == "Use 1,200"
    with qtbot.waitSignal(form.changed):
        click(form.room.use_button)
    assert form.recipe.max_tokens == 1_200
    assert not form.room.isVisible()  # nothing was tried with this limit yet


def test_of_many_answers_a_few_may_be_longer(form: ModelForm) -> None:
    advise(form, AnswerRoom(1_200, 580, 200, 0))
    assert form.room.label.text().startswith("Of 200 tried answers, 99 % took at most 580 tokens")


def test_answers_that_were_cut_off_ask_for_more(form: ModelForm) -> None:
    advise(form, AnswerRoom(4_000, 2_000, 20, 3))
    assert form.room.label.text() == (
        "3 of 20 tried answers reached the limit of 2,000 tokens and were cut off."
    )
    assert form.room.use_button.text() == "Use 4,000"


def test_a_limit_that_fits_needs_no_click(form: ModelForm) -> None:
    advise(form, AnswerRoom(2_000, 980, 20, 0))
    assert form.room.isVisible()
    assert not form.room.use_button.isVisible()


def test_what_was_measured_goes_when_the_prompt_changes(form: ModelForm) -> None:
    advise(form, AnswerRoom(1_200, 580, 20, 0))
    form.follow(RECIPE.with_prompt("Something else: {{Message}}"))
    assert not form.room.isVisible()
    form.follow(RECIPE)
    assert form.room.isVisible()
