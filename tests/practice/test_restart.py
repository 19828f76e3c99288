"""What survives when the server is stopped, or killed, and started again."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import anthropic
import httpx2
import pytest

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.practice.server import PracticeService, serve
from tests.practice.conftest import requests

START_SECONDS = 30


def connect(base_url: str) -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key="key", base_url=base_url, max_retries=0)


@contextmanager
def child(home: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, and its base URL."""
    command = [sys.executable, "-m", "claude_batch_desk.practice", "--home", str(home), *more]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())["base_url"]
        finally:
            process.kill()


def test_batches_and_results_survive_a_restart(tmp_path: Path) -> None:
    with PracticeService(tmp_path) as service, connect(service.base_url) as client:
        ended = client.messages.batches.create(requests=requests(3)).id
        service.advance(1)
        before = [line.to_json() for line in client.messages.batches.results(ended)]
        ledger = service.ledger("key")
    with PracticeService(tmp_path) as service, connect(service.base_url) as client:
        after = [line.to_json() for line in client.messages.batches.results(ended)]

        assert after == before
        assert service.ledger("key") == ledger


def test_a_batch_goes_on_while_the_server_is_down(tmp_path: Path) -> None:
    with PracticeService(tmp_path, delay=60) as service, connect(service.base_url) as client:
        batch = client.messages.batches.create(requests=requests(3)).id
    with PracticeService(tmp_path, delay=60) as service, connect(service.base_url) as client:
        assert client.messages.batches.retrieve(batch).processing_status == "in_progress"
        service.advance(60)
        assert client.messages.batches.retrieve(batch).processing_status == "ended"


def test_the_clock_stays_moved(tmp_path: Path) -> None:
    with PracticeService(tmp_path) as service, connect(service.base_url) as client:
        service.advance(1_000_000)
        first = client.messages.batches.create(requests=requests(1)).created_at
    with PracticeService(tmp_path) as service, connect(service.base_url) as client:
        assert client.messages.batches.create(requests=requests(1)).created_at > first


def test_a_killed_server_knows_every_batch_it_answered_for(tmp_path: Path) -> None:
    with child(tmp_path) as (process, base_url), connect(base_url) as client:
        made = [client.messages.batches.create(requests=requests(50)).id for _ in range(5)]
        process.kill()
        process.wait(START_SECONDS)
    with PracticeService(tmp_path) as service, connect(service.base_url) as client:
        service.advance(10)
        listed = [batch.id for batch in client.messages.batches.list()]
        whole = [len(list(client.messages.batches.results(batch))) for batch in made]

    assert listed == made[::-1]
    assert whole == [50] * 5


def test_files_of_batches_nobody_was_told_of_are_swept(tmp_path: Path) -> None:
    with PracticeService(tmp_path) as service, connect(service.base_url) as client:
        batch = client.messages.batches.create(requests=requests(1)).id
        service.advance(1)
    spool = tmp_path / "spool"
    (spool / "incoming-1.part").write_bytes(b"{")
    (spool / "msgbatch_never.body.json").write_bytes(b"{}")
    with PracticeService(tmp_path):
        left = [path.name for path in spool.iterdir()]

    assert left == [f"{batch}.results.jsonl"]


def test_keys_are_nowhere_on_disk(tmp_path: Path) -> None:
    key = "sk-ant-quite-unmistakable"
    with PracticeService(tmp_path) as service:
        with anthropic.Anthropic(api_key=key, base_url=service.base_url) as client:
            client.messages.batches.create(requests=requests(1))
        service.advance(1)

    for path in tmp_path.rglob("*"):
        assert path.is_dir() or key.encode() not in path.read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_nobody_else_can_read_the_folder(tmp_path: Path) -> None:
    home = tmp_path / "new" / "practice"
    with PracticeService(home):
        assert home.stat().st_mode & 0o077 == 0
        assert (home / "spool").stat().st_mode & 0o077 == 0


def test_a_busy_port_leaves_the_folder_free(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(DeskError):
        PracticeService(tmp_path, port=taken.getsockname()[1]).__enter__()
    with PracticeService(tmp_path) as service:
        assert service.ledger().batches == 0


def test_one_folder_has_one_service(tmp_path: Path) -> None:
    with PracticeService(tmp_path), pytest.raises(DeskError, match="Another Practice service"):
        PracticeService(tmp_path).__enter__()


def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(DeskError, match="cannot use the folder"):
        serve(tmp_path / "file", announce=lambda _: None)


def test_a_busy_port_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DeskError, match=f"cannot listen on port {port}"):
            serve(tmp_path, port=port, announce=lambda _: None)


