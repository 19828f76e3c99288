"""What the Practice service accepted and answered: the witness of tests and of demonstrations."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from claude_batch_desk.practice.tariff import PICODOLLARS, Way, charge, tier_of
from claude_batch_desk.practice.tokens import Tokens, reported_tokens


@dataclass(frozen=True)
class Account:
    """What was answered one way by one model at one tier of its prices."""

    way: Way
    model: str
    above: int
    """The tier: prompts of more tokens than this, up to the next; -1 for the lowest."""
    us_only: bool
    calls: int
    """Requests that were answered, billed or not."""
    tokens: Tokens
    """Of those that are billed."""
    picodollars: int

    def __add__(self, other: "Account") -> "Account":
        return replace(
            self,
            calls=self.calls + other.calls,
            tokens=self.tokens + other.tokens,
            picodollars=self.picodollars + other.picodollars,
        )

    def as_json(self) -> dict[str, Any]:
        """The account as a JSON object."""
        return {**asdict(self), "billed_usd": str(_dollars(self.picodollars))}


def account_of(message: Mapping[str, Any], way: Way) -> Account:
    """The account of one answered message.

    A refusal before any output reports tokens and is not billed.
    """
    reported = reported_tokens(message["usage"])
    model, us_only = message["model"], message["usage"]["inference_geo"] == "us"
    unbilled = message["stop_reason"] == "refusal" and not message["content"]
    return Account(
        way=way,
        model=model,
        above=tier_of(model, reported.prompt),
        us_only=us_only,
        calls=1,
        tokens=Tokens() if unbilled else reported,
        picodollars=0 if unbilled else charge(model, reported, way, us_only=us_only),
    )


def merged(accounts: Iterable[Account]) -> tuple[Account, ...]:
    """The same with one account for each way, model and tier."""
    bill = Bill()
    for each in accounts:
        bill.add(each)
    return bill.accounts


class Bill:
    """Adds accounts up."""

    def __init__(self) -> None:
        self._each: dict[tuple[str, str, int, bool], Account] = {}

    @property
    def accounts(self) -> tuple[Account, ...]:
        """One for each way, model and tier."""
        return tuple(self._each[known] for known in sorted(self._each))

    def add(self, account: Account) -> None:
        """Take one more."""
        known = account.way, account.model, account.above, account.us_only
        before = self._each.get(known)
        self._each[known] = account if before is None else before + account


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
    uploads: int = 0
    """Files kept, whether or not the reply arrived."""
    uploaded_bytes: int = 0
    files: int = 0
    """Files that are still there: neither deleted nor expired."""
    accounts: tuple[Account, ...] = field(default=())
    """Of what was answered; that of a batch once it has ended."""

    @property
    def messages(self) -> int:
        """Synchronous messages answered."""
        return sum(each.calls for each in self.accounts if each.way == "message")

    @property
    def batch_tokens(self) -> Tokens:
        """Tokens billed for the requests of ended batches."""
        return self._tokens("batch")

    @property
    def message_tokens(self) -> Tokens:
        """Tokens billed for synchronous messages."""
        return self._tokens("message")

    @property
    def billed(self) -> Decimal:
        """USD, by this service's own prices; exact."""
        return _dollars(sum(each.picodollars for each in self.accounts))

    def _tokens(self, way: Way) -> Tokens:
        return sum((each.tokens for each in self.accounts if each.way == way), Tokens())

    def __add__(self, other: "Ledger") -> "Ledger":
        return Ledger(
            self.batches + other.batches,
            self.requests + other.requests,
            self.ids_again + other.ids_again,
            self.params_again + other.params_again,
            self.uploads + other.uploads,
            self.uploaded_bytes + other.uploaded_bytes,
            self.files + other.files,
            merged((*self.accounts, *other.accounts)),
        )

    def as_json(self) -> dict[str, Any]:
        """The account as a JSON object."""
        return {
            **asdict(self),
            "messages": self.messages,
            "batch_tokens": asdict(self.batch_tokens),
            "message_tokens": asdict(self.message_tokens),
            "accounts": [each.as_json() for each in self.accounts],
            "billed_usd": str(self.billed),
        }


def _dollars(picodollars: int) -> Decimal:
    return Decimal(picodollars) / PICODOLLARS
