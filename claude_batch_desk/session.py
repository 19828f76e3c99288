"""Session: one use of one data folder, from taking its lock to letting go of it."""

import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Self

import orjson
from filelock import FileLock, Timeout

from claude_batch_desk.core.errors import (
    FolderInUse,
    KeyRefused,
    SecretError,
    StoreError,
    Unreachable,
)
from claude_batch_desk.core.jobs.account.verbs import Account
from claude_batch_desk.core.jobs.again.rest import Rest
from claude_batch_desk.core.jobs.again.verbs import Again
from claude_batch_desk.core.jobs.at_service.verbs import AtService
from claude_batch_desk.core.jobs.comparing_runs.verbs import RunComparing
from claude_batch_desk.core.jobs.correcting.teaching import Teaching
from claude_batch_desk.core.jobs.correcting.verbs import Corrections
from claude_batch_desk.core.jobs.delivering.verbs import Deliveries
from claude_batch_desk.core.jobs.desk import Desk
from claude_batch_desk.core.jobs.ground import Ground
from claude_batch_desk.core.jobs.increment.verbs import Increments
from claude_batch_desk.core.jobs.intake.sources import tidy
from claude_batch_desk.core.jobs.job import Mode
from claude_batch_desk.core.jobs.money.budgets import Limits
from claude_batch_desk.core.jobs.money.money import Money
from claude_batch_desk.core.jobs.opening.verbs import Opening
from claude_batch_desk.core.jobs.quality.comparing import Comparing
from claude_batch_desk.core.jobs.quality.verbs import Quality
from claude_batch_desk.core.jobs.reviewing.verbs import Reviewing
from claude_batch_desk.core.jobs.starts.verbs import Starts
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.timing.verbs import Timing
from claude_batch_desk.core.jobs.trials.verbs import Trials
from claude_batch_desk.core.jobs.upkeep.swap import finish_swap, is_swapping
from claude_batch_desk.core.jobs.upkeep.verbs import Upkeep
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.secrets import KeyRing, RedactingFormatter, read_key
from claude_batch_desk.core.service.gateway import Gateway
from claude_batch_desk.core.settings import Settings, load_settings, save_settings
from claude_batch_desk.core.tables.process.child import child_environment

PRACTICE_KEY = "practice"
_PRACTICE_SECONDS = 6.0
_STARTING_SECONDS = 30.0
_STARTS = 3
"""Each waits two seconds for the folder of the Practice service to be free."""
_NOT_STARTED = 2
"""Its exit status where it said why."""


class PracticeProcess:
    """The Practice service as a child process: started when first needed, gone with this one.

    Its state is in the data folder, so a batch goes on across restarts.
    """

    def __init__(self, home: Path, delay: float) -> None:
        self._home = home
        self._delay = delay
        self._process: subprocess.Popen[bytes] | None = None
        self._base_url = ""
        self._lock = threading.Lock()

    def base_url(self) -> str:
        """Where the service listens; blocks for the second it takes to start."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            return self._base_url

    def _start(self) -> None:
        """Start it; one of an earlier run may still be ending, so more than once."""
        for _ in range(_STARTS):
            self._end()
            line, why = self._launch()
            if line:
                self._base_url = orjson.loads(line)["base_url"]
                return
        raise Unreachable(why or "The Practice service did not start. Try again.")

    def _launch(self) -> tuple[bytes, str]:
        """The line it greets with, or b"" and why it did not start, if it said so."""
        command = [sys.executable, "-P", "-m", "claude_batch_desk.practice"]
        if getattr(sys, "frozen", False):
            command = [sys.executable, "--practice-process"]
        options = ["--home", str(self._home), "--delay", str(self._delay), "--stop-with-stdin"]
        # A file, since nobody would empty a pipe while it runs.
        with tempfile.TemporaryFile() as said:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, nothing of the person's
                [*command, *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=child_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
            watchdog = threading.Timer(_STARTING_SECONDS, self._process.kill)
            watchdog.start()
            line = self._process.stdout.readline()
            watchdog.cancel()
            if line or self._process.wait() != _NOT_STARTED:
                return line, ""
            said.seek(0)
            return b"", said.read().decode(errors="replace").strip()

    def stop(self) -> None:
        """End the service; what it was working on goes on when it is started again."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._process is None:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


