"""Sections of number formats that show digits: plain, spread over a pattern, powers, fractions.

Separators are the point and the comma, as the format itself writes them.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Protocol

from claude_batch_desk.core.tables.formats.cells import number_text
from claude_batch_desk.core.tables.formats.date_sections import PLAIN_LOCALE, locale_number

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.'
    r"|\[\$(?P<currency>[^\]-]*)(?:-(?P<locale>[^\]]*))?\]"
    r"|\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]"
    r"|(?P<parts>(?P<whole>[#?0]+ +)?[#?0]+ ?/ ?(?P<below>[#?0]+|[1-9][0-9]*))"
    r"|(?P<power>(?P<mantissa>[#0?]+(?:\.(?P<decimals>[#0?]*))?)E(?P<sign>[+-])(?P<width>0+))"
    r"|(?P<digits>[#0?][#0?,]*(?:\.[#0?]*)?,*|\.[#0?]+)|(?P<general>general)"
    r"|(?P<percent>%)|(?P<plain>[-+$()!^&'~{}<>= :/]|[^\x00-\x7f])",
    re.IGNORECASE,
)
_LITERALS = ("quoted", "escaped", "currency", "percent", "plain")
_SHOWN = ("parts", "power", "digits", "general")
_HUGE = Decimal("1e15")
"""From here on a sheet knows no more of a number than its size."""


class Section(Protocol):
    """One part of a format."""

    def look(self, number: Decimal) -> str | None:
        """A number that is not negative as this shows it; None where that is not known."""
        ...


class Plain:
    """Digits with decimals, thousands and percent, and what stands before and behind them."""

    def __init__(self, before: str, digits: str, after: str, percents: int) -> None:
        whole, point, decimals = digits.partition(".")
        bare, bare_decimals = whole.rstrip(","), decimals.rstrip(",")
        # A comma behind the last digit divides by a thousand, one between digits groups them.
        commas = len(whole) - len(bare) + len(decimals) - len(bare_decimals)
        self._before, self._after = before, after
        self._has_digits = bool(digits)
        self._point = point
        self._groups = "," in bare
        self._least_whole = bare.count("0")
        self._least_decimals = len(bare_decimals.rstrip("#?"))
        self._step = Decimal(1).scaleb(-len(bare_decimals))
        self._scale = 2 * percents - 3 * commas

    def look(self, number: Decimal) -> str:
        """The number, rounded to the decimals that are shown."""
        if not self._has_digits:
            return self._before + self._after
        if number >= _HUGE:
            return number_text(float(number))
        scaled = number.scaleb(self._scale) if self._scale else number
        text = f"{scaled.quantize(self._step, ROUND_HALF_UP):f}"
        integer, _, fraction = text.partition(".")
        integer = integer.lstrip("0").rjust(self._least_whole, "0")
        if self._groups:
            integer = _grouped(integer)
        least = self._least_decimals
        if len(fraction) > least:
            fraction = fraction[:least] + fraction[least:].rstrip("0")
        return f"{self._before}{integer}{self._point}{fraction}{self._after}"


class Spread:
    """The digits of a whole number over a pattern, as in 000-00-0000; the first takes the rest."""

    def __init__(self, pieces: list[tuple[bool, str]]) -> None:
        """`pieces` are runs of digits (True) and the texts between them."""
        self._pieces = pieces

    def look(self, number: Decimal) -> str:
        """The number, rounded to a whole one."""
        if number >= _HUGE:
            return number_text(float(number))
        digits = f"{number.quantize(Decimal(1), ROUND_HALF_UP):f}".lstrip("0")
        first = next(place for place, (is_run, _) in enumerate(self._pieces) if is_run)
        shown: list[str] = []
        for place in range(len(self._pieces) - 1, -1, -1):
            is_run, text = self._pieces[place]
            if is_run:
                room = max(len(digits), len(text)) if place == first else len(text)
                taken, digits = digits[-room:], digits[:-room]
                text = taken.rjust(text.count("0"), "0")
            shown.append(text)
        return "".join(reversed(shown))


class Power:
    """A number as a power of ten, as in 1.23E+04; several digits before the point go in steps."""

    def __init__(self, mantissa: Plain, step: int, decimals: int, sign: str, width: int) -> None:
        self._mantissa = mantissa
        self._step = step
        self._decimals = Decimal(1).scaleb(-decimals)
        self._plus = "+" if sign == "+" else ""
        self._width = width

    def look(self, number: Decimal) -> str:
        """The number, its first digits rounded to the decimals that are shown."""
        power = number.adjusted() // self._step * self._step if number else 0
        if number.scaleb(-power).quantize(self._decimals, ROUND_HALF_UP) >= 10**self._step:
            power += self._step
        sign = "-" if power < 0 else self._plus
        return f"{self._mantissa.look(number.scaleb(-power))}E{sign}{abs(power):0{self._width}}"


class Parts:
    """A number as a fraction, as in 1 1/4."""

    def __init__(self, below: str, *, has_whole: bool) -> None:
        """`below` are the digits below the line; where they are a number, it is the one there."""
        self._has_whole = has_whole
        self._below = int(below) if below.isdecimal() and int(below) else 0
        self._most = 10 ** len(below) - 1

    def look(self, number: Decimal) -> str:
        """The nearest fraction with as few digits as the format has."""
        exact = Fraction(number)
        if self._below:
            above, below = round(exact * self._below), self._below
        else:
            near = exact.limit_denominator(self._most)
            above, below = near.numerator, near.denominator
        whole, rest = divmod(above, below) if self._has_whole else (0, above)
        if not rest:
            return str(whole)
        return f"{whole} {rest}/{below}" if whole else f"{rest}/{below}"


class InFull:
    """A number as it is."""

    def look(self, number: Decimal) -> str:
        """All digits there are."""
        return number_text(float(number))


def _grouped(integer: str) -> str:
    head = len(integer) % 3
    groups = [integer[:head]] if head else []
    return ",".join(groups + [integer[at : at + 3] for at in range(head, len(integer), 3)])


class Around:
    """A section with a text before or behind it."""

    def __init__(self, before: str, section: Section, after: str) -> None:
        self._before, self._section, self._after = before, section, after

    def look(self, number: Decimal) -> str | None:
        """The same as the section in it, with the texts."""
        text = self._section.look(number)
        return None if text is None else f"{self._before}{text}{self._after}"


def digits(code: str) -> Section | None:
    """The section that this part of a format spells; None where it is none or is not known."""
    found = list(_TOKEN.finditer(code))
    if "".join(each[0] for each in found) != code or any(map(_has_other_figures, found)):
        return None
    shown = [each for each in found if any(each[name] for name in _SHOWN)]
    if len(shown) > 1:
        return _spread(found)
    at = found.index(shown[0]) if shown else len(found)
    before, after = _text(found[:at]), _text(found[at + 1 :])
    percents = sum(each["percent"] is not None for each in found)
    if not shown or shown[0]["digits"]:
        return Plain(before, shown[0]["digits"] if shown else "", after, percents)
    return None if percents else Around(before, _special(shown[0]), after)


def _has_other_figures(token: re.Match[str]) -> bool:
    return locale_number(token["locale"] or "") > PLAIN_LOCALE


def _special(token: re.Match[str]) -> Section:
    if token["parts"]:
        return Parts(token["below"], has_whole=bool(token["whole"]))
    if token["power"]:
        mantissa = Plain("", token["mantissa"], "", 0)
        step = len(token["mantissa"].partition(".")[0])
        decimals = len(token["decimals"] or "")
        return Power(mantissa, step, decimals, token["sign"], len(token["width"]))
    return InFull()


def _spread(tokens: list[re.Match[str]]) -> Spread | None:
    """Several runs of digits; None where they are more than digits."""
    runs = [token[0] for token in tokens if any(token[name] for name in _SHOWN)]
    if any(run.strip("#0?") for run in runs) or any(token["percent"] for token in tokens):
        return None
    return Spread(
        [(token["digits"] is not None, token["digits"] or _text([token])) for token in tokens]
    )


def _text(tokens: list[re.Match[str]]) -> str:
    return "".join(next(filter(None, (token[name] for name in _LITERALS)), "") for token in tokens)
