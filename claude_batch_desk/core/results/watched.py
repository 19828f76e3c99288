"""A file that asks before each write whether to go on."""

from collections.abc import Callable
from typing import BinaryIO


class Watched:
    """What zipfile needs of a new binary file; `watch` is called before each write and may raise.

    Once a write has failed, later ones only seem to happen: zipfile goes on to tidy up a file
    that is about to be removed, even after that, and would fail once more.
    """

    def __init__(self, file: BinaryIO, watch: Callable[[], None]) -> None:
        self._file = file
        self._watch = watch
        self._place = 0
        self._broken = False

    def write(self, data: bytes) -> int:
        """The number of bytes taken."""
        if not self._broken:
            self._broken = True
            self._watch()
            self._file.seek(self._place)
            self._file.write(data)
            self._broken = False
        self._place += len(data)
        return len(data)

    def leave(self) -> None:
        """Write nothing more, whatever is still asked for."""
        self._broken = True

    def seek(self, place: int) -> int:
        """The place, in bytes from the start."""
        self._place = place
        return place

    def tell(self) -> int:
        """The place, in bytes from the start."""
        return self._place

    def flush(self) -> None:
        """Hand what is buffered to the system."""
        if not self._broken:
            self._file.flush()
