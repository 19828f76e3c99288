"""Immediate calls side by side: asked on threads, stored step by step by whoever drives them."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from queue import Empty, SimpleQueue
from time import monotonic

import orjson

from claude_batch_desk.core.errors import Busy, DeskError, DocumentError, Refused
from claude_batch_desk.core.jobs.collecting import cost_of
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.money.buying import purchase_of
from claude_batch_desk.core.jobs.pace import MOST, Pace
from claude_batch_desk.core.jobs.packing import Packing, Stop
from claude_batch_desk.core.jobs.sending import is_own_fault
from claude_batch_desk.core.jobs.store import IMMEDIATE, Kept, Stores
from claude_batch_desk.core.jobs.store.call_store import Turn
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.request import Request
from claude_batch_desk.core.report import Cancelled
from claude_batch_desk.core.results.answers import (
    missing_answer,
    read_answer,
    result_of,
    unsent_answer,
)
from claude_batch_desk.core.results.quotes import asks_for_quotes, check_quotes, source_of
from claude_batch_desk.core.service.gateway import Gateway, Reply

Numbered = tuple[int, Request]
"""A request of a plan, by its number."""
_TICK = 0.2
"""Seconds after which a cancel is heard while no answer comes."""
_REFUSED_AT_FIRST = 6
"""Where so many are refused before any is answered, all of them will be."""
_TRIES = 3
"""So often a request is asked whose answer gets lost on the way: each may be billed."""
_NEVER_CAME = (
    "Its answer got lost on the way, %1 times over, because the connection broke. Each may be "
    "billed, so it was not asked again. Run the row again when the network is better."
)
_WORTH_WAITING = 20.0
"""Seconds; a longer pause is left to the next look at the job."""


@dataclass(frozen=True)
class _Call:
    """One request, asked once."""

    number: int
    request: Request
    began: float


@dataclass
class _Heard:
    """What came of calls since the last step of the store."""

    kept: list[Kept] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    over: list[int] = field(default_factory=list)


class Calls:
    """The calls under way: asked on threads, all else is done by whoever drives them.

    What came is stored in one step with the intent of what goes out next, and only then that goes
    out: a program that is killed can lose no more than the answers that are under way.
    """

    def __init__(
        self,
        stores: Stores,
        gateway: Gateway,
        prices: PriceBook,
        job: Job,
        requests: Iterator[Numbered],
    ) -> None:
        """`requests` are read as far as they are asked."""
        self._stores, self._prices, self._job = stores, prices, job
        self._requests = requests
        self._packing, self._stop = Packing(stores.uploads, gateway), Stop()
        self._purchase = purchase_of(job, prices, "now")
        self._pool = ThreadPoolExecutor(int(MOST), "calls")
        self._ended: SimpleQueue[tuple[_Call, Future[Reply]]] = SimpleQueue()
        self._heard = _Heard()
        self._ready: deque[Numbered] = deque()
        """What is asked next: the first that was not asked yet, and what has to be asked again."""
        self._lost = stores.calls.take_up(job.id)
        self._bought = stores.calls.may_be_billed(job.id)
        self._refused = 0
        self._failure: DeskError | None = None
        self._trouble: Busy | None = None
        self.pace = Pace()
        self.under_way = 0
        self._read_on()

    @property
    def done(self) -> bool:
        """Nothing is left to ask, and nothing under way."""
        return not self._ready and not self.under_way

    def turn(self) -> list[Kept]:
        """Store what came, ask as many more as there is room for; the answers that were stored.

        Raises the first failure that calls for an end, once what came beside it is stored.
        """
        room = 0 if self._failure else self.pace.room(self.under_way, monotonic())
        fresh = self._take(room)
        kept = self._keep([number for number, _ in fresh])
        for number, request in fresh:
            self._ask(_Call(number, request, monotonic()))
        if self._failure is not None:
            raise self._failure
        return kept

    def _take(self, room: int) -> list[Numbered]:
        taken: list[Numbered] = []
        while len(taken) < room and self._ready:
            taken.append(self._ready.popleft())
            if not self._ready:
                self._read_on()
        return taken

    def _read_on(self) -> None:
        self._ready.extend(islice(self._requests, 1))

    def _keep(self, begun: list[int]) -> list[Kept]:
        heard = self._heard
        if turn := Turn(heard.kept, heard.lost, heard.over, begun):
            self._stores.calls.turn(self._job.id, turn, self._purchase)
        self._heard = _Heard()  # only now: what could not be stored is stored at the next turn
        return heard.kept

    def _ask(self, call: _Call) -> None:
        self.under_way += 1
        asked = self._pool.submit(self._packing.answer, call.request, self._stop.hear)
        asked.add_done_callback(lambda ended: self._ended.put((call, ended)))

    def wait(self) -> None:
        """Hear whatever came; where nothing did, wait a moment for it."""
        try:
            self._hear(*self._ended.get(timeout=_TICK))
            while True:
                self._hear(*self._ended.get_nowait())
        except Empty:
            return

    def check_pause(self) -> None:
        """Raise Busy where the service wants to be left alone for long and nothing is under way."""
        pause = self.pace.pause(monotonic())
        if self._trouble is not None and not self.under_way and pause > _WORTH_WAITING:
            said = self._trouble
            raise Busy(str(said), status=said.status, retry_after=pause, kind=said.kind)

    def close(self) -> list[Kept]:
        """Begin nothing more and wait for what is under way, as it will be billed.

        Returns what was stored then, as `turn` does.
        """
        self._stop.now()
        self._pool.shutdown()
        while self.under_way:
            self._hear(*self._ended.get())
        return self._keep([])

    def _hear(self, call: _Call, ended: "Future[Reply]") -> None:
        self.under_way -= 1
        try:
            reply = ended.result()
        except Busy as error:
            self._lose(call, error)
        except Refused as error:
            self._refuse(call, error)
        except DocumentError as error:
            answer = unsent_answer(self._job.recipe.fields, str(error))
            self._heard.kept.append(Kept(call.number, answer, Decimal(0), "", b"{}"))
        except (DeskError, Cancelled) as error:
            self._heard.over.append(call.number)
            self._ready.append((call.number, call.request))
            if isinstance(error, DeskError):
                self._failure = self._failure or error
        else:
            self._bought = True
            kept = self._read(call, result_of(reply.message), IMMEDIATE)
            self._heard.kept.append(kept)
            self.pace.answered(kept.answer.usage, reply.limits, monotonic())

    def _lose(self, call: _Call, error: Busy) -> None:
        """Ask again what came to nothing; what may be billed for nothing, only a few times."""
        self._trouble = error
        self.pace.troubled(error, call.began, monotonic())
        if error.kind != "broken":
            self._heard.over.append(call.number)
            self._ready.append((call.number, call.request))
            return
        self._heard.lost.append(call.number)
        times = self._lost[call.number] = self._lost.get(call.number, 0) + 1
        if times < _TRIES:
            self._ready.append((call.number, call.request))
            return
        answer = missing_answer(self._job.recipe.fields, _NEVER_CAME.replace("%1", str(times)))
        self._heard.kept.append(Kept(call.number, answer, Decimal(0), "", b"{}"))

    def _refuse(self, call: _Call, error: Refused) -> None:
        self._refused += 1
        hopeless = self._refused >= _REFUSED_AT_FIRST and not self._bought
        if not is_own_fault(error) or hopeless:
            self._heard.over.append(call.number)
            self._failure = self._failure or error
            return
        self._heard.kept.append(self._read(call, _refusal(error), ""))
        self.pace.answered(None, (), monotonic())

    def _read(self, call: _Call, raw: bytes, origin: str) -> Kept:
        fields = self._job.recipe.fields
        answer = read_answer(orjson.loads(raw), fields)
        if asks_for_quotes(fields):
            answer = check_quotes(answer, self._job.recipe, source_of(call.request))
        cost = cost_of(answer, self._prices, self._job.recipe.model, "now")
        return Kept(call.number, answer, cost, origin, raw)


def _refusal(error: Refused) -> bytes:
    """A refused call in the form of a batch's errored result."""
    inner = {"type": "invalid_request_error", "message": str(error)}
    return orjson.dumps({"type": "errored", "error": {"type": "error", "error": inner}})
