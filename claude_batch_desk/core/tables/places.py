"""Where a source may be: on this computer, and nowhere else."""

import os
import re
from pathlib import Path

from claude_batch_desk.core.errors import TableError

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""Two letters or more before the colon: one is a drive."""
_ELSEWHERE = ("\\\\", "//")
"""Shares of other computers, and the names of devices, begin with two of these."""
_LONGEST = 4_096
"""Bytes; no system opens a longer path."""


def absolute(text: str) -> str:
    """A path as it was typed, from the root; what is no path stays as it is, to be refused."""
    if text.startswith(_ELSEWHERE) or _ADDRESS.match(text):
        return text
    return os.path.normpath(Path(text).absolute())


def local_path(text: str) -> Path:
    """The absolute path that came from outside the program; raises TableError for anything else.

    What is there is not looked at: that may take long, and is for whoever reads it.
    """
    if text.startswith(_ELSEWHERE):
        raise TableError(
            "This is a file of another computer. Copy it to this computer first, then open the "
            "copy."
        )
    if _ADDRESS.match(text):
        raise TableError(
            "This is an address on the internet, not a file. Download it, then open the file."
        )
    path = Path(text)
    if "\0" in text or len(text.encode(errors="replace")) > _LONGEST or not path.is_absolute():
        raise TableError("This is not the path of a file on this computer. Nothing was opened.")
    return path
