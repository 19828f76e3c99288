"""What the Practice service accepted and answered: the witness of tests and of demonstrations."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
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

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(*(getattr(self, kind) + getattr(other, kind) for kind in TOKEN_KINDS))


def billed_tokens(usage: Mapping[str, Any]) -> Tokens:
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


@dataclass(frozen=True)
class Ledger:
    """The account of one workspace, or of all of them together."""

    batches: int = 0
    """Batches accepted, whether or not the reply arrived."""
    requests: int = 0
    """Requests accepted in these batches."""
    ids_again: int = 0
    """Requests whose custom_id this workspace had already sent: 0 where nothing was sent twice."""
    params_again: int = 0
    """Requests whose params (by SHA-256) this workspace had already sent."""
    messages: int = 0
    """Synchronous messages answered."""
    batch_tokens: Tokens = field(default_factory=Tokens)
    """Tokens of the succeeded requests of ended batches."""
    message_tokens: Tokens = field(default_factory=Tokens)
    uploads: int = 0
    """Files kept, whether or not the reply arrived."""
    uploaded_bytes: int = 0
    files: int = 0
    """Files that are still there: neither deleted nor expired."""

    def __add__(self, other: "Ledger") -> "Ledger":
        return Ledger(
            self.batches + other.batches,
            self.requests + other.requests,
            self.ids_again + other.ids_again,
            self.params_again + other.params_again,
            self.messages + other.messages,
            self.batch_tokens + other.batch_tokens,
            self.message_tokens + other.message_tokens,
            self.uploads + other.uploads,
            self.uploaded_bytes + other.uploaded_bytes,
            self.files + other.files,
        )

    def as_json(self) -> dict[str, Any]:
        """The account as a JSON object."""
        return asdict(self)
