"""The commonest number formats at the speed of the interpreter: 0, 0.00, #,##0, #,##0.00, 0.0%."""

import re
from math import floor

from claude_batch_desk.core.tables.formats.number_format import Look

_PLAIN = re.compile(r"(#,##)?0(?:\.(0{1,6}))?(%)?")
_SURE_BELOW = 1e9
_NEAR = 1e-5
_HALF = 0.5


def quick_look(code: str, exact: Look) -> Look | None:
    """The same look as `exact`, which is still asked where the last digit is not certain.

    None where the format is no plain one. A float is a little off its decimal digits, which only
    matters close to halves: those are rounded up by a sheet, and to the even digit by Python.
    """
    found = _PLAIN.fullmatch(code)
    if not found:
        return None
    decimals = len(found[2] or "")
    spec = f"{',' if found[1] else ''}.{decimals}f"
    percent = found[3] or ""
    scale = 100 if percent else 1
    units = scale * 10**decimals

    def look(value: float) -> str:
        size = value * units
        if not 0 < size < _SURE_BELOW or abs(size - floor(size) - _HALF) < _NEAR:
            return exact(value)
        return f"{value * scale:{spec}}{percent}"

    return look
