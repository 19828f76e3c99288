"""What a value looks like: a number, a date, an address. A look is a hint, never a promise."""

import re
from typing import Literal, get_args

ValueLook = Literal["text", "number", "date", "url", "email", "path", "phone", "account"]

_LONGEST = 200
"""Characters; what is longer is text."""
_MONTHS = (
    "jan|feb|fév|fev|mar|mär|apr|avr|abr|may|mai|jun|juin|jul|juil|aug|août|aou|ago|sep|oct|okt|ott"
    "|nov|dec|dez|déc|dic|gen|mag|giu|lug"
)
_MONTH = rf"(?:{_MONTHS})[^\W\d_]{{0,6}}\.?"
_DAY, _MONTH_NUMBER = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
_DATE = (
    rf"(?:[0-9]{{4}}(?P<a>[-/.]){_MONTH_NUMBER}(?P=a){_DAY}"
    rf"|{_DAY}(?P<b>[-/.]){_DAY}(?P=b)(?:[0-9]{{4}}|[0-9]{{2}})"
    rf"|{_DAY}(?:st|nd|rd|th|\.)?[ -]{_MONTH},?[ -][0-9]{{2,4}}"
    rf"|{_MONTH}[ -]{_DAY}(?:st|nd|rd|th)?,?[ -][0-9]{{4}})"
)
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[ap]m)?"
_ZONE = r"(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?"
_MONEY = r"(?:[$€£¥]|[A-Z]{3})?"
# A number with a leading zero is a code, and one of more than 15 digits an identifier.
_GROUPS = r"(?:(?P<c>[,.' \u00a0\u202f])[0-9]{3}(?:(?P=c)[0-9]{3})*)?"
_WHOLE = rf"(?:[1-9][0-9]{{0,2}}{_GROUPS}|0|[1-9][0-9]{{0,14}})"
_AMOUNT = rf"(?:{_WHOLE}(?:[.,][0-9]+)?|[.,][0-9]+)(?:E[-+]?[0-9]+)?"
_NUMBER = rf"[-+−(]? ?{_MONEY} ?[-−]?{_AMOUNT} ?(?:%|{_MONEY})\)?"
_SUFFIX = "pdf|docx?|xlsx?|pptx?|txt|md|csv|json|xml|html?|eml|msg|jpe?g|png|gif|webp|tiff?"
_PATH = (
    r'[A-Z]:[\\/][^<>"|?*\n]+|\\\\[^\\\n]+\\[^\n]+|(?:~|\.{1,2})?/[^\s/][^\n]*/[^\n]+'
    rf'|[^<>:"|?*\n]+\.(?:{_SUFFIX})'
)
_LOOK = re.compile(
    rf"(?P<date>{_DATE}(?:[T ,]{{1,2}}{_CLOCK}{_ZONE})?)|(?P<number>{_NUMBER})"
    r"|(?P<url>(?:(?:https?|ftp)://|www\.)\S+\.\S+)"
    rf"|(?P<email>[^@\s,;<>]+@[^@\s,;<>]+\.[^\W\d_]{{2,}})|(?P<path>{_PATH})",
    re.IGNORECASE,
)
# Digits alone might be anything: a telephone number is known by its prefix and its groups.
_PHONE = re.compile(
    r"(?:\+|00)[1-9][\d ()./-]{5,18}\d|\(?0[1-9]\d{0,4}[ )/-][\d ()./-]{4,16}\d"
    r"|\(\d{3}\) ?\d{3}-\d{4}"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
_CARD = re.compile(r"\d(?:[ -]?\d){14,15}")
_SOCIAL = re.compile(r"\d{3}-\d{2}-\d{4}")
_LOOKS: dict[str, ValueLook] = {look: look for look in get_args(ValueLook)}
_TEN = 10


def look_of_value(value: str) -> ValueLook:
    """What a value looks like by its letters and digits alone."""
    if len(value) > _LONGEST:
        return "text"
    value = value.strip()
    if _is_account(value):
        return "account"
    found = _LOOK.fullmatch(value)
    if found and found.lastgroup:
        return _LOOKS[found.lastgroup]
    return "phone" if _PHONE.fullmatch(value) else "text"


def _is_account(value: str) -> bool:
    """A bank account, a payment card or a US social security number.

    The first two carry check digits, which one of 97 or of 10 other numbers has by chance.
    """
    if _SOCIAL.fullmatch(value):
        return True
    if _CARD.fullmatch(value):
        return _passes_luhn(value)
    if not _IBAN.fullmatch(value):
        return False
    plain = value.replace(" ", "")
    return int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97 == 1


def _passes_luhn(value: str) -> bool:
    digits = [int(each) for each in reversed(value) if each.isdigit()]
    doubled = (2 * digit - 9 * (2 * digit >= _TEN) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % _TEN == 0
