"""What is said of sending a job: how many rows, for how much, and when it was."""

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.gui.wording import local_time, money, rows_words


def send_words(
    count: int | None, estimate: Estimate | None, price: Range | None, *, at_once: bool
) -> str:
    """Of so many rows that run those that are sent; what is None is not known yet."""
    if count is None:
        return _tr("Send")
    if estimate is None or price is None:
        return _tr("Send %1").replace("%1", rows_words(count))
    taken = estimate.taken_over
    if taken and not estimate.requests:
        return _tr("Take over %1, free").replace("%1", rows_words(taken))
    # Of documents that cannot be sent, the warning tells.
    words = _tr("Send %1").replace("%1", rows_words(count - estimate.unsent - taken))
    about = _tr("%1 at once, about %2") if at_once else _tr("%1, about %2")
    return about.replace("%1", words).replace("%2", money(price.expected))


def sent_words(job: Job | None) -> str:
    """When a job was sent; "" for one that was not."""
    if job is None or job.sent_at is None:
        return ""
    return _tr("Sent %1.").replace("%1", local_time(job.sent_at))


def _tr(text: str) -> str:
    return QCoreApplication.translate("send_words", text)
