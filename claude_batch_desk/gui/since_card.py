"""Rows that an earlier job has answered: proposed, taken over, and told in three numbers."""

from typing import Protocol

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QSizePolicy, QWidget

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.increment.verbs import Increment, Survey
from claude_batch_desk.core.jobs.store.increment_store import Since
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.readiness import obstacles
from claude_batch_desk.gui.since_words import (
    candidate_words,
    counts_words,
    taken_words,
    what_follows,
)
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.theme import GRID, SPACE
from claude_batch_desk.gui.widgets import Banner, Card, Label, button

_DELAY = 300
"""Milliseconds of quiet before a changed job is compared again."""
_BOX_WIDTH = GRID * 56
_SHORT = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
_BY_ORDER = ""


class Follows(Protocol):
    """The verbs about earlier jobs that the card needs."""

    def survey(self, job_id: int, report: Report) -> Survey:
        """Which jobs could be followed, and what following one leaves to ask."""
        ...

    def follow(
        self, job_id: int, earlier_id: int | None, report: Report, *, key: str | None = None
    ) -> Since | None:
        """Take over the answers of this job, or of none."""
        ...


class SinceCard(Card):
    """Shown where there is an earlier job to go on from; nothing is taken over unasked."""

    changed = Signal()
    """Other rows are sent from now on: what that costs has to be asked again."""
    failed = Signal(object)

    def __init__(
        self, verbs: Follows, tasks: TaskRunner, draft: Draft, parent: QWidget | None = None
    ) -> None:
        super().__init__(self.tr("Rows that were answered before"), parent=parent)
        self._verbs, self._tasks, self._draft = verbs, tasks, draft
        self._task: Task | None = None
        self._survey = Survey()
        self._price: Range | None = None
        self._free = True
        self.counts = Label("", "strong")
        self.told = Label("")
        self.warning = Banner("since_warning")
        self.job_box, self.key_box = QComboBox(), QComboBox()
        self.job_label = Label(self.tr("Earlier job"), "muted", wrap=False)
        self.key_label = Label(self.tr("Rows are the same by"), "muted", wrap=False)
        self.take_button = button(self.tr("Take over its answers"), "since_take", icon_name="check")
        self.leave_button = button(self.tr("Ask every row"), "since_leave", look="link")
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._name_parts()
        self._lay_out()
        self._connect()
        self._settle()

    def enter(self) -> None:
        """Compare the job as it is now."""
        self._look()

    def show_price(self, price: Range | None) -> None:
        """What is left costs this, the way that is chosen; None is not known yet."""
        self._price = price
        self._settle()

    def set_editable(self, editable: bool) -> None:
        """Whether something else may be chosen now."""
        self._free = editable
        self._settle()

    # What is known

    @Slot()
    def _forget(self) -> None:
        """Another job: nothing is known of it."""
        self._survey = Survey()
        self._stop()
        self._settle()

    @Slot()
    def _look_later(self) -> None:
        self._stop()
        if not self._page_hidden():
            self._timer.start()

    def _page_hidden(self) -> bool:
        page = self.parentWidget()
        return page is None or not page.isVisible()

    def _stop(self) -> None:
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @Slot()
    def _look(self) -> None:
        self._stop()
        job = self._draft.job
        if job is None or (self._draft.editable and obstacles(self._draft)):
            self._take(Survey())
            return
        if self._draft.flushed(self.failed.emit):
            self._task = self._tasks.start(
                self._verbs.survey, job.id, owner=self, done=self._take, failed=self._give_up
            )
            self._settle()

    def _take(self, survey: Survey) -> None:
        self._task, self._survey = None, survey
        self._fill()
        self._settle()

    def _give_up(self, error: BaseException) -> None:
        """What stands in the way of comparing stands in the way of an estimate, which says so."""
        if not isinstance(error, DeskError):
            raise error
        self._take(Survey())

    # What the person wants

    @Slot()
    def _follow(self) -> None:
        if self._survey.increment is not None or self.sender() is self.take_button:
            chosen = self.job_box.currentData()
            self._want(chosen.job.id if chosen else None, None)
        self._settle()

    @Slot()
    def _tell_apart(self) -> None:
        if self._survey.since is not None:
            self._want(self._survey.since.job, self.key_box.currentData())

    @Slot()
    def _leave(self) -> None:
        self._want(None, None)

    def _want(self, earlier_id: int | None, key: str | None) -> None:
        job = self._draft.job
        if job is None or not self._draft.editable or not self._draft.flushed(self.failed.emit):
            return
        try:
            self._verbs.follow(job.id, earlier_id, _unwatched, key=key)
        except DeskError as error:
            self.failed.emit(error)
            return
        self.changed.emit()
        self._look()

    # What is shown

    def _fill(self) -> None:
        """The two choices, without telling."""
        since, increment = self._survey.since, self._survey.increment
        with QSignalBlocker(self.job_box):
            self.job_box.clear()
            for each in self._survey.candidates:
                self.job_box.addItem(candidate_words(each), each)
                if since is not None and each.job.id == since.job:
                    self.job_box.setCurrentIndex(self.job_box.count() - 1)
        with QSignalBlocker(self.key_box):
            self.key_box.clear()
            if increment is not None:
                for name in dict.fromkeys([*increment.keys, *filter(None, [increment.key])]):
                    self.key_box.addItem(self.tr("“%1”").replace("%1", name), name)
                self.key_box.addItem(self.tr("their order in the table"), _BY_ORDER)
                self.key_box.setCurrentIndex(max(self.key_box.findData(increment.key), 0))

    @Slot()
    def _settle(self) -> None:
        survey, editable = self._survey, self._draft.editable
        following = editable and survey.increment is not None
        alike = any(not each.why_not for each in survey.candidates)
        proposing = editable and survey.since is None and alike
        sent = survey.since if not editable else None
        taken = taken_words(sent) if sent is not None else ""
        self.setVisible(proposing or following or bool(taken))
        self._say(survey.increment if following else None)
        if proposing:
            self.told.say(self._proposal())
        elif taken:
            self.told.say(taken)
        for part in (self.job_label, self.job_box):
            part.setVisible(editable)
        for each in (self.key_label, self.key_box, self.leave_button):
            each.setVisible(following)
        self.take_button.setVisible(proposing)
        free = self._free and editable and self._task is None
        for control in (self.job_box, self.key_box, self.take_button, self.leave_button):
            control.setEnabled(free)

    def _say(self, increment: Increment | None) -> None:
        """The numbers, once they are those of the job as it is."""
        looking = self._task is not None
        if increment is None:
            self.counts.say("")
        elif looking:
            self.counts.say(self.tr("Comparing with the earlier job …"))
        else:
            self.counts.say(counts_words(increment.counted, self._price))
        self.told.say(what_follows(increment.counted) if increment and not looking else "")
        self.warning.say(increment.problem if increment and not looking else "", "warning")

    def _proposal(self) -> str:
        candidate = self.job_box.currentData()
        if candidate is not None and candidate.why_not:
            return str(candidate.why_not)
        return self.tr(
            "An earlier job has asked what this one asks. Rows that are the same now as they were "
            "can take its answers, which costs nothing; only new and changed rows are sent then."
        )

    # Wires

    def _name_parts(self) -> None:
        for part, name in (
            (self.counts, "since_counts"),
            (self.told, "since_told"),
            (self.job_box, "since_job"),
            (self.key_box, "since_key"),
        ):
            part.setObjectName(name)
        self.job_box.setAccessibleName(self.job_label.text())
        self.key_box.setAccessibleName(self.key_label.text())
        for box in (self.job_box, self.key_box):
            # Names of files may be long.
            box.setSizeAdjustPolicy(_SHORT)
            box.setMinimumContentsLength(12)
            box.setMaximumWidth(_BOX_WIDTH)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self._timer.timeout.connect(self._look)
        self._draft.opened.connect(self._forget)
        for change in (
            self._draft.job_changed,
            self._draft.table_changed,
            self._draft.recipe_changed,
            self._draft.selection_changed,
        ):
            change.connect(self._look_later)
        self.take_button.clicked.connect(self._follow)
        self.leave_button.clicked.connect(self._leave)
        self.job_box.currentIndexChanged.connect(self._follow)
        self.key_box.currentIndexChanged.connect(self._tell_apart)

    def _lay_out(self) -> None:
        choices = QGridLayout()
        choices.setHorizontalSpacing(SPACE)
        choices.setVerticalSpacing(SPACE)
        choices.setColumnStretch(1, 8)
        choices.setColumnStretch(2, 1)
        for line, parts in enumerate(
            ((self.job_label, self.job_box), (self.key_label, self.key_box))
        ):
            for place, part in enumerate(parts):
                choices.addWidget(part, line, place)
        for part in (self.counts, self.told, self.warning):
            self.column.addWidget(part)
        self.column.addLayout(choices)
        for each in (self.take_button, self.leave_button):
            self.column.addWidget(each, 0, Qt.AlignmentFlag.AlignLeft)


def _unwatched(done: int, total: int) -> None:
    """A choice is written in a millisecond."""
