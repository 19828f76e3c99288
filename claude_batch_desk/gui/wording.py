"""Amounts, times and outcomes in the words that the pages share."""

from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

from PySide6.QtCore import QCoreApplication, QLocale

_SMALL = Decimal("0.10")
_LEAST = Decimal("0.000001")
_CENT = Decimal("0.01")
_MINUTE = 60
_HOUR = 3600


def _tr(text: str) -> str:
    return QCoreApplication.translate("wording", text)


def money(amount: Decimal, *, up: bool = False) -> str:
    """An amount in USD: to the cent, below ten cents with two significant digits.

    `up` never rounds down, for amounts that are promised not to be exceeded.
    """
    rounding = ROUND_CEILING if up else ROUND_HALF_EVEN
    step = _CENT
    if 0 < amount < _SMALL:
        step = max(Decimal(1).scaleb(amount.adjusted() - 1), _LEAST)
    return f"${amount.quantize(step, rounding=rounding):,f}"


def number(count: int) -> str:
    """A count with the thousands grouped as the person's language does."""
    return QLocale().toString(count)


def local_time(moment: datetime, now: datetime) -> str:
    """A moment on the person's clock, with the day unless it is today; both aware."""
    here, today = moment.astimezone(), now.astimezone().date()
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
        "waiting": _tr("Waiting"),
    }[outcome]
