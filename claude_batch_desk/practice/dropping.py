"""Replies that end as no reply should: below HTTP, where a fault can drop the connection."""

import asyncio
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class DroppingProtocol(H11Protocol):
    """HTTP whose requests carry their connection, as `state["connection"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Hand the connection to every request made on it."""
        super().connection_made(transport)
        self.app_state: dict[str, Any] = {**self.app_state, "connection": transport}


class Dropped(Response):
    """No reply: the connection closes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close, and wait until the server has noticed."""
        await drop(scope, receive)


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request after what was written so far."""
    scope["state"]["connection"].close()
    while (await receive())["type"] != "http.disconnect":
        pass


def write_raw(scope: Scope, data: bytes) -> None:
    """Write past HTTP; nothing else may have been sent for this request."""
    scope["state"]["connection"].write(data)
