"""The form of a batch body, and what proves that it is still the one that was written.

Each request of a body is known by the SHA-256 of its params before it is written, since equal rows
are found by it. The seal of a body is taken over those and over the ids, so that no byte goes
through a hash twice while a job is made.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from claude_batch_desk.core.service.disk import on_disk

OPEN, END, CLOSE = b'{"requests":[', b"}", b"]}"
PARAMS = b'","params":'
_ID = b'{"custom_id":"'
_BLOCK = 1 << 20
_SEALED = "requests:"
"""What seals begin with; earlier versions kept the SHA-256 of the whole file instead."""
Hear = Callable[[], None]
"""Called with each megabyte; raises Cancelled once the person asked to stop."""


class NotABodyError(ValueError):
    """A file that no spool wrote like this."""


class Seal:
    """What a body is known by: its ids and its params, in order, whatever their bytes are."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def take(self, pieces: bytes) -> None:
        """Go on over an id and the 32 bytes of a digest, or over several such, in turn."""
        self._hash.update(pieces)

    @property
    def text(self) -> str:
        """The seal over everything taken so far."""
        return _SEALED + self._hash.hexdigest()


def id_prefix(token: str, part: int) -> str:
    """What the id of every request of a part begins with."""
    return f"{token}-{part}-"


def head_of(token: str, part: int) -> bytes:
    """What stands before the number of each request of a part."""
    return _ID + id_prefix(token, part).encode()


def spooled_requests(path: Path, token: str, part: int) -> Iterator[tuple[int, bytes]]:
    """The requests of a body by number, each as the bytes of its params.

    Raises StoreError where the disk does not give them, and NotABodyError.
    """
    with on_disk("Nothing was sent. Try again."), path.open("rb") as file:
        for number, params in _requests(file, head_of(token, part), _nobody):
            yield int(number), params


def is_as_written(path: Path, token: str, part: int, seal: str, hear: Hear | None = None) -> bool:
    """Whether a body is, byte for byte, the one with this seal; not where it cannot be read."""
    hear = hear or _nobody
    try:
        with path.open("rb") as file:
            if not seal.startswith(_SEALED):
                return _sha256(file, hear) == seal
            return _seal(file, head_of(token, part), hear) == seal
    except (OSError, NotABodyError):
        return False


def _seal(file: BinaryIO, head: bytes, hear: Hear) -> str:
    seal = Seal()
    for number, params in _requests(file, head, hear):
        seal.take(number + hashlib.sha256(params).digest())
    return seal.text


def _sha256(file: BinaryIO, hear: Hear) -> str:
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        hear()
        digest.update(block)
    return digest.hexdigest()


def _requests(file: BinaryIO, head: bytes, hear: Hear) -> Iterator[tuple[bytes, bytes]]:
    """Digits and params of each request; every byte around them is what it has to be."""
    for request in _apart(file, head, hear):
        number, _, params = request.partition(PARAMS)
        if not number.isdigit() or not params:
            raise NotABodyError
        yield number, params


def _apart(file: BinaryIO, head: bytes, hear: Hear) -> Iterator[bytes]:
    if file.read(len(OPEN + head)) != OPEN + head:
        raise NotABodyError
    # Quotes within JSON texts are escaped, so this stands between requests alone.
    between = END + b"," + head
    rest = b""
    while block := file.read(max(_BLOCK, len(rest))):
        hear()
        *whole, rest = (rest + block).split(between)
        yield from whole
    if not rest.endswith(END + CLOSE):
        raise NotABodyError
    yield rest.removesuffix(END + CLOSE)


def _nobody() -> None:
    """Nobody waits."""
