"""The prompt cache: which requests read what others wrote."""

import threading
from datetime import datetime

from claude_batch_desk.practice.messages import chance
from claude_batch_desk.practice.records import CachedPrefix
from claude_batch_desk.practice.state import State
from claude_batch_desk.practice.unconfirmed import (
    CACHE_COLD_HITS,
    CACHE_COLD_WRITES,
    CACHE_WARM_HITS,
)
from claude_batch_desk.practice.usage import Prompt


class PromptCache:
    """The cache as synchronous messages meet it, one after the other."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._lock = threading.Lock()

    def reads(self, workspace: str, prompt: Prompt, now: datetime) -> bool:
        """Whether this prompt's prefix is read from the cache; it is cached from now on."""
        if not prompt.cached:
            return False
        prefix = CachedPrefix(prompt.cache_key, prompt.one_hour)
        with self._lock:
            known = prefix.key in self._state.prefixes.warm(workspace, now)
            self._state.prefixes.keep(workspace, prefix, now)
        return known


class BatchCache:
    """The cache as the requests of one batch meet it, many at a time.

    What was cached before the batch was made (`warm`) nearly all of them read. Else a good many are
    under way before the first reply has begun, and all of these write; of the others a share reads
    that differs from batch to batch, and is always the same for the same batch.
    """

    def __init__(self, batch_id: str, warm: frozenset[str]) -> None:
        self._warm = warm
        self._seen: dict[str, int] = {}
        self._hours: dict[str, bool] = {}
        self._warm_share = _between(CACHE_WARM_HITS, chance("warm hits", batch_id))
        self._cold_share = _between(CACHE_COLD_HITS, chance("cold hits", batch_id))
        fewest, most = CACHE_COLD_WRITES
        self._writes = round(fewest * (most / fewest) ** chance("cold writes", batch_id))

    @property
    def prefixes(self) -> tuple[CachedPrefix, ...]:
        """What is cached once the batch has ended."""
        return tuple(CachedPrefix(key, self._hours[key]) for key in self._seen)

    def reads(self, prompt: Prompt, luck: float) -> bool:
        """Whether this request reads the prefix; `luck` is its own number from 0 up to 1."""
        if not prompt.cached:
            return False
        key = prompt.cache_key
        seen = self._seen.get(key, 0)
        self._seen[key], self._hours[key] = seen + 1, prompt.one_hour
        if key in self._warm:
            return luck < self._warm_share
        return seen >= self._writes and luck < self._cold_share


def _between(bounds: tuple[float, float], place: float) -> float:
    low, high = bounds
    return low + (high - low) * place
