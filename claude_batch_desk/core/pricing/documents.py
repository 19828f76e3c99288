"""How much of a prompt a document is, before the service has counted it.

An estimate predicts tokens from bytes. Those of a text are its own. A PDF or an image has tokens
that its bytes say nothing about, so it is given the bytes of a text of as many tokens; a count of
some requests then corrects documents and texts alike, and without one the range is as wide.
"""

import re
from math import ceil

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.tables.document import Document

TEXT_TOKENS_PER_BYTE = 0.36
"""Anthropic's model pages give 2.5 million characters to a million tokens for models from Opus 4.7
on (0.40) and 30 % fewer tokens for earlier ones (0.31)."""
_PATCH = 28
"""Pixels: the side of the square that one token of an image stands for."""
_FINE_SIDE, _FINE_TOKENS = 2_576, 4_784
_COARSE_SIDE, _COARSE_TOKENS = 1_568, 1_568
"""Larger images are made smaller by the service: models from 4.7 on see more of them."""
_PAGE_TOKENS = 2_000
"""Of the picture of a page, beside its text. At which size it is seen is not documented; an A4 page
has 1,551 tokens at the coarse limit and 4,700 at the fine one."""
_FRAME_BYTES = 60
"""What names a document within a request."""
_VERSION = re.compile(r"-(\d+)(?:-(\d{1,2}))?(?:-|$)")
_FINE_SINCE = (4, 7)


def document_bytes(document: Document, model: OfferedModel) -> int:
    """The bytes of a text with about as many tokens as the document has when sent as a file.

    Never fewer than those tokens, so that bytes bound them.
    """
    tokens = (
        image_tokens(document.width, document.height, model)
        if document.kind == "image"
        else max(document.pages, 1) * page_tokens(model)
    )
    text = len(document.text.encode()) if document.kind == "pdf" else 0
    return text + ceil(tokens / TEXT_TOKENS_PER_BYTE) + len(document.name.encode()) + _FRAME_BYTES


def page_tokens(model: OfferedModel) -> int:
    """Tokens of the picture of one page."""
    return min(_PAGE_TOKENS, _most(model)[1])


def image_tokens(width: int, height: int, model: OfferedModel) -> int:
    """Tokens of an image of so many pixels, by the documented formula."""
    side, most = _most(model)
    scale = min(1.0, side / max(width, height, 1))
    while (tokens := _patches(width * scale) * _patches(height * scale)) > most:
        # Rounding up may leave a little too many; a step or two mends that.
        scale *= min((most / tokens) ** 0.5, 0.999)
    return max(tokens, 1)


def _patches(pixels: float) -> int:
    return ceil(max(pixels, 1) / _PATCH)


def _most(model: OfferedModel) -> tuple[int, int]:
    """The longest side and the most tokens an image is seen with."""
    found = _VERSION.search(model.id)
    # A name without a version is a newer one; it is not reckoned too cheap.
    version = (int(found[1]), int(found[2] or 0)) if found else _FINE_SINCE
    if version >= _FINE_SINCE:
        return _FINE_SIDE, _FINE_TOKENS
    return _COARSE_SIDE, _COARSE_TOKENS
