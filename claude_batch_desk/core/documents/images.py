"""Images: how large they are, and whether they are whole; their text is for the model to read."""

import struct
from pathlib import Path

from claude_batch_desk.core.documents.extract import Extract, Unusable
from claude_batch_desk.core.documents.kinds import GIF, JPEG, PNG, WEBP
from claude_batch_desk.core.documents.limits import MAX_IMAGE_PIXELS

_FORMATS = {"JPEG": JPEG, "PNG": PNG, "GIF": GIF, "WEBP": WEBP}
_SEVERAL = "MPO"
"""A JPEG with more pictures behind it, as telephones make them; the first is the one to see."""
_SMALL = (64, 64)
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error)
"""What Pillow raises at damaged files, by its formats."""


def read_image(path: Path) -> Extract:
    """The size of an image that can be decoded; raises Unusable."""
    from PIL import Image

    # A size that only claims to be huge does no harm: what is too large is not decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(path, formats=tuple(_FORMATS)) as image:
            width, height = image.size
            if max(width, height) > MAX_IMAGE_PIXELS:
                raise Unusable("oversized")
            animated = getattr(image, "n_frames", 1) > 1 and image.format != _SEVERAL
            image.draft(None, _SMALL)  # a JPEG is decoded at an eighth, but to its end
            image.load()
            media_type = _FORMATS.get(image.format or "", JPEG)
    except _BROKEN as error:
        raise Unusable("damaged") from error
    return Extract(media_type, width=width, height=height, marks=("animated",) if animated else ())
