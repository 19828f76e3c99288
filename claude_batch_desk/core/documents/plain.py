"""Text files, in whatever encoding they are."""

import codecs
import re
from dataclasses import replace
from pathlib import Path

from claude_batch_desk.core.documents.extract import MAX_TEXT, Extract, Unusable, extract_text
from claude_batch_desk.core.documents.kinds import HEAD, is_text
from claude_batch_desk.core.documents.markup import html_text
from claude_batch_desk.core.tables.opened import Alive
from claude_batch_desk.core.tables.text.encoding import Encoding, find_encoding, open_text

MAX_MARKUP = 8 * MAX_TEXT
"""Characters of a web page that are looked through for its text."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", re.IGNORECASE)


def read_plain(path: Path, media_type: str, alive: Alive) -> Extract:
    """A text file as it stands, up to MAX_TEXT characters; raises Unusable."""
    with path.open("rb") as source:
        if not is_text(source.read(HEAD)):
            raise Unusable("damaged")
    with open_text(path, find_encoding(path, "", alive)) as text:
        return extract_text(media_type, text.read(MAX_TEXT + 1))


def read_html(path: Path, media_type: str, alive: Alive) -> Extract:
    """The words of a web page; nothing it refers to is loaded."""
    encoding = find_encoding(path, "", alive)
    if encoding.is_guess:
        encoding = _declared(path) or encoding
    with open_text(path, encoding) as text:
        markup = text.read(MAX_MARKUP + 1)
    extract = extract_text(media_type, html_text(markup[:MAX_MARKUP], alive))
    if len(markup) > MAX_MARKUP and not extract.marks:
        return replace(extract, marks=("shortened",))
    return extract


def _declared(path: Path) -> Encoding | None:
    """The encoding that a page says it is in."""
    with path.open("rb") as source:
        found = _CHARSET.search(source.read(HEAD))
    try:
        return Encoding(codecs.lookup(found[1].decode()).name, fits=False) if found else None
    except LookupError:
        return None
