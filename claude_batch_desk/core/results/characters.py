"""What files, stores and spreadsheets cannot hold of a text, and how long they take it to be."""

import re

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def whole(text: str) -> str:
    """The text with every half of a surrogate pair replaced by U+FFFD; no encoding holds those."""
    return text if text.isascii() else _LONE_SURROGATE.sub(_REPLACEMENT, text)


def units(text: str) -> int:
    """The length in UTF-16 code units, the way spreadsheets count; an emoji counts as two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int) -> tuple[str, str]:
    """The text in two: at most `limit` UTF-16 code units, and the rest; no character is halved."""
    if units(text) <= limit:
        return text, ""
    head = text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", errors="ignore")
    return head, text[len(head) :]
