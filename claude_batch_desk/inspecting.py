"""The verb `inspect`: what a table holds, how it was read and what is odd in it.

It reads the file as a job would and keeps nothing, so it needs no data folder.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from claude_batch_desk.console import DONE, Progress, print_json, read_options, show
from claude_batch_desk.core.tables.profile import ColumnProfile, CommonValue
from claude_batch_desk.core.tables.source import open_source
from claude_batch_desk.core.tables.table import Found, Reading

_KINDS = {"delimited": "text", "workbook": "a workbook", "json": "JSON", "parquet": "Parquet"}
_NAMED = ("json", "parquet")
"""Kinds of files that name the columns themselves, so that no row is a header."""
_QUOTED = {"'": "cells in single quotation marks", "": "quotation marks read as text"}
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_PERSONAL = {"name": "names", "email": "e-mails", "phone": "phone numbers", "account": "accounts"}
_NAME, _VALUE, _VALUES = 40, 24, 3
_HEADINGS = ("column", "filled", "different", "longest", "typical", "looks like", "commonest")


def inspect(arguments: argparse.Namespace) -> int:
    """Read a table and tell about it; works beside an open window."""
    with open_source(arguments.table, read_options(arguments), Progress("Reading")) as source:
        for _ in source.pages():
            pass
        reading, rows, found = source.reading, source.rows_so_far, source.found
    if arguments.json:
        print_json(_as_json(arguments.table, reading, rows, found))
        return DONE
    columns = len(found.profile)
    show(f"{arguments.table.name}: {rows:,} rows, {columns:,} columns. {_how(reading)}")
    for line in _aligned([_HEADINGS, *map(_line, found.profile)]):
        show(line)
    for sentence in (*found.notes, *(each.sentence for each in found.findings)):
        show(f"- {_plain(sentence)}")
    return DONE


def _how(reading: Reading) -> str:
    parts = [f"Read as {_KINDS[reading.kind]}"]
    if reading.encoding:
        parts.append(reading.encoding + (" (a guess)" if reading.encoding_is_guess else ""))
    if reading.delimiter:
        between = _DELIMITERS.get(reading.delimiter, f"“{_plain(reading.delimiter)}”")
        parts.append(f"separated by {between}")
    if reading.quote in _QUOTED:
        parts.append(_QUOTED[reading.quote])
    if reading.sheet:
        parts.append(f"sheet “{_plain(reading.sheet)}”{_other_sheets(reading)}")
    if reading.kind not in _NAMED:
        parts.append(_header(reading))
    if reading.first_row:
        parts.append(f"first row in {reading.first_row:,}")
    if reading.left_out:
        parts.append(f"without {_plain(', '.join(f'“{name}”' for name in reading.left_out))}")
    return ", ".join(parts) + "."


def _header(reading: Reading) -> str:
    if not reading.header_row:
        return "no header"
    if reading.header_rows == 1:
        return f"header in row {reading.header_row:,}"
    return f"header in row {reading.header_row:,} and the one after it"


def _other_sheets(reading: Reading) -> str:
    hidden = [f"“{name}” (hidden)" for name in reading.hidden_sheets if name != reading.sheet]
    others = [f"“{name}”" for name in reading.sheets if name != reading.sheet] + hidden
    is_hidden = " (hidden)" if reading.sheet in reading.hidden_sheets else ""
    return is_hidden + (f" (others: {_plain(', '.join(others))})" if others else "")


def _line(profile: ColumnProfile) -> Sequence[str]:
    about = "about " if profile.distinct_is_estimate else ""
    personal = f" ({_PERSONAL[profile.personal]}?)" if profile.personal else ""
    return (
        _shortened(profile.name),
        f"{profile.filled:,}",
        f"{about}{profile.distinct:,}",
        f"{profile.longest:,}",
        f"{profile.typical:,}",
        profile.looks_like + personal,
        ", ".join(map(_common, profile.commonest[:_VALUES])),
    )


def _shortened(name: str) -> str:
    """A name without its middle: long ones are told apart by what they end in."""
    plain = _plain(name)
    half = _NAME // 2
    return plain if len(plain) <= _NAME else f"{plain[: half - 1]}…{plain[-half:]}"


def _common(value: CommonValue) -> str:
    plain = _plain(value.text)
    shown = plain if len(plain) <= _VALUE else plain[: _VALUE - 1] + "…"
    return f"{shown} ({value.rows:,})"


def _plain(text: str) -> str:
    """On one line, and without what a terminal might take for a command."""
    return "".join(each if each.isprintable() else " " for each in text)


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    """The lines with their cells below each other; numbers stand at the right."""
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    numbers = range(1, 5)
    return [
        "  ".join(
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def _as_json(path: Path, reading: Reading, rows: int, found: Found) -> dict[str, Any]:
    sheets = [{"name": name, "hidden": False} for name in reading.sheets]
    sheets += [{"name": name, "hidden": True} for name in reading.hidden_sheets]
    return {
        "table": path.name,
        "rows": rows,
        "format": reading.kind,
        "encoding": reading.encoding or None,
        "encoding_is_guess": reading.encoding_is_guess,
        "delimiter": reading.delimiter or None,
        "sheet": reading.sheet or None,
        "sheets": sheets,
        "header_row": reading.header_row,
        "header_rows": reading.header_rows if reading.header_row else 0,
        "first_row": reading.first_row,
        "quote": reading.quote if reading.kind == "delimited" else None,
        "left_out": list(reading.left_out),
        "columns": [{**asdict(each), "personal": each.personal or None} for each in found.profile],
        "notes": list(found.notes),
        "findings": [
            {**asdict(each), "rows": [row + 1 for row in each.rows]} for each in found.findings
        ],
    }
