"""How a row's answer came: its tokens, its cost, the version of the prompt, and its batch."""

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.job import JobRow
from claude_batch_desk.core.jobs.opening.quoted import Quoted
from claude_batch_desk.core.jobs.opening.sent import Sent
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.theme import SPACE
from claude_batch_desk.gui.widgets import Label, button, icon_button, set_tip
from claude_batch_desk.gui.wording import local_time, money, number, usage_words


class RowFacts(QWidget):
    """Lines that break where the window is narrow."""

    version_wanted = Signal(int)
    """The person wants to see what this version of the prompt asked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._version = 0
        self.usage_label = Label("", "caption", wrap=False)
        self.version_button = button("", "detail_version", look="link")
        set_tip(self.version_button, self.tr("Show this version, and what others changed"))
        self.batch_caption = Label(self.tr("Batch"), "caption", wrap=False)
        self.batch = Label("", "caption", wrap=False, selectable=True)
        self.batch.setObjectName("detail_batch")
        self.copy_button = icon_button("copy", "detail_copy_batch", self.tr("Copy the batch’s id"))
        self.part = Label("", "caption", wrap=False)
        self.part.setObjectName("detail_part")
        above, below = FlowLayout(spacing=SPACE, lines=0), FlowLayout(spacing=SPACE, lines=0)
        for layout, widgets in (
            (above, [self.usage_label, self.version_button]),
            (below, [self.batch_caption, self.batch, self.copy_button, self.part]),
        ):
            for each in widgets:
                layout.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(above)
        column.addLayout(below)
        self.version_button.clicked.connect(self._want_version)
        self.copy_button.clicked.connect(self._copy)

    def show_row(self, row: JobRow) -> None:
        """Show those of this row; with what it came is not known yet."""
        answer = row.answer
        self.usage_label.say(_paid(answer) if answer else "")
        if answer is not None and answer.taken_over:
            self.usage_label.say(self.tr("Answered for an earlier job; it costs nothing here"))
        self._version = row.version
        words = self.tr("By version %1 of the prompt")
        self.version_button.setText(words.replace("%1", number(row.version)))
        self.version_button.setVisible(bool(row.version))
        self.show_sent(Sent("nothing"))

    def show_sent(self, sent: Sent) -> None:
        """Say with what its answer came."""
        self.batch.say(sent.batch_id)
        for each in (self.batch_caption, self.copy_button):
            each.setVisible(bool(sent.batch_id))
        self.part.say(self._part(sent))

    def _part(self, sent: Sent) -> str:
        if sent.came == "now":
            return self.tr("Asked by a call of its own")
        if sent.came == "trial":
            return self.tr("From a trial, before the job was sent")
        told = []
        if sent.parts > 1:
            words = self.tr("part %1 of %2").replace("%1", number(sent.part))
            told.append(words.replace("%2", number(sent.parts)))
        if sent.run is not None:
            told.append(self.tr("run again"))
        if sent.ended_at is not None:
            told.append(self.tr("ended %1").replace("%1", local_time(sent.ended_at)))
        return " · ".join(told)

    @Slot()
    def _want_version(self) -> None:
        self.version_wanted.emit(self._version)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.batch.text())


def place_words(quoted: Quoted) -> str:
    """Where a quote stands, in a few words."""
    words = {
        "pages": _tr("Page %1 of %2"),
        "document": _tr("In the document, which has no pages"),
        "row": _tr("In the row, not in its document"),
        "nowhere": _tr("Not found in the text of the document"),
        "unread": _tr("Not looked up: the document has no text, only pictures"),
    }[quoted.where]
    pages = quoted.pages
    if pages is None and quoted.where == "document" and quoted.page_count:
        return _tr("In the document; on which page is not known any more")
    if pages is None:
        return words
    if pages.last > pages.first:
        words = _tr("Pages %1 to %3 of %2").replace("%3", number(pages.last))
    told = words.replace("%1", number(pages.first)).replace("%2", number(quoted.page_count))
    if pages.also:
        more = _tr("the same words also on %1")
        told += " · " + more.replace("%1", ", ".join(map(number, pages.also)))
    return told


def _tr(text: str) -> str:
    return QCoreApplication.translate("row_facts", text)


def _paid(answer: Answer) -> str:
    """The tokens of an answer and what they cost."""
    told = usage_words(answer.usage)
    if answer.usage is None or answer.cost is None:
        return told
    return f"{told} · {money(answer.cost)}"
