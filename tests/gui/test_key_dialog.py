from pathlib import Path

import keyring
import pytest
from keyring.backends.SecretService import Keyring as SecretService
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from claude_batch_desk.core.errors import KeyRefused
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.secrets import KeyRing, read_key
from claude_batch_desk.core.settings import Settings
from claude_batch_desk.gui.key_dialog import KeyDialog
from claude_batch_desk.gui.tasks import TaskRunner

KEY = "sk-ant-api03-abcdefghijklmnopqrstuvwx1234"


class Drawer(SecretService):
    """A desktop keyring that keeps its secrets in a dict."""

    priority = 9.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # the backend ships no types
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Keys:
    """The part of the session a key dialog sees; the service refuses what it is told to."""

    def __init__(self) -> None:
        self.keys = KeyRing("https://api.anthropic.com")
        self.settings = Settings()
        self.refusal: Exception | None = None

    def check_key(self, typed: str, report: Report) -> int:
        read_key(typed)
        if self.refusal is not None:
            raise self.refusal
        return 9

    def keep_key(self, typed: str, report: Report) -> str:
        return self.keys.keep(read_key(typed))

    def use_key_for_session(self, typed: str) -> None:
        self.keys.use_for_session(read_key(typed))


@pytest.fixture
def session() -> Keys:
    return Keys()


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch) -> Drawer:
    drawer = Drawer()
    before = keyring.get_keyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", before)
    keyring.set_keyring(drawer)
    return drawer


def shown(qtbot: QtBot, session: Keys, tasks: TaskRunner) -> KeyDialog:
    dialog = KeyDialog(session, tasks, None)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    qtbot.waitUntil(lambda: dialog.standing.text() != "Asking the system keychain …")
    return dialog


def enter(dialog: KeyDialog, key: str) -> None:
    QTest.keyClicks(dialog.field, key)
    QTest.mouseClick(dialog.check_button, Qt.MouseButton.LeftButton)


def all_text(widget: QWidget) -> str:
    texts = [each.property("text") or "" for each in widget.findChildren(QWidget)]
    return "\n".join(map(str, texts))


def test_a_good_key_is_kept_in_the_keychain_and_not_shown_again(
    qtbot: QtBot, session: Keys, tasks: TaskRunner, drawer: Drawer
) -> None:
    dialog = shown(qtbot, session, tasks)
    assert dialog.keep_box.isChecked()
    with qtbot.waitSignal(dialog.key_changed):
        enter(dialog, KEY)
    assert list(drawer.kept.values()) == [KEY]
    qtbot.waitUntil(lambda: dialog.standing.text() == "There is a key: …1234")
    assert KEY not in all_text(dialog)
    assert dialog.field.echoMode() == QLineEdit.EchoMode.Password


def test_a_key_the_service_refuses_is_not_kept(
    qtbot: QtBot, session: Keys, tasks: TaskRunner, drawer: Drawer
) -> None:
    session.refusal = KeyRefused("The service does not accept this key.")
    dialog = shown(qtbot, session, tasks)
    enter(dialog, KEY)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert dialog.banner.text.text() == "The service does not accept this key."
    assert drawer.kept == {}
    assert dialog.check_button.isEnabled()


def test_something_that_is_no_key_is_told_apart_from_a_refusal(
    qtbot: QtBot, session: Keys, tasks: TaskRunner, drawer: Drawer
) -> None:
    dialog = shown(qtbot, session, tasks)
    enter(dialog, "not a key")
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "This is not an API key" in dialog.banner.text.text()


def test_without_a_keychain_the_key_is_for_this_session(
    qtbot: QtBot, session: Keys, tasks: TaskRunner, home: Path
) -> None:
    dialog = shown(qtbot, session, tasks)
    assert not dialog.keep_box.isEnabled()
    assert "no keychain" in dialog.banner.text.text()
    assert "forgotten when you quit" in dialog.where.text()
    with qtbot.waitSignal(dialog.key_changed):
        enter(dialog, KEY)
    assert session.keys.key("session") == read_key(KEY)


def test_a_key_can_be_removed(
    qtbot: QtBot, session: Keys, tasks: TaskRunner, drawer: Drawer
) -> None:
    session.keys.keep(read_key(KEY))
    dialog = shown(qtbot, session, tasks)
    assert dialog.remove_button.isVisible()
    with qtbot.waitSignal(dialog.key_changed):
        QTest.mouseClick(dialog.remove_button, Qt.MouseButton.LeftButton)
    assert drawer.kept == {}
    qtbot.waitUntil(lambda: dialog.standing.text() == "No key yet.")


def test_escape_closes_the_dialog(qtbot: QtBot, session: Keys, tasks: TaskRunner) -> None:
    dialog = shown(qtbot, session, tasks)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
