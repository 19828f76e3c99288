"""A file that asks before each write whether to go on."""

from collections.abc import Callable
from typing import BinaryIO


class Watched:
    """What zipfile needs of a binary file; `watch` is called before each write and may raise.

    Once a write has failed, later ones do nothing: zipfile tries to tidy up a file that is going
    to be removed, and would hide the first failure behind a second.
    """

    def __init__(self, file: BinaryIO, watch: Callable[[], None]) -> None:
        self._file = file
        self._watch = watch
        self._broken = False

    def write(self, data: bytes) -> int:
        """The number of bytes taken."""
        if self._broken:
            return len(data)
        self._broken = True
        self._watch()
        written = self._file.write(data)
        self._broken = False
        return written

    def seek(self, place: int, whence: int = 0) -> int:
        """The place in bytes from the start."""
        return 0 if self._broken else self._file.seek(place, whence)

    def tell(self) -> int:
        """The place in bytes from the start."""
        return 0 if self._broken else self._file.tell()

    def flush(self) -> None:
        """Hand what is buffered to the system."""
        if not self._broken:
            self._file.flush()
