"""One window for a data folder: a second start hands its files over to the first and ends."""

import os
import time
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_NAME = "desk.door"
_LONGEST_NAME = 90
"""Bytes; the address of a socket is a path of about a hundred."""
_MOST_BYTES = 1 << 16
_PATIENCE = 2.0
"""Seconds that a window which is only just opening gets to answer."""
_TURN = 0.1
_ANSWER_MS = 10_000
_SILENCE_MS = 5_000
_TAKEN = b"taken\n"
ACTIVATION = "XDG_ACTIVATION_TOKEN"
"""By this a Wayland desktop lets the window come to the front: it was given to the later start,
and Qt looks for it here when a window is to be activated."""
_LONGEST_TOKEN = 256


def door_name(home: Path) -> str:
    """What the door of a data folder is called; "" where it can have none.

    It is a socket in the folder itself, which is closed to other users; on Windows a pipe.
    """
    if os.name == "nt":
        return f"claude-batch-desk-{sha256(str(home).lower().encode()).hexdigest()[:32]}"
    name = str(home / _NAME)
    return name if len(os.fsencode(name)) <= _LONGEST_NAME else ""


def hand_over(home: Path, paths: Sequence[str]) -> bool:
    """Give absolute paths to the window that has the folder open, which comes to the front.

    False where there is none, or it does not answer. Blocks: for callers without a window.
    """
    if not (name := door_name(home)):
        return False
    until = time.monotonic() + _PATIENCE
    socket = QLocalSocket()
    socket.connectToServer(name)
    while not socket.waitForConnected(int(_PATIENCE * 1_000)):
        if time.monotonic() > until:
            return False
        time.sleep(_TURN)
        socket.connectToServer(name)
    socket.write(_line(paths))
    socket.flush()
    while not socket.canReadLine():
        if not socket.waitForReadyRead(_ANSWER_MS):
            return False
    return bytes(socket.readLine().data()) == _TAKEN


class FrontDoor(QObject):
    """Takes what later starts hand over. Needs the folder's lock to be held by this process."""

    called = Signal(object)
    """This list of paths, perhaps none, is to be opened; they are text from outside, unchecked."""

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = door_name(home)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._let_in)

    def open(self) -> bool:
        """Listen from now on; False where the system has no place for it, which is no failure."""
        if not self._name:
            return False
        # Of a process that was killed; the lock says that nobody listens there any more.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    @Slot()
    def _let_in(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.setReadBufferSize(_MOST_BYTES)
            caller.disconnected.connect(caller.deleteLater)
            caller.readyRead.connect(partial(self._listen, caller))
            QTimer.singleShot(_SILENCE_MS, caller, caller.abort)
            self._listen(caller)

    def _listen(self, caller: QLocalSocket) -> None:
        if not caller.canReadLine():
            if caller.bytesAvailable() >= _MOST_BYTES:
                caller.abort()
            return
        token, *names = bytes(caller.readLine().data()).rstrip(b"\n").split(b" ")
        caller.write(_TAKEN)
        caller.flush()  # the window may be busy with the files for a while
        caller.disconnectFromServer()
        _take_token(unquote_to_bytes(token).decode(errors="replace"))
        self.called.emit(_paths(names))


def _line(paths: Sequence[str]) -> bytes:
    """The token and the paths as a line of ASCII; names may hold anything, even no Unicode."""
    words = [os.environ.get(ACTIVATION, ""), *paths]
    return " ".join(quote_from_bytes(os.fsencode(each)) for each in words).encode() + b"\n"


def _take_token(token: str) -> None:
    if token and token.isascii() and token.isprintable() and len(token) <= _LONGEST_TOKEN:
        os.environ[ACTIVATION] = token


def _paths(names: Sequence[bytes]) -> list[str]:
    try:
        return [os.fsdecode(unquote_to_bytes(each)) for each in names]
    except UnicodeDecodeError:  # on Windows, where names are Unicode
        return []
