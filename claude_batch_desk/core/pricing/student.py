"""The 97.5 % point of Student's t, which no standard library has."""

_LEVEL = 1.959963984540054
_EXACT = (
    *(12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281),
    *(2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860),
)


def t_975(freedom: int) -> float:
    """The value a Student's t of so many degrees of freedom (1 or more) exceeds in 2.5 %."""
    if freedom <= len(_EXACT):
        return _EXACT[freedom - 1]
    # Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5): 4 digits right from here on.
    z = _LEVEL
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / freedom + second / freedom**2
