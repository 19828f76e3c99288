"""Files come into the window: dropped, named at the start or handed over."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.app import Composed
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.gui.main_window import MainWindow
from tests.gui.clicking import click
from tests.gui.opening import LONG, MakeFile, jobs, message, mime_of, new_job, wait_for_table

_KEYS = Qt.KeyboardModifier.NoModifier
_BUTTON = Qt.MouseButton.LeftButton
_MOVE = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
_HERE = QPoint(600, 400)
RECIPE = resource_path("recipes/support-tickets.recipe")


def send(window: MainWindow, event: QDropEvent) -> bool:
    """As the window system does: to the native window. Whether it was accepted."""
    event.setAccepted(False)
    QApplication.sendEvent(window.windowHandle(), event)
    return event.isAccepted()


def drag(window: MainWindow, mime: QMimeData) -> bool:
    moved = QDragMoveEvent(_HERE, _MOVE, mime, _BUTTON, _KEYS)
    entered = send(window, QDragEnterEvent(_HERE, _MOVE, mime, _BUTTON, _KEYS))
    return send(window, moved) and entered


def drop(window: MainWindow, mime: QMimeData) -> None:
    event = QDropEvent(QPointF(_HERE), _MOVE, mime, _BUTTON, _KEYS, QEvent.Type.Drop)
    assert send(window, event)
    assert event.dropAction() == Qt.DropAction.CopyAction


def test_a_dropped_file_becomes_a_new_job_called_after_it(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    mime = mime_of(make_file())
    assert drag(window, mime)
    drop(window, mime)
    wait_for_table(qtbot, window, "orders.csv")
    assert window.job_view.step == "data"
    assert [job.name for job in jobs(window)] == ["orders"]


def test_an_empty_draft_takes_the_dropped_file(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    new_job(qtbot, window)
    window.job_view.go("review")
    drop(window, mime_of(make_file()))
    wait_for_table(qtbot, window, "orders.csv")
    assert window.job_view.step == "data"
    assert len(jobs(window)) == 1


def test_a_draft_with_a_table_keeps_it(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    drop(window, mime_of(make_file()))
    wait_for_table(qtbot, window, "orders.csv")
    drop(window, mime_of(make_file("other.csv")))
    wait_for_table(qtbot, window, "other.csv")
    assert [job.name for job in jobs(window)] == ["other", "orders"]
    assert len({job.table_id for job in jobs(window)}) == 2


def test_several_files_become_a_job_each_and_the_first_is_shown(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    files = [make_file(f"part {number}.csv", f"Id\n{number}\n") for number in range(5)]
    drop(window, mime_of(*files))
    qtbot.waitUntil(
        lambda: len(jobs(window)) == 5 and window.reception.arrivals.busy.isHidden(), timeout=LONG
    )
    wait_for_table(qtbot, window, "part 0.csv")
    made = {job.name: job.table_id for job in jobs(window)}
    for file in files:
        table_id = made[file.stem]
        assert table_id is not None
        assert window._session.desk.table(table_id).name == file.name
    recent = window._session.settings.recent_files
    assert sorted(recent) == sorted(map(str, files))


def test_more_than_five_files_are_asked_about_first(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    mime = mime_of(*[make_file(f"{number}.csv") for number in range(6)])
    assert drag(window, mime)
    assert "more than can be opened" in window.reception.drop_zone.veil.words
    drop(window, mime)
    qtbot.waitUntil(lambda: "at most 5" in message(window))
    assert jobs(window) == []


def test_a_file_among_several_that_cannot_be_read_is_named_and_stops_no_other(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    drop(window, mime_of(make_file(), make_file("bad.csv", ""), make_file("good.csv")))
    qtbot.waitUntil(lambda: "“bad.csv” is empty" in message(window), timeout=LONG)
    wait_for_table(qtbot, window, "orders.csv")
    qtbot.waitUntil(lambda: len(jobs(window)) == 2, timeout=LONG)
    assert sorted(job.name for job in jobs(window)) == ["good", "orders"]


def test_two_files_that_come_one_after_the_other_do_not_push_each_other_out(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    window.reception.take([str(make_file("first.csv"))])
    reader, draft = window.data_page.reader, window.draft
    qtbot.waitUntil(lambda: reader.busy or draft.table is not None, timeout=LONG)
    window.reception.take([str(make_file("second.csv"))])
    wait_for_table(qtbot, window, "first.csv")
    qtbot.waitUntil(window.reception.arrivals.busy.isHidden, timeout=LONG)
    assert [job.table_id is not None for job in jobs(window)] == [True, True]


def test_a_table_that_is_still_read_does_not_land_in_another_job(
    qtbot: QtBot, composed: Composed, make_file: MakeFile
) -> None:
    window = composed.window
    new_job(qtbot, window)
    window.data_page.open_file(make_file("large.csv", "Id\n" + "1\n" * 50_000))
    new_job(qtbot, window)
    qtbot.waitUntil(lambda: not composed.tasks.working, timeout=LONG)
    QApplication.sendPostedEvents()
    assert window.draft.table is None
    assert [job.table_id for job in jobs(window)] == [None, None]


def test_a_file_is_read_although_the_person_opened_another_job_meanwhile(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    window.reception.take([str(make_file("first.csv"))])
    wait_for_table(qtbot, window, "first.csv")
    [first] = jobs(window)
    window.reception.take([str(make_file("second.csv"))])
    window.office.open(first.id)

    def is_there() -> bool:
        tables = [job.table_id for job in jobs(window) if job.name == "second"]
        return any(table is not None for table in tables)

    qtbot.waitUntil(is_there, timeout=LONG)
    assert window.draft.job is not None
    assert window.draft.job.id == first.id


def test_a_folder_is_opened_like_a_file(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    make_file("letter.txt", "Dear all, the parcel never came.")
    folder = make_file("note.md", "# A note").parent
    drop(window, mime_of(folder))
    wait_for_table(qtbot, window, folder.name)
    table = window.draft.table
    assert table is not None
    assert (table.reading.kind, table.row_count) == ("folder", 2)


def test_a_folder_is_chosen_in_a_dialog(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    folder = make_file("letter.txt", "Dear all, the parcel never came.").parent
    new_job(qtbot, window)
    click(window.data_page.folder_button)
    dialog = window.findChild(QFileDialog, "folder_dialog")
    assert isinstance(dialog, QFileDialog)
    assert dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.close()
    window.dialogs.folder_chosen.emit(str(folder))
    wait_for_table(qtbot, window, folder.name)
    assert len(jobs(window)) == 1


def test_a_recipe_goes_into_the_job_that_is_open(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    drop(window, mime_of(make_file()))
    wait_for_table(qtbot, window, "orders.csv")
    drop(window, mime_of(RECIPE))
    qtbot.waitUntil(lambda: window.findChild(QPushButton, "mapping_as_is") is not None)
    click(window.findChild(QPushButton, "mapping_as_is"))
    qtbot.waitUntil(lambda: window.draft.recipe.prompt.text != "")
    assert window.job_view.step == "prompt"
    assert len(jobs(window)) == 1


def test_a_recipe_alone_begins_a_job(qtbot: QtBot, window: MainWindow) -> None:
    window.reception.take([str(RECIPE)])
    qtbot.waitUntil(lambda: window.draft.recipe.prompt.text != "", timeout=LONG)
    assert len(jobs(window)) == 1


def test_a_file_and_a_recipe_make_one_job(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    window.reception.take([str(RECIPE), str(make_file())])
    wait_for_table(qtbot, window, "orders.csv")
    assert window.draft.recipe.prompt.text
    assert len(jobs(window)) == 1


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("file://server/share/orders.csv", "another computer"),
        ("file:////server/share/orders.csv", "another computer"),
    ],
)
def test_a_file_of_another_computer_is_refused_with_a_sentence(
    qtbot: QtBot, window: MainWindow, place: str, why: str
) -> None:
    drop(window, mime_of(QUrl(place)))
    qtbot.waitUntil(lambda: why in message(window))
    assert jobs(window) == []


def test_an_address_on_the_internet_is_not_taken(window: MainWindow) -> None:
    assert not drag(window, mime_of(QUrl("https://example.com/orders.csv")))
    assert not window.reception.drop_zone.veil.isVisible()


@pytest.mark.parametrize(
    "path", ["https://example.com/a.csv", "\\\\server\\a.csv", "//server/a.csv", "a.csv", "/a\0b"]
)
def test_what_a_later_start_hands_over_is_checked(
    qtbot: QtBot, window: MainWindow, path: str
) -> None:
    window.reception.take([path])
    assert message(window)
    assert jobs(window) == []


def test_a_file_that_is_not_there_is_told_on_the_page(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.reception.take([str(tmp_path / "gone.csv")])
    qtbot.waitUntil(window.data_page.banner.isVisible, timeout=LONG)
    assert "“gone.csv” is not there any more" in window.data_page.banner.text.text()


def test_what_dropping_would_do_is_said_over_the_whole_window(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    veil = window.reception.drop_zone.veil
    new_job(qtbot, window)
    drag(window, mime_of(make_file()))
    assert veil.isVisible()
    assert veil.geometry() == window.rect()
    assert veil.words == "Drop to open it here"
    QApplication.sendEvent(window.windowHandle(), QDragLeaveEvent())
    assert not veil.isVisible()
    drag(window, mime_of(make_file("a.csv"), make_file("b.csv")))
    assert veil.words == "Drop to open each as a new job"


def test_a_text_box_below_the_pointer_takes_words_but_no_file(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile
) -> None:
    new_job(qtbot, window)
    window.job_view.go("prompt")
    drop(window, mime_of(make_file()))
    wait_for_table(qtbot, window, "orders.csv")
    assert window.draft.recipe.prompt.text == ""
    words = QMimeData()
    words.setText("only words")
    drag(window, words)
    assert not window.reception.drop_zone.veil.isVisible()


def test_nothing_is_dropped_below_a_dialog(window: MainWindow, make_file: MakeFile) -> None:
    window.dialogs.show_about()
    assert not drag(window, mime_of(make_file()))
    assert message(window)


def test_a_window_that_is_called_comes_to_the_front(composed: Composed) -> None:
    composed.window.showMinimized()
    composed.window.reception.take([])
    assert not composed.window.isMinimized()
