"""The batches of the account as lines that can be sorted, and the words they are told in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from PySide6.QtCore import QCoreApplication, Qt

from claude_batch_desk.core.jobs.account.listing import Listed
from claude_batch_desk.core.jobs.account.telling import about
from claude_batch_desk.core.jobs.store.account_store import Imported
from claude_batch_desk.gui.icons import icon
from claude_batch_desk.gui.lines_model import LinesModel
from claude_batch_desk.gui.wording import local_time, number, outcome_word

MADE, WHOSE, STATE, REQUESTS, ANSWERED, UNTIL, BATCH = range(7)
_SOON = timedelta(days=3)
"""So long before results are gone they are worth a warning."""
_ICONS = {
    "job": ("table", "muted"),
    "unbound": ("warning", "warning"),
    "elsewhere": ("info", "info"),
    "foreign": ("open", "muted"),
    "untold": ("help", "muted"),
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("account_table", text)


def whose_words(listed: Listed) -> str:
    """Whose a batch is, in a few words."""
    if listed.origin in ("job", "unbound"):
        part = _tr("Job %1, part %2 of %3") if listed.parts > 1 else _tr("Job %1")
        if listed.again:
            part = _tr("Job %1, rows run again")
        told = part.replace("%1", str(listed.job)).replace("%2", number(listed.part))
        return f"{told.replace('%3', number(listed.parts))}: {listed.name}"
    return {
        "elsewhere": _tr("Claude Batch Desk, elsewhere"),
        "foreign": _tr("Another program"),
        "untold": _tr("Not known") if listed.gone else _tr("Not known yet"),
    }[listed.origin]


def state_words(listed: Listed) -> str:
    """Where a batch stands, in a few words; a newer service may use words of its own."""
    if listed.imported is not None:
        return _tr("Imported")
    if listed.adoptable:
        return _tr("To take over")
    if listed.gone:
        return _tr("Answers gone")
    known = {
        "in_progress": _tr("Running"),
        "canceling": _tr("Being canceled"),
        "ended": _tr("Ended"),
    }
    return known.get(listed.batch.status, listed.batch.status.replace("_", " "))


class AccountModel(LinesModel[Listed]):
    """Batches, the newest first until the person asks for another order."""

    figures = (REQUESTS, ANSWERED)

    def headers(self) -> tuple[str, ...]:
        """The same in both modes."""
        return (
            _tr("Made"),
            _tr("Whose"),
            _tr("State"),
            _tr("Requests"),
            _tr("Answered"),
            _tr("Answers until"),
            _tr("Batch"),
        )

    def text(self, line: Listed, column: int) -> str:
        """Nothing is said of answers while a batch runs: its counts stay at zero until its end."""
        return _TEXTS[column](line)

    def tip(self, line: Listed, column: int) -> str:
        """Whose it is and what can be done, and what is cut off."""
        return about(line) if column in (WHOSE, STATE) else self.text(line, column)

    def beyond(self, line: Listed, column: int, role: int) -> object:
        """A picture of whose it is, and one where its answers are about to go."""
        if role != Qt.ItemDataRole.DecorationRole:
            return None
        if column == WHOSE:
            return icon(*_ICONS[line.origin])
        until = line.results_until
        if column == UNTIL and until is not None and until - datetime.now(UTC) < _SOON:
            return icon("warning", "warning")
        return None

    def key(self, line: Listed, column: int) -> str | Decimal | float:
        """By times and numbers, not by how they are written."""
        return _KEYS.get(column, _TEXTS[column])(line)


def _made(line: Listed) -> str:
    return local_time(line.batch.created_at)


def _answered(line: Listed) -> str:
    return number(line.batch.counts.succeeded) if line.batch.ended else ""


def _until(line: Listed) -> str:
    until = line.results_until
    return f"{until.astimezone():%Y-%m-%d}" if until else ""


_TEXTS: dict[int, Callable[[Listed], str]] = {
    MADE: _made,
    WHOSE: whose_words,
    STATE: state_words,
    REQUESTS: lambda line: number(line.batch.counts.total),
    ANSWERED: _answered,
    UNTIL: _until,
    BATCH: lambda line: line.batch.id,
}
_KEYS: dict[int, Callable[[Listed], str | float]] = {
    MADE: lambda line: line.batch.created_at.timestamp(),
    WHOSE: lambda line: whose_words(line).casefold(),
    REQUESTS: lambda line: line.batch.counts.total,
    ANSWERED: lambda line: line.batch.counts.succeeded if line.batch.ended else -1,
    UNTIL: lambda line: line.batch.created_at.timestamp() if line.batch.has_results else 0.0,
}


class ImportsModel(LinesModel[Imported]):
    """Imported batches, the newest import first."""

    figures = (1,)

    def headers(self) -> tuple[str, ...]:
        """Practice is said of each."""
        return (
            _tr("Batch"),
            _tr("Answers"),
            _tr("What became of them"),
            _tr("Made"),
            _tr("Imported"),
            _tr("Mode"),
        )

    def text(self, line: Imported, column: int) -> str:
        """How many of each outcome, in the words used elsewhere."""
        outcomes = (f"{number(each)} {outcome_word(name)}" for name, each in line.outcomes.items())
        return (
            line.batch_id,
            number(line.results),
            ", ".join(outcomes),
            local_time(line.created_at),
            local_time(line.imported_at),
            _tr("Practice") if line.mode == "practice" else _tr("Live"),
        )[column]

    def tip(self, line: Imported, column: int) -> str:
        """What is cut off."""
        return self.text(line, column)
