"""Results come to disk byte by byte as they were sent, in little memory, and stop when told to."""

import gzip
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import Busy, Unreachable
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.service.gateway import Gateway, Timeouts
from tests.core.service.stub import KEY, Answer, Handler, Stub, batch, hangs, says

LINES = [b'{"custom_id":"%d","result":{"type":"expired"}}\n' % number for number in range(10)]
WHOLE = b"".join(LINES)
ODD = (
    '{"custom_id":"a","result":"one\u2028two\u2029three\u0085four\\u000b"}\r\n\n'
    '{"custom_id":"b","result":"🎉"}\n'
).encode()


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "results.jsonl"


def streams(*chunks: bytes) -> Answer:
    return lambda handler: handler.send_chunks(chunks)


@pytest.mark.parametrize(
    "content", [WHOLE, ODD, b"", b"\n\n"], ids=["usual", "odd", "none", "blank"]
)
def test_results_are_on_disk_as_they_were_sent(
    gateway: Gateway, stub: Stub, to: Path, content: bytes
) -> None:
    stub.answer = streams(*(content[at : at + 7] for at in range(0, len(content), 7)))
    gateway.fetch_results("msgbatch_1", to, silent)
    assert to.read_bytes() == content
    assert [asked.path for asked in stub.asked] == ["/v1/messages/batches/msgbatch_1/results"]


def test_lines_of_a_megabyte_arrive_whole_and_soon(gateway: Gateway, stub: Stub, to: Path) -> None:
    line = b'{"custom_id":"a","result":"' + b"x" * 1_000_000 + b'"}\n'
    stub.answer = streams(*repeat(line, 30))
    gateway.fetch_results("msgbatch_1", to, silent)
    assert to.read_bytes() == line * 30


def test_packed_results_are_unpacked(gateway: Gateway, stub: Stub, to: Path) -> None:
    kind = {"Content-Type": "application/x-jsonl", "Content-Encoding": "gzip"}
    stub.answer = lambda handler: handler.send(200, gzip.compress(WHOLE), kind)
    gateway.fetch_results("msgbatch_1", to, silent)
    assert to.read_bytes() == WHOLE


