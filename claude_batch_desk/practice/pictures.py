"""How large a model sees an image, and how many tokens that makes."""

import math
from dataclasses import dataclass
from functools import lru_cache

_PATCH = 28


@dataclass(frozen=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def longest(self) -> int:
        """The longer side."""
        return max(self.width, self.height)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True)
class PictureLimit:
    """What a generation of models takes of an image: pixels of the longer side, and tokens."""

    side: int
    tokens: int


def picture_tokens(size: Size, limit: PictureLimit) -> int:
    """How many tokens an image makes once it is small enough: one for each patch of pixels."""
    return _patches(shown_size(size, limit))


@lru_cache(maxsize=256)
def shown_size(size: Size, limit: PictureLimit) -> Size:
    """The largest size of the same shape within the limit.

    As the documentation's own example computes it: a side counts in whole patches.
    """
    if _fits(size, limit):
        return size
    if size.height > size.width:
        turned = shown_size(Size(size.height, size.width), limit)
        return Size(turned.height, turned.width)
    low, high = 1, size.width
    while low + 1 < high:
        middle = (low + high) // 2
        if _fits(_scaled(size, middle), limit):
            low = middle
        else:
            high = middle
    return _scaled(size, low)


def _scaled(size: Size, width: int) -> Size:
    return Size(width, max(round(width / (size.width / size.height)), 1))


def _fits(size: Size, limit: PictureLimit) -> bool:
    longest = math.ceil(size.longest / _PATCH) * _PATCH
    return longest <= limit.side and _patches(size) <= limit.tokens


def _patches(size: Size) -> int:
    return math.ceil(size.width / _PATCH) * math.ceil(size.height / _PATCH)
