"""The job store: one SQLite file; the only importers of sqlite3 in the core are in here."""

from claude_batch_desk.core.jobs.store.answer_store import (
    IMMEDIATE,
    AnswerStore,
    Trial,
)
from claude_batch_desk.core.jobs.store.charge_store import ChargeStore, Purchase
from claude_batch_desk.core.jobs.store.database import Database
from claude_batch_desk.core.jobs.store.job_store import JobStore
from claude_batch_desk.core.jobs.store.kept import Kept
from claude_batch_desk.core.jobs.store.stores import Stores
from claude_batch_desk.core.jobs.store.table_store import TableStore
from claude_batch_desk.core.jobs.store.upload_store import Holder, Uploaded, UploadStore

__all__ = [
    "IMMEDIATE",
    "AnswerStore",
    "ChargeStore",
    "Database",
    "Holder",
    "JobStore",
    "Kept",
    "Purchase",
    "Stores",
    "TableStore",
    "Trial",
    "UploadStore",
    "Uploaded",
]