def cut_inside_a_line(handler: Handler) -> None:
    handler.send_chunks([WHOLE[: len(WHOLE) // 2 + 3]], end=False)


def cut_before_the_announced_length(handler: Handler) -> None:
    handler.send(200, WHOLE[: len(WHOLE) // 2 + 3], {"Content-Length": str(len(WHOLE))})
    handler.close_connection = True


@pytest.mark.parametrize("answer", [cut_inside_a_line, cut_before_the_announced_length])
def test_a_stream_that_breaks_keeps_what_came(
    gateway: Gateway, stub: Stub, to: Path, answer: Answer
) -> None:
    stub.answer = answer
    with pytest.raises(Unreachable, match="broke"):
        gateway.fetch_results("msgbatch_1", to, silent)
    assert to.read_bytes() == WHOLE[: len(WHOLE) // 2 + 3]


def end_at_a_line(handler: Handler) -> None:
    handler.send_chunks(LINES[:5])


def end_by_closing(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-jsonl\r\n\r\n")
    handler.wfile.write(b"".join(LINES[:5]))
    handler.close_connection = True


@pytest.mark.parametrize("answer", [end_at_a_line, end_by_closing])
def test_a_stream_that_ends_early_looks_whole_so_only_ids_can_tell(
    gateway: Gateway, stub: Stub, to: Path, answer: Answer
) -> None:
    stub.answer = answer
    gateway.fetch_results("msgbatch_1", to, silent)
    assert to.read_bytes() == b"".join(LINES[:5])


def test_an_older_file_is_replaced_and_only_its_owner_can_read_it(
    gateway: Gateway, stub: Stub, to: Path
) -> None:
    stub.answer = streams(WHOLE)
    gateway.fetch_results("msgbatch_1", to, silent)
    gateway.fetch_results("msgbatch_1", to, silent)
    assert to.read_bytes() == WHOLE
    if os.name == "posix":
        assert to.stat().st_mode & 0o077 == 0


# The first line


@pytest.mark.parametrize(
    ("content", "first"),
    [
        (WHOLE, LINES[0].strip()),
        (b"\r\n\n  " + WHOLE, LINES[0].strip()),
        (ODD, ODD.split(b"\r\n")[0]),
        (b'{"custom_id":"a"}', b'{"custom_id":"a"}'),
        (b"", b""),
        (b"\n\r\n", b""),
    ],
)
@pytest.mark.parametrize("size", [1, 5, 1 << 16])
def test_the_first_line_is_found(
    gateway: Gateway, stub: Stub, content: bytes, first: bytes, size: int
) -> None:
    stub.answer = streams(*(content[at : at + size] for at in range(0, len(content), size)))
    assert gateway.first_result("msgbatch_1") == first


def test_no_more_than_the_first_line_is_waited_for(gateway: Gateway, stub: Stub) -> None:
    closed = threading.Event()

    def one_line_and_silence(handler: Handler) -> None:
        def chunks() -> Iterator[bytes]:
            yield LINES[0]
            if handler.connection.recv(1) == b"":
                closed.set()

        handler.send_chunks(chunks(), end=False)

    stub.answer = one_line_and_silence
    assert gateway.first_result("msgbatch_1") == LINES[0].strip()
    assert closed.wait(5)


def test_a_page_in_place_of_results_is_not_read(gateway: Gateway, stub: Stub, to: Path) -> None:
    closed = threading.Event()

    def page(handler: Handler) -> None:
        def chunks() -> Iterator[bytes]:
            yield b"<h1>Sign in</h1>"
            if handler.connection.recv(1) == b"":
                closed.set()

        handler.send_chunks(chunks(), "text/html", end=False)

    stub.answer = page
    with pytest.raises(Unreachable, match="Something else answered"):
        gateway.fetch_results("msgbatch_1", to, silent)
    assert closed.wait(5)
    assert to.read_bytes() == b""


def test_a_line_without_end_is_not_read_for_ever(gateway: Gateway, stub: Stub) -> None:
    stub.answer = streams(*repeat(b"x" * 1_000_000, 100))
    with pytest.raises(Unreachable, match="could not be understood"):
        gateway.first_result("msgbatch_1")


# Stopping


class Stopping:
    """A report that stops the work when told to, and remembers."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.reported: list[int] = []

    def __call__(self, done: int, total: int) -> None:
        self.reported.append(done)
        if self.stop.is_set():
            raise Cancelled

    def tell(self) -> None:
        self.stop.set()


def test_a_download_that_stands_still_stops_at_once(gateway: Gateway, stub: Stub, to: Path) -> None:
    report = Stopping()
    closed = threading.Event()

    def send_and_stand_still(handler: Handler) -> None:
        def chunks() -> Iterator[bytes]:
            yield LINES[0]
            report.tell()
            if handler.connection.recv(1) == b"":
                closed.set()

        handler.send_chunks(chunks(), end=False)

    stub.answer = send_and_stand_still
    with pytest.raises(Cancelled):
        gateway.fetch_results("msgbatch_1", to, report)
    assert closed.wait(5)


def test_a_download_that_flows_stops_at_once(gateway: Gateway, stub: Stub, to: Path) -> None:
    report = Stopping()

    def flow(handler: Handler) -> None:
        handler.send_chunks(repeat(WHOLE))

    def stop_soon(done: int, total: int) -> None:
        if done > 1_000_000:
            report.tell()
        report(done, total)

    stub.answer = flow
    with pytest.raises(Cancelled):
        gateway.fetch_results("msgbatch_1", to, stop_soon)


def test_one_who_has_stopped_already_sends_nothing(gateway: Gateway, stub: Stub, to: Path) -> None:
    report = Stopping()
    report.tell()
    with pytest.raises(Cancelled):
        gateway.fetch_results("msgbatch_1", to, report)
    assert stub.asked == []


def test_the_bytes_so_far_are_reported(gateway: Gateway, stub: Stub, to: Path) -> None:
    report = Stopping()
    stub.answer = streams(WHOLE)
    gateway.fetch_results("msgbatch_1", to, report)
    assert report.reported[0] == 0
    assert report.reported[-1] == len(WHOLE)
    assert report.reported == sorted(report.reported)


def test_silence_ends_by_itself(stub: Stub, to: Path) -> None:
    stub.answer = hangs
    gateway = Gateway(KEY, stub.base_url, Timeouts(results=0.3))
    try:
        with pytest.raises(Busy, match="did not answer in time"):
            gateway.fetch_results("msgbatch_1", to, silent)
    finally:
        gateway.close()


# Size


LARGE = 200_000_000


def grown(work: Callable[[], object]) -> int:
    """The bytes that work needs at its peak, the second time it is done."""
    tracemalloc.start()
    try:
        work()  # loads what is loaded once
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def test_200_megabytes_come_down_in_little_memory(gateway: Gateway, stub: Stub, to: Path) -> None:
    piece = WHOLE * 1_000
    stub.answer = streams(*repeat(piece, LARGE // len(piece)))
    assert grown(lambda: gateway.fetch_results("msgbatch_1", to, silent)) < 10_000_000
    assert to.stat().st_size == LARGE // len(piece) * len(piece)
    to.unlink()


def test_200_megabytes_go_up_in_little_memory(gateway: Gateway, stub: Stub, to: Path) -> None:
    with to.open("wb") as file:
        file.truncate(LARGE)
    stub.reads_bodies = False
    sizes: list[int] = []

    def swallow(handler: Handler) -> None:
        sizes.append(handler.length)
        handler.skip_body()
        says(batch())(handler)

    stub.answer = swallow
    assert grown(lambda: gateway.create_batch(to, 2)) < 10_000_000
    assert sizes == [LARGE, LARGE]


@pytest.mark.skipif(os.name != "posix", reason="limits of a file's size are POSIX")
def test_a_full_disk_is_a_sentence_and_keeps_what_fitted(stub: Stub, to: Path) -> None:
    stub.answer = streams(*repeat(WHOLE * 100, 50))
    script = f"""
import resource
from pathlib import Path
from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.service.gateway import Gateway
gateway = Gateway({KEY!r}, {stub.base_url!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    gateway.fetch_results("msgbatch_1", Path({str(to)!r}), silent)
except StoreError as error:
    print(error)
gateway.close()
"""
    said = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], check=True, capture_output=True, text=True
    )
    assert said.stdout.startswith("The disk is full. The answers that did not fit are safe")
    assert said.stderr == ""
    assert to.stat().st_size == 100_000
