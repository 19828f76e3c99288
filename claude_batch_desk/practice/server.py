"""The Practice service as a running server, in a process of its own or on a thread."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import uvicorn

from claude_batch_desk.core.errors import DeskError
from claude_batch_desk.practice.dropping import DroppingProtocol
from claude_batch_desk.practice.ledger import Ledger
from claude_batch_desk.practice.routes import application
from claude_batch_desk.practice.service import Service
from claude_batch_desk.practice.unconfirmed import MAX_FILE_BYTES, QUEUE_LIMIT

HOST = "127.0.0.1"
DEFAULT_DELAY = 5.0
_KEPT_SECONDS = 60
_GRACE_SECONDS = 1


def serve(
    home: Path,
    *,
    port: int = 0,
    delay: float = DEFAULT_DELAY,
    faults: Sequence[str] = (),
    announce: Callable[[str], None],
    stop_with_stdin: bool = False,
) -> None:
    """Serve until interrupted, terminated or, if asked, until standard input ends.

    `announce` gets the base URL once the server listens; `delay` is how many seconds a batch
    takes. Raises DeskError where the port or the folder is taken or a fault is unknown.
    """
    with _listening(port) as listener:
        service = Service(home, delay=delay, faults=faults)
        try:
            server = _Server(service, lambda: announce(_base_url(listener)))
            if stop_with_stdin:
                threading.Thread(target=server.stop_after_stdin, daemon=True).start()
            server.run(sockets=[listener])
        finally:
            service.close()


class PracticeService:
    """The service on a thread of this process, for tests; a context manager.

    Take it up and down over the same home to see what survives.
    """

    def __init__(
        self,
        home: Path,
        *,
        delay: float = 0.0,
        faults: Sequence[str] = (),
        port: int = 0,
        queue_limit: int = QUEUE_LIMIT,
        max_file_bytes: int = MAX_FILE_BYTES,
    ) -> None:
        self._home = home
        self._delay = delay
        self._faults = faults
        self._port = port
        self._queue_limit = queue_limit
        self._max_file_bytes = max_file_bytes
        self.base_url = ""
        """Set while it runs."""

    def __enter__(self) -> "PracticeService":
        """Start, and return once it listens."""
        self._listener = _open_listener(self._port)
        try:
            self._service = Service(
                self._home,
                delay=self._delay,
                faults=self._faults,
                queue_limit=self._queue_limit,
                max_file_bytes=self._max_file_bytes,
            )
        except DeskError:
            self._listener.close()
            raise
        listening: Future[None] = Future()
        self._server = _Server(self._service, lambda: listening.set_result(None))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name="practice-service"
        )
        self._thread.start()
        listening.result(timeout=30)
        self.base_url = _base_url(self._listener)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; batches that have not ended end after the next start."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
        self._service.close()

    def ledger(self, key: str = "") -> Ledger:
        """The account of the workspace of an API key, or of all workspaces together."""
        return self._service.ledger(key)

    def advance(self, seconds: float) -> None:
        """Move the service's clock, and return once every batch due by then has ended."""
        self._service.advance(seconds)

    def set_faults(self, *names: str) -> None:
        """Replace the faults that are on by these, such as "drop-after-accept:1"."""
        self._service.faults.set(names)


class _Server(uvicorn.Server):
    """uvicorn that says when it listens, stays quiet, and ends without raising signals again."""

    def __init__(self, service: Service, on_listening: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                application(service),
                http=DroppingProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                log_level=logging.WARNING,
                access_log=False,
                server_header=False,
                date_header=False,  # the service's own clock tells it
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
                # Longer than clients keep an idle connection, so that none is closed as it is used.
                timeout_keep_alive=_KEPT_SECONDS,
            )
        )
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        self._on_listening()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM end the server, and nothing more."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop_after_stdin(self) -> None:
        """Wait for the end of standard input, then stop: our starter is gone."""
        # Unbuffered: a thread left inside sys.stdin would abort the interpreter at its end.
        while os.read(0, 4096):
            pass
        self.should_exit = True


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    listener = _open_listener(port)
    try:
        yield listener
    finally:
        listener.close()


def _open_listener(port: int) -> socket.socket:
    try:
        listener = socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:
        raise DeskError(
            f"The Practice service cannot listen on port {port}: {error}. "
            "Choose another port, or 0 for any free one."
        ) from error
    # Connections take it over. asyncio turns it on for sockets that were made for TCP by name, as
    # this one was not; a body then waits 40 ms until its head is acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _base_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"
