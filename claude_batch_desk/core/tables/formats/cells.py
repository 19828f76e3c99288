"""Cells of workbooks as text, the way they look in a sheet whatever the country."""

import datetime
from decimal import Decimal

CellValue = (
    int
    | float
    | str
    | bool
    | datetime.time
    | datetime.date
    | datetime.datetime
    | datetime.timedelta
    | None
)

DIGITS = 15
"""A spreadsheet keeps and shows this many digits of a number; the rest is binary residue."""
_PLAIN_BELOW = Decimal("1e21")


def cell_text(value: CellValue) -> str:
    """The text of a value as a reader of workbooks gives it; "" for an empty cell."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(value)
    return "" if value is None else _time_text(value)


def number_text(value: float) -> str:
    """A number in full, without a sign or zero it does not need, to 15 digits."""
    text = f"{value:.15g}"
    if "e" not in text:
        return text
    exact = Decimal(text)
    if abs(exact) >= _PLAIN_BELOW:
        return text.replace("e", "E")
    return f"{exact:f}" if exact == exact.to_integral_value() else text.replace("e", "E")


def _time_text(
    value: datetime.time | datetime.date | datetime.datetime | datetime.timedelta,
) -> str:
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", _precision(value.microsecond))
    if isinstance(value, datetime.time):
        return value.isoformat(_precision(value.microsecond))
    if isinstance(value, datetime.timedelta):
        return _duration_text(value)
    return value.isoformat()


def _precision(microsecond: int) -> str:
    return "milliseconds" if microsecond else "seconds"


def _duration_text(value: datetime.timedelta) -> str:
    """Hours, minutes and seconds; hours go on counting past a day."""
    sign, value = ("-", -value) if value < datetime.timedelta() else ("", value)
    minutes, seconds = divmod(value.days * 86_400 + value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds // 1000:03}" if value.microseconds else ""
    return f"{sign}{hours}:{minutes:02}:{seconds:02}{fraction}"
