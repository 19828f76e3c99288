"""The dialogs of the window: the key, the settings, help, and what is asked before a loss."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from claude_batch_desk import __version__
from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.budgets import Limits
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.settings import Settings, StartMode
from claude_batch_desk.gui.account_dialog import AccountDialog
from claude_batch_desk.gui.bill_dialog import BillDialog
from claude_batch_desk.gui.key_dialog import KeyDialog, KeyStanding, look_up_key
from claude_batch_desk.gui.messages import Messages
from claude_batch_desk.gui.settings_dialog import SettingsDialog, with_limits, with_prices
from claude_batch_desk.gui.spend_dialog import SpendDialog
from claude_batch_desk.gui.tasks import TaskRunner
from claude_batch_desk.gui.theme import Theme, ThemeChoice
from claude_batch_desk.gui.upkeep_dialog import UpkeepDialog
from claude_batch_desk.gui.widgets import documents
from claude_batch_desk.session import Session


class Dialogs(QObject):
    """Opens dialogs over the window and does what they decide."""

    key_changed = Signal()
    key_looked_up = Signal(bool)
    """There is a key, or there is none yet."""
    folder_chosen = Signal(str)
    """This folder of documents is to be opened."""
    money_changed = Signal()
    """Other prices or budgets hold from now on."""
    job_chosen = Signal(int)
    """The job of this number is to be shown."""
    jobs_changed = Signal()
    """There is something to look at for a job."""

    def __init__(
        self,
        session: Session,
        tasks: TaskRunner,
        messages: Messages,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._tasks, self._messages = session, tasks, messages
        self._theme, self._window = theme, window

    @Slot()
    def show_key(self) -> None:
        """Enter, check or remove the API key."""
        dialog = KeyDialog(self._session, self._tasks, self._window)
        dialog.key_changed.connect(self.key_changed)
        dialog.key_changed.connect(self.look_for_key)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def look_for_key(self) -> None:
        """Find out whether Live requests have a key; asks the keychain."""
        self._tasks.start(look_up_key, self._session, owner=self, done=self._tell_key)

    def _tell_key(self, standing: KeyStanding) -> None:
        self.key_looked_up.emit(standing.key is not None)

    @Slot()
    def show_settings(self) -> None:
        """Choose what holds for the whole program."""
        self._open_settings()

    @Slot()
    def show_budgets(self) -> None:
        """Choose what may be spent."""
        self._open_settings().go("budgets")

    @Slot(str)
    def ask_prices(self, model_id: str) -> None:
        """Ask for the prices of a model."""
        self._open_settings().ask_prices(model_id)

    def _open_settings(self) -> SettingsDialog:
        session, folder = self._session, str(self._session.home)
        dialog = SettingsDialog(session.settings, folder, session.money, self._tasks, self._window)
        dialog.theme_chosen.connect(self.choose_theme)
        dialog.mode_chosen.connect(self._choose_mode)
        dialog.budgets_chosen.connect(self._choose_budgets)
        dialog.prices_entered.connect(self._enter_prices)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    @Slot()
    def show_spend(self) -> None:
        """What was paid in the mode that new jobs start in; the other is one click away."""
        session = self._session
        dialog = SpendDialog(session.money, self._tasks, session.settings.mode, self._window)
        dialog.job_requested.connect(self.job_chosen)
        dialog.open()

    @Slot()
    def show_upkeep(self) -> None:
        """Back up and check what is kept."""
        dialog = UpkeepDialog(self._session.upkeep, self._tasks, self._window)
        dialog.quit_requested.connect(self._window.close)
        dialog.account_requested.connect(self.show_account)
        dialog.open()

    @Slot()
    def show_account(self) -> None:
        """What the account has at the service, in the mode that new jobs start in."""
        session = self._session
        dialog = AccountDialog(session.account, self._tasks, session.settings.mode, self._window)
        dialog.job_requested.connect(self.job_chosen)
        dialog.jobs_changed.connect(self.jobs_changed)
        dialog.key_requested.connect(self.show_key)
        dialog.open()

    def show_bill(self, job: Job) -> None:
        """What one job has cost, line by line."""
        BillDialog(self._session.money, self._tasks, job, self._window).open()

    @Slot(str)
    def choose_theme(self, choice: ThemeChoice) -> None:
        """Dress the window, now and at the next start."""
        self._theme.choose(choice)
        self._change(lambda now: replace(now, theme=choice))

    @Slot(str)
    def _choose_mode(self, mode: str) -> None:
        chosen: StartMode = "live" if mode == "live" else "practice"
        self._change(lambda now: replace(now, mode=chosen))

    @Slot(object)
    def _choose_budgets(self, limits: Limits) -> None:
        self._change(lambda now: with_limits(now, limits))
        self.money_changed.emit()

    @Slot(str, object)
    def _enter_prices(self, model: str, entered: PriceOverride | None) -> None:
        self._change(lambda now: with_prices(now, model, entered))
        self.money_changed.emit()

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder of documents."""
        dialog = QFileDialog(self._window, self.tr("Open a folder of documents"), documents())
        dialog.setObjectName("folder_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.folder_chosen)
        dialog.open()

    def remember_file(self, path: str) -> None:
        """Offer this file among the recent ones from now on."""
        self._change(lambda now: now.with_recent_file(Path(path)))

    def remember_recipe(self, path: str) -> None:
        """Offer this recipe among those used lately from now on."""
        self._change(lambda now: now.with_recent_recipe(Path(path)))

    def _change(self, edit: Callable[[Settings], Settings]) -> None:
        try:
            self._session.change(edit)
        except DeskError as error:
            self._messages.show(self, error)

    def confirm_removal(self, job_id: int, act: Callable[[], object]) -> None:
        """Ask before a job is forgotten; other jobs may count on its answers."""
        words = self.tr(
            "Its rows, prompt and answers are forgotten. Files you exported stay, and what it "
            "cost stays in Spend."
        )
        if followers := self._session.increments.followers(job_id):
            named = ", ".join(f"“{name}”" for name in followers)
            told = self.tr("These are to take over its answers, and could only ask every row: %1.")
            words = f"{words}\n\n{told.replace('%1', named)}"
        self._messages.confirm(
            self.tr("Remove this job?"),
            words,
            self.tr("Remove"),
            act,
            danger=True,
        )

    def confirm_quit(self, act: Callable[[], object]) -> None:
        """Ask before the window closes in the middle of sending."""
        self._messages.confirm(
            self.tr("The job is being sent"),
            self.tr(
                "If you quit now, what the service has already is looked up the next time you "
                "open the application, before anything is sent again. You do not pay twice."
            ),
            self.tr("Quit anyway"),
            act,
        )

    @Slot()
    def show_help(self) -> None:
        """The five steps and the keys."""
        self._messages.tell(
            self.tr("How it works"),
            self.tr(
                "1. Data: open a table or a folder of documents, drop it on the window, or paste "
                "copied cells. The file is copied and never changed.\n"
                "2. Prompt: write what to ask of each row, with {{columns}}, and name the "
                "columns you want back.\n"
                "3. Try: see a few answers before you pay for all of them.\n"
                "4. Review and send: see what it costs and what leaves this computer.\n"
                "5. Results: the answers beside your rows, to be exported.\n\n"
                "Ctrl+N new job · Ctrl+O open a table · Ctrl+V paste a table · "
                "Ctrl+Return next step · Ctrl+1 … Ctrl+5 steps · F2 rename · Ctrl+Q quit"
            ),
            icon_name="help",
        )

    @Slot()
    def show_about(self) -> None:
        """Version and licence."""
        self._messages.tell(
            self.tr("Claude Batch Desk %1").replace("%1", __version__),
            self.tr("Put a prompt to every row of a table, at the batch price. MIT licence."),
        )
