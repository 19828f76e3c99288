"""“Start later” beside Send: what is planned for the job that is shown, said and taken back."""

from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from claude_batch_desk.core.errors import DeskError, ScheduleError
from claude_batch_desk.core.jobs.job import Job, Way
from claude_batch_desk.core.jobs.starts.start import Start
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.schedule import entries
from claude_batch_desk.core.schedule.keepers import Keeper, keeper_here
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.purse import Purse
from claude_batch_desk.gui.schedule_form import StartForm, Wish, moment_words
from claude_batch_desk.gui.schedule_keeper import StartKeeper, StartsJobs, drop_entry
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.widgets import Banner, button
from claude_batch_desk.gui.wording import money


class PlansStarts(StartsJobs, Protocol):
    """The verbs about starts that are needed here."""

    def plan(self, start: Start) -> Start:
        """Send a draft by itself."""
        ...

    def unplan(self, job_id: int) -> None:
        """Do not."""
        ...

    def is_changed(self, job: Job) -> bool:
        """Whether a planned draft is not what it was."""
        ...


def ask_keeper(report: Report) -> Keeper:
    """The scheduler of this computer; raises ScheduleError where there is none."""
    report(0, 0)
    return keeper_here()


def plan_start(
    starts: PlansStarts, home: Path, start: Start, keeper: Keeper | None, report: Report
) -> None:
    """Plan a start, with an entry where there is a keeper; raises ScheduleError."""
    report(0, 0)
    starts.plan(start)
    drop_entry(home, start.job, report)
    if keeper is None:
        return
    try:
        entries.add(home, entries.start_of(start.job, start.at, start.most), keeper)
    except ScheduleError as error:
        raise ScheduleError(
            f"The job starts by itself only if this window is open then. {error}"
        ) from error


def unplan_start(starts: PlansStarts, home: Path, job_id: int, report: Report) -> None:
    """Take a start back, and its entry away."""
    starts.unplan(job_id)
    drop_entry(home, job_id, report)


class StartLater(QObject):
    """A button and a banner for the page that sends; what may be planned is what may be sent."""

    def __init__(
        self,
        starts: PlansStarts,
        home: Path,
        keeper: StartKeeper,
        tasks: TaskRunner,
        draft: Draft,
    ) -> None:
        super().__init__(keeper)
        self._starts, self._home, self._tasks, self._draft = starts, home, tasks, draft
        self._times = keeper
        self._scheduler: Keeper | None = None
        self._price: Range | None = None
        self._way: Way = "batch"
        self._cache: CacheUse | None = None
        self._typed = False
        self.button = button(self.tr("Start later…"), "review_later", icon_name="waiting")
        self.banner = Banner("review_start")
        self.button.clicked.connect(self._ask)
        self.banner.pressed.connect(self.take_back)
        keeper.listed.connect(self.show_planned)
        for change in (draft.opened, draft.saved, draft.job_changed):
            change.connect(self.show_planned)

    def offer(self, price: Range | None, way: Way, cache: CacheUse | None, purse: Purse) -> None:
        """For this price the job can be sent now, in this way; None where it cannot."""
        self._price, self._way, self._cache = price, way, cache
        self._typed = price is not None and purse.wants_typing(price)
        self.button.setEnabled(price is not None)
        self.button.setVisible(self._draft.editable)

    @property
    def planned(self) -> Start | None:
        """What is planned for the job that is shown."""
        job = self._draft.job
        return self._times.starts.get(job.id) if job is not None else None

    @Slot()
    def show_planned(self) -> None:
        """Say what is planned, or why it did not come about."""
        start, job = self.planned, self._draft.job
        if start is None or job is None or not self._draft.editable:
            self.banner.clear()
            return
        if start.note:
            told = self.tr("It was not sent %1. %2").replace("%1", moment_words(start.at))
            self.banner.say(told.replace("%2", start.note), "warning", self.tr("Dismiss"))
            return
        if self._starts.is_changed(job):
            told = self.tr(
                "The job was changed after it was planned to start %1, so it will not be sent "
                "then. Plan it again."
            )
            told = told.replace("%1", moment_words(start.at))
            self.banner.say(told, "warning", self.tr("Do not start"))
            return
        told = self.tr("It is sent by itself %1, if it costs at most %2.")
        if job.mode == "practice":
            told = self.tr("It is sent by itself %1.")
        told = told.replace("%1", moment_words(start.at)).replace("%2", money(start.most))
        if not entries.is_kept(self._home, entries.start_name(job.id)):
            told += " " + self.tr("Leave this window open.")
        self.banner.say(told, "info", self.tr("Do not start"))

    @Slot()
    def _ask(self) -> None:
        job = self._draft.job
        if job is None or self._price is None:
            return
        form = StartForm(
            self._price,
            typed=self._typed,
            practice=job.mode == "practice",
            parent=self.button.window(),
        )
        form.agreed.connect(self._plan)
        self._tasks.start(
            ask_keeper,
            owner=form,
            done=partial(self._take_keeper, form),
            failed=partial(self._go_without, form),
        )
        form.open()

    def _take_keeper(self, form: StartForm, keeper: Keeper) -> None:
        self._scheduler = keeper
        told = self.tr("By %1. %2").replace("%1", keeper.name).replace("%2", keeper.missed)
        form.show_keeper(told, works=True)

    def _go_without(self, form: StartForm, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self._scheduler = None
        form.show_keeper(sentence(error), works=False)

    @Slot(object)
    def _plan(self, wish: Wish) -> None:
        job = self._draft.job
        if job is None or not self._draft.flushed(self._fail):
            return
        start = Start(job.id, wish.at, wish.most, self._way, self._cache)
        keeper = self._scheduler if wish.closed else None
        self._tasks.start(
            plan_start,
            self._starts,
            self._home,
            start,
            keeper,
            owner=self,
            done=_nothing,
            ended=self._times.refresh,
        )

    @Slot()
    def take_back(self) -> None:
        """Do not start the job that is shown by itself."""
        if (start := self.planned) is not None:
            self._tasks.start(
                unplan_start,
                self._starts,
                self._home,
                start.job,
                owner=self,
                done=_nothing,
                ended=self._times.refresh,
            )

    @Slot(object)
    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")


def _nothing(_done: None) -> None:
    """What there is to show is shown when it is listed."""
