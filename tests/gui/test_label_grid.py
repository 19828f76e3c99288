"""Rows are labelled by keys alone, kept at once, and blind to what the model said."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.report import silent
from claude_batch_desk.gui.label_grid import LabelGrid
from claude_batch_desk.gui.label_keys import keys_of, next_open
from claude_batch_desk.gui.tasks import TaskRunner
from tests.choices import plain_choices
from tests.gui.gold_fakes import MOOD, FakeQuality

MakeGrid = Callable[..., LabelGrid]
SLOW = 10_000


@pytest.fixture
def quality() -> FakeQuality:
    return FakeQuality()


@pytest.fixture
def make_grid(qtbot: QtBot, tasks: TaskRunner) -> MakeGrid:
    """Make a grid that shows its first row."""

    def make(quality: FakeQuality) -> LabelGrid:
        field = quality.fields[0].name
        grid = LabelGrid(quality, tasks, 1, quality.label_round(1, field, silent))
        qtbot.addWidget(grid)
        with qtbot.waitExposed(grid):
            grid.show()
        grid.setFocus()
        qtbot.waitUntil(lambda: "Text of" in grid.row.text.toPlainText(), timeout=SLOW)
        return grid

    return make


def press(qtbot: QtBot, grid: LabelGrid, keys: str) -> None:
    """Press one key after the other, each when its row is there to be read."""
    for key in keys:
        qtbot.waitUntil(
            lambda: f"<b>{grid.current}</b>" in grid.row.text.toPlainText(), timeout=SLOW
        )
        QTest.keyClicks(grid, key)


def test_a_key_labels_a_row_and_goes_to_the_next(
    qtbot: QtBot, quality: FakeQuality, make_grid: MakeGrid
) -> None:
    grid = make_grid(quality)
    press(qtbot, grid, "213")
    qtbot.waitUntil(
        lambda: quality.labels["Mood"] == {0: "angry", 1: "happy", 2: "calm"}, timeout=SLOW
    )
    assert grid.current == 3
    assert grid.progress.text() == "3 of 40"  # there are only 40 rows


def test_the_answer_is_hidden_until_the_row_is_labelled(
    qtbot: QtBot, quality: FakeQuality, make_grid: MakeGrid
) -> None:
    grid = make_grid(quality)
    assert "hidden" in grid.row.answer.accessibleName()
    press(qtbot, grid, "2")
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert grid.current == 0
    assert grid.row.answer.accessibleName() == "The model answered: happy"


def test_a_switch_shows_the_answer_before(
    qtbot: QtBot, quality: FakeQuality, make_grid: MakeGrid
) -> None:
    grid = make_grid(quality)
    grid.open_check.setChecked(True)
    assert grid.row.answer.accessibleName() == "The model answered: happy"


def test_arrows_move_without_labelling(
    qtbot: QtBot, quality: FakeQuality, make_grid: MakeGrid
) -> None:
    grid = make_grid(quality)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Left):
        QTest.keyClick(grid, key)
    assert grid.current == 2
    for _ in range(9):
        QTest.keyClick(grid, Qt.Key.Key_Up)
    assert grid.current == 0
    assert quality.written == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Backspace, Qt.Key.Key_Z])
def test_undo_takes_the_last_label_back_and_returns_to_its_row(
    qtbot: QtBot, quality: FakeQuality, make_grid: MakeGrid, key: Qt.Key
) -> None:
    grid = make_grid(quality)
    press(qtbot, grid, "12")
    control = Qt.KeyboardModifier.ControlModifier
    plain = Qt.KeyboardModifier.NoModifier
    QTest.keyClick(grid, key, control if key == Qt.Key.Key_Z else plain)
    assert grid.current == 1
    qtbot.waitUntil(lambda: quality.labels["Mood"] == {0: "happy"}, timeout=SLOW)


def test_undo_of_a_changed_label_brings_the_former_back(
    qtbot: QtBot, quality: FakeQuality, make_grid: MakeGrid
) -> None:
    quality.labels["Mood"] = {0: "calm"}
    grid = make_grid(quality)
    QTest.keyClick(grid, Qt.Key.Key_Left)
    press(qtbot, grid, "1")
    qtbot.waitUntil(lambda: quality.labels["Mood"] == {0: "happy"}, timeout=SLOW)
    QTest.keyClick(grid, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: quality.labels["Mood"] == {0: "calm"}, timeout=SLOW)


def test_labelling_begins_at_the_first_row_without_a_label(
    quality: FakeQuality, make_grid: MakeGrid
) -> None:
    quality.labels["Mood"] = {0: "calm", 1: "calm"}
    grid = make_grid(quality)
    assert grid.current == 2
    assert grid.progress.text() == "2 of 40"


@pytest.mark.parametrize(
    "modifier", [Qt.KeyboardModifier.KeypadModifier, Qt.KeyboardModifier.ShiftModifier]
)
def test_digits_count_wherever_they_are_on_the_keyboard(
    qtbot: QtBot, quality: FakeQuality, make_grid: MakeGrid, modifier: Qt.KeyboardModifier
) -> None:
    grid = make_grid(quality)
    QTest.keyClicks(grid, "2", modifier)
    qtbot.waitUntil(lambda: quality.labels["Mood"] == {0: "angry"}, timeout=SLOW)


def test_a_command_is_no_label(quality: FakeQuality, make_grid: MakeGrid) -> None:
    QTest.keyClicks(make_grid(quality), "2", Qt.KeyboardModifier.ControlModifier)
    assert quality.written == []


def test_a_key_that_means_nothing_does_nothing(
    qtbot: QtBot, quality: FakeQuality, make_grid: MakeGrid
) -> None:
    grid = make_grid(quality)
    press(qtbot, grid, "7x-")
    assert (grid.current, quality.written) == (0, [])


def test_a_label_that_cannot_be_kept_is_said_and_not_shown(
    qtbot: QtBot, quality: FakeQuality, make_grid: MakeGrid
) -> None:
    grid = make_grid(quality)
    quality.refuse = True
    press(qtbot, grid, "1")
    qtbot.waitUntil(grid.banner.isVisible, timeout=SLOW)
    assert grid.banner.text.text().startswith("Row 1 is not labelled.")
    assert grid.progress.text() == "0 of 40"


def test_several_values_are_ticked_and_kept_by_enter(qtbot: QtBot, make_grid: MakeGrid) -> None:
    field = OutputField("Topics", "choices", plain_choices("price", "size", "colour"))
    quality = FakeQuality(field)
    grid = make_grid(quality)
    press(qtbot, grid, "31")
    QTest.keyClick(grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: quality.labels["Topics"] == {0: "price; colour"}, timeout=SLOW)
    press(qtbot, grid, "-")
    qtbot.waitUntil(lambda: quality.labels["Topics"].get(1) == "", timeout=SLOW)


def test_a_mere_enter_says_nothing(qtbot: QtBot, make_grid: MakeGrid) -> None:
    quality = FakeQuality(OutputField("Topics", "choices", plain_choices("price", "size")))
    grid = make_grid(quality)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert (grid.current, quality.written) == (0, [])


def test_a_document_is_opened_in_the_program_that_shows_it(
    qtbot: QtBot, quality: FakeQuality, make_grid: MakeGrid, tmp_path: Path
) -> None:
    class Viewer(QObject):
        opened = Signal(QUrl)

    viewer = Viewer()
    QDesktopServices.setUrlHandler("file", viewer, "opened")  # type: ignore[arg-type] # text it is
    quality.document = tmp_path / "scan.pdf"
    grid = make_grid(quality)
    with qtbot.waitSignal(viewer.opened, timeout=SLOW) as told:
        QTest.keyClick(grid, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    QDesktopServices.unsetUrlHandler("file")
    assert told.args == [QUrl.fromLocalFile(str(quality.document))]


def test_nothing_is_right_by_the_key_for_it(qtbot: QtBot, make_grid: MakeGrid) -> None:
    quality = FakeQuality(OutputField("Mood", "choice", MOOD.choices, may_be_unknown=True))
    grid = make_grid(quality)
    press(qtbot, grid, "-")
    qtbot.waitUntil(lambda: quality.labels["Mood"] == {0: ""}, timeout=SLOW)


def test_a_number_is_written_and_refused_where_it_is_none(
    qtbot: QtBot, make_grid: MakeGrid
) -> None:
    quality = FakeQuality(OutputField("Price", "number"))
    grid = make_grid(quality)
    line = grid.values.line
    QTest.keyClicks(line, "lots")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert grid.values.problem.text() == "This is no number."
    line.clear()
    QTest.keyClicks(line, "1,250.50")
    assert not grid.values.problem.isVisible()
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: quality.labels["Price"] == {0: "1250.5"}, timeout=SLOW)
    assert line.text() == ""
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert grid.current == 2


def test_more_values_than_keys_are_written(qtbot: QtBot, make_grid: MakeGrid) -> None:
    quality = FakeQuality(
        OutputField("Topic", "choice", plain_choices(*(f"topic {n}" for n in range(50))))
    )
    grid = make_grid(quality)
    QTest.keyClicks(grid.values.line, "TOPIC 49")
    grid.values.confirm()
    qtbot.waitUntil(lambda: quality.labels["Topic"] == {0: "topic 49"}, timeout=SLOW)


def test_a_click_labels_as_well_and_leaves_the_keys_where_they_were(
    qtbot: QtBot, quality: FakeQuality, make_grid: MakeGrid
) -> None:
    grid = make_grid(quality)
    QTest.mouseClick(grid.values.buttons["2"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: quality.labels["Mood"] == {0: "angry"}, timeout=SLOW)
    assert not grid.values.buttons["2"].hasFocus()


def test_keys_are_the_points_of_a_short_scale_and_letters_after_nine() -> None:
    assert keys_of(OutputField("Stars", "score", low=0, high=5))["4"] == "4"
    assert keys_of(OutputField("Stars", "score", low=1, high=20))["a"] == "10"
    assert keys_of(OutputField("Refund", "boolean")) == {"y": "yes", "n": "no"}
    assert keys_of(OutputField("Town")) == {}


def test_the_next_open_row_may_be_an_earlier_one() -> None:
    assert next_open((5, 6, 7), (6, 7), 2) == 0
    assert next_open((5, 6, 7), (5,), 0) == 1
    assert next_open((5, 6), (5, 6), 1) == 1


def test_a_label_of_a_picked_row_is_kept_as_such(
    qtbot: QtBot, tasks: TaskRunner, quality: FakeQuality
) -> None:
    picked = quality.label_round(1, "Mood", silent, rows=(7, 4))
    grid = LabelGrid(quality, tasks, 1, picked)
    qtbot.addWidget(grid)
    grid.show()
    press(qtbot, grid, "1")
    qtbot.waitUntil(lambda: quality.picked == {7}, timeout=SLOW)
