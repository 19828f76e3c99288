"""The results of an imported batch, as rows to be read and written to a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import orjson

from claude_batch_desk.core.jobs.store import Stores
from claude_batch_desk.core.jobs.store.account_store import Imported, ImportedResult
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import read_answer
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.forms import Sheet, write
from claude_batch_desk.core.results.merge import answer_columns, merged_rows
from claude_batch_desk.core.results.provenance import ExportNote

_ROWS_AT_ONCE = 2_000
_ID = "custom_id"
_MORE = ("Model", "Tokens in", "Tokens out")


@dataclass(frozen=True)
class ImportedRow:
    """One result: the id its request was sent under, and what came back as plain text."""

    custom_id: str
    answer: Answer
    """Without answer columns, as nobody here knows what was asked."""
    model: str
    """As the service named it; "" where no model answered."""


def rows_of(stores: Stores, import_id: int, first: int, count: int) -> list[ImportedRow]:
    """So many results from the `first` on, in the order the service gave them."""
    return list(map(_row, stores.account.results(import_id, first, count)))


def _row(result: ImportedResult) -> ImportedRow:
    raw = orjson.loads(result.raw)
    message = raw.get("message")
    model = message.get("model") if isinstance(message, dict) else None
    return ImportedRow(result.custom_id, read_answer(raw, ()), str(model or ""))


def export(stores: Stores, imported: Imported, path: Path, report: Report) -> Exported:
    """Write all results, in the form of the name; raises ExportError."""
    columns = (_ID, *answer_columns((_ID,), (), _MORE))
    tokens = (len(columns) - 2, len(columns) - 1)
    rows = partial(_cells, stores, imported)
    return write(path, Sheet(columns, rows, _note(imported), tokens), report)


def _cells(stores: Stores, imported: Imported) -> Iterator[Sequence[str]]:
    practice = imported.mode == "practice"
    for first in range(0, imported.results, _ROWS_AT_ONCE):
        found = rows_of(stores, imported.id, first, _ROWS_AT_ONCE)
        answers = merged_rows(
            ((row.custom_id,) for row in found),
            (row.answer for row in found),
            (),
            practice=practice,
        )
        for row, cells in zip(found, answers, strict=True):
            usage = row.answer.usage
            tokens = (str(usage.prompt), str(usage.output)) if usage else ("", "")
            yield [*cells, row.model, *tokens]


def _note(imported: Imported) -> ExportNote:
    return ExportNote(
        job=f"Imported batch {imported.batch_id}",
        source="",
        source_sha256="",
        rows=imported.results,
        recipe="",
        model="",
        mode=imported.mode,
        batch_ids=(imported.batch_id,),
        sent_at=imported.created_at,
        ended_at=imported.ended_at,
        outcomes=imported.outcomes,
    )
