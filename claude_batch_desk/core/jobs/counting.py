"""Input tokens of some requests, counted by the service: free, but limited in rate and in size."""

import logging
import random
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass

from claude_batch_desk.core.errors import ServiceError
from claude_batch_desk.core.jobs.packing import Packing, travelling_size
from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.prompts.request import Request
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.service.gateway import Gateway

TICK = 0.1
"""Seconds after which a cancel is heard while nothing comes."""
_AT_ONCE = 6
_MOST_BYTES = 40_000_000
"""What an estimate may send to be counted; half a minute on a slow line."""
_SEED = 20261122
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Counting:
    """What token counts are asked of and kept in; no gateway means doing without new ones."""

    stores: Stores
    gateway: Gateway | None
    job_id: int

    def counts(self, requests: Sequence[Request], report: Report) -> dict[str, int]:
        """Input tokens by the request's SHA-256, of as many as are known or can be asked."""
        known = self.stores.answers.counted(self.job_id)
        asked = {each.sha256: each for each in requests if each.sha256 not in known}
        if self.gateway is not None and asked:
            packing = Packing(self.stores.uploads, self.gateway)
            fresh = self._ask(packing, self.gateway, _light(packing, asked.values()), report)
            self.stores.answers.keep_counted(self.job_id, fresh)
            known |= fresh
        return known

    def _ask(
        self, packing: Packing, gateway: Gateway, requests: list[Request], report: Report
    ) -> dict[str, int]:
        """Counts that came before the first failure: an estimate from fewer is wider, no error."""
        fresh: dict[str, int] = {}

        def count(request: Request) -> int:
            return gateway.count_tokens(packing.params(request))

        # In random order, so that what came before a failure still stands for the whole.
        requests = random.Random(_SEED).sample(requests, len(requests))  # noqa: S311 - no secret
        pool = ThreadPoolExecutor(_AT_ONCE)
        asked = {pool.submit(count, each): each for each in requests}
        waiting = set(asked)
        try:
            while waiting:
                finished, waiting = wait(waiting, TICK, return_when=FIRST_COMPLETED)
                for future in finished:
                    fresh[asked[future].sha256] = future.result()
                report(len(fresh), len(asked))
        except ServiceError:
            _LOG.info("only %d of %d requests were counted", len(fresh), len(asked))
        finally:
            # Counts are free, so nobody waits for those under way.
            pool.shutdown(wait=False, cancel_futures=True)
        return fresh


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
