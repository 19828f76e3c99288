"""What was spent, in sentences and as a sheet of texts, for the window and the command line."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from claude_batch_desk.core.jobs.money.spending import Grouping, Spend, SpendLine
from claude_batch_desk.core.jobs.money.standing import Committed
from claude_batch_desk.core.jobs.store.charge_store import Settled
from claude_batch_desk.core.jobs.timing.need import LATENCY_WORDS
from claude_batch_desk.core.pricing.amounts import money
from claude_batch_desk.core.report import Report
from claude_batch_desk.core.results.delimited import export_sheet
from claude_batch_desk.core.results.export import Exported

WAYS: Mapping[str, str] = MappingProxyType(
    {
        "trial": "Tried rows",
        "batch": "Batches",
        "cached": "Batches, cached instructions",
        "now": "Immediate calls",
    }
)
_TITLES: Mapping[Grouping, str] = MappingProxyType(
    {"job": "Job", "month": "Month", "model": "Model", "way": "Way", "need": "Needed"}
)


def name_of(line: SpendLine, grouping: Grouping) -> str:
    """What a line is of, as a person would say it."""
    if grouping == "way":
        return WAYS.get(line.name, line.name)
    if grouping == "need":
        return LATENCY_WORDS.get(line.name, line.name)
    return line.name


def committed_words(committed: Committed) -> str:
    """What may still come of jobs that were sent, as sentences; "" where there are none."""
    if not committed.jobs:
        return ""
    of = "1 job" if committed.jobs == 1 else f"{committed.jobs:,} jobs"
    most = money(committed.ceiling, up=True)
    told = [f"Still to be billed for {of}: about {money(committed.expected)}, at most {most}."]
    if committed.unbounded:
        told.append(f"The most that {committed.unbounded:,} of them can cost is not known.")
    if committed.lost:
        told.append(
            f"Answers of {committed.lost:,} of them are gone or were lost on the way, so what they "
            "cost cannot be told; it counts at its worst case."
        )
    return " ".join(told)


def sheet_of(spend: Spend, grouping: Grouping) -> list[list[str]]:
    """All lines of a grouping under their headers, amounts as they are kept."""
    headers = [
        _TITLES[grouping],
        *("Requests", "Paid USD", "At once USD", "Saved USD", "Expected still USD"),
        *("At most still USD", "Requests without a price", "Last paid"),
    ]
    return [headers, *(_cells(line, grouping) for line in spend.lines[grouping])]


def _cells(line: SpendLine, grouping: Grouping) -> list[str]:
    amounts = (line.usd, line.at_once, line.saved, line.expected, line.ceiling)
    return [
        name_of(line, grouping),
        str(line.requests),
        *(f"{amount:f}" for amount in amounts),
        str(line.unpriced),
        f"{line.last.astimezone():%Y-%m-%d %H:%M}" if line.last else "",
    ]


def estimates_sheet(history: Sequence[Settled]) -> list[list[str]]:
    """Bills beside their estimates under headers, amounts as they are kept."""
    headers = ["Job", "Model", "Low USD", "Expected USD", "High USD", "Billed USD", "Inside"]
    return [
        [*headers, "Ended"],
        *(
            [
                each.name,
                each.model,
                *(f"{usd:f}" for usd in (each.low, each.expected, each.high, each.billed)),
                "yes" if each.inside else "no",
                f"{each.at.astimezone():%Y-%m-%d %H:%M}",
            ]
            for each in history
        ),
    ]


def write_sheet(rows: Sequence[Sequence[str]], path: Path, report: Report) -> Exported:
    """Write such texts, the headers first, as comma-separated text; raises ExportError."""
    report(0, 0)
    return export_sheet(path, rows)
