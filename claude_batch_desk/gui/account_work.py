"""One piece of work at a time: told by a bar while it goes on, and by a banner at its end."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.report import Report
from claude_batch_desk.gui.messages import sentence
from claude_batch_desk.gui.tasks import Task, TaskRunner
from claude_batch_desk.gui.widgets import Banner, Busy, Tone
from claude_batch_desk.gui.wording import number

_STEPS = 1_000
"""Of the bar: bytes would not fit into its numbers."""
Result = TypeVar("Result")
Tell = Callable[[int], str]
"""How far work is, in words, as long as nobody knows how much there is."""


class AccountWork(QObject):
    """Other work, or the owner's end, stops what is under way."""

    idle = Signal(bool)
    """Whether other work can be begun."""
    failed = Signal(object)
    """The work has failed for this DeskError, which the banner tells."""
    stopped = Signal()
    """The person has stopped it; what it had done is kept."""

    def __init__(self, tasks: TaskRunner, owner: QObject) -> None:
        super().__init__(owner)
        self._tasks = tasks
        self._task: Task | None = None
        self._turn = 0
        self._press: Callable[[], object] = lambda: None
        self.busy = Busy("account_busy")
        self.banner = Banner("account_banner")
        self.busy.cancelled.connect(self._stop)
        self.banner.pressed.connect(self._pressed)

    def start(
        self,
        told: str,
        work: Callable[[Report], Result],
        done: Callable[[Result], object],
        *,
        quiet: bool = False,
        tell: Tell = number,
    ) -> None:
        """Do this instead of what is under way; beside `quiet` work, other can be begun."""
        self.end()
        self.banner.clear()
        self.busy.begin(told)
        self.idle.emit(quiet)
        self._task = self._tasks.start(
            work,
            owner=self,
            done=done,
            failed=self._fail,
            progress=partial(self._advance, told, tell),
            ended=partial(self._ended, self._turn),
        )

    def beside(self, work: Callable[[Report], Result], done: Callable[[Result], object]) -> None:
        """Look something up that takes no time, without a word."""
        self._tasks.start(work, owner=self, done=done)

    def end(self) -> None:
        """Let go of what is under way."""
        self._turn += 1
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def offer(self, told: str, tone: Tone, verb: str, press: Callable[[], object]) -> None:
        """Say something, with a button that does something about it."""
        self._press = press
        self.banner.say(told, tone, verb)

    def _advance(self, told: str, tell: Tell, done: int, total: int) -> None:
        if total:
            self.busy.advance(done * _STEPS // total, _STEPS, told)
        else:
            self.busy.advance(0, 0, f"{told} {tell(done)}" if done else told)

    def _ended(self, turn: int) -> None:
        """Let go of work, unless other has begun meanwhile."""
        if turn == self._turn:
            self._task = None
            self.busy.hide()
            self.idle.emit(True)

    @Slot()
    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self.stopped.emit()

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.banner.say(sentence(error), "error")
        self.failed.emit(error)

    @Slot()
    def _pressed(self) -> None:
        self.banner.clear()
        self._press()
