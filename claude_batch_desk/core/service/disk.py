"""Files of the data folder that hold people's rows: for their owner alone, and trouble in words."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from claude_batch_desk.core.errors import StoreError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def open_private(path: Path) -> BinaryIO:
    """A new empty file to write, in the place of an old one; raises OSError."""

    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, 0o600)

    return open(path, "wb", opener=opener)


@contextmanager
def on_disk(then: str) -> Iterator[None]:
    """Turn an OSError into a StoreError; `then` says in sentences what is safe and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            what = "The disk is full."
        else:
            what = f"The data folder cannot be written to: {error.strerror or 'it refused'}."
        raise StoreError(f"{what} {then}") from error
