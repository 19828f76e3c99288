"""A second start hands its files to the window that is open."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from claude_batch_desk.gui.front_door import ACTIVATION, FrontDoor, door_name, hand_over

CALLER = """
import sys
from pathlib import Path
from claude_batch_desk.gui.front_door import hand_over
print(hand_over(Path(sys.argv[1]), sys.argv[2:]))
"""


@pytest.fixture
def door(qapp: QApplication, home: Path) -> Iterator[FrontDoor]:
    home.mkdir(parents=True, mode=0o700)
    door = FrontDoor(home)
    assert door.open()
    yield door
    door.close()
    shiboken6.delete(door)


def call(home: Path, *paths: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-P", "-c", CALLER, str(home), *paths],
        stdout=subprocess.PIPE,
        text=True,
    )


def knock(qtbot: QtBot, home: Path, said: bytes) -> QLocalSocket:
    socket = QLocalSocket()
    with qtbot.waitSignal(socket.connected):
        socket.connectToServer(door_name(home))
    socket.write(said)
    socket.flush()
    return socket


def test_paths_arrive_as_they_are(qtbot: QtBot, door: FrontDoor, home: Path) -> None:
    paths = ["/a/b c.csv", "/a/line\nbreak %41.csv", "/ä/表.xlsx", os.fsdecode(b"/caf\xe9.csv")]
    with qtbot.waitSignal(door.called, timeout=20_000) as heard:
        caller = call(home, *paths)
    assert heard.args == [paths]
    assert caller.communicate(timeout=20)[0] == "True\n"
    assert caller.returncode == 0


def test_a_call_without_paths_only_asks_for_the_window(
    qtbot: QtBot, door: FrontDoor, home: Path
) -> None:
    with qtbot.waitSignal(door.called, timeout=20_000) as heard:
        caller = call(home)
    assert heard.args == [[]]
    assert caller.communicate(timeout=20)[0] == "True\n"


def test_the_right_to_come_to_the_front_goes_with_the_paths(
    qtbot: QtBot, door: FrontDoor, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ACTIVATION, "gnome shell/1-2_TIME3")
    caller = call(home, "/a.csv")
    monkeypatch.setenv(ACTIVATION, "")
    with qtbot.waitSignal(door.called, timeout=20_000) as heard:
        pass
    assert heard.args == [["/a.csv"]]
    assert os.environ[ACTIVATION] == "gnome shell/1-2_TIME3"
    caller.communicate(timeout=20)


@pytest.mark.parametrize("token", [b"%00", b"%0A", b"%C3%A4", b"a" * 300])
def test_what_is_no_such_right_is_not_taken(
    qtbot: QtBot,
    door: FrontDoor,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    token: bytes,
) -> None:
    monkeypatch.setenv(ACTIVATION, "mine")
    with qtbot.waitSignal(door.called):
        socket = knock(qtbot, home, token + b" /a.csv\n")
    assert os.environ[ACTIVATION] == "mine"
    socket.abort()


@pytest.mark.skipif(os.name == "nt", reason="a pipe there")
def test_nobody_else_can_come_to_the_door(door: FrontDoor, home: Path) -> None:
    assert stat.S_IMODE(Path(door_name(home)).stat().st_mode) & 0o077 == 0
    assert Path(door_name(home)).parent == home


def test_a_caller_that_says_too_much_is_cut_off(qtbot: QtBot, door: FrontDoor, home: Path) -> None:
    heard: list[object] = []
    door.called.connect(heard.append)
    socket = knock(qtbot, home, b"a" * (1 << 18))
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert heard == []


def test_a_caller_that_says_nothing_keeps_nobody_out(
    qtbot: QtBot, door: FrontDoor, home: Path
) -> None:
    silent = knock(qtbot, home, b"")
    with qtbot.waitSignal(door.called, timeout=20_000):
        caller = call(home, "/a.csv")
    caller.communicate(timeout=20)
    silent.abort()


def test_bytes_that_are_no_paths_do_no_harm(qtbot: QtBot, door: FrontDoor, home: Path) -> None:
    with qtbot.waitSignal(door.called) as heard:
        socket = knock(qtbot, home, b"%FF%00%zz \x00\xff\n")
    assert heard.args is not None
    assert all(isinstance(each, str) for each in heard.args[0])
    socket.abort()


def test_nobody_at_home_is_no_failure(qapp: QApplication, home: Path) -> None:
    home.mkdir(parents=True)
    assert not hand_over(home, ["/a.csv"])


def test_the_door_of_a_killed_window_is_opened_again(qapp: QApplication, home: Path) -> None:
    home.mkdir(parents=True)
    if os.name != "nt":
        Path(door_name(home)).touch()
    door = FrontDoor(home)
    assert door.open()
    door.close()
    shiboken6.delete(door)


def test_a_window_that_is_only_just_opening_is_waited_for(
    qtbot: QtBot, qapp: QApplication, home: Path
) -> None:
    home.mkdir(parents=True)
    caller = call(home, "/late.csv")
    door = FrontDoor(home)
    assert door.open()
    with qtbot.waitSignal(door.called, timeout=20_000) as heard:
        pass
    assert heard.args == [["/late.csv"]]
    caller.communicate(timeout=20)
    door.close()
    shiboken6.delete(door)


def test_a_folder_too_deep_for_a_socket_has_no_door(qapp: QApplication, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["deep" * 10] * 4)
    deep.mkdir(parents=True)
    if os.name != "nt":
        door = FrontDoor(deep)
        assert not door.open()
        assert not hand_over(deep, [])
        shiboken6.delete(door)
