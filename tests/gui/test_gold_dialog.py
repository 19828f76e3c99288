"""A person says what is right, and sees how many answers are."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.quality.measuring import FieldMeasured, Measured
from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.quality.accuracy import TOLERANCE, Given, Grading
from claude_batch_desk.core.quality.gold import GoldReader
from claude_batch_desk.core.quality.gold_columns import GoldMatch
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.accuracy_bar import AccuracyBar
from claude_batch_desk.gui.accuracy_card import AccuracyCard
from claude_batch_desk.gui.confusion_table import ConfusionModel
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.gold_dialog import GoldDialog
from claude_batch_desk.gui.gold_form import GoldForm
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.widgets import Banner
from tests.choices import plain_choices
from tests.gui.clicking import click
from tests.gui.gold_fakes import MOOD, FakeQuality
from tests.gui.page_fakes import make_table

SLOW = 10_000
TABLE = make_table(("Message", "Gold", "Other"), [("Hello", "happy", "x"), ("Grr", "angry", "")])
PROMPT = Template("{{Message}}")
EVERY_THIRD_WRONG = {row: ("happy", "happy", "calm")[row % 3] for row in range(10)}
"""What is right where rows were answered happy, angry, calm and so on: rows 1, 4 and 7 are not."""


@pytest.fixture
def quality() -> FakeQuality:
    quality = FakeQuality()
    quality.gold_cells = EVERY_THIRD_WRONG
    return quality


def opened(
    qtbot: QtBot, tasks: TaskRunner, quality: FakeQuality, prompt: Template = PROMPT
) -> GoldDialog:
    dialog = GoldDialog(quality, tasks, 1, TABLE, prompt)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    qtbot.waitUntil(lambda: dialog.form is not None, timeout=SLOW)
    return dialog


@pytest.fixture
def dialog(qtbot: QtBot, tasks: TaskRunner, quality: FakeQuality) -> GoldDialog:
    """The dialog before anybody said what is right."""
    return opened(qtbot, tasks, quality)


def form_of(dialog: GoldDialog) -> GoldForm:
    assert dialog.form is not None
    return dialog.form


def cards(qtbot: QtBot, dialog: GoldDialog) -> list[AccuracyCard]:
    qtbot.waitUntil(lambda: bool(dialog.accuracy.cards), timeout=SLOW)
    return dialog.accuracy.cards


def test_a_proposal_is_shown_and_nothing_is_used_unasked(
    qtbot: QtBot, tasks: TaskRunner, quality: FakeQuality
) -> None:
    quality.proposed = (GoldMatch("Mood", "Gold", "name"),)
    form = form_of(opened(qtbot, tasks, quality))
    assert form.choice == {"Mood": "Gold"}
    assert quality.columns == {}
    assert form.use_button.isEnabled()


def test_a_column_of_the_prompt_cannot_be_used(dialog: GoldDialog) -> None:
    form = form_of(dialog)
    form.combos["Mood"].setCurrentText("Message")
    assert "The prompt contains the right answer" in form.banner.text.text()
    assert not form.use_button.isEnabled()
    form.combos["Mood"].setCurrentText("Gold")
    assert not form.banner.isVisible()
    assert form.use_button.isEnabled()


def test_using_a_column_leads_to_the_accuracy(
    qtbot: QtBot, dialog: GoldDialog, quality: FakeQuality
) -> None:
    form = form_of(dialog)
    form.combos["Mood"].setCurrentText("Gold")
    click(form.use_button)
    [card] = cards(qtbot, dialog)
    assert quality.columns == {"Mood": "Gold"}
    assert card.amount.text() == "70 %"
    assert card.range_label.text() == (
        "7 of 10 right; between 40 % and 89 % in 95 of 100 such samples"
    )
    assert dialog.part.value == "accuracy"


def test_what_is_known_is_shown_at_once(
    qtbot: QtBot, tasks: TaskRunner, quality: FakeQuality
) -> None:
    quality.columns = {"Mood": "Gold"}
    dialog = opened(qtbot, tasks, quality)
    assert cards(qtbot, dialog)
    assert form_of(dialog).choice == {"Mood": "Gold"}
    assert not form_of(dialog).use_button.isEnabled()  # nothing differs


def test_a_cell_leads_to_its_rows_and_back(
    qtbot: QtBot, tasks: TaskRunner, quality: FakeQuality
) -> None:
    quality.columns = {"Mood": "Gold"}
    dialog = opened(qtbot, tasks, quality)
    [card] = cards(qtbot, dialog)
    assert card.table is not None
    model = card.table.confusion
    [wrong] = [
        model.index(row, column)
        for row in range(model.rowCount())
        for column in range(model.columnCount())
        if (cell := model.cell(model.index(row, column))) and cell.verdict == "wrong"
    ]
    card.table.clicked.emit(wrong)
    page = dialog.accuracy
    qtbot.waitUntil(page.rows.isVisible, timeout=SLOW)
    assert page.rows.heading.text() == "Right is “happy”, answered “angry”: 3 rows"
    assert [page.rows.model.compared(place).text.number for place in range(3)] == [1, 4, 7]
    assert "Text of <b>1</b>" in page.rows.text.toPlainText()
    click(page.rows.back_button)
    assert card.isVisible()


def test_a_right_answer_that_is_wrong_is_labelled_anew(
    qtbot: QtBot, tasks: TaskRunner, quality: FakeQuality
) -> None:
    quality.columns = {"Mood": "Gold"}
    dialog = opened(qtbot, tasks, quality)
    [card] = cards(qtbot, dialog)
    click(card.findChild(QPushButton, "accuracy_wrong"))
    rows = dialog.accuracy.rows
    qtbot.waitUntil(rows.isVisible, timeout=SLOW)
    click(rows.label_button)
    qtbot.waitUntil(lambda: dialog.grid is not None and dialog.grid.isVisible(), timeout=SLOW)
    grid = dialog.grid
    assert grid is not None
    assert (grid.current, grid.progress.text()) == (1, "0 of 3")
    assert not grid.goal.isVisible()
    qtbot.waitUntil(lambda: "<b>1</b>" in grid.row.text.toPlainText(), timeout=SLOW)
    grid.values.press("2")
    qtbot.waitUntil(lambda: quality.labels["Mood"] == {1: "angry"}, timeout=SLOW)
    for _ in range(2):
        assert not grid.banner.isVisible()
        qtbot.waitUntil(lambda: bool(grid.row.text.toPlainText()), timeout=SLOW)
        grid.values.press("1")
    assert grid.banner.text.text() == "3 rows labelled, as many as you wanted."
    click(grid.banner.action)
    qtbot.waitUntil(lambda: dialog.accuracy.cards[0].amount.text() == "80 %", timeout=SLOW)


def test_of_very_many_mistakes_the_first_are_shown(qtbot: QtBot) -> None:
    field = OutputField("Town")
    grading = Grading(field, GoldReader(field))
    for row in range(2_500):
        grading.add(row, "Berlin", Given("Paris", "answered"))
    found = FieldMeasured(grading.result(), "Gold", 0, ())
    card = AccuracyCard(found, Measured(sent=True, answers=2_500, fields=(found,), examples=0))
    qtbot.addWidget(card)
    with qtbot.waitSignal(card.rows_requested) as told:
        click(card.findChild(QPushButton, "accuracy_wrong"))
    assert told.args == [
        "Wrong: 2,500 rows, of which these are the first 1,000",
        list(range(1_000)),
    ]


def test_labelling_is_a_key_away_and_counts_at_once(
    qtbot: QtBot, dialog: GoldDialog, quality: FakeQuality
) -> None:
    form_of(dialog).label_requested.emit("Mood")
    qtbot.waitUntil(lambda: dialog.grid is not None, timeout=SLOW)
    grid = dialog.grid
    assert grid is not None
    qtbot.waitUntil(lambda: "<b>0</b>" in grid.row.text.toPlainText(), timeout=SLOW)
    grid.values.press("1")
    qtbot.waitUntil(lambda: quality.labels["Mood"] == {0: "happy"}, timeout=SLOW)
    dialog.part.chosen.emit("accuracy")
    [card] = cards(qtbot, dialog)
    assert card.amount.text() == "100 %"
    assert card.more_button.text() == "Label 5 rows more to halve this range…"


def test_without_anything_known_the_accuracy_says_what_to_do(
    qtbot: QtBot, dialog: GoldDialog
) -> None:
    dialog.part.chosen.emit("accuracy")
    page = dialog.accuracy
    qtbot.waitUntil(page.empty.isVisible, timeout=SLOW)
    click(page.gold_button)
    assert form_of(dialog).isVisible()


class Leaking(FakeQuality):
    def accuracy(self, job_id: int, report: Report, *, tolerance: object = TOLERANCE) -> Measured:
        raise RecipeError("The prompt contains the right answer.")


def test_a_prompt_that_tells_what_is_right_gets_no_figures(qtbot: QtBot, tasks: TaskRunner) -> None:
    quality = Leaking()
    quality.columns = {"Mood": "Gold"}
    dialog = opened(qtbot, tasks, quality)
    page = dialog.accuracy
    qtbot.waitUntil(page.banner.isVisible, timeout=SLOW)
    assert page.banner.text.text() == "The prompt contains the right answer."
    assert page.cards == []


class Prices(FakeQuality):
    def given(self, row: int) -> Given | None:
        return Given("110", "answered") if row in self.tried else None


def test_a_wider_tolerance_counts_more_as_near(qtbot: QtBot, tasks: TaskRunner) -> None:
    quality = Prices(OutputField("Price", "number"))
    quality.columns, quality.gold_cells = {"Price": "Gold"}, {0: "100"}
    dialog = opened(qtbot, tasks, quality)
    cards(qtbot, dialog)
    assert dialog.accuracy.tolerance.isVisible()
    dialog.accuracy.tolerance.setValue(10)
    qtbot.waitUntil(
        lambda: any(
            "Near: 1" in each.text()
            for card in dialog.accuracy.cards
            for each in card.findChildren(type(card.more_button))
        ),
        timeout=SLOW,
    )


def test_many_values_are_numbered_and_named_in_full_to_a_screen_reader() -> None:
    names = [f"topic {number}" for number in range(1, 31)]
    field = OutputField("Topic", "choice", plain_choices(*names))
    grading = Grading(field, GoldReader(field))
    for row, name in enumerate(names):
        grading.add(row, name, Given(names[0], "answered"))
    model = ConfusionModel(grading.result())
    across = Qt.Orientation.Horizontal
    assert model.headerData(1, across) == "2"
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert model.headerData(1, across, spoken) == "topic 2"
    assert model.headerData(1, Qt.Orientation.Vertical) == "2   topic 2"
    assert model.data(model.index(1, 0), spoken) == "Right is “topic 2”, answered “topic 1”: 1 row"


def test_right_answers_that_cannot_be_given_are_warned_of(
    qtbot: QtBot, tasks: TaskRunner, quality: FakeQuality
) -> None:
    quality.columns, quality.gold_cells = {"Mood": "Gold"}, {0: "happy", 1: "<b>Joy</b>"}
    dialog = opened(qtbot, tasks, quality)
    [card] = cards(qtbot, dialog)
    banner = card.findChild(Banner, "accuracy_odd")
    assert banner is not None
    assert banner.isVisible()
    assert "“<b>Joy</b>” (1)" in banner.text.text()


def test_labelled_rows_are_tried_at_the_price_on_the_button(
    qtbot: QtBot, tasks: TaskRunner, quality: FakeQuality
) -> None:
    quality.labels["Mood"] = {0: "happy", 20: "happy", 21: "happy"}
    dialog = opened(qtbot, tasks, quality)
    trial = dialog.accuracy.trial
    qtbot.waitUntil(trial.isVisible, timeout=SLOW)
    assert trial.button.text() == "Try 2 rows, about $0.02"
    assert trial.words.text().startswith("2 rows labelled and not tried")
    with qtbot.waitSignal(trial.tried, timeout=SLOW):
        click(trial.button)
    qtbot.waitUntil(lambda: not trial.isVisible(), timeout=SLOW)
    qtbot.waitUntil(
        lambda: dialog.accuracy.cards[0].range_label.text().startswith("2 of 3 right"), timeout=SLOW
    )


def test_rows_that_cannot_be_tried_say_why(
    qtbot: QtBot, tasks: TaskRunner, quality: FakeQuality
) -> None:
    quality.labels["Mood"], quality.refuse = {20: "happy"}, True
    dialog = opened(qtbot, tasks, quality)
    trial = dialog.accuracy.trial
    qtbot.waitUntil(trial.isVisible, timeout=SLOW)
    click(trial.button)
    qtbot.waitUntil(trial.banner.isVisible, timeout=SLOW)
    assert trial.banner.text.text() == "The disk is full."
    qtbot.waitUntil(trial.button.isVisible, timeout=SLOW)  # it may be tried again


@pytest.fixture
def bar(qtbot: QtBot, tasks: TaskRunner, draft: Draft, quality: FakeQuality) -> AccuracyBar:
    bar = AccuracyBar(quality, tasks, draft)
    qtbot.addWidget(bar)
    bar.resize(1200, 40)
    return bar


def test_the_bar_asks_until_somebody_says_what_is_right(qtbot: QtBot, bar: AccuracyBar) -> None:
    bar.show()
    qtbot.waitUntil(
        lambda: bar.words.accessibleName().startswith("How many answers are right?"), timeout=SLOW
    )


def test_the_bar_tells_the_share_and_its_range(
    qtbot: QtBot, bar: AccuracyBar, quality: FakeQuality
) -> None:
    quality.columns = {MOOD.name: "Gold"}
    bar.show()
    qtbot.waitUntil(
        lambda: bar.words.accessibleName() == "Mood: 70 % right (7 of 10; range 40 to 89 %)",
        timeout=SLOW,
    )


def test_the_bar_opens_the_dialog(qtbot: QtBot, bar: AccuracyBar) -> None:
    bar.show()
    with qtbot.waitSignal(bar.opened, timeout=SLOW) as told:
        click(bar.button)
    dialog = told.args[0] if told.args else None
    assert isinstance(dialog, GoldDialog)
    qtbot.waitUntil(lambda: dialog.form is not None, timeout=SLOW)
    dialog.accept()
