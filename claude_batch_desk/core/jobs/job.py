"""Job: one table put to one recipe, its parts at the service and where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.jobs.timing.need import Latency, Need
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.service.batch import Counts

JobState = Literal[
    "draft",  # being prepared; nothing was sent
    "sending",  # money may have been spent; some parts are not at the service yet
    "waiting",  # every part is at the service
    "done",  # every answer there will be is here
]
PartState = Literal[
    "planned",  # its body is not written, or written and never sent
    "sending",  # the intent is stored; whether the service has it is not known
    "sent",  # the service has it under `batch_id`
    "ended",  # it ended; its results are not all here
    "collected",  # its results are here, proven complete
    "refused",  # the service certainly did not take it
    "lost",  # it ended but its results are gone (archived after 29 days, or deleted)
]
Mode = Literal["practice", "live"]
Way = Literal["batch", "now"]
"""As message batches at half the price, or as immediate calls."""


@dataclass(frozen=True)
class Part:
    """One batch of a job. Times are aware UTC."""

    number: int
    """1 for the first."""
    state: PartState
    requests: int
    size: int
    """Bytes of the body."""
    first_request: int = 0
    last_request: int = 0
    """Its requests are among these numbers; those a trial has answered are left out."""
    attempt: int = 0
    mark: str = ""
    """The newest batch of the account before the POST; "" if there was none."""
    batch_id: str = ""
    sent_at: datetime | None = None
    """When the POST began, or while it is in doubt, when it was first looked for in vain; by the
    service's clock, like the three below."""
    created_at: datetime | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    counts: Counts = field(default=Counts())
    failures: int = 0
    """How many looks in a row told nothing; they are made at growing distances."""
    looks: int = 0
    """How many looks in a row the service answered, and what was looked for was not there."""
    note: str = ""
    """A sentence about what stands in the way, or ""."""
    files_until: datetime | None = None
    """When the first of the files at the service that its body refers to expires; None where it
    refers to none."""
    deleted_at: datetime | None = None
    """When its batch was deleted at the service by the person's wish; None where it was not."""

    @property
    def in_doubt(self) -> bool:
        """It was looked for, and may or may not be at the service; `note` says so."""
        return self.state == "sending" and bool(self.note)


@dataclass(frozen=True)
class Job:
    """One table put to one recipe. Amounts in USD, times aware UTC."""

    id: int
    name: str
    mode: Mode
    state: JobState
    recipe: Recipe
    table_id: int | None
    created_at: datetime
    selection: Selection = field(default=Selection())
    way: Way = "batch"
    cache: CacheUse | None = None
    """How its instructions are cached; None where they are not."""
    address: str = ""
    """Where the service it was sent to is; "" for the application's own Practice service."""
    model: OfferedModel | None = None
    """As it was offered when the job was sent."""
    rows: int = 0
    """How many rows were sent; 0 for a draft."""
    requests: int = 0
    """How many distinct requests those are; rows whose document cannot be sent come to none."""
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    parts: tuple[Part, ...] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)
    """Rows by outcome (see results.answer.Outcome), plus "waiting"."""
    estimate: Estimate | None = None
    """As it stood when the job was sent."""
    billed: Decimal | None = None
    """From the usage of every answer so far; None before any came."""
    key_print: str = ""
    """The first 8 hexadecimal digits of the SHA-256 of the key it was sent with."""
    next_look: datetime | None = None
    """When to ask the service again; None when there is nothing to ask."""
    canceled: bool = False
    """The person asked to stop: nothing of it is sent from then on."""
    version: int = 0
    """The number of the kept version that the recipe is; 0 where this state was not kept."""
    need: Need = field(default=Need())
    paused: bool = False
    """The person stopped its immediate calls, until they let it go on."""
    unheard: int = 0
    """So many immediate calls ended without an answer, and may be billed."""
    again_of: int | None = None
    """The job whose rows it asks again; None for a job of its own."""
    runs_again: int = 0
    """How many runs again have handed their answers over to it."""
    running_again: int = 0
    """How many of its rows are being run again."""
    looked_at: datetime | None = None
    """When the service last told where it stands."""
    exported_at: datetime | None = None
    """When it was last written to a file, with all its answers; None where it never was."""

    @property
    def latency(self) -> Latency:
        """The tag that says how soon it is wanted."""
        return self.need.latency

    @property
    def agreed(self) -> Range | None:
        """What it was to cost, the way it was sent; None for a draft."""
        return self.estimate.price(self.way, self.cache) if self.estimate else None

    @property
    def unsettled(self) -> bool:
        """A part may or may not be at the service; that is being looked up."""
        return any(part.state == "sending" for part in self.parts)


@dataclass(frozen=True)
class Order:
    """What was agreed when Send was pressed."""

    model: OfferedModel
    estimate: Estimate
    key_print: str
    """Tells the key apart; see Job.key_print."""
    address: str
    """Where it goes; see Job.address."""
    way: Way = "batch"
    cache: CacheUse | None = None
    """See Job.cache."""


@dataclass(frozen=True)
class JobRow:
    """A source row with its answer, or None while it waits."""

    number: int
    """Of the row in the table, from 0."""
    cells: tuple[str, ...]
    answer: Answer | None
    version: int = 0
    """Of the prompt that its answer is of; 0 where it was not answered."""
    recipe: Recipe | None = None
    """That its answer is of; None where it is the job's own, or not known."""
    earlier: tuple[Answer, ...] = ()
    """Those before it was run again, the latest first."""


@dataclass(frozen=True)
class TriedRow:
    """A row that was tried, what was asked, what came back and what that cost (USD)."""

    number: int
    prompt: str
    answer: Answer
    cost: Decimal
    document: str = ""
    """The name of the document that went with it."""
    version: int = 0
    """Of the prompt; 0 where it was not kept."""
    cells: tuple[str, ...] = ()
    """Of the row, as they are sent."""
