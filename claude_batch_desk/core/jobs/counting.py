"""Input tokens of some requests, counted by the service: free, but limited in rate and in size."""

import logging
import random
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from time import monotonic

from claude_batch_desk.core.errors import Busy, Refused, ServiceError
from claude_batch_desk.core.jobs.packing import Packing, Stop, travelling_size
from claude_batch_desk.core.jobs.sending import is_own_fault
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.prompts.request import Request
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.gateway import Gateway

TICK = 0.1
"""Seconds after which a cancel is heard while nothing comes."""
_AT_ONCE = 6
_MOST_BYTES = 40_000_000
"""What an estimate may send to be counted; half a minute on a slow line."""
_REFUSED_AT_FIRST = 6
"""Where so many are refused before any is counted, it is not for what is in them."""
_PATIENCE = 20.0
"""Seconds that counting may take at a time; what is not counted by then is done without."""
_SEED = 20261122
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Counts:
    """What the service said of requests, by their SHA-256."""

    tokens: dict[str, int]
    """Input tokens."""
    refused: dict[str, str]
    """Why it does not take a request, as a sentence; it would not when that is sent either."""
    problem: str = ""
    """Why no more could be counted, as a sentence, or ""."""
    refuses: str = ""
    """Why it takes none of them, which is for what they share, as a sentence, or ""."""


@dataclass(frozen=True)
class Counting:
    """What token counts are asked of and kept in; no gateway means doing without new ones."""

    stores: Stores
    gateway: Gateway | None
    job_id: int
    problem: str = ""
    """Why there is no gateway, as a sentence."""
    patience: float = _PATIENCE
    """Seconds that counting may take at a time."""

    def counts(self, requests: Sequence[Request], report: Report) -> Counts:
        """Of as many as are known or can be asked."""
        known = self.stores.answers.counted(self.job_id)
        asked = {each.sha256: each for each in requests if each.sha256 not in known}
        if self.gateway is not None and asked:
            packing = Packing(self.stores.uploads, self.gateway)
            fresh = self._ask(packing, self.gateway, _light(packing, asked.values()), report)
            self.stores.answers.keep_counted(self.job_id, fresh.tokens)
            none_taken = fresh.refused and not fresh.tokens and not known
            if none_taken and not fresh.refuses:
                fresh = replace(fresh, refused={}, refuses=next(iter(fresh.refused.values())))
            return replace(fresh, tokens=known | fresh.tokens)
        return Counts(known, {}, self.problem if asked else "")

    def _ask(
        self, packing: Packing, gateway: Gateway, requests: list[Request], report: Report
    ) -> Counts:
        """Counts that came before the first failure, and in time.

        An estimate from fewer is wider, no error. That single requests are refused for themselves
        is no failure either, but worth knowing.
        """
        end = monotonic() + self.patience
        asking = _Asking(packing, gateway, end)
        # In random order, so that what came before a failure still stands for the whole.
        requests = random.Random(_SEED).sample(requests, len(requests))  # noqa: S311 - no secret
        pool = ThreadPoolExecutor(_AT_ONCE)
        problem = refuses = ""
        waiting = asked = {pool.submit(asking.count, each) for each in requests}
        try:
            while waiting and monotonic() < end:
                finished, waiting = wait(waiting, TICK, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                report(len(asked) - len(waiting), len(asked))
        except ServiceError as error:
            _LOG.info("only %d of %d requests were counted", len(asking.tokens), len(asked))
            asking.refused.clear()
            problem = str(error)
            refuses = problem if is_own_fault(error) else ""
        finally:
            # Counts are free, so nobody waits for those under way.
            asking.stop.now()
            pool.shutdown(wait=False, cancel_futures=True)
        return Counts(dict(asking.tokens), dict(asking.refused), problem, refuses)


class _Asking:
    """What workers share that have requests counted."""

    def __init__(self, packing: Packing, gateway: Gateway, end: float) -> None:
        self.tokens: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        self.stop = Stop()
        self._packing = packing
        self._gateway = gateway
        self._pause = _Pause(end)

    def count(self, request: Request) -> None:
        """Count one, after the pause that the service may have asked for."""
        while request.sha256 not in self.tokens:
            self._pause.over(self.stop)
            try:
                params = self._packing.params(request)
                self.tokens[request.sha256] = self._gateway.count_tokens(params)
            except Busy as error:
                self._pause.begin(error)
            except Refused as error:
                self.refused[request.sha256] = str(error)
                all_are = not self.tokens and len(self.refused) >= _REFUSED_AT_FIRST
                if not is_own_fault(error) or all_are:
                    raise
                return


class _Pause:
    """Pauses that the service asks for, since counts are limited in rate; only short ones."""

    def __init__(self, end: float) -> None:
        self._until, self._end = 0.0, end
        self._lock = threading.Lock()
        self._never = threading.Event()

    def begin(self, error: Busy) -> None:
        """Let nobody ask for as long as it says; raises it where that is not said, or too long."""
        now = monotonic()
        with self._lock:
            if error.retry_after is None or now + error.retry_after > self._end:
                raise error
            self._until = max(self._until, now + error.retry_after)

    def over(self, stop: Stop) -> None:
        """Wait for the end of it, if there is one; raises Cancelled once stopped."""
        stop.hear()
        while monotonic() < self._until:
            self._never.wait(TICK)
            stop.hear()


def _light(packing: Packing, requests: Iterable[Request]) -> list[Request]:
    """The lightest, as many as may be sent to be counted; nothing is uploaded for a count."""
    light, size = [], 0
    for each in sorted(requests, key=travelling_size):
        size += travelling_size(each)
        if size > _MOST_BYTES:
            break
        if packing.is_ready(each):
            light.append(each)
    return light
