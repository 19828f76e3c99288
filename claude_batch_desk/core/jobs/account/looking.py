"""Batches asked whose they are, a few at a time; what one told is kept at once, for good."""

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from http import HTTPStatus

from claude_batch_desk.core.errors import KeyRefused, ServiceError, Unreachable
from claude_batch_desk.core.jobs.account.listing import Listing, placed
from claude_batch_desk.core.jobs.account.whose import first_id, maker_of
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.account_store import Maker
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.batch import Batch
from claude_batch_desk.core.service.gateway import Gateway

_AT_ONCE = 3
"""Looks at a time: with the few a second that this comes to, the account's limit of 1,000 calls a
minute leaves room for the jobs under way."""
_FORGIVEN = 5
"""So many batches may fail to tell before the rest is not asked any more."""
_KEPT_AT_ONCE = 50
_TICK = 0.1


def look_into(stores: Stores, gateway: Gateway, listing: Listing, report: Report) -> Listing:
    """Ask each batch that has not told yet whose it is; the newest first. Reports batches.

    What was found out is kept, also where the service stops answering, which the result tells, or
    the person stops it.
    """
    wanted = [each.batch for each in listing.tellable]
    trouble = _Looks(stores, gateway).run(wanted, report)
    again = placed(stores, listing.mode, [each.batch for each in listing.batches])
    return replace(again, trouble=str(trouble or ""))


class _Looks:
    """Looks into batches and keeps what they tell."""

    def __init__(self, stores: Stores, gateway: Gateway) -> None:
        self._stores, self._gateway = stores, gateway
        self._found = dict[str, Maker]()
        self._failures = 0

    def run(self, batches: list[Batch], report: Report) -> ServiceError | None:
        """Why not all of them were asked, or None; what the report raises comes through."""
        waiting = iter(batches)
        pool = ThreadPoolExecutor(_AT_ONCE, "looks")
        under_way: dict[Future[str], str] = {}
        trouble: ServiceError | None = None
        asked = 0
        try:
            report(0, len(batches))
            while (begun := self._begin(pool, waiting, under_way)) or under_way:
                asked += begun
                for future in wait(under_way, _TICK, FIRST_COMPLETED).done:
                    trouble = self._take(under_way.pop(future), future) or trouble
                    if trouble is not None and self._is_hopeless(trouble):
                        return trouble
                report(asked - len(under_way), len(batches))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            self._keep()
        return trouble

    def _begin(
        self, pool: ThreadPoolExecutor, waiting: Iterable[Batch], under_way: dict[Future[str], str]
    ) -> int:
        """Let as many looks be under way as may be; how many were begun."""
        room = _AT_ONCE - len(under_way)
        begun = [batch for _, batch in zip(range(room), waiting, strict=False)]
        for batch in begun:
            under_way[pool.submit(first_id, self._gateway, batch)] = batch.id
        return len(begun)

    def _take(self, batch_id: str, future: Future[str]) -> ServiceError | None:
        """Keep what a batch told; why it did not tell, where that was not for want of an answer."""
        try:
            maker = maker_of(future.result())
        except ServiceError as error:
            self._failures += 1
            return error
        if maker is not None:
            self._found[batch_id] = maker
        if len(self._found) >= _KEPT_AT_ONCE:
            self._keep()
        return None

    def _is_hopeless(self, trouble: ServiceError) -> bool:
        """Whether the others would fare no better, or the service asks to be left alone."""
        if isinstance(trouble, KeyRefused) or trouble.status == HTTPStatus.TOO_MANY_REQUESTS:
            return True
        offline = isinstance(trouble, Unreachable) and trouble.offline
        return offline or self._failures >= _FORGIVEN

    def _keep(self) -> None:
        if self._found:
            self._stores.account.keep_makers(self._found)
            self._found = {}
