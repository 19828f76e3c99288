"""Number formats of workbooks: how a number looks in its cell, for the formats that are plain.

Digits, decimals, thousands, percent, currency signs and other literal text, with sections for
negative numbers and zero. Separators are the point and the comma, as the format itself writes
them. Fractions, exponents, conditions and hidden values are left alone: no look is guessed.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from claude_batch_desk.core.tables.cells import DIGITS, number_text

Look = Callable[[float], str]

BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    42: '_($* #,##0_);_($* (#,##0);_($* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    44: '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)',
    48: "##0.0E+0",
}
"""The formats a workbook may name without spelling them out (ECMA-376 part 1, 18.8.30)."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]'
    r"|\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]"
    r"|(?P<digits>[#0?][#0?,]*(?:\.[#0?]*)?,*|\.[#0?]+)|(?P<percent>%)"
    r"|(?P<plain>[-+$()!^&'~{}<>= :]|[^\x00-\x7f])",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_SEPARATOR = re.compile(r'("[^"]*"|\\.)|;')
_PASSIVE = ("", "general", "@")
_TWO, _THREE = 2, 3
_HUGE = Decimal("1e15")


class _Section:
    """One part of a format: what stands before and behind the digits, and the digits."""

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
        """A number that is not negative, as this section shows it."""
        if not self._has_digits:
            return self._before + self._after
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


def look_of(code: str) -> Look | None:
    """How numbers look in this format, or None where it is no plain format of numbers."""
    parts = _SEPARATOR.sub(lambda found: found[1] or "\n", code).split("\n")
    sections = [_section(part.strip()) for part in parts[:_THREE]]
    if None in sections:
        return None
    known = [section for section in sections if section]

    def look(value: float) -> str:
        number = Decimal(f"{value:.{DIGITS}g}")
        if abs(number) >= _HUGE:
            return number_text(value)
        sign = ""
        section = known[0]
        if number < 0 and len(known) >= _TWO:
            section = known[1]
        elif number < 0:
            sign = "-"
        elif number == 0 and len(known) >= _THREE:
            section = known[2]
        return (sign + section.look(abs(number))).strip() or number_text(value)

    return look


def is_general(code: str) -> bool:
    """True where a number is shown as it is, or as the date or time it stands for."""
    if code.strip().lower() in _PASSIVE or _ELAPSED.search(code):
        return True
    bare = _QUOTED.sub("", code).lower()
    return "general" not in bare and any(letter in bare for letter in "ymdhs")


def _section(part: str) -> _Section | None:
    """The section this part of a format spells, or None where it is not plain."""
    before, digits, after = "", "", ""
    percents = at = 0
    while at < len(part):
        token = _TOKEN.match(part, at)
        if token is None or (token["digits"] and digits):
            return None
        at = token.end()
        percents += token["percent"] is not None
        literal = next(filter(None, (token[name] for name in _LITERALS)), "")
        digits = digits or token["digits"] or ""
        if digits:
            after += literal
        else:
            before += literal
    visible = digits or before.strip()
    return _Section(before, digits, after, percents) if visible else None


_LITERALS = ("quoted", "escaped", "currency", "percent", "plain")


def _grouped(integer: str) -> str:
    head = len(integer) % 3
    groups = [integer[:head]] if head else []
    return ",".join(groups + [integer[at : at + 3] for at in range(head, len(integer), 3)])
