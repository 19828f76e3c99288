"""Usage: the tokens of one request, as the service counts them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Usage:
    """Tokens by how they are billed; `output` includes `thinking`."""

    input: int = 0
    """Input tokens that neither wrote nor read the cache."""
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    output: int = 0
    thinking: int = 0
    us_only: bool = False
    """Processed in the United States only, which costs a tenth more."""

    @property
    def prompt(self) -> int:
        """All input tokens of the request; this sum decides its price tier."""
        return self.input + self.cache_write_5m + self.cache_write_1h + self.cache_read


_usage = lru_cache(maxsize=4096, typed=True)(Usage)  # many answers of a batch have the same


def usage_from(reported: Mapping[str, Any]) -> Usage:
    """The `usage` object of a message; absent or null counts are 0.

    The split of cache writes by lifetime has been seen as 0/0 beside a total above 0; what the
    split leaves open counts as five-minute writes.
    """
    written = reported.get("cache_creation_input_tokens") or 0
    split = reported.get("cache_creation") or {}
    one_hour = split.get("ephemeral_1h_input_tokens") or 0
    details = reported.get("output_tokens_details") or {}
    return _usage(
        reported.get("input_tokens") or 0,
        max(written - one_hour, 0),
        one_hour,
        reported.get("cache_read_input_tokens") or 0,
        reported.get("output_tokens") or 0,
        details.get("thinking_tokens") or 0,
        reported.get("inference_geo") == "us",
    )
