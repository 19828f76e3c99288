"""The largest batch there may be: accepted in seconds, in memory that does not grow with it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import anthropic
import httpx2
import orjson
import pytest

from claude_batch_desk.practice.server import PracticeService
from tests.practice.conftest import MODEL
from tests.practice.papers import asking, pdf, pdf_block

COUNT = 100_000
TWO_KB = "A row of text that says nothing. " * 56
HEADERS = {"x-api-key": "key", "anthropic-version": "2026-10-21"}


def body() -> Iterator[bytes]:
    """The create body of 100,000 requests of 2 kB, piece by piece."""
    params = orjson.dumps(
        {
            "model": "claude-haiku-5-5",
            "max_tokens": 300,
            "messages": [{"role": "user", "content": TWO_KB}],
        }
    )
    yield b'{"requests":['
    for first in range(0, COUNT, 500):
        pieces = (
            b'{"custom_id":"r%d","params":%b}' % (number, params)
            for number in range(first, first + 500)
        )
        yield (b"," if first else b"") + b",".join(pieces)
    yield b"]}"


def test_100_000_requests_of_2_kb_are_accepted_in_seconds(tmp_path: Path) -> None:
    with PracticeService(tmp_path, delay=3600) as service:
        began = time.perf_counter()
        reply = httpx2.post(
            f"{service.base_url}/v1/messages/batches", content=body(), headers=HEADERS, timeout=60
        )
        took = time.perf_counter() - began

        assert reply.json()["request_counts"]["processing"] == COUNT
        assert service.ledger("key").requests == COUNT
        assert took < 30


def test_other_requests_are_answered_while_a_large_body_is_read(tmp_path: Path) -> None:
    url = ""
    waits: list[float] = []

    def watched() -> Iterator[bytes]:
        for number, piece in enumerate(body()):
            yield piece
            if number % 40 == 0:
                began = time.perf_counter()
                assert httpx2.get(f"{url}/v1/models", headers=HEADERS).status_code == 200
                waits.append(time.perf_counter() - began)

    with PracticeService(tmp_path, delay=3600) as service:
        url = service.base_url
        httpx2.post(f"{url}/v1/messages/batches", content=watched(), headers=HEADERS, timeout=60)

    assert len(waits) >= 5
    assert max(waits) < 2


@contextmanager
def measured(home: Path, *options: str) -> Iterator[tuple[str, Callable[[], int]]]:
    """The address of a service in a process of its own, and the most memory it took, in kB."""
    command = [sys.executable, "-m", "claude_batch_desk.practice", "--home", str(home), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None

        def peak() -> int:
            status = Path(f"/proc/{process.pid}/status").read_text()
            return int(next(line for line in status.splitlines() if "VmHWM" in line).split()[1])

        try:
            yield orjson.loads(process.stdout.readline())["base_url"], peak
        finally:
            process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_memory_does_not_grow_with_the_body(tmp_path: Path) -> None:
    with measured(tmp_path, "--delay", "3600") as (url, peak):
        reply = httpx2.post(
            f"{url}/v1/messages/batches", content=body(), headers=HEADERS, timeout=60
        )

        assert reply.status_code == 200
        assert peak() < 200_000


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_memory_does_not_grow_with_the_documents_of_a_batch(tmp_path: Path) -> None:
    data = pdf("An invoice for two lamps.") + b"%" + bytes(4_000_000)
    params = {"model": MODEL, "max_tokens": 500, "messages": asking(pdf_block(data))}

    def documents() -> Iterator[bytes]:
        yield b'{"requests":['
        for number in range(40):
            item = orjson.dumps({"custom_id": f"r{number}", "params": params})
            yield (b"," if number else b"") + item
        yield b"]}"

    with measured(tmp_path, "--delay", "0") as (url, peak):
        address = f"{url}/v1/messages/batches"
        batch = httpx2.post(address, content=documents(), headers=HEADERS, timeout=60).json()
        httpx2.post(f"{url}/_practice/advance", json={"seconds": 1}, timeout=120)
        ended = httpx2.get(f"{address}/{batch['id']}", headers=HEADERS).json()

        assert ended["request_counts"]["succeeded"] == 40
        assert peak() < 200_000


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_memory_does_not_grow_with_an_upload(tmp_path: Path) -> None:
    piece = bytes(1_000_000)

    def form() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        yield from (piece for _ in range(300))
        yield b"\r\n--b--\r\n"

    with measured(tmp_path) as (url, peak):
        headers = {**HEADERS, "content-type": "multipart/form-data; boundary=b"}
        reply = httpx2.post(f"{url}/v1/files", content=form(), headers=headers, timeout=60)

        assert reply.json()["size_bytes"] == 300_000_000
        assert peak() < 100_000


def test_a_body_over_the_limit_is_413_without_a_request_id(tmp_path: Path) -> None:
    megabyte = b" " * 1_000_000

    with (
        PracticeService(tmp_path) as service,
        anthropic.Anthropic(api_key="key", base_url=service.base_url, max_retries=0) as client,
        pytest.raises(anthropic.APIStatusError) as refusal,
    ):
        client.post(
            "/v1/messages/batches",
            content=(megabyte for _ in range(257)),
            cast_to=anthropic.types.messages.MessageBatch,
        )

    assert refusal.value.status_code == 413
    assert list((tmp_path / "spool").iterdir()) == []
