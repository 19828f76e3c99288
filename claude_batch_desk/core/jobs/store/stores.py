"""Stores: the parts of one data folder that the verbs work on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from claude_batch_desk.core.jobs.store.account_store import AccountStore
from claude_batch_desk.core.jobs.store.again_store import AgainStore
from claude_batch_desk.core.jobs.store.answer_store import AnswerStore
from claude_batch_desk.core.jobs.store.arm_store import ArmStore
from claude_batch_desk.core.jobs.store.call_store import CallStore
from claude_batch_desk.core.jobs.store.charge_store import ChargeStore
from claude_batch_desk.core.jobs.store.correction_store import CorrectionStore
from claude_batch_desk.core.jobs.store.database import SOURCES, Database
from claude_batch_desk.core.jobs.store.delivery_store import DeliveryStore
from claude_batch_desk.core.jobs.store.gold_store import GoldStore
from claude_batch_desk.core.jobs.store.hold_store import HoldStore
from claude_batch_desk.core.jobs.store.increment_store import IncrementStore
from claude_batch_desk.core.jobs.store.job_store import JobStore
from claude_batch_desk.core.jobs.store.milestone_store import MilestoneStore
from claude_batch_desk.core.jobs.store.need_store import NeedStore
from claude_batch_desk.core.jobs.store.part_store import PartStore
from claude_batch_desk.core.jobs.store.queue_store import QueueStore
from claude_batch_desk.core.jobs.store.rest_store import RestStore
from claude_batch_desk.core.jobs.store.start_store import StartStore
from claude_batch_desk.core.jobs.store.table_store import TableStore
from claude_batch_desk.core.jobs.store.upload_store import UploadStore
from claude_batch_desk.core.jobs.store.version_store import VersionStore
from claude_batch_desk.core.service.spool import MAX_REQUESTS, BatchSpool, body_path


@dataclass(frozen=True)
class Stores:
    """Tables, jobs and answers of one data folder."""

    home: Path
    tables: TableStore
    jobs: JobStore
    answers: AnswerStore
    uploads: UploadStore
    versions: VersionStore
    gold: GoldStore
    charges: ChargeStore
    needs: NeedStore
    arms: ArmStore
    holds: HoldStore
    starts: StartStore
    parts: PartStore
    queues: QueueStore
    milestones: MilestoneStore
    account: AccountStore
    calls: CallStore
    rests: RestStore
    again: AgainStore
    increments: IncrementStore
    corrections: CorrectionStore
    deliveries: DeliveryStore
    part_requests: int = MAX_REQUESTS
    """How many requests are sent as one batch, at most."""

    @classmethod
    def open(cls, home: Path) -> Self:
        """The stores in a folder, made where they are not there; raises StoreError."""
        return cls.over(home, Database(home))

    @classmethod
    def over(cls, home: Path, database: Database) -> Self:
        """The stores in a folder over its database."""
        return cls(
            home,
            TableStore(database),
            JobStore(database),
            AnswerStore(database),
            UploadStore(database),
            VersionStore(database),
            GoldStore(database),
            ChargeStore(database),
            NeedStore(database),
            ArmStore(database),
            HoldStore(database),
            StartStore(database),
            PartStore(database),
            QueueStore(database),
            MilestoneStore(database),
            AccountStore(database),
            CallStore(database),
            RestStore(database),
            AgainStore(database),
            IncrementStore(database),
            CorrectionStore(database),
            DeliveryStore(database),
        )

    def spool(self, token: str, after: int = 0, most: int = MAX_REQUESTS) -> BatchSpool:
        """Where to write the bodies of a job, of `most` requests each, `after` so many parts."""
        return BatchSpool(self.outbox, token, min(most, self.part_requests), after=after)

    def body(self, token: str, part: int) -> Path:
        """Where the body of a part is."""
        return body_path(self.outbox, token, part)

    @property
    def outbox(self) -> Path:
        """Where batch bodies wait to be sent, and stay until their answers are in."""
        return self.home / "outbox"

    @property
    def inbox(self) -> Path:
        """Where results are streamed to before they are read."""
        return self.home / "inbox"

    @property
    def sources(self) -> Path:
        """Where source files are kept as they were, by the SHA-256 of their bytes."""
        return self.home / SOURCES
