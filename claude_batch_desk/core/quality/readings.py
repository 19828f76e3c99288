"""What people write for a number, a date, or yes and no, read by its value."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

_YES = frozenset({"yes", "y", "true", "t", "1", "x", "✓", "ja", "oui", "sí", "si", "wahr", "vrai"})
_NO = frozenset({"no", "n", "false", "f", "0", "nein", "non", "falsch", "faux"})

_LONGEST = 60
"""Characters; what is longer is neither a number nor a date."""
_NUMBER = re.compile(
    r"(\()?([-+])?\s?[^\d\s.,()+-]{0,4}\s?([-+])?"  # a bracket, a sign, a currency
    r"((?:\d|[.,' ’\u00a0\u202f](?=\d))*\d)\.?([eE][-+]?\d{1,3})?"
    r"\s?[^\d()]{0,12}\)?"  # per cent, a currency, a unit
)
_GROUPS = re.compile(r"[' ’\u00a0\u202f]")

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_PARTS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,].*)?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?[ -]+([^\W\d_]{3,12})\.?,?[ -]+(\d{4})")
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12})\.?[ -]+(\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\d{4})")
_MONTHS = (
    ("jan", "gen", "ene"),
    ("feb", "fév", "fev"),
    ("mar", "mär", "maer"),
    ("apr", "avr", "abr"),
    ("may", "mai", "mag"),
    ("jun", "juin", "giu"),
    ("jul", "juil", "lug"),
    ("aug", "aoû", "aou", "ago"),
    ("sep", "set"),
    ("oct", "okt", "ott", "out"),
    ("nov",),
    ("dec", "dez", "déc", "dic"),
)
_MONTHS_OF_A_YEAR = 12
_CENTURY_TURNS = 69
"""Two digits of a year up to this one are of this century, as POSIX reads them."""


def yes_or_no(text: str) -> str:
    """What of “yes” and “no” a text says, however it is written; "" for anything else."""
    word = text.strip().casefold()
    return "yes" if word in _YES else "no" if word in _NO else ""


def number(text: str) -> Decimal | None:
    """The number in a text such as “1,234.50 €”, “(12)”, “7 %” or “1e3”; None where it is none.

    One comma with three digits behind it groups thousands, one with fewer or more is a decimal.
    """
    text = text.strip().replace("−", "-")
    found = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    bracket, before, after, digits, power = found.groups(default="")
    try:
        read = Decimal(_plain(_GROUPS.sub("", digits)) + power)
    except InvalidOperation:
        return None
    return -read if "-" in before + after or (bracket and text.endswith(")")) else read


def _plain(bare: str) -> str:
    """The digits with a point for the decimals and nothing for the thousands."""
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        last = max(bare.rfind("."), bare.rfind(","))
        kept = bare[last]
        return bare.replace("," if kept == "." else ".", "").replace(",", ".")
    if commas == 1 and len(bare) - bare.find(",") != len(",000"):
        return bare.replace(",", ".")
    return bare.replace(",", "") if commas else bare.replace(".", "") if points > 1 else bare


def day_first(cells: Iterable[str]) -> bool | None:
    """Whether dates such as 03/04/2026 in these cells begin with the day.

    Told by those that can only be read in one way; None where none is, or both are.
    """
    found = (_PARTS.fullmatch(cell.strip()) for cell in cells if len(cell) <= _LONGEST)
    told = {_order(each[1], each[2], each[3]) for each in found if each} - {None}
    return told.pop() if len(told) == 1 else None


def _order(first: str, mark: str, second: str) -> bool | None:
    if mark == "." or int(first) > _MONTHS_OF_A_YEAR:
        return True
    return False if int(second) > _MONTHS_OF_A_YEAR else None


def day(text: str, *, begins_with_day: bool | None) -> date | None:
    """The date in a text, of which a time of day may follow; None where it is none.

    None as well for one such as 03/04/2026 where nobody knows which comes first.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if found := _ISO.fullmatch(text):
        return _date(found[1], found[2], found[3])
    if found := _PARTS.fullmatch(text):
        return _of_parts(found, begins_with_day)
    if found := _DAY_MONTH.fullmatch(text):
        return _date(found[3], _month(found[2]), found[1])
    if found := _MONTH_DAY.fullmatch(text):
        return _date(found[3], _month(found[1]), found[2])
    return None


def _of_parts(found: re.Match[str], begins_with_day: bool | None) -> date | None:
    own = _order(found[1], found[2], found[3])
    order = begins_with_day if own is None else own
    if order is None and found[1] != found[3]:
        return None
    first, second = (found[1], found[3]) if order else (found[3], found[1])
    return _date(_year(found[4]), second, first)


def _year(digits: str) -> str:
    if len(digits) == len("2026"):
        return digits
    return f"20{digits}" if int(digits) < _CENTURY_TURNS else f"19{digits}"


def _month(name: str) -> str:
    folded = name.casefold()
    for place, names in enumerate(_MONTHS, start=1):
        if folded.startswith(names):
            return str(place)
    return ""


def _date(year: str, month: str, day_of_month: str) -> date | None:
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        return None
