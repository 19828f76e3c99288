"""“Write the answers to a file when the job ends”: which file, and what stands in its way."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QMenu, QWidget

from claude_batch_desk.core.jobs.copies import is_offered
from claude_batch_desk.core.jobs.delivering.delivery import Delivery
from claude_batch_desk.core.jobs.delivering.verbs import Over
from claude_batch_desk.gui.contents_choice import ContentsChoice
from claude_batch_desk.gui.copy_forecast import CopyForecast, ForeseesCopies
from claude_batch_desk.gui.delivery_plan import DeliveryPlan
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.export_bar import file_name
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.widgets import Banner, Card, ElidedLabel, Label, button, documents

_COPY, _MACROS = "copy", ".xlsm"
_FORM_ROOM = GRID * 24


class DeliveryCard(Card):
    """Shows what is planned for the job in the window, and lets it be changed or taken back."""

    try_again = Signal(int)
    """Write the file of the job of this number, whatever was in the way."""

    def __init__(
        self,
        plan: DeliveryPlan,
        desk: ForeseesCopies,
        tasks: TaskRunner,
        draft: Draft,
        name: str,
    ) -> None:
        """`name` begins the names of what is in it, as there is one on each of two pages."""
        super().__init__()
        self._plan, self._draft = plan, draft
        self.setObjectName(name)
        self.check = QCheckBox(self.tr("Write the answers to a file when the job ends"))
        self.check.setObjectName(f"{name}_check")
        self.form = QComboBox()
        self.form.setObjectName(f"{name}_form")
        self.form.setAccessibleName(self.tr("The form of the file"))
        self.form.setMinimumWidth(_FORM_ROOM)
        menu = QMenu(self)
        self.chosen = ContentsChoice(menu, name)
        self.holds_button = button(self.tr("What it holds"), f"{name}_holds", look="link")
        self.holds_button.setMenu(menu)
        self.place_label = ElidedLabel()
        self.place_label.setObjectName(f"{name}_place")
        self.place_button = button(self.tr("Change…"), f"{name}_change", icon_name="folder")
        self.said_label = Label("", "caption")
        self.banner = Banner(f"{name}_banner")
        self.details = QWidget()
        self.forecast = CopyForecast(desk, tasks, self)
        self._asked: tuple[Delivery, Over] | None = None
        self._lay_out()
        self._connect()
        self.show_plan()

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, from the top."""
        return [
            *(self.check, self.form, self.holds_button, self.place_button),
            self.banner.action,
        ]

    @Slot()
    def show_plan(self) -> None:
        """What is planned, and what came of the last try."""
        job, delivery = self._draft.job, self._plan.delivery
        with QSignalBlocker(self.check):
            self.check.setChecked(delivery is not None)
        self._settle()
        for each in (self.details, self.place_label, self.said_label):
            each.setVisible(delivery is not None)
        self.banner.clear()
        if job is None or delivery is None:
            return
        self._offer(delivery)
        place = self.tr("%1 in %2").replace("%1", delivery.path.name)
        self.place_label.set_whole(place.replace("%2", str(delivery.path.parent)))
        if problem := self._problem(delivery):
            self.banner.say(problem, "warning")
        elif delivery.note and delivery.written_at is None:
            told = self.tr("%1 It is tried again by itself.").replace("%1", delivery.note)
            self.said_label.hide()
            self.banner.say(told, "warning", self.tr("Try now"))

    def _problem(self, delivery: Delivery) -> str:
        """Why no such file can be written of the table as it is now; "" where one can be."""
        table = self._draft.table
        if table is None:
            return ""
        if delivery.original and not self._workbook():
            return self.tr(
                "The rows do not come from a workbook that can be copied. Choose another form."
            )
        missing = [each for each in delivery.contents.columns or () if each not in table.columns]
        if missing:
            told = self.tr("The table has no column “%1”. Choose what the file holds once more.")
            return told.replace("%1", missing[0])
        return ""

    @property
    def is_over(self) -> bool:
        """The job has ended, and nothing of it is still to be written."""
        job, delivery = self._draft.job, self._plan.delivery
        ended = job is not None and job.state == "done"
        return ended and (delivery is None or delivery.written_at is not None)

    @Slot()
    def _settle(self) -> None:
        self.setEnabled(self._draft.job is not None and not self.is_over)

    @Slot(int)
    def show_writing(self, job_id: int) -> None:
        """The file of this job is being written."""
        if self._plan.delivery is not None and self._plan.delivery.job == job_id:
            self.said_label.hide()
            self.banner.say(self.tr("It is being written …"))

    def _offer(self, delivery: Delivery) -> None:
        """The forms and contents there are for this job, with the planned ones chosen."""
        workbook = self._workbook()
        with QSignalBlocker(self.form):
            self.form.clear()
            for key, words in self._forms(workbook):
                self.form.addItem(words, key)
            key = _COPY if delivery.original else delivery.path.suffix.lower()
            self.form.setCurrentIndex(max(self.form.findData(key), 0))
        columns = self._draft.table.columns if self._draft.table else ()
        self.chosen.offer(columns, versioned=True, workbook=delivery.original)
        self.chosen.offer_parts(offered=not delivery.original)
        self.chosen.show(delivery.contents)

    def _forms(self, workbook: str) -> list[tuple[str, str]]:
        found = [(".xlsx", self.tr("Workbook (XLSX)"))]
        if workbook or (self._plan.delivery is not None and self._plan.delivery.original):
            found.append((_COPY, self.tr("Original with answers")))
        return [
            *found,
            (".csv", self.tr("Text table (CSV)")),
            (".tsv", self.tr("Tab-separated text")),
            (".jsonl", self.tr("JSON Lines")),
            (".parquet", self.tr("Parquet")),
        ]

    def _workbook(self) -> str:
        """The name of the one the rows came from, where that can be copied."""
        table = self._draft.table
        return table.name if table is not None and is_offered(table) else ""

    @Slot(bool)
    def _toggle(self, wanted: bool) -> None:
        job = self._draft.job
        if job is None:
            return
        if not wanted:
            self._plan.take_back()
            return
        name = file_name(self.tr("%1 answers").replace("%1", job.name)) or self.tr("Answers")
        self._ask(Delivery(job.id, Path(documents()) / f"{name}.xlsx"), "nothing")

    @Slot()
    def _choose_form(self) -> None:
        delivery, key = self._plan.delivery, self.form.currentData()
        if delivery is None:
            return
        path, is_copy = delivery.path, key == _COPY
        if is_copy:
            original = Path(self._workbook() or path.name)
            name = self.tr("%1 with answers").replace("%1", original.stem)
            path = path.with_name(file_name(name) + original.suffix.lower())
        else:
            path = path.with_suffix(key)
        contents = self.chosen.copied_contents if is_copy else self.chosen.contents
        wanted = replace(delivery, path=path, original=is_copy, contents=contents)
        self._ask(wanted, "nothing")

    @Slot()
    def _choose_contents(self) -> None:
        delivery = self._plan.delivery
        if delivery is not None:
            chosen = self.chosen
            contents = chosen.copied_contents if delivery.original else chosen.contents
            self._ask(replace(delivery, contents=contents), "nothing")

    @Slot()
    def _choose_place(self) -> None:
        delivery = self._plan.delivery
        if delivery is None:
            return
        suffix, words = delivery.path.suffix.lower(), self.form.currentText()
        suffixes = [suffix]
        if delivery.original and Path(self._workbook()).suffix.lower() == _MACROS:
            suffixes = [_MACROS, ".xlsx"]
        dialog = QFileDialog(self, self.tr("Where to write the answers"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{words} (*{each})" for each in suffixes])
        dialog.setDefaultSuffix(suffix.removeprefix("."))
        dialog.setDirectory(str(delivery.path.parent))
        dialog.selectFile(delivery.path.name)
        dialog.fileSelected.connect(self.write_to)
        dialog.open()

    @Slot(str)
    def write_to(self, path: str) -> None:
        """Plan this file, which the person agreed to have written over where it is there."""
        if self._plan.delivery is not None:
            self._ask(replace(self._plan.delivery, path=Path(path)), "that")

    def _ask(self, wanted: Delivery, over: Over) -> None:
        """Plan it; where a copy would lose something, say so first."""
        self.banner.clear()
        if not wanted.original or self._draft.table is None:
            self._plan.plan(wanted, over)
            return
        self._asked = wanted, over
        self.forecast.ask(wanted.job, wanted.path, wanted.contents, self.show_plan)

    @Slot()
    def _agree(self) -> None:
        if self._asked is not None:
            wanted, over = self._asked
            self._plan.plan(wanted, over)

    @Slot(str)
    def _say_failure(self, told: str) -> None:
        self.banner.say(told, "error")

    @Slot()
    def _try_again(self) -> None:
        if self._plan.delivery is not None:
            self.try_again.emit(self._plan.delivery.job)

    def _connect(self) -> None:
        self._plan.changed.connect(self.show_plan)
        self._plan.failed.connect(self._say_failure)
        self._draft.table_changed.connect(self.show_plan)
        self._draft.job_changed.connect(self._settle)
        self.check.toggled.connect(self._toggle)
        self.form.activated.connect(self._choose_form)
        self.chosen.changed.connect(self._choose_contents)
        self.place_button.clicked.connect(self._choose_place)
        self.forecast.agreed.connect(self._agree)
        self.forecast.failed.connect(self._say_failure)
        self.banner.pressed.connect(self._try_again)

    def _lay_out(self) -> None:
        self.said_label.setText(
            self.tr(
                "This window writes it, or its next start. A file that somebody has changed since "
                "is not written over."
            )
        )
        row = QHBoxLayout(self.details)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.form)
        row.addWidget(self.holds_button)
        row.addStretch(1)
        row.addWidget(self.place_button)
        self.column.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeft)
        for each in (self.details, self.place_label, self.said_label, self.banner):
            self.column.addWidget(each)