class Session:
    """A data folder in use by this process alone; its desk, settings and key."""

    def __init__(
        self,
        home: Path,
        *,
        practice_url: str = "",
        base_url: str | None = None,
        practice_seconds: float = _PRACTICE_SECONDS,
        shared: bool = False,
    ) -> None:
        """Take the folder's lock and open its store; raises StoreError where either fails.

        `practice_url` names a Practice service that already runs; `base_url` goes before the
        address in the settings; `shared` sends nothing, so it needs no lock.
        """
        self.home = home
        self.settings: Settings = load_settings(home)
        self._base_url = base_url or self.settings.base_url
        self._lock = None if shared else take_lock(home)
        try:
            _finish_restore(home, shared=shared)
            self._stores = Stores.open(home)
            if not shared:
                tidy(self._stores)
        except BaseException:
            self._let_go()
            raise
        self.practice_url = practice_url
        self._practice = PracticeProcess(home / "practice", practice_seconds)
        self.keys = KeyRing(self._base_url, self.settings.keyring_backend)
        self._gateways: dict[tuple[str, str], Gateway] = {}
        self.prices = PriceBook(self.settings.price_overrides)
        ground = Ground(self._stores, self, self.prices, self._limits)
        self.desk, self.money = Desk(ground), Money(ground)
        self.quality, self.timing = Quality(ground), Timing(ground)
        self.again = Again(ground, self.desk)
        self.rest = Rest(ground, self.desk, self.again)
        self.trials, self.reviewing = Trials(ground), Reviewing(ground)
        self.comparing, self.run_comparing = Comparing(ground), RunComparing(ground)
        self.increments = Increments(ground)
        self.corrections, self.teaching = Corrections(ground), Teaching(ground)
        self.upkeep, self.deliveries = Upkeep(ground), Deliveries(ground)
        self.starts, self.opening = Starts(ground, self.desk), Opening(ground)
        self.at_service, self.account = AtService(ground), Account(ground)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the Practice service and let go of the folder."""
        for door in self._gateways.values():
            door.close()
        self._gateways.clear()
        self._practice.stop()
        self._let_go()

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.release()

    @property
    def base_url(self) -> str:
        """Where Live requests go."""
        return self._base_url

    def address(self, mode: Mode) -> str:
        """Where new jobs of a mode go; "" for our own Practice service, whose port changes."""
        return self.practice_url if mode == "practice" else self._base_url

    def gateway(self, mode: Mode, address: str) -> Gateway:
        """The door to the service at an address; raises KeyRefused where Live has no key yet."""
        if mode == "practice":
            return self._door(PRACTICE_KEY, address or self._practice.base_url(), address)
        keys = self.keys if address == self._base_url else KeyRing(address)
        try:
            key = keys.key(self.settings.key_source)
        except SecretError as error:
            raise KeyRefused(str(error)) from error
        if key is None:
            raise KeyRefused("There is no API key yet. Add one to send anything to the service.")
        return self._door(key.reveal(), address, address)

    def _door(self, key: str, base_url: str, place: str) -> Gateway:
        door = Gateway(key, base_url, place=place)
        return self._gateways.setdefault((door.key_print, base_url), door)

    def rest_practice(self) -> None:
        """Stop the Practice service until it is needed again; another process may run it now."""
        self._practice.stop()

    def check_key(self, typed: str, report: Report) -> int:
        """How many models the service offers to this key; raises what is wrong with it."""
        report(0, 0)
        door = Gateway(read_key(typed).reveal(), self._base_url)
        try:
            return len(door.models())
        finally:
            door.close()

    def keep_key(self, typed: str, report: Report) -> str:
        """Put the key into the system keychain and return that one's name; see KeyRing.keep."""
        report(0, 0)
        name = self.keys.keep(read_key(typed))
        self.change(lambda now: replace(now, key_source="keychain", keyring_backend=name))
        return name

    def use_key_for_session(self, typed: str) -> None:
        """Hold the key until the program ends."""
        self.keys.use_for_session(read_key(typed))
        self.change(lambda now: replace(now, key_source="session"))

    def change(self, edit: Callable[[Settings], Settings]) -> None:
        """Change the settings and save them; prices and budgets hold from now on."""
        self.settings = edit(self.settings)
        self.prices.enter(self.settings.price_overrides)
        save_settings(self.settings, self.home)

    def _limits(self) -> Limits:
        now = self.settings
        return Limits(now.job_budget, now.monthly_budget, now.typed_above)


def _finish_restore(home: Path, *, shared: bool) -> None:
    """Go on with a restore that was cut off; who shares the folder has to wait for that."""
    if not shared:
        finish_swap(home)
    elif is_swapping(home):
        raise StoreError(
            "A restore was cut off. Nothing is lost: open the window once, or use `resume`, and it "
            "is finished."
        )


def take_lock(home: Path) -> FileLock:
    """Have a data folder alone, until the lock is released; raises StoreError, as FolderInUse."""
    lock = FileLock(home / "desk.lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise FolderInUse(
            "Claude Batch Desk is already open with this data folder. Use that window, or close "
            "it first. (CLAUDE_BATCH_DESK_HOME names another folder.)"
        ) from error
    except OSError as error:
        raise StoreError(
            f"The data folder {home} cannot be used: {error.strerror or error}. Check that it is "
            "yours and can be written to, or name another folder in CLAUDE_BATCH_DESK_HOME."
        ) from error
    return lock


def log_to(home: Path) -> None:
    """Send the program's log to a file in the data folder, once; keys are blacked out."""
    handler = logging.FileHandler(home / "desk.log", encoding="utf-8", delay=True)
    for each in logging.getLogger().handlers:
        if isinstance(each, logging.FileHandler) and each.baseFilename == handler.baseFilename:
            return
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger("httpx2").setLevel(logging.WARNING)
