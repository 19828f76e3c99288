"""One job in the window: its name and mode, the five steps, the page of one, and the cost."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.settings import ANTHROPIC_URL
from claude_batch_desk.gui.accuracy_bar import AccuracyBar
from claude_batch_desk.gui.cost_card import CARD_WIDTH, CostCard
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.readiness import Step
from claude_batch_desk.gui.stepper import STEPS, Stepper
from claude_batch_desk.gui.theme import GRID, SPACE, WIDE
from claude_batch_desk.gui.widgets import Banner, Chip, scrolled, set_tip

_NAME_LENGTH = 120
_WITH_ANSWERS: tuple[Step, ...] = ("try", "results")


class JobView(QWidget):
    """Shows the draft's job; the pages are given to it and know nothing of it."""

    def __init__(
        self,
        draft: Draft,
        pages: Mapping[Step, QWidget],
        cost: CostCard,
        accuracy: AccuracyBar,
        base_url: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._draft, self._pages, self._base_url = draft, dict(pages), base_url
        self._accuracy = accuracy
        self.entering: Mapping[Step, Callable[[], None]] = {}
        """What to call when the page of a step comes into sight."""
        self.step: Step = "data"
        self.name = QLineEdit()
        self.name.setObjectName("job_name")
        self.name.setAccessibleName(self.tr("Name of the job"))
        self.name.setMaxLength(_NAME_LENGTH)
        self.name.setProperty("look", "name")
        self.mode = Chip()
        self.mode.setObjectName("mode_badge")
        self.banner, self.save_banner = Banner("job_banner"), Banner("save_banner")
        self.stepper = Stepper()
        self.stack = QStackedWidget()
        self.cost: QScrollArea = scrolled(cost)
        self.cost.setFixedWidth(CARD_WIDTH + SPACE)
        self.cost.setObjectName("cost_area")
        self.cost.setAccessibleName(self.tr("Cost"))
        for step in STEPS:
            self.stack.addWidget(self._pages[step])
        self._lay_out()
        self.stepper.step_chosen.connect(self.go)
        self.name.textEdited.connect(self._rename)
        draft.opened.connect(self._open)
        draft.job_changed.connect(self._show_job)
        draft.changed.connect(self._show_name)
        draft.save_failed.connect(self._say_unsaved)
        draft.saved.connect(self.save_banner.clear)
        self.name.editingFinished.connect(self._show_name)

    def reachable(self) -> set[Step]:
        """The steps that can be gone to: there are no results before the job was sent."""
        job = self._draft.job
        return set(STEPS) - ({"results"} if job is None or job.state == "draft" else set())

    @Slot(bool)
    def show_key(self, there: bool) -> None:
        """Say that a Live job needs a key, where there is none."""
        job = self._draft.job
        if there or job is None or job.mode == "practice":
            self.banner.clear()
            return
        self.banner.say(
            self.tr("Live jobs are sent with your own API key, and there is none yet."),
            "warning",
            self.tr("Add your API key…"),
        )

    @Slot(str)
    def go(self, step: Step) -> None:
        """Show the page of a step; what was changed on the last one is written."""
        self._draft.flushed(self._say_unsaved)
        self.step = step
        self.stepper.mark(step)
        self.stack.setCurrentWidget(self._pages[step])
        self._accuracy.setVisible(step in _WITH_ANSWERS)
        self._show_cost()
        self.stepper.buttons[step].setFocus()
        if self._draft.job is not None and step in self.entering:
            self.entering[step]()

    def _show_cost(self) -> None:
        """Beside all answers, their bill has been said; the room is theirs."""
        job = self._draft.job
        self.cost.setHidden(self.step == "results" and job is not None and job.state == "done")

    @Slot()
    def go_on(self) -> None:
        """Show the next step, as far as it can be gone to."""
        self._go_by(1)

    @Slot()
    def go_back(self) -> None:
        """Show the step before."""
        self._go_by(-1)

    def _go_by(self, steps: int) -> None:
        place = STEPS.index(self.step) + steps
        if 0 <= place < len(STEPS) and self.stepper.buttons[STEPS[place]].isEnabled():
            self.go(STEPS[place])

    @Slot()
    def _open(self) -> None:
        self.banner.clear()
        self.save_banner.clear()
        self._show_job()
        job = self._draft.job
        if job is None:
            return
        if job.state != "draft":
            self.go("results")
        else:
            self.go("data" if self._draft.table is None else self.step_to_start(job))

    @staticmethod
    def step_to_start(job: Job) -> Step:
        """Where a draft with a table is taken up again."""
        return "prompt" if job.recipe.prompt.text.strip() else "data"

    @Slot()
    def _show_job(self) -> None:
        job = self._draft.job
        if job is None:
            return
        self._set_name(job)
        self.name.setReadOnly(not self._draft.editable)
        self.stepper.allow(self.reachable())
        self._show_mode(job)
        self._show_cost()

    @Slot()
    def _show_name(self) -> None:
        """The job's name, unless the person is just writing it."""
        if self._draft.job is not None and not self.name.hasFocus():
            self._set_name(self._draft.job)

    @Slot(object)
    def _say_unsaved(self, error: DeskError) -> None:
        told = self.tr("What you changed last is not saved yet. %1")
        self.save_banner.say(told.replace("%1", sentence(error)), "error")

    def _set_name(self, job: Job) -> None:
        if self.name.text() != job.name:
            with QSignalBlocker(self.name):
                self.name.setText(job.name)
                self.name.setCursorPosition(0)

    def _show_mode(self, job: Job) -> None:
        if job.mode == "practice":
            self.mode.show_state(self.tr("Practice: made-up answers, no cost"), "info", "try")
            set_tip(self.mode, self.tr("Nothing leaves this computer, and nothing is billed."))
            return
        address = job.address or self._base_url
        host = urlsplit(address).netloc
        usual = address.rstrip("/") == ANTHROPIC_URL
        words = self.tr("Live") if usual else self.tr("Live: %1").replace("%1", host)
        self.mode.show_state(words, "accent", "send")
        set_tip(
            self.mode,
            self.tr("Rows are sent to %1 with your key, and billed.").replace("%1", host),
        )

    @Slot(str)
    def _rename(self, name: str) -> None:
        if name.strip():
            self._draft.rename(name.strip())

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(SPACE)
        title.addWidget(self.name, 1)
        title.addWidget(self.mode)
        bar = QFrame()
        bar.setProperty("look", "topbar")
        head = QVBoxLayout(bar)
        head.setContentsMargins(WIDE, GRID * 3 // 2, WIDE, SPACE)
        head.setSpacing(SPACE)
        head.addLayout(title)
        head.addWidget(self.stepper)
        head.addWidget(self.banner)
        head.addWidget(self.save_banner)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        page = QVBoxLayout()
        page.setSpacing(0)
        page.addWidget(self.stack, 1)
        page.addWidget(self._accuracy)
        body.addLayout(page, 1)
        body.addWidget(self.cost)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addLayout(body, 1)
