"""A wait that somebody may end before the reply comes."""

import threading

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

    try:
        with pytest.raises(Cancelled):
            while_heard(reply.wait, stop)
        assert not reply.is_set()
    finally:
        reply.set()
