"""Memory: what one estimate leaves for the next, so that an edit is priced within a second.

It is lost with the program, which costs nothing but time; counts are in the store as well.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from claude_batch_desk.core.jobs.weighing import Weights
from claude_batch_desk.core.pricing.workload import Learned

_WEIGHTS = 3
"""So many tables stay weighed; a million rows take some 40 MB."""
_OWN = 4_000
"""So many prompts' own tokens are known of a job and model."""


@dataclass(frozen=True)
class Scale:
    """What prompts are counted for."""

    job: int
    made: datetime
    """When the job was made; numbers of removed jobs are given again."""
    table: int
    model: str


@dataclass
class Memory:
    """Safe to use from several threads: what is put in is never changed afterwards."""

    _weights: dict[Hashable, Weights] = field(default_factory=dict)
    _digests: tuple[Hashable, bytes] = (None, b"")
    _own: dict[Scale, dict[int, int]] = field(default_factory=dict)
    _learned: dict[Scale, Learned] = field(default_factory=dict)

    def weights(self, of: Hashable) -> Weights | None:
        """What was weighed of such rows and prompts, if that is still known."""
        return self._weights.get(of)

    def keep_weights(self, of: Hashable, weights: Weights) -> None:
        """Remember weights in place of older ones."""
        newest = [*self._weights.items()][1 - _WEIGHTS :]
        self._weights = dict([*newest, (of, weights)])

    def digests(self, of: Hashable) -> bytes | None:
        """The SHA-256 of each of such requests, if that was the last that was kept."""
        known, found = self._digests
        return found if known == of else None

    def keep_digests(self, of: Hashable, digests: bytes) -> None:
        """Remember these in place of all others; for a million requests they are 32 MB."""
        self._digests = of, digests

    def own_tokens(self, scale: Scale) -> Mapping[int, int]:
        """Tokens of prompts without what every request repeats, by `weighing.key_of`."""
        return self._own.get(scale, {})

    def keep_own(self, scale: Scale, counted: Iterable[tuple[int, int]]) -> None:
        """Remember prompts' own tokens beside those known."""
        merged = {**self.own_tokens(scale), **dict(counted)}
        self._own[scale] = dict([*merged.items()][-_OWN:])

    def learned(self, scale: Scale) -> Learned | None:
        """What the last counts of the job have taught of its prompts."""
        return self._learned.get(scale)

    def learn(self, scale: Scale, learned: Learned) -> None:
        """Remember what counts have taught in place of what was learned before."""
        self._learned[scale] = learned
