"""Jobs that run by themselves, scheduled, looked at and removed in the window."""

import os
import sys
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QTime
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.core.schedule.book import Book, Schedule
from claude_batch_desk.core.schedule.when import Daily, OnChange, Weekly
from claude_batch_desk.gui.main_window import MainWindow
from claude_batch_desk.gui.schedule_dialog import ScheduleDialog
from claude_batch_desk.gui.schedule_line import ScheduleLine
from claude_batch_desk.gui.schedule_wish import WishCard
from claude_batch_desk.gui.schedule_work import Kept, Wanted
from tests.core.schedule.conftest import script
from tests.gui.clicking import click
from tests.gui.opening import MakeFile, new_job, wait_for_table
from tests.gui.page_fakes import make_range

_LONG = 60_000


@pytest.fixture
def card(qtbot: QtBot) -> WishCard:
    card = WishCard()
    qtbot.addWidget(card)
    card.show_job(Path("/data/Große Tickets (neu).csv"))
    with qtbot.waitExposed(card):
        card.show()
    return card


def test_without_an_amount_nothing_can_be_scheduled(card: WishCard) -> None:
    assert not card.add_button.isEnabled()
    assert "nobody is asked then" in card.reason_label.text()
    card.show_price(make_range("2.00"))
    assert card.add_button.isEnabled()
    assert card.wish.most > make_range("2.00").ceiling


def test_an_amount_of_the_persons_own_stays(card: WishCard) -> None:
    card.most_spin.setValue(3)
    card.show_price(make_range("2.00"))
    assert card.wish.most == 3


def test_the_button_says_what_will_happen(card: WishCard) -> None:
    card.most_spin.setValue(5)
    card.clock.setTime(QTime(22, 5))
    assert card.add_button.text() == "Run it every day at 22:05, for at most $5.00 each time"
    click(card.when.findChild(QPushButton, "schedule_when_week"))
    card.day.setCurrentIndex(3)
    assert card.add_button.text().startswith("Run it every Thursday at 22:05,")
    click(card.when.findChild(QPushButton, "schedule_when_change"))
    assert not card.clock.isVisible()
    assert card.add_button.text().startswith("Run it whenever it changes,")


def test_what_is_chosen_is_told(qtbot: QtBot, card: WishCard) -> None:
    card.most_spin.setValue(5)
    click(card.when.findChild(QPushButton, "schedule_when_week"))
    card.since_check.setChecked(False)
    with qtbot.waitSignal(card.wanted) as wanted:
        click(card.add_button)
    out = Path("/data/Große Tickets (neu) answers {date}.xlsx")
    whole = Wanted("grosse-tickets-neu", Weekly("mon", time(7)), out, Decimal("5.0"), False)
    assert wanted.args == [whole]


LAST = "2026-11-23T22:00:00+01:00 moods {} Job 12: 600 rows."


@pytest.mark.parametrize(
    ("last", "missing", "said"),
    [
        ("", False, "Has not run yet"),
        (LAST.format(0), False, "The last run went well"),
        (LAST.format(4), False, "Some rows have no answer"),
        (LAST.format(1), False, "The last run failed"),
        (LAST.format(0), True, "Its entry is missing"),
    ],
)
def test_a_schedule_says_how_it_stands(qtbot: QtBot, last: str, missing: bool, said: str) -> None:
    line = ScheduleLine(Kept(Schedule("moods", OnChange(), ("run",), "/in.csv"), last, missing))
    qtbot.addWidget(line)
    assert line.state.text.text() == said
    assert line.heading.text() == "moods: whenever it changes"
    assert line.last_label.text().endswith("Job 12: 600 rows." if last else "")


def test_removing_takes_a_second_press(qtbot: QtBot) -> None:
    line = ScheduleLine(Kept(Schedule("moods", OnChange(), ("run",)), "", missing=False))
    qtbot.addWidget(line)
    with qtbot.assertNotEmitted(line.removed):
        line.remove_button.click()
    with qtbot.waitSignal(line.removed) as removed:
        line.remove_button.click()
    assert removed.args == ["moods"]


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A systemd that says yes; returns where its units are."""
    script(tmp_path / "bin", "systemctl", "#!/bin/sh\nexit 0\n")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(sys, "platform", "linux")
    return Path(os.environ["XDG_CONFIG_HOME"]) / "systemd" / "user"


@pytest.fixture
def open_dialog(qtbot: QtBot, window: MainWindow) -> Callable[[], ScheduleDialog]:
    """Open the dialog by its menu entry, and wait until it has asked the scheduler."""

    def opened() -> ScheduleDialog:
        window.menus.schedules_requested.emit()
        dialog = window.findChild(ScheduleDialog)
        assert isinstance(dialog, ScheduleDialog)
        qtbot.waitUntil(lambda: bool(dialog.keeper_label.text()), timeout=_LONG)
        return dialog

    return opened


def test_a_job_is_scheduled_shown_and_removed(
    qtbot: QtBot, window: MainWindow, systemd: Path, open_dialog: Callable[[], ScheduleDialog]
) -> None:
    sample = window.welcome.findChild(QPushButton, "try_sample")
    assert isinstance(sample, QPushButton)
    click(sample)
    qtbot.waitUntil(lambda: window.draft.table is not None, timeout=_LONG)
    dialog = open_dialog()
    qtbot.waitUntil(lambda: dialog.wish.most_spin.value() > 0, timeout=_LONG)
    dialog.wish.out_edit.setText(str(window._session.home / "answers.csv"))
    click(dialog.wish.add_button)
    qtbot.waitUntil(lambda: "support-tickets" in dialog.lines, timeout=_LONG)
    [schedule] = Book(window._session.home).all()
    assert schedule.when == Daily(time(7))
    assert "--practice" in schedule.command
    assert schedule.command[-4:] == ("--since", "last", "--schedule", "support-tickets")
    recipe = load_recipe(Book(window._session.home).recipe("support-tickets"))
    assert recipe.prompt == window.draft.recipe.prompt
    assert len([*systemd.iterdir()]) == 2
    line = dialog.lines["support-tickets"]
    click(line.entry_button)
    qtbot.waitUntil(lambda: "OnCalendar=*-*-* 07:00:00" in line.entry.toPlainText(), timeout=_LONG)
    click(line.remove_button)
    click(line.remove_button)
    qtbot.waitUntil(lambda: dialog.lines == {}, timeout=_LONG)
    assert [*systemd.iterdir()] == []
    dialog.close()


@pytest.mark.usefixtures("systemd")
def test_a_name_that_is_taken_is_not_taken_over(
    qtbot: QtBot, window: MainWindow, make_file: MakeFile, open_dialog: Callable[[], ScheduleDialog]
) -> None:
    Book(window._session.home).keep(Schedule("orders", OnChange(), ("run",)))
    new_job(qtbot, window)
    window.data_page.open_file(make_file())
    wait_for_table(qtbot, window, "orders.csv")
    dialog = open_dialog()
    dialog.wish.most_spin.setValue(5)
    click(dialog.wish.add_button)
    qtbot.waitUntil(dialog.banner.isVisible, timeout=_LONG)
    assert "There is a schedule “orders” already" in dialog.banner.text.text()
    assert Book(window._session.home).schedule("orders").when == OnChange()
    dialog.close()


def test_without_a_job_there_is_only_the_list(
    window: MainWindow, open_dialog: Callable[[], ScheduleDialog], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", "")
    dialog = open_dialog()
    assert not dialog.wish.isVisible()
    assert dialog.heading.text() == "Nothing is scheduled yet."
    assert "neither systemd for its users nor cron" in dialog.keeper_label.text()
    dialog.close()
