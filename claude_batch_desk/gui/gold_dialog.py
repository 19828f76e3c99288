"""What is right to answer, said by a column or by labels, and how many answers are right."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.quality.verbs import Gold, LabelRound
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.tables.table import Table
from claude_batch_desk.gui.accuracy_page import AccuracyPage, Measures
from claude_batch_desk.gui.gold_form import GoldForm
from claude_batch_desk.gui.label_grid import LabelGrid, Labels
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.segmented import Segmented
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE
from claude_batch_desk.gui.widgets import Banner, Label, button

_WIDTH, _HEIGHT, _AROUND = GRID * 118, GRID * 72, GRID * 16
_Part = Literal["gold", "label", "accuracy"]


class KnowsGold(Labels, Measures, Protocol):
    """The verbs that this dialog needs."""

    def gold(self, job_id: int, report: Report) -> Gold:
        """What is known to be right."""
        ...

    def set_gold_columns(self, job_id: int, columns: Mapping[str, str], report: Report) -> None:
        """Take right answers from columns of the table."""
        ...

    def label_round(
        self, job_id: int, field: str, report: Report, *, rows: Sequence[int] = ()
    ) -> LabelRound:
        """The rows to label for an answer column."""
        ...


def label_these(
    quality: KnowsGold, job_id: int, field: str, rows: Sequence[int], report: Report
) -> LabelRound:
    """The round of these rows only, as work that can be stopped."""
    return quality.label_round(job_id, field, report, rows=rows)


class GoldDialog(QDialog):
    """Three parts: where the right answers are, labelling, and the accuracy."""

    def __init__(
        self,
        quality: KnowsGold,
        tasks: TaskRunner,
        job_id: int,
        table: Table,
        prompt: Template,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("gold_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("How many answers are right"))
        self._quality, self._tasks, self._job_id = quality, tasks, job_id
        self._table, self._prompt = table, prompt
        self._field = ""
        self.part = Segmented(
            {
                "gold": self.tr("Right answers"),
                "label": self.tr("Label rows"),
                "accuracy": self.tr("Accuracy"),
            },
            "gold_part",
        )
        self.banner = Banner("gold_banner")
        self.form: GoldForm | None = None
        self.grid: LabelGrid | None = None
        self.accuracy = AccuracyPage(quality, tasks, job_id)
        self.stack = QStackedWidget()
        self.close_button = button(self.tr("Close"), "gold_close")
        self._lay_out()
        self.part.chosen.connect(self._go)
        self.accuracy.label_requested.connect(self.label)
        self.accuracy.correct_requested.connect(self.label_rows)
        self.accuracy.gold_requested.connect(self._go_to_gold)
        self.close_button.clicked.connect(self.accept)
        self._look_up()

    def _look_up(self) -> None:
        self._tasks.start(
            self._quality.gold, self._job_id, owner=self, done=self._begin, failed=self._fail
        )

    def _begin(self, gold: Gold) -> None:
        """Begin with what is to be done next."""
        self._field = self._field or gold.fields[0].name
        self._show_form(gold)
        self._show("accuracy" if gold.known else "gold")

    def _show_form(self, gold: Gold) -> None:
        before, self.form = self.form, GoldForm(gold, self._table, self._prompt)
        self.form.used.connect(self._use)
        self.form.label_requested.connect(self.label)
        self.stack.addWidget(self.form)
        self._remove(before)

    def _remove(self, gone: QWidget | None) -> None:
        if gone is not None:
            self.stack.removeWidget(gone)
            gone.deleteLater()

    @Slot(str)
    def _go(self, part: _Part) -> None:
        if part == "label":
            self.label(self._field)
        else:
            self._show(part)

    @Slot()
    def _go_to_accuracy(self) -> None:
        self._show("accuracy")

    @Slot()
    def _go_to_gold(self) -> None:
        self._show("gold")

    def _show(self, part: _Part) -> None:
        self.part.choose(part)
        self.banner.clear()
        shown = {"gold": self.form, "label": self.grid, "accuracy": self.accuracy}[part]
        if shown is None:
            return
        self.stack.setCurrentWidget(shown)
        if part == "accuracy":
            self.accuracy.refresh()
        elif part == "gold":
            self._tasks.start(self._quality.gold, self._job_id, owner=self, done=self._recount)
        shown.setFocus()

    def _recount(self, gold: Gold) -> None:
        if self.form is not None:
            self.form.show_labelled(gold.labelled)

    @Slot(str)
    def label(self, field: str) -> None:
        """Label rows for this answer column."""
        self._field = field
        self.part.choose("label")
        self._tasks.start(
            self._quality.label_round,
            self._job_id,
            field,
            owner=self,
            done=self._begin_round,
            failed=self._fail,
        )

    @Slot(str, object)
    def label_rows(self, field: str, rows: Sequence[int]) -> None:
        """Label these rows only."""
        self._field = field
        self.part.choose("label")
        self._tasks.start(
            label_these,
            self._quality,
            self._job_id,
            field,
            rows,
            owner=self,
            done=self._begin_round,
            failed=self._fail,
        )

    def _begin_round(self, round_: LabelRound) -> None:
        if not round_.rows:
            self._show("gold")
            self.banner.say(self.tr("No row of the table is chosen to run."), "warning")
            return
        before = self.grid
        self.grid = LabelGrid(self._quality, self._tasks, self._job_id, round_)
        self.grid.accuracy_requested.connect(self._go_to_accuracy)
        self.stack.addWidget(self.grid)
        self._remove(before)
        self._show("label")

    @Slot(object)
    def _use(self, columns: Mapping[str, str]) -> None:
        self._tasks.start(
            self._quality.set_gold_columns,
            self._job_id,
            columns,
            owner=self,
            done=self._used,
            failed=self._fail,
        )

    def _used(self, _: None) -> None:
        self._show("accuracy")
        self._tasks.start(self._quality.gold, self._job_id, owner=self, done=self._show_used)

    def _show_used(self, gold: Gold) -> None:
        """The form anew, with what is in use by now."""
        shown = self.stack.currentWidget()
        self._show_form(gold)
        if shown is not None:
            self.stack.setCurrentWidget(shown)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")

    def _lay_out(self) -> None:
        over = self.parentWidget()
        room = over.size() if over is not None else QSize(0, 0)
        # Rows are to be read here: the dialog takes nearly all of the window.
        self.resize(max(_WIDTH, room.width() - _AROUND), max(_HEIGHT, room.height() - _AROUND))
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(Label(self.tr("How many answers are right"), "heading", wrap=False))
        head.addStretch(1)
        head.addWidget(self.part)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        self.stack.addWidget(QWidget())
        self.stack.addWidget(self.accuracy)
        column = QVBoxLayout(self)
        column.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        column.setSpacing(SPACE * 2)
        column.addLayout(head)
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)
