"""A gateway whose service is a stub."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from claude_batch_desk.core.service.gateway import Gateway
from tests.core.service.stub import KEY, Stub


@pytest.fixture(scope="module")
def running() -> Iterator[Stub]:
    with Stub() as running:
        yield running


@pytest.fixture(scope="module")
def connected(running: Stub) -> Iterator[Gateway]:
    gateway = Gateway(KEY, running.base_url)
    yield gateway
    gateway.close()


@pytest.fixture
def stub(running: Stub) -> Stub:
    running.asked.clear()
    running.reads_bodies = True
    return running


@pytest.fixture
def gateway(connected: Gateway) -> Gateway:
    """One for all tests of a module, because the SDK takes its time to make a client."""
    return connected


@pytest.fixture
def body(tmp_path: Path) -> Path:
    """A spooled body of two requests."""
    path = tmp_path / "body.json"
    path.write_bytes(b'{"requests":[{"custom_id":"a"},{"custom_id":"b"}]}')
    return path
