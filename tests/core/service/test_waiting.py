"""A wait that somebody may end before the reply comes."""

import threading
import time

import pytest

from claude_batch_desk.core.errors import Unreachable
from claude_batch_desk.core.report import Cancelled
from claude_batch_desk.core.service.waiting import while_heard


def never() -> None:
    """A tick that nobody stops."""


def test_what_the_call_gives_comes_back() -> None:
    assert while_heard(lambda: "reply", never) == "reply"


def test_what_the_call_raises_comes_back() -> None:
    def fail() -> None:
        raise Unreachable("There is no network.")

    with pytest.raises(Unreachable, match="no network"):
        while_heard(fail, never)


def test_a_cancel_is_heard_while_the_reply_does_not_come() -> None:
    reply = threading.Event()

    def stop() -> None:
        raise Cancelled

    began = time.monotonic()
    try:
        with pytest.raises(Cancelled):
            while_heard(reply.wait, stop)
        assert time.monotonic() - began < 0.5
    finally:
        reply.set()
