"""The troubles the Practice service can be asked to make, by name."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from claude_batch_desk.core.errors import DeskError

Amount = Literal["times", "seconds", "size", "none"]


@dataclass(frozen=True)
class Fault:
    """One kind of trouble; `amount` is what the number in `name:number` means."""

    name: str
    about: str
    amount: Amount = "times"
    default: float | None = None
    """The amount where none is given; for times, None is every time. A size holds every time."""


NAMED_FAULTS = (
    Fault("drop-after-accept", "the connection drops after a new batch was accepted"),
    Fault("drop-before-accept", "the connection drops before a new batch is accepted"),
    Fault("create-500-after-accept", "a new batch is accepted, and the reply says 500"),
    Fault("late-list", "new batches appear in the list this many seconds late", "seconds", 3.0),
    Fault("results-cut-mid-line", "results break off inside a line and the connection drops"),
    Fault("results-cut-at-line", "results end after half their lines as if they were whole"),
    Fault("results-cut-close", "results without a length end by closing, after half their lines"),
    Fault("duplicate-ids", "results contain some requests twice"),
    Fault("missing-ids", "results lack some requests"),
    Fault("foreign-ids", "results contain requests nobody sent"),
    Fault("crlf-and-blanks", "result lines end in CRLF, with empty lines between them"),
    Fault("slow", "replies start this many seconds late, and results drip", "seconds", 3.0),
    Fault("not-found-first", "retrieving a batch answers 404 at first", "times", 3.0),
    Fault("counts-mismatch", "an ended batch counts one request more than it had"),
    Fault("captive-portal", "every reply is a login page: 200 text/html"),
    Fault("mixed-outcomes", "new batches end with 5 % each of seven kinds of trouble"),
    Fault("expire", "half the requests of new batches are not reached within 24 hours"),
    Fault("archived", "results are archived as soon as a batch has ended", "none"),
    Fault("requests-a-minute", "more messages than this a minute answer 429", "size", 60.0),
    Fault("input-tokens-a-minute", "the same of their tokens", "size", 20_000.0),
    Fault("output-tokens-a-minute", "the same of the tokens of answers", "size", 8_000.0),
    Fault("drop-before-answer", "the connection drops before a message is answered"),
    Fault("drop-after-answer", "a message is answered and billed, and the connection drops"),
    Fault("spend-limit", "sending answers 429: the monthly spend limit is reached"),
    Fault("contract-limit", "sending answers 429: the spend limit of the contract is reached"),
    Fault("own-limit", "sending answers 400: the limit the account set for itself is reached"),
    Fault("no-credit", "sending answers 402: the credit of the account is used up"),
    Fault("on-hold", "sending answers 400: the account is on hold"),
    Fault("ramp-limit", "sending answers 429: usage grows too fast, with retry-after"),
    Fault("queue-limit", "no more than so many requests may wait at once", "size", 1_000.0),
    Fault("body-limit", "a batch of more than so many bytes answers 413", "size", 10_000.0),
    Fault("revoked-key", "every key is refused with 401"),
    Fault("foreign-results-url", "results_url names another host"),
    Fault("stream-overloaded", "a streamed message breaks off with an overloaded error"),
    Fault("drop-before-upload", "the connection drops before an uploaded file is kept"),
    Fault("drop-after-upload", "the connection drops after an uploaded file was kept"),
    Fault("upload-500-after-keeping", "an uploaded file is kept, and the reply says 500"),
    Fault("storage-full", "uploads answer 400: the storage limit is reached"),
    Fault("lost-files", "messages and batches do not find uploaded files"),
)
"""Asked for once each per reply or batch they spoil."""

OPERATIONS = (
    "create",
    "retrieve",
    "list",
    "results",
    "cancel",
    "delete",
    "messages",
    "count",
    "models",
    "upload",
    "files",
)
STATUSES = (400, 401, 402, 403, 404, 408, 409, 413, 429, 500, 504, 529)

_BY_NAME = {fault.name: fault for fault in NAMED_FAULTS} | {
    f"{operation}-{status}": Fault(f"{operation}-{status}", f"{operation} answers {status}")
    for operation in OPERATIONS
    for status in STATUSES
}

CREATION_FAULTS = ("mixed-outcomes", "expire")
"""Decided when a batch is created and kept with it, so that a restart does not change its end."""


def fault_help() -> str:
    """Every fault in one line each, for a command's help."""
    width = max(len(fault.name) for fault in NAMED_FAULTS) + 2
    lines = [f"  {fault.name:<{width}}{fault.about}" for fault in NAMED_FAULTS]
    operations, statuses = "|".join(OPERATIONS), "|".join(map(str, STATUSES))
    lines.append(f"  OPERATION-STATUS: a refusal or failure of {operations} with {statuses}")
    lines.append(
        "  NAME:NUMBER limits a fault to so many times, or says how many seconds or what size"
    )
    return "\n".join(lines)


def read_fault(text: str) -> tuple[Fault, float | None]:
    """The fault and amount that `name` or `name:number` asks for; raises DeskError if unknown."""
    name, colon, number = text.strip().partition(":")
    fault = _BY_NAME.get(name)
    if fault is None:
        raise DeskError(
            f"The Practice service knows no fault called “{name}”. It knows:\n{fault_help()}"
        )
    if not colon:
        return fault, fault.default
    try:
        amount = float(number)
    except ValueError:
        amount = -1.0
    if amount < 0 or fault.amount == "none":
        raise DeskError(f"“{text}” is no fault. Write “{name}”, or a number after a colon.")
    return fault, amount


class Faults:
    """The faults now switched on; asked from several threads."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, float | None] = {}
        self.set(tuple(names))

    def set(self, names: Sequence[str]) -> None:
        """Replace all faults by these; raises DeskError for an unknown name and changes nothing."""
        asked = [read_fault(name) for name in names]
        with self._lock:
            self._left = {fault.name: amount for fault, amount in asked}

    def names(self) -> tuple[str, ...]:
        """The faults still on, with what is left of their amount."""
        with self._lock:
            return tuple(
                name if left is None else f"{name}:{left:g}" for name, left in self._left.items()
            )

    def strikes(self, name: str) -> bool:
        """Whether the fault is on; each yes uses it up once where it was limited to some times."""
        with self._lock:
            if name not in self._left:
                return False
            left = self._left[name]
            if left is None or _BY_NAME[name].amount in ("seconds", "size"):
                return True
            self._left[name] = max(left - 1, 0)
            return left >= 1

    def seconds(self, name: str) -> float:
        """The amount of a fault measured in seconds; 0 where it is off."""
        with self._lock:
            return self._left.get(name) or 0.0

    def size(self, name: str, usual: int) -> int:
        """The amount of a fault that is a size; the usual one where it is off."""
        with self._lock:
            return int(self._left.get(name) or usual)

    def status_for(self, operation: str) -> int | None:
        """The status an operation is to fail with, or None."""
        for status in STATUSES:
            if self.strikes(f"{operation}-{status}"):
                return status
        return None
