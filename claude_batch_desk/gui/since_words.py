"""What is said of the rows of a job that an earlier one has answered."""

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.jobs.increment.comparing import Counted
from claude_batch_desk.core.jobs.increment.verbs import Candidate
from claude_batch_desk.core.jobs.store.increment_store import Since
from claude_batch_desk.core.pricing.estimate import Range
from claude_batch_desk.gui.wording import local_time, money, number, rows_words


def candidate_words(candidate: Candidate) -> str:
    """An earlier job on one line."""
    job = candidate.job
    words = _tr("%1 (job %2, %3, %4)")
    if candidate.why_not:
        words = _tr("%1 (job %2, %3, %4): asked something else")
    day = local_time(job.ended_at) if job.ended_at else ""
    words = words.replace("%4", day).replace("%3", rows_words(job.rows))
    return words.replace("%2", str(job.id)).replace("%1", job.name)


def counts_words(counted: Counted, price: Range | None) -> str:
    """Such as: 203 new, 17 changed, 4,812 unchanged: about $0.31."""
    words = _tr("%1 new, %2 changed, %3 unchanged")
    if counted.unanswered:
        words = _tr("%1 new, %2 changed, %4 not answered before, %3 unchanged")
    for mark, count in (
        ("%1", counted.new),
        ("%2", counted.changed),
        ("%3", counted.unchanged),
        ("%4", counted.unanswered),
    ):
        words = words.replace(mark, number(count))
    if price is None:
        return words
    if not price.ceiling:
        return _tr("%1: free of charge").replace("%1", words)
    return _tr("%1: about %2").replace("%1", words).replace("%2", money(price.expected))


def what_follows(counted: Counted) -> str:
    """What becomes of these rows, and which are missing."""
    told = []
    if counted.unchanged:
        told.append(_tr("Unchanged rows take the answers that are there, free of charge."))
    if counted.gone == 1:
        told.append(_tr("1 row of the earlier job is no longer there."))
    elif counted.gone:
        gone = _tr("%1 rows of the earlier job are no longer there.")
        told.append(gone.replace("%1", number(counted.gone)))
    return " ".join(told)


def taken_of(taken: int, rows: int) -> str:
    """How many of the rows of a job that was sent have the answers of an earlier one."""
    if taken == rows:
        return _tr("All %1 took the answers of an earlier job.").replace("%1", rows_words(rows))
    words = _tr("%1 of %2 took the answers of an earlier job.")
    return words.replace("%1", number(taken)).replace("%2", rows_words(rows))


def taken_words(since: Since) -> str:
    """Where answers of a job that was sent come from; "" where none were taken over."""
    if not since.taken:
        return ""
    words = _tr("%1 took the answers of job %2, “%3”, and cost nothing here.")
    words = words.replace("%1", rows_words(since.taken)).replace("%2", str(since.job))
    return words.replace("%3", since.name)


def _tr(text: str) -> str:
    return QCoreApplication.translate("since_words", text)
