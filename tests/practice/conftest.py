"""A running Practice service, and the real SDK pointed at it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from typing import Any

import anthropic
import httpx2
import pytest

from claude_batch_desk.practice.server import PracticeService

MODEL = "claude-haiku-5-5"
Params = dict[str, Any]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeService]:
    """One service for a module's tests; each test has a key, and so a workspace, of its own."""
    with PracticeService(tmp_path_factory.mktemp("practice")) as service:
        yield service


@pytest.fixture
def service(running: PracticeService) -> Iterator[PracticeService]:
    yield running
    running.set_faults()


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    return f"sk-practice-{sha256(request.node.nodeid.encode()).hexdigest()}"


@pytest.fixture
def connect(service: PracticeService) -> Iterator[Callable[[str], anthropic.Anthropic]]:
    """Makes clients that never retry by themselves."""
    made: list[anthropic.Anthropic] = []

    def connect_with(key: str) -> anthropic.Anthropic:
        made.append(anthropic.Anthropic(api_key=key, base_url=service.base_url, max_retries=0))
        return made[-1]

    yield connect_with
    for client in made:
        client.close()


@pytest.fixture
def client(connect: Callable[[str], anthropic.Anthropic], key: str) -> anthropic.Anthropic:
    return connect(key)


def params(text: str = "Where is my order?", **more: Any) -> Params:
    """The params of a small valid message."""
    return {
        "model": MODEL,
        "max_tokens": 2_000,
        "messages": [{"role": "user", "content": text}],
        **more,
    }


def requests(count: int, **more: Any) -> list[Any]:
    """So many valid requests of a batch, no two alike."""
    return [
        {"custom_id": f"row-{number}", "params": params(f"Row {number}", **more)}
        for number in range(count)
    ]


def ended_batch(service: PracticeService, client: anthropic.Anthropic, count: int = 20) -> str:
    batch = client.messages.batches.create(requests=requests(count))
    service.advance(1)
    return batch.id


def raw_results(client: anthropic.Anthropic, batch_id: str) -> bytes:
    """The body of the results as far as it comes; raises what the transport raises."""
    path = f"/v1/messages/batches/{batch_id}/results"
    options: Any = {"headers": {"X-Stainless-Raw-Response": "stream"}}
    with closing(client.get(path, cast_to=httpx2.Response, options=options)) as response:
        return response.read()


def ids_of(body: bytes) -> list[str]:
    lines = [line for line in body.split(b"\n") if line.strip()]
    return [str(line.split(b'"')[3], "ascii") for line in lines]
