"""Enter, check and remove the API key; the key is never shown again."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import DeskError, SecretError
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.secrets import KeyRing, Secret, keychain_name
from claude_batch_desk.core.settings import Settings
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE
from claude_batch_desk.gui.widgets import Banner, Busy, Label, button

_WIDTH = GRID * 60


class KeepsKeys(Protocol):
    """What the dialog needs of the session."""

    keys: KeyRing
    settings: Settings

    def check_key(self, typed: str, report: Report) -> int:
        """How many models the service offers to this key."""
        ...

    def keep_key(self, typed: str, report: Report) -> str:
        """Put the key into the system keychain; returns what that is called."""
        ...

    def use_key_for_session(self, typed: str) -> None:
        """Hold the key until the program ends."""
        ...


@dataclass(frozen=True)
class KeyStanding:
    """Whether there is a key, and where a new one would go."""

    key: Secret | None
    keychain: str
    """What the system keychain is called, or "" where there is none to trust."""
    why_not: str = ""
    """A sentence about why there is no keychain, or why it does not answer."""


def look_up_key(session: KeepsKeys, report: Report) -> KeyStanding:
    """Where the key stands; asks the keychain, which may ask the person."""
    report(0, 0)
    try:
        keychain, why_not = keychain_name(), ""
    except SecretError as error:
        keychain, why_not = "", str(error)
    try:
        return KeyStanding(session.keys.key(session.settings.key_source), keychain, why_not)
    except SecretError as error:
        return KeyStanding(None, keychain, str(error))


def take_key(session: KeepsKeys, typed: str, keep: bool, report: Report) -> str:
    """Check the key at the service, then keep it; returns a sentence. Raises DeskError."""
    models = session.check_key(typed, report)
    if keep:
        place = session.keep_key(typed, report)
        return f"The key works ({models} models) and is kept in {place}."
    session.use_key_for_session(typed)
    return f"The key works ({models} models). It is forgotten when you quit."


def remove_key(session: KeepsKeys, report: Report) -> None:
    """Take the key out of memory and out of the keychain."""
    report(0, 0)
    session.keys.forget()


class KeyDialog(QDialog):
    """One field, one promise about where the key goes, one button that checks and keeps it."""

    key_changed = Signal()

    def __init__(self, session: KeepsKeys, tasks: TaskRunner, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("key_dialog")
        self.setWindowTitle(self.tr("API key"))
        self.setMinimumWidth(_WIDTH)
        self._session, self._tasks = session, tasks
        self._task: Task | None = None
        self._keychain = ""
        self.standing = Label(self.tr("Asking the system keychain …"), "muted")
        self.standing.setObjectName("key_standing")
        self.field = QLineEdit()
        self.field.setObjectName("key_field")
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText("sk-ant-…")
        self.field.setAccessibleName(self.tr("API key"))
        self.keep_box = QCheckBox()
        self.keep_box.setObjectName("key_keep")
        self.where = Label("", "caption")
        self.banner = Banner("key_banner")
        self.busy = Busy("key_busy")
        self.check_button = button(
            self.tr("Check and use"), "key_check", look="primary", icon_name="shield"
        )
        self.remove_button = button(self.tr("Remove the key"), "key_remove", icon_name="trash")
        self.close_button = button(self.tr("Close"), "key_close")
        self._lay_out()
        self._connect()
        self._look()

    @Slot()
    def _look(self) -> None:
        self._tasks.start(look_up_key, self._session, owner=self, done=self._show, ended=self._idle)

    def _show(self, standing: KeyStanding) -> None:
        self._keychain = standing.keychain
        words = self.tr("No key yet.")
        if standing.key is not None:
            words = self.tr("There is a key: %1").replace("%1", str(standing.key))
        self.standing.setText(words)
        self.remove_button.setVisible(standing.key is not None)
        self.keep_box.setText(
            self.tr("Keep it in %1").replace("%1", standing.keychain)
            if standing.keychain
            else self.tr("Keep it in the system keychain")
        )
        self.keep_box.setEnabled(bool(standing.keychain))
        self.keep_box.setChecked(bool(standing.keychain))
        if standing.why_not:
            self.banner.say(standing.why_not, "warning")
        self._say_where()
        self._fit()

    @Slot()
    def _say_where(self) -> None:
        if self.keep_box.isChecked():
            self.where.setText(
                self.tr("Only this program asks for it there. It is in no file of ours.")
            )
        else:
            self.where.setText(
                self.tr("Held in memory for this session only, and forgotten when you quit.")
            )

    @Slot()
    def _check(self) -> None:
        if self._task is not None or not self.field.text().strip():
            return
        self.banner.clear()
        self._task = self._tasks.start(
            take_key,
            self._session,
            self.field.text(),
            self.keep_box.isChecked(),
            owner=self,
            done=self._taken,
            failed=self._fail,
            ended=self._idle,
        )
        self.busy.begin(self.tr("Asking the service …"))
        self._settle()

    def _taken(self, words: str) -> None:
        self.field.clear()
        self.banner.say(words, "good")
        self._after_change()

    @Slot()
    def _remove(self) -> None:
        if self._task is None:
            self._task = self._tasks.start(
                remove_key,
                self._session,
                owner=self,
                done=self._removed,
                failed=self._fail,
                ended=self._idle,
            )
            self._settle()

    def _removed(self, _: None) -> None:
        self.banner.say(self.tr("The key is removed from this computer."), "good")
        self._after_change()

    def _after_change(self) -> None:
        self.key_changed.emit()
        self._look()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _idle(self) -> None:
        self._task = None
        self.busy.hide()
        self._settle()

    @Slot()
    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    @Slot()
    def _settle(self) -> None:
        idle = self._task is None
        self.check_button.setEnabled(idle and bool(self.field.text().strip()))
        self.remove_button.setEnabled(idle)
        self._fit()

    def _fit(self) -> None:
        """Grow and shrink with what is said; a dialog does not do that by itself."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def _connect(self) -> None:
        self.field.textChanged.connect(self._settle)
        self.field.returnPressed.connect(self._check)
        self.keep_box.toggled.connect(self._say_where)
        self.check_button.clicked.connect(self._check)
        self.remove_button.clicked.connect(self._remove)
        self.busy.cancelled.connect(self._cancel)
        self.close_button.clicked.connect(self.reject)
        self.remove_button.hide()
        self.keep_box.setText(self.tr("Keep it in the system keychain"))
        self._settle()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        column.setSpacing(SPACE)
        column.addWidget(Label(self.tr("Your API key"), "heading"))
        column.addWidget(
            Label(
                self.tr(
                    "Live jobs are sent with your own key from the Claude Console. "
                    "Practice needs none."
                ),
                "muted",
            )
        )
        for part in (self.standing, self.field, self.keep_box, self.where, self.banner, self.busy):
            column.addWidget(part)
        foot = QHBoxLayout()
        foot.addWidget(self.remove_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.check_button)
        column.addSpacing(SPACE)
        column.addLayout(foot)
