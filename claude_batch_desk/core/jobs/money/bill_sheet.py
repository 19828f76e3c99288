"""The bill of a job as lines, for the window, the clipboard and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from claude_batch_desk.core.jobs.money.job_bill import JobBill
from claude_batch_desk.core.pricing.bill import Bill

Section = Literal["sent", "again", "trials", "columns", "labels"]
SECTIONS: Mapping[Section, str] = MappingProxyType(
    {
        "sent": "Sent",
        "again": "Run again",
        "trials": "Tried before, at the full price",
        "columns": "Output by answer column, by the length of the values",
        "labels": "By answer",
    }
)
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "input": "Input",
        "cache_write_5m": "Cache written, 5 min",
        "cache_write_1h": "Cache written, 1 h",
        "cache_read": "Cache read",
        "output": "Output",
        "thinking": "of it thinking",
    }
)


@dataclass(frozen=True)
class BillLine:
    """One line: what it is for, how many of what, and USD."""

    section: Section
    name: str
    count: int
    unit: Literal["requests", "tokens", "characters", "rows"]
    usd: Decimal
    part: bool = False
    """It is contained in the line before it, or says less than nothing about the sum."""


def bill_lines(bill: JobBill) -> list[BillLine]:
    """All lines of a bill; kinds of tokens that did not occur are left out."""
    lines = [*_of("sent", bill.sent), *_of("again", bill.again), *_of("trials", bill.trials)]
    lines += [
        BillLine("columns", each.name, each.characters, "characters", each.usd)
        for each in bill.columns
    ]
    lines += [
        BillLine("labels", f"{each.field}: {each.value or '(none)'}", each.rows, "rows", each.usd)
        for each in bill.labels
    ]
    return lines


def _of(section: Section, bill: Bill) -> list[BillLine]:
    if not bill.requests:
        return []
    lines = [
        BillLine(section, words, line.tokens, "tokens", line.usd, part=name == "thinking")
        for name, words in _KINDS.items()
        if (line := getattr(bill, name)).tokens
    ]
    if bill.unsplit:
        lines.append(
            BillLine(section, "Not split by kind", bill.requests, "requests", bill.unsplit)
        )
    if bill.free:
        lines.append(BillLine(section, "Not billed", bill.free, "requests", Decimal(0)))
    lines.append(BillLine(section, "Together", bill.requests, "requests", bill.total))
    if bill.saved:
        name = "Less than by immediate calls" if bill.saved > 0 else "More than by immediate calls"
        usd = abs(bill.saved)
        lines.append(BillLine(section, name, bill.requests, "requests", usd, part=True))
    return lines


def bill_sheet(bill: JobBill) -> list[list[str]]:
    """The lines as texts under headers, amounts as they are kept."""
    return [
        ["Section", "Line", "Count", "Of", "USD"],
        *(
            [SECTIONS[line.section], line.name, str(line.count), line.unit, f"{line.usd:f}"]
            for line in bill_lines(bill)
        ),
    ]
