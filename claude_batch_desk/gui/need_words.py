"""How soon a job is wanted, in words."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.jobs.timing.need import Latency, Need
from claude_batch_desk.gui.wording import local_time


def _tr(text: str) -> str:
    return QCoreApplication.translate("need_words", text)


def latency_word(latency: Latency) -> str:
    """The tag of a job, in one or two words."""
    return {
        "": _tr("No time said"),
        "now": _tr("Real time"),
        "hour": _tr("This hour"),
        "today": _tr("Today"),
        "week": _tr("This week"),
    }[latency]


def need_words(need: Need, sent_at: datetime | None) -> str:
    """What a need means for a job that was sent then, or is a draft; "" where nothing was said."""
    deadline = need.deadline(sent_at) if sent_at is not None else need.by
    if deadline is not None and need.latency != "now":
        return _tr("Needed by %1.").replace("%1", local_time(deadline))
    return {
        "": "",
        "now": _tr("Needed as soon as it can be."),
        "hour": _tr("Needed within an hour of its sending."),
        "today": _tr("Needed on the day it is sent."),
        "week": _tr("Needed within seven days of its sending."),
    }[need.latency]
