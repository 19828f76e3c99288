"""What files and spreadsheets cannot hold of a text, and what spreadsheets make of it."""

import re

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
# What spreadsheets run (OWASP ASVS 1.2.10, and the full-width forms that some fold), and what some
# of them skip before they look.
_LIVE = re.compile(r"[\s\x00-\x20\x7f\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]")
# A sentence behind a dash, as people write lists: three words, and nothing that calls a function,
# another program or another sheet. No spreadsheet reads that as a formula.
_PROSE = re.compile(
    r"(?!.*(?:\||\w\(|\S![\w$]))\s*[+\-]\s*[^\W\d_]+[ ,;:]+[^\W\d_]+[ ,;:]+\w", re.DOTALL
)
_HARMLESS = re.compile(r"[+-]+|[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?[ \u00a0]?%?", re.ASCII)
UNWRITABLE = "\x00-\x08\x0b-\x1f\ufffe\uffff"
"""What no XML can hold, or keeps as it is: a class of a regular expression."""
_UNWRITABLE = re.compile(f"[{UNWRITABLE}]")
# A character that is to be escaped begins with a _ too, once it is.
_LIKE_AN_ESCAPE = re.compile(f"_(?=x[0-9A-Fa-f]{{4}}[_{UNWRITABLE}])")


def storable(text: str) -> str:
    """The text with a sheet's own escapes for what XML cannot hold (ECMA-376, ST_Xstring)."""
    text = _LIKE_AN_ESCAPE.sub("_x005F_", text)
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def whole(text: str) -> str:
    """The text with every half of a surrogate pair replaced by U+FFFD; no encoding holds those."""
    if text.isascii():
        return text
    try:
        text.encode()  # takes a fraction of the time of looking for them
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub(_REPLACEMENT, text)
    return text


def cut(text: str, limit: int) -> tuple[str, str]:
    """The text in two: at most `limit` UTF-16 code units, and the rest; no character is halved.

    Spreadsheets count so; an emoji counts as two.
    """
    if len(text) * 2 <= limit or (text.isascii() and len(text) <= limit):
        return text, ""
    head = text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", errors="ignore")
    return head, text[len(head) :]


def is_live(text: str) -> bool:
    """Whether a spreadsheet might run the text as a formula.

    A number or a lone dash is none, nor is a sentence behind a dash: the source's own texts come
    back as they went wherever that is safe.
    """
    if _LIVE.match(text) is None or _HARMLESS.fullmatch(text):
        return False
    return _PROSE.match(text) is None


def replaced_note(count: int) -> str:
    """The sentence about that many cells which `whole` had to change."""
    return f"Cells with half a character, which no file can hold: {count:,}. It became a “\ufffd”."
