"""The one place that shows a failure, asks before what cannot be undone, and reports a bug."""

import hashlib
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

import PySide6
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk import __version__
from claude_batch_desk.core.errors import DeskError, ServiceError
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import IconLabel, Label, button

_DIALOG_WIDTH = GRID * 56


def sentence(error: BaseException) -> str:
    """What an expected failure says to the person, with the service's reference if it gave one."""
    text = str(error)
    reference = error.request_id if isinstance(error, ServiceError) else ""
    if not reference:
        return text
    return (
        QGuiApplication.translate("Messages", "%1 (Reference: %2)")
        .replace("%1", text)
        .replace("%2", reference)
    )


class MessageDialog(QDialog):
    """A heading, a text and buttons that are verbs; Esc is always the safe way out."""

    def __init__(self, icon_name: str, title: str, text: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(_DIALOG_WIDTH)
        colour = icon_name if icon_name in {"info", "warning", "error"} else "accent"
        self.column = QVBoxLayout()
        self.column.setSpacing(SPACE)
        self.heading = Label(title, "heading")
        self.column.addWidget(self.heading)
        self.text = Label(text, selectable=True)
        self.text.setObjectName("message_text")
        self.column.addWidget(self.text)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE)
        self._buttons.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(WIDE)
        top.addWidget(IconLabel(icon_name, colour=colour, side=28), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(self.column, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        whole.setSpacing(LOOSE)
        whole.addLayout(top, 1)
        whole.addLayout(self._buttons)

    def add_way_out(self, verb: str, name: str = "message_close") -> None:
        """A button that only closes; it has the focus and answers Enter."""
        way_out = button(verb, name, parent=self)
        way_out.setDefault(True)
        way_out.clicked.connect(self.reject)
        self._buttons.addWidget(way_out)
        way_out.setFocus()

    def add_verb(
        self, verb: str, act: Callable[[], object], name: str, look: str = ""
    ) -> QPushButton:
        """A button that does something and leaves the closing to `act`."""
        doing = button(verb, name, look=look, parent=self)
        doing.clicked.connect(act)
        self._buttons.addWidget(doing)
        return doing


class Messages(QObject):
    """Shows failures over a window. `show` is what TaskRunner takes as `on_error`."""

    _bug_elsewhere = Signal(str)
    _failure_elsewhere = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window: QWidget | None = None
        self._seen: set[str] = set()
        self._told: MessageDialog | None = None
        self._bug_elsewhere.connect(self._show_bug, Qt.ConnectionType.QueuedConnection)
        self._failure_elsewhere.connect(self._show_failure, Qt.ConnectionType.QueuedConnection)

    def stand_over(self, window: QWidget) -> None:
        """Show everything from now on over this window."""
        self._window = window

    def show(self, owner: QObject | None, error: BaseException) -> None:
        """A sentence for an expected failure, the crash dialog for anything else."""
        if not isinstance(error, DeskError):
            self.report_bug(error)
            return
        self.tell(self.tr("That did not work"), sentence(error), icon_name="warning")

    def tell(self, title: str, text: str, *, icon_name: str = "info") -> MessageDialog:
        """Say something that has to be read before going on; returns the open dialog."""
        dialog = MessageDialog(icon_name, title, text, self._window)
        dialog.setObjectName("message")
        dialog.add_way_out(self.tr("Close"))
        dialog.open()
        return dialog

    def confirm(
        self,
        title: str,
        text: str,
        verb: str,
        act: Callable[[], object],
        *,
        danger: bool = False,
    ) -> None:
        """Ask before money is spent or something is lost; `act` runs if the verb is pressed."""
        dialog = MessageDialog("warning" if danger else "help", title, text, self._window)
        dialog.setObjectName("confirm")
        dialog.add_way_out(self.tr("Cancel"), "confirm_cancel")
        dialog.add_verb(verb, dialog.accept, "confirm_verb", "danger" if danger else "primary")
        dialog.accepted.connect(act)
        dialog.open()

    def report_bug(self, error: BaseException) -> None:
        """Show a bug once; may be called from any thread."""
        self._bug_elsewhere.emit(crash_report(error))

    def install_hooks(self) -> None:
        """Catch what nobody caught: slots, painting, timers and other threads."""

        def caught(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            if isinstance(error, DeskError):
                self._failure_elsewhere.emit(sentence(error))
                return
            sys.__excepthook__(kind, error, trace)
            if not issubclass(kind, KeyboardInterrupt):
                self.report_bug(error.with_traceback(trace))

        def caught_in_thread(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None and args.exc_type is not SystemExit:
                caught(args.exc_type, args.exc_value, args.exc_traceback)

        sys.excepthook = caught
        threading.excepthook = caught_in_thread

    @Slot(str)
    def _show_failure(self, text: str) -> None:
        """Once: a table that cannot be read fails for each of its cells."""
        if self._told is None:
            self._told = self.tell(self.tr("That did not work"), text, icon_name="warning")
            self._told.destroyed.connect(self._forget_told)

    @Slot()
    def _forget_told(self) -> None:
        self._told = None

    @Slot(str)
    def _show_bug(self, report: str) -> None:
        print_of_it = hashlib.sha256(report.encode()).hexdigest()
        if print_of_it in self._seen:
            return
        self._seen.add(print_of_it)
        CrashDialog(report, self._window).open()


class CrashDialog(MessageDialog):
    """A bug: what it means for the person's work, and a report to copy that holds no data."""

    def __init__(self, report: str, parent: QWidget | None) -> None:
        super().__init__("error", "", "", parent)
        self.setObjectName("crash")
        title = self.tr("Something went wrong in Claude Batch Desk")
        self.setWindowTitle(title)
        self.heading.setText(title)
        self.text.setText(
            self.tr(
                "Your jobs and answers are kept. You can go on, but restart the application if it "
                "behaves oddly. The report below holds no keys, prompts or rows."
            )
        )
        self.report = QPlainTextEdit(report, self)
        self.report.setObjectName("crash_report")
        self.report.setAccessibleName(self.tr("Crash report"))
        self.report.setReadOnly(True)
        self.report.setMinimumHeight(GRID * 24)
        self.column.addWidget(self.report)
        self.add_way_out(self.tr("Close"), "crash_close")
        self.add_verb(self.tr("Copy report"), self._copy, "crash_copy")

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())


def crash_report(error: BaseException) -> str:
    """Versions and the places in the code; no local values, and no text that may quote data."""
    versions = f"Claude Batch Desk {__version__}, Python {platform.python_version()}"
    lines = [f"{versions}, PySide6 {PySide6.__version__}, {platform.platform()}"]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        lines.extend(
            f"  {frame.filename}:{frame.lineno} in {frame.name}: {frame.line}"
            for frame in traceback.extract_tb(seen.__traceback__)
        )
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)
