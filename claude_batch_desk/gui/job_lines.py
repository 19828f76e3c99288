"""What the list of jobs says of each: where it stands, how soon it is wanted, what it costs."""

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.listing import Group, Total, amount_of
from claude_batch_desk.core.jobs.rows.choice_words import describe
from claude_batch_desk.core.jobs.timing.alerts import alerts
from claude_batch_desk.gui.need_words import latency_word
from claude_batch_desk.gui.wording import jobs_words, local_time, money, number, rows_words


def _tr(text: str) -> str:
    return QCoreApplication.translate("job_list", text)


@dataclass(frozen=True)
class Standing:
    """Where a job stands: an icon, its colour and a few words."""

    icon: str
    colour: str
    words: str


def standing(job: Job) -> Standing:
    """Where a job stands, as the list says it, and what there is to know of it in time."""
    found = alerts(job, datetime.now(UTC))
    if found and found[0].tone != "info":
        return Standing("warning", found[0].tone, found[0].short)
    if job.running_again:
        words = _tr("%1 being run again").replace("%1", number(job.running_again))
        return Standing("waiting", "info", words)
    return _standing(job)


def _standing(job: Job) -> Standing:
    if job.state == "draft":
        return Standing("draft", "muted", _tr("Draft"))
    if job.unsettled:
        return Standing("warning", "warning", _tr("Being checked"))
    if job.state == "sending":
        return _sending(job)
    if job.state == "waiting":
        waiting = job.outcomes.get("waiting", job.rows)  # parts that are in leave the others
        return Standing("waiting", "info", _tr("%1 waiting").replace("%1", number(waiting)))
    answered = job.outcomes.get("answered", 0)
    if answered == job.rows:
        return Standing("check", "good", _tr("%1 answered").replace("%1", number(answered)))
    words = _tr("%1/%2 answered").replace("%1", number(answered))
    return Standing("eye", "warning", words.replace("%2", number(job.rows)))


def _sending(job: Job) -> Standing:
    """What is on its way; how far it is where each row is asked at once."""
    if job.way == "batch":
        return Standing("send", "accent", _tr("Sending %1").replace("%1", rows_words(job.rows)))
    done = job.rows - job.outcomes.get("waiting", job.rows)
    words = _tr("Stopped at %1/%2") if job.paused else _tr("%1/%2 done")
    words = words.replace("%1", number(done)).replace("%2", number(job.rows))
    return Standing("stop", "warning", words) if job.paused else Standing("send", "accent", words)


def mode_word(job: Job) -> str:
    """Practice or Live, as it is always written."""
    return _tr("Practice") if job.mode == "practice" else _tr("Live")


def state_line(job: Job) -> str:
    """The line under a job's name."""
    return f"{mode_word(job)} · {standing(job).words}"


def cost_line(job: Job) -> str:
    """What it costs and how soon it is wanted; "" where neither is known."""
    known = [each.short for each in alerts(job, datetime.now(UTC)) if each.tone == "info"]
    return " · ".join(part for part in (_cost_part(job), need_part(job), *known) if part)


def need_part(job: Job) -> str:
    """How soon a job is wanted: its tag, or the time that was named; "" where nothing was said."""
    if job.need.by is not None:
        return _tr("By %1").replace("%1", local_time(job.need.by))
    return latency_word(job.latency) if job.latency else ""


def _cost_part(job: Job) -> str:
    amount = amount_of(job)
    if amount is None:
        return ""
    if job.billed is None or job.state != "done":
        return _tr("about %1").replace("%1", money(job.agreed.expected if job.agreed else amount))
    words = _tr("%1 billed") if job.mode == "live" else _tr("would cost %1")
    return words.replace("%1", money(amount))


def whole_line(job: Job) -> str:
    """All that the eye sees of a job, and of which rows it is."""
    words = f"{job.name}, {mode_word(job)}, {standing(job).words}"
    if more := cost_line(job):
        words += ", " + more.replace(" · ", ", ")
    if not job.selection.whole:
        words += ", " + _tr("of %1").replace("%1", describe(job.selection))
    return ". ".join([words, *(each.text for each in alerts(job, datetime.now(UTC)))])


def group_title(group: Group) -> str:
    """The tag of a group, and how many jobs have it."""
    words = _tr("%1 · %2").replace("%1", latency_word(group.latency))
    return words.replace("%2", jobs_words(len(group.jobs)))


def group_totals(group: Group) -> list[str]:
    """What the jobs of a group cost, a line for Live and one for Practice."""
    live = _tr("Billed %1 of about %2")
    practice = _tr("Practice: %1 of about %2")
    return [
        words.replace("%1", money(total.billed)).replace("%2", money(total.estimated))
        for words, total in ((live, group.live), (practice, group.practice))
        if _was_sent(total)
    ]


def _was_sent(total: Total) -> bool:
    return bool(total.estimated or total.billed)
