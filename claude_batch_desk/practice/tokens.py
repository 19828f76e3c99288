"""Tokens by how they are billed, as the Practice service reports them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOKEN_KINDS = ("input", "cache_write_5m", "cache_write_1h", "cache_read", "output", "thinking")


@dataclass(frozen=True)
class Tokens:
    """Tokens by how they are billed; `output` includes `thinking`."""

    input: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    output: int = 0
    thinking: int = 0

    @property
    def prompt(self) -> int:
        """All input tokens."""
        return self.input + self.cache_write_5m + self.cache_write_1h + self.cache_read

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(*(getattr(self, kind) + getattr(other, kind) for kind in TOKEN_KINDS))


def reported_tokens(usage: Mapping[str, Any]) -> Tokens:
    """The tokens of a `usage` object as this service writes it."""
    split = usage["cache_creation"]
    return Tokens(
        input=usage["input_tokens"],
        cache_write_5m=split["ephemeral_5m_input_tokens"],
        cache_write_1h=split["ephemeral_1h_input_tokens"],
        cache_read=usage["cache_read_input_tokens"],
        output=usage["output_tokens"],
        thinking=usage["output_tokens_details"]["thinking_tokens"],
    )
