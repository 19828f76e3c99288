"""Sections of number formats that show a date, a time or a duration.

What is spelled in figures is followed, and names of months and days where they are in English.
Where they depend on the country of whoever looks at the sheet, and for the formats that are the
system's own, it is ISO 8601 down to what the format shows: 2026-01-31, 2026-01, 13:05.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.'
    r"|\[\$(?P<currency>[^\]-]*)(?:-(?P<locale>[^\]]*))?\]"
    r"|\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]"
    r"|(?P<elapsed>\[(?:h+|m+|s+)\])|(?P<noon>am/pm|a/p)|(?P<part>y+|m+|d+|h+|s+|e+)"
    r"|(?<=s)\.(?P<fraction>0+)|(?P<plain>[-+$()!^&'~{}<>= :/.,]|[^\x00-\x7f])",
    re.IGNORECASE,
)
_ENGLISH, _LANGUAGE = 0x09, 0x3FF
"""The lower ten bits of a locale's number are its language."""
PLAIN_LOCALE = 0xFFFF
"""A larger number asks for other figures or another calendar."""
_SYSTEM = {"f800": "ymd", "f400": "hns", "x-sysdate": "ymd", "x-systime": "hns"}
"""The locales that stand for the system's own long date and time, with what they show."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LAST = 2_958_466
"""The day after the last that a sheet knows, 31 December 9999."""
_LEAP = 60
"""29 February 1900, which was none; sheets count it."""
_FROM_1904 = 1_462
"""Days from the beginning of the one calendar of sheets to that of the other."""
_DAY = 86_400
_SHORT = 2
_NOON = 12


_FIELDS = {
    "yyyy": "{0:04}",
    "yy": "{1:02}",
    "m": "{2}",
    "mm": "{2:02}",
    "mmm": "{3:.3}",
    "mmmm": "{3}",
    "mmmmm": "{3:.1}",
    "d": "{4}",
    "dd": "{4:02}",
    "ddd": "{5:.3}",
    "dddd": "{5}",
    "h": "{6}",
    "hh": "{6:02}",
    "h of 12": "{7}",
    "hh of 12": "{7:02}",
    "am/pm": "{8}",
    "a/p": "{8:.1}",
    "n": "{9}",
    "nn": "{9:02}",
    "s": "{10}",
    "ss": "{10:02}",
}
"""Each part of a format as a field of a template, whose values Moments.look() gives in order."""
_ELAPSED = {"h": "{{11:0{}}}", "n": "{{12:0{}}}", "s": "{{13:0{}}}"}
_FRACTION = "{{14:0{}}}"
_LONGEST = {"y": 4, "m": 5, "d": 4, "h": 2, "n": 2, "s": 2}


class Moments:
    """A section that shows a date, a time or a duration."""

    def __init__(self, template: str, digits: int, *, is_1904: bool, lasts: bool) -> None:
        self._template = template
        self._units = 10**digits
        self._shift = _FROM_1904 if is_1904 else 0
        self.lasts = lasts
        """It is a duration, which may be negative."""

    def look(self, number: Decimal) -> str | None:
        """The moment so many days after the calendar began; None where a sheet knows none."""
        if number >= _LAST:
            return None
        units = int((number * _DAY * self._units).quantize(Decimal(1), ROUND_HALF_UP))
        total, fraction = divmod(units, self._units)
        days, of_day = divmod(total, _DAY)
        if days + self._shift >= _LAST:
            return None
        year, month, day, weekday = _calendar(days + self._shift)
        minutes, second = divmod(of_day, 60)
        hour, minute = divmod(minutes, 60)
        half = "AM" if hour < _NOON else "PM"
        return self._template.format(
            *(year, year % 100, month, _MONTHS[month - 1], day, _DAYS[weekday]),
            *(hour, hour % 12 or 12, half, minute, second),
            *(total // 3600, total // 60, total, fraction),
        )


def _calendar(day: int) -> tuple[int, int, int, int]:
    """Year, month, day and weekday of a day by its number, where 1 is 1 January 1900."""
    weekday = (day + 5) % 7
    if day in (0, _LEAP):
        return 1900, 2 if day else 1, 29 if day else 0, weekday
    found = date(1899, 12, 31) + timedelta(days=day - (day > _LEAP))
    return found.year, found.month, found.day, weekday


@dataclass(frozen=True)
class _Token:
    """A part of a format."""

    kind: str
    """One of "y", "m", "d", "h", "n" for minutes, "s", "e", "noon" and "fraction"; "" for text."""
    text: str
    """As the format has it; of a text, as it looks."""
    elapsed: bool = False
    """It counts all there are since the calendar began."""


_YEAR, _DASH, _COLON = _Token("y", "yyyy"), _Token("", "-"), _Token("", ":")


def moments(code: str, *, is_1904: bool) -> Moments | None:
    """The section that this part of a format spells; None where it is none or is not known."""
    found = list(_TOKEN.finditer(code))
    if "".join(each[0] for each in found) != code:
        return None
    tokens = _with_minutes([_token(each) for each in found])
    kinds = "".join(token.kind for token in tokens if token.kind in "ymdhnse")
    locales = [each["locale"].lower() for each in found if each["locale"]]
    of_system = next((_SYSTEM[each] for each in locales if each in _SYSTEM), "")
    if not kinds and not of_system:
        return None
    if of_system or not _is_known(tokens, locales):
        tokens = _iso(of_system or kinds)
    halves = any(token.kind == "noon" for token in tokens)
    template = "".join(_field(token, halves=halves) for token in tokens)
    digits = max((len(token.text) for token in tokens if token.kind == "fraction"), default=0)
    lasts = any(token.elapsed for token in tokens)
    return Moments(template, digits, is_1904=is_1904, lasts=lasts)


def _token(found: re.Match[str]) -> _Token:
    if found["noon"]:
        return _Token("noon", found["noon"].lower())
    if found["fraction"]:
        return _Token("fraction", found["fraction"])
    if part := found["elapsed"] or found["part"]:
        bare = part.strip("[]").lower()
        return _Token(bare[0], bare, elapsed=bool(found["elapsed"]))
    texts = (found[name] for name in ("quoted", "escaped", "currency", "plain"))
    return _Token("", next(filter(None, texts), ""))


def _with_minutes(tokens: list[_Token]) -> list[_Token]:
    """The same, with minutes told from months: they come behind hours or before seconds."""
    told = list(tokens)
    parts = [place for place, token in enumerate(tokens) if token.kind in tuple("ymdhse")]
    for nth, place in enumerate(parts):
        token = tokens[place]
        beside = {tokens[parts[nth - 1]].kind == "h" if nth else False}
        beside.add(tokens[parts[nth + 1]].kind == "s" if nth + 1 < len(parts) else False)
        if token.kind == "m" and (token.elapsed or any(beside)):
            told[place] = replace(token, kind="n", text="n" * len(token.text))
    return told


def _is_known(tokens: Sequence[_Token], locales: Sequence[str]) -> bool:
    """Whether it looks the same in every country, or is in English."""
    numbers = [locale_number(each) for each in locales]
    if any(token.kind == "e" for token in tokens) or max(numbers, default=0) > PLAIN_LOCALE:
        return False
    named = any(token.kind in ("m", "d") and len(token.text) > _SHORT for token in tokens)
    return not named or any(number & _LANGUAGE == _ENGLISH for number in numbers)


def locale_number(locale: str) -> int:
    """The number of a locale, as in [$-409] or, with its name, [$-en-GB]; 0 for others."""
    if locale.startswith("en"):
        return _ENGLISH
    try:
        return int(locale, 16)
    except ValueError:
        return 0


def _iso(kinds: str) -> list[_Token]:
    """ISO 8601 down to the smallest of these parts."""
    day = [_YEAR, _DASH, _Token("m", "mm"), _DASH, _Token("d", "dd")]
    time = [_Token("h", "hh"), _COLON, _Token("n", "nn"), _COLON, _Token("s", "ss")]
    shown = set(kinds)
    day = day[: 5 if "d" in shown else 3 if "m" in shown else 1] if shown & set("yemd") else []
    time = time[: 5 if "s" in shown else 3] if shown & set("hns") else []
    return [*day, *([_Token("", " ")] if day and time else ()), *time]


def _field(token: _Token, *, halves: bool) -> str:
    """A part as a field of a template; with halves of the day, hours go from 1 to 12."""
    kind, text = token.kind, token.text
    if kind == "":
        return text.replace("{", "{{").replace("}", "}}")
    if kind == "fraction":
        return "." + _FRACTION.format(len(text))
    if token.elapsed:
        return _ELAPSED[kind].format(len(text))
    if kind == "noon":
        return _FIELDS[text]
    name = text[: _LONGEST[kind]]
    if kind == "y":
        name = "yy" if len(text) <= _SHORT else "yyyy"
    return _FIELDS[f"{name} of 12" if halves and kind == "h" else name]
