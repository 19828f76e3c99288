"""What is done with the job in the window as a whole, by a menu, a list or a button."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from claude_batch_desk.gui.dialogs import Dialogs
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.job_list import JobList
from claude_batch_desk.gui.menus import Menus
from claude_batch_desk.gui.office import Office


class ShownJob(QObject):
    """Does nothing where no job is shown."""

    file_wanted = Signal()
    """The next job that is shown is to be given a file at once."""

    def __init__(self, draft: Draft, office: Office, dialogs: Dialogs) -> None:
        super().__init__(draft)
        self._draft, self._office, self._dialogs = draft, office, dialogs

    def connect_lists(self, menus: Menus, listed: JobList) -> None:
        """Do what the menus say; called once."""
        menus.copy_live_requested.connect(self.copy_live)
        menus.go_on_requested.connect(self.go_on)
        menus.remove_requested.connect(self.remove)
        listed.remove_requested.connect(self.remove_other)
        listed.go_on_requested.connect(self.go_on_from)

    @Slot()
    def show_bill(self) -> None:
        """What it has cost."""
        if self._draft.job is not None:
            self._dialogs.show_bill(self._draft.job)

    @Slot()
    def copy_live(self) -> None:
        """A Live job like it."""
        if self._draft.job is not None:
            self._office.copy_live(self._draft.job.id)

    @Slot()
    def go_on(self) -> None:
        """A job for the next file, which takes over what this one has answered."""
        if self._draft.job is not None:
            self.go_on_from(self._draft.job.id)

    @Slot(int)
    def go_on_from(self, job_id: int) -> None:
        """The same from another job."""
        self.file_wanted.emit()
        self._office.go_on(job_id)

    @Slot()
    def remove(self) -> None:
        """Ask, then forget it."""
        if self._draft.job is not None:
            self.remove_other(self._draft.job.id)

    @Slot(int)
    def remove_other(self, job_id: int) -> None:
        """Ask, then forget another job."""
        self._dialogs.confirm_removal(job_id, partial(self._office.remove, job_id))
