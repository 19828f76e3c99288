"""Files that ask again and again whether to go on, for libraries that never do."""

from collections.abc import Callable
from typing import BinaryIO, TextIO


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
            self._file.write(data)
            self._broken = False
        self._place += len(data)
        return len(data)

    def leave(self) -> None:
        """Write nothing more, whatever is still asked for."""
        self._broken = True

    def seek(self, place: int) -> int:
        """The place, in bytes from the start."""
        if not self._broken:
            self._file.seek(place)
        self._place = place
        return place

    def tell(self) -> int:
        """The place, in bytes from the start."""
        return self._place

    def flush(self) -> None:
        """Hand what is buffered to the system."""
        if not self._broken:
            self._file.flush()


class WatchedText:
    """A text file to be read again from its start; `watch` is called before each read."""

    def __init__(self, file: TextIO, watch: Callable[[], None]) -> None:
        self._file = file
        self._watch = watch

    def seek(self, place: int) -> int:
        """The place; only 0 has a meaning."""
        return self._file.seek(place)

    def read(self, size: int) -> str:
        """Up to that many characters."""
        self._watch()
        return self._file.read(size)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
