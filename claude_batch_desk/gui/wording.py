"""Amounts, times and outcomes in the words that the pages share."""

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.pricing import amounts
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.gui.widgets import Tone

_SHOWN = 240
"""Characters of a cell that a table shows; the whole text is in the row's detail."""
TIP_CHARACTERS = 1_500
_LONG_WORD = re.compile(r"\S{36,}")
_MINUTE = 60
_HOUR = 3600
_DAY, _LONG = 24, 48  # hours


money = amounts.money


def _tr(text: str) -> str:
    return QCoreApplication.translate("wording", text)


def number(count: int) -> str:
    """A count with its thousands grouped, as amounts are."""
    return f"{count:,}"


def one_line(text: str) -> str:
    """The beginning of a cell as one line, so that every row of a table is as high as the next."""
    return " ".join(text[:_SHOWN].split())


def as_text(rows: Iterable[Iterable[str]]) -> str:
    """Cells as a spreadsheet takes them when they are pasted."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def has_long_words(text: str) -> bool:
    """Whether it has a word, such as an address, that may be wider than a narrow label."""
    return _LONG_WORD.search(text) is not None


def with_short_words(text: str) -> str:
    """The text with the middle of such words left out."""
    return _LONG_WORD.sub(lambda found: f"{found[0][:20]}…{found[0][-12:]}", text)


def cell_tip(text: str) -> str | None:
    """A longer cell with its line breaks, as a tip; None for one that the table shows whole."""
    if len(text) < _SHOWN // 4 and text == one_line(text):
        return None
    more = " …" if len(text) > TIP_CHARACTERS else ""
    return f"<p style='white-space:pre-wrap'>{html.escape(text[:TIP_CHARACTERS])}{more}</p>"


def local_time(moment: datetime) -> str:
    """An aware moment on the person's clock, with the day unless it is today."""
    here, today = moment.astimezone(), datetime.now(UTC).astimezone().date()
    clock = f"{here:%H:%M}"
    if here.date() == today:
        return clock
    if here.date() == today + timedelta(days=1):
        return _tr("tomorrow, %1").replace("%1", clock)
    return f"{here:%Y-%m-%d} {clock}"


def duration(seconds: float) -> str:
    """A length of time in the two largest units that say something."""
    whole = max(int(seconds), 0)
    if whole < _MINUTE:
        return _tr("%1 s").replace("%1", str(whole))
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        return _tr("%1 min %2 s").replace("%1", str(minutes)).replace("%2", f"{rest:02}")
    hours, rest = divmod(whole, _HOUR)
    if hours >= _LONG:
        days, hours = divmod(hours, _DAY)
        return _tr("%1 days %2 h").replace("%1", str(days)).replace("%2", str(hours))
    return _tr("%1 h %2 min").replace("%1", str(hours)).replace("%2", f"{rest // _MINUTE:02}")


def outcome_word(outcome: str) -> str:
    """What became of a row, in one or two words."""
    return {
        "answered": _tr("Answered"),
        "review": _tr("To review"),
        "cut_off": _tr("Cut off"),
        "refused": _tr("Declined"),
        "errored": _tr("Failed"),
        "expired": _tr("Expired"),
        "canceled": _tr("Canceled"),
        "missing": _tr("Missing"),
        "unsent": _tr("Not sent"),
        "waiting": _tr("Waiting"),
    }[outcome]


def rows_words(count: int) -> str:
    """A number of rows with its noun."""
    return _tr("1 row") if count == 1 else _tr("%1 rows").replace("%1", number(count))


def rows_of(count: int, total: int) -> str:
    """So many of all the rows of a table; "203 of 12,481 rows"."""
    if count == total:
        return rows_words(total)
    return _tr("%1 of %2").replace("%1", number(count)).replace("%2", rows_words(total))


def requests_words(count: int) -> str:
    """A number of requests with its noun."""
    return _tr("1 request") if count == 1 else _tr("%1 requests").replace("%1", number(count))


def jobs_words(count: int) -> str:
    """A number of jobs with its noun."""
    return _tr("1 job") if count == 1 else _tr("%1 jobs").replace("%1", number(count))


def columns_words(count: int) -> str:
    """A number of columns with its noun."""
    return _tr("1 column") if count == 1 else _tr("%1 columns").replace("%1", number(count))


def row_words(row_number: int) -> str:
    """A row by its number, which the core counts from 0 and the person from 1."""
    return _tr("Row %1").replace("%1", number(row_number + 1))


def usage_words(usage: Usage | None) -> str:
    """The tokens of one request, in and out."""
    if usage is None:
        return _tr("not billed")
    words = _tr("%1 tokens in, %2 out")
    return words.replace("%1", number(usage.prompt)).replace("%2", number(usage.output))


OUTCOME_TONES: dict[str, tuple[Tone, str]] = {
    "answered": ("good", "check"),
    "review": ("warning", "eye"),
    "cut_off": ("warning", "warning"),
    "refused": ("warning", "shield"),
    "errored": ("error", "error"),
    "expired": ("error", "waiting"),
    "canceled": ("neutral", "stop"),
    "missing": ("error", "error"),
    "unsent": ("warning", "warning"),
    "waiting": ("neutral", "waiting"),
}
"""The tone of each outcome, and an icon for those who do not see it."""
