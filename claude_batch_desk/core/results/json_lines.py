"""The merged table as JSON Lines: one object for each row, for programs rather than people."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson

from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.cells import number_in
from claude_batch_desk.core.results.characters import replaced_note, whole
from claude_batch_desk.core.results.export import Exported, writing
from claude_batch_desk.core.results.provenance import ExportNote

_ROWS_PER_REPORT = 64


def export_json_lines(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    about: ExportNote,
    report: Report,
    *,
    typed_columns: Sequence[int] = (),
) -> Exported:
    """Write UTF-8 with one object a line, the headers its keys, in the order of the table.

    Every value is a text but the numbers in `typed_columns` (from 0). Raises ExportError; then an
    older file of that name is as it was.
    """
    typed, count, replaced = frozenset(typed_columns), 0, 0
    keys = [whole(name) for name in columns]
    with writing(path) as fresh, fresh.open("wb") as file:
        for row in rows:
            if count % _ROWS_PER_REPORT == 0:
                report(count, about.rows)
            texts = [whole(text) for text in row]
            replaced += sum(text != cell for text, cell in zip(texts, row, strict=True))
            values: list[str | int | float] = list(texts)
            for place in typed:
                if (number := number_in(texts[place])) is not None:
                    values[place] = number
            told = dict(zip(keys, values, strict=True))
            file.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))
            count += 1
        report(count, about.rows)
    return Exported(path, count, (replaced_note(replaced),) if replaced else ())
