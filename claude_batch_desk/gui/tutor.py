"""Wires what people correct on Results to all that corrects it, shows it and learns from it."""

from PySide6.QtCore import QObject, Slot

from claude_batch_desk.gui.accuracy_bar import AccuracyBar
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.lessons import LessonsDesk
from claude_batch_desk.gui.menus import Menus
from claude_batch_desk.gui.near_miss_panel import NearMissPanel
from claude_batch_desk.gui.office import Office
from claude_batch_desk.gui.prompt_page import PromptPage
from claude_batch_desk.gui.results_page import ResultsPage
from claude_batch_desk.gui.samples import OpenedJob
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.session import Session


class Tutor(QObject):
    """Holds what is beside the answers for that."""

    def __init__(
        self, session: Session, tasks: TaskRunner, draft: Draft, results: ResultsPage
    ) -> None:
        super().__init__(results)
        self._results = results
        self._taught: int | None = None
        self.near_misses = NearMissPanel(session.corrections, tasks, draft)
        self.near_misses.changed.connect(results.read_again)
        results.add(self.near_misses)
        results.let_correct(session.corrections)
        results.let_review(session.reviewing)
        self.lessons = LessonsDesk(session.teaching, tasks, draft, results.answers)

    def connect_window(
        self, office: Office, accuracy: AccuracyBar, menus: Menus, prompt: PromptPage
    ) -> None:
        """Let the rest of the window follow; called once."""
        self._prompt = prompt
        self.lessons.taught.connect(self._expect)
        self.lessons.taught.connect(office.open)
        office.opened.connect(self._show_examples)
        self.lessons.labelled.connect(accuracy.refresh)
        self.lessons.accuracy_requested.connect(accuracy.open)
        if (editing := self._results.answers.editing) is not None:
            menus.lead_edit([editing.steps.undo, editing.steps.redo])

    @Slot(int)
    def _expect(self, draft: int) -> None:
        self._taught = draft

    @Slot(object)
    def _show_examples(self, opened: OpenedJob) -> None:
        """Of a draft that was just given some, these are what the person wants to see."""
        if opened.job.id == self._taught:
            self._taught = None
            self._prompt.show_examples()