def test_the_server_listens_on_loopback_only(tmp_path: Path) -> None:
    with PracticeService(tmp_path) as service:
        assert service.base_url.startswith("http://127.0.0.1:")


def test_the_server_ends_with_its_starter(tmp_path: Path) -> None:
    with child(tmp_path, "--stop-with-stdin") as (process, _):
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert process.wait(START_SECONDS) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    with child(tmp_path) as (process, _):
        process.send_signal(number)
        assert process.wait(START_SECONDS) == 0


def test_the_command_refuses_an_unknown_fault_and_explains_the_known(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "claude_batch_desk.practice", "--home", str(tmp_path)]
    refused = subprocess.run(
        [*command, "--fault", "explode"],
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    explained = subprocess.run(
        [*command, "--help"], capture_output=True, text=True, timeout=START_SECONDS, check=True
    )

    assert refused.returncode == 2
    assert "explode" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "drop-after-accept" in explained.stdout


def test_a_fault_can_be_named_on_the_command_line(tmp_path: Path) -> None:
    with child(tmp_path, "--fault", "create-500:1") as (_, base_url), connect(base_url) as client:
        with pytest.raises(anthropic.InternalServerError):
            client.messages.batches.create(requests=requests(1))
        client.messages.batches.create(requests=requests(1))


_BACK_TO_THE_FIRST = """
DROP TABLE files;
DROP TABLE prefixes;
DROP TABLE accounts;
CREATE TABLE usage (
    workspace TEXT NOT NULL, way TEXT NOT NULL, calls INTEGER NOT NULL DEFAULT 0,
    input INTEGER NOT NULL DEFAULT 0, cache_write_5m INTEGER NOT NULL DEFAULT 0,
    cache_write_1h INTEGER NOT NULL DEFAULT 0, cache_read INTEGER NOT NULL DEFAULT 0,
    output INTEGER NOT NULL DEFAULT 0, thinking INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace, way)
) STRICT;
INSERT INTO usage (workspace, way, calls, input) SELECT workspace, 'message', 2, 90 FROM batches;
PRAGMA user_version = 1;
"""


def test_what_an_older_service_left_is_still_there(tmp_path: Path) -> None:
    with PracticeService(tmp_path) as service, connect(service.base_url) as client:
        batch = client.messages.batches.create(requests=requests(1))
    with closing(sqlite3.connect(tmp_path / "practice.sqlite")) as db:
        db.executescript(_BACK_TO_THE_FIRST)

    with PracticeService(tmp_path) as service, connect(service.base_url) as client:
        assert (service.ledger("key").messages, service.ledger("key").message_tokens.input) == (
            2,
            90,
        )
        kept = client.files.upload(file=("a.txt", b"a", "text/plain"))

        assert client.messages.batches.retrieve(batch.id).id == batch.id
        assert client.files.retrieve_metadata(kept.id) == kept


def test_what_a_newer_service_left_is_not_touched(tmp_path: Path) -> None:
    with PracticeService(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "practice.sqlite")) as db:
        db.execute("PRAGMA user_version = 99")

    with pytest.raises(DeskError, match="from another version"), PracticeService(tmp_path):
        pass


def test_an_upload_that_was_killed_leaves_nothing(tmp_path: Path) -> None:
    arriving = Event()

    def form() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        yield bytes(1_000_000)
        arriving.set()
        process.wait(START_SECONDS)
        yield b"too late"

    def send() -> None:
        content = {"content-type": "multipart/form-data; boundary=b"}
        headers = {"x-api-key": "key", "anthropic-version": "2026-10-21", **content}
        with suppress(httpx2.TransportError):
            httpx2.post(f"{base_url}/v1/files", content=form(), headers=headers)

    with child(tmp_path) as (process, base_url):
        sender = Thread(target=send)
        sender.start()
        assert arriving.wait(START_SECONDS)
        process.kill()
        sender.join(START_SECONDS)

    with PracticeService(tmp_path) as service, connect(service.base_url) as client:
        assert list(client.files.list()) == []
        assert list((tmp_path / "spool").iterdir()) == []
