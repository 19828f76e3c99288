"""Number formats of workbooks: how a number looks in its cell.

A format has up to four sections: for positive numbers, negative ones, zero and text, or with
conditions of their own. Where one of them is not understood the format is not followed at all, as
no look is guessed; a number that its section hides is given in full, so that nothing is lost.
"""

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial

from claude_batch_desk.core.tables.formats.cells import DIGITS, number_text
from claude_batch_desk.core.tables.formats.date_sections import Moments, moments
from claude_batch_desk.core.tables.formats.digit_sections import Section, digits

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
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd hh:mm",
    **dict.fromkeys((*range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys(range(32, 36), "hh:mm:ss"),
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    42: '_($* #,##0_);_($* (#,##0);_($* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    44: '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
}
"""The formats a workbook may name without spelling them out (ECMA-376 part 1, 18.8.30).

14 and 22 are the date of the country that the workbook is opened in, and 27 to 36 and 50 to 58
those of East Asia, so they are ISO 8601 here.
"""

_SEPARATOR = re.compile(r'("[^"]*"|\\.|\[[^\]]*\])|;')
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_CONDITION = re.compile(r"((?:\[[^\]$]*\])*?)\[(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)\]")
_TESTS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_PASSIVE = ("", "general", "@")
_TWO, _THREE = 2, 3
_CACHED = 4_096


@dataclass(frozen=True)
class _Rule:
    """A section, and which numbers it is for."""

    section: Section | None
    """None for one that hides them."""
    test: Callable[[Decimal], bool] | None
    """None where its place tells."""


class _Unknown(Exception):
    """A format that is not understood."""


def look_of(code: str, *, is_1904: bool = False) -> Look | None:
    """How numbers look in this format, or None where it is not understood.

    `is_1904` tells that the workbook counts days from 1904, as those of old Macintoshes do.
    """
    parts = _SEPARATOR.sub(lambda found: found[1] or "\n", code).split("\n")
    try:
        rules = [_rule(part, is_1904) for part in parts if not _is_text(part)][:_THREE]
    except _Unknown:
        return None
    if all(rule.section is None for rule in rules):
        return None
    if any(rule.test for rule in rules) and not rules[0].test:
        return None
    return lru_cache(_CACHED)(partial(_look, rules))


def is_general(code: str) -> bool:
    """True where a number is shown as it is."""
    return code.strip().lower() in _PASSIVE


def _is_text(part: str) -> bool:
    """Whether a section is for text, which it may put something around."""
    return "@" in _LITERAL.sub("", part)


def _rule(part: str, is_1904: bool) -> _Rule:
    condition = _CONDITION.match(part)
    test = None
    if condition:
        limit, holds = Decimal(condition[3]), _TESTS[condition[2]]
        part = condition[1] + part[condition.end() :]

        def test(number: Decimal) -> bool:
            return holds(number, limit)

    if not _LITERAL.sub("", part).strip() and not re.search(r'"[^"]|\\|\[\$', part):
        return _Rule(None, test)
    section = digits(part) or moments(part, is_1904=is_1904)
    if section is None:
        raise _Unknown
    return _Rule(section, test)


def _look(rules: Sequence[_Rule], value: float) -> str:
    if not math.isfinite(value):
        return number_text(value)
    number = Decimal(f"{value:.{DIGITS}g}")
    section, sign = _chosen(rules, number)
    text = section.look(abs(number)) if section else None
    return (sign + (text or "")).strip() if text else number_text(value)


def _chosen(rules: Sequence[_Rule], number: Decimal) -> tuple[Section | None, str]:
    """The section for a number, and the sign to put before it."""
    if rules[0].test:
        return _by_condition(rules, number), ""
    if number < 0 and len(rules) == 1:
        section = rules[0].section
        may = not isinstance(section, Moments) or section.lasts
        return (section, "-") if may else (None, "")
    place = 1 if number < 0 else 2 if number == 0 and len(rules) >= _THREE else 0
    return rules[place].section, ""


def _by_condition(rules: Sequence[_Rule], number: Decimal) -> Section | None:
    """The section for a number; None where it is not certain how Excel shows it."""
    if number < 0:
        return None
    for rule in rules:
        if rule.test is None or rule.test(number):
            return rule.section
    return None
