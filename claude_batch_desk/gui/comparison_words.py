"""What two runs say of the same rows, in the words of the window."""

from decimal import Decimal

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.jobs.comparing_runs.changes import ColumnChanges, Said
from claude_batch_desk.core.jobs.comparing_runs.comparison import Run, RunComparison
from claude_batch_desk.core.jobs.comparing_runs.others import Other
from claude_batch_desk.core.jobs.quality.telling import percent
from claude_batch_desk.core.results.answer import OUTCOMES
from claude_batch_desk.gui.wording import (
    local_time,
    money,
    number,
    one_line,
    outcome_word,
    rows_words,
)

_SAID = ("answered", "review")


def _tr(text: str) -> str:
    return QCoreApplication.translate("comparison_words", text)


def value_word(value: str) -> str:
    """What stands for a value in a cross table, as the core has it, on one line."""
    for outcome in ("waiting", *OUTCOMES):
        if value == f"({outcome.replace('_', ' ')})":
            return f"({outcome_word(outcome).lower()})"
    return one_line(value) or _tr("(nothing)")


def said_word(said: Said) -> str:
    """What one run says of a row, in full."""
    if said.outcome in _SAID:
        return said.text or _tr("(nothing)")
    return f"({outcome_word(said.outcome).lower()})"


def agreeing_words(column: ColumnChanges, *, repeated: bool) -> str:
    """On how many rows both say the same, with the range.

    Rows that were run again are no sample of the others: they have none.
    """
    share = column.agreement
    if not share.rows:
        return _tr("No row has an answer of both.")
    if repeated:
        told = _tr("The same as before on %1 of %2 that the model had worked on.")
        return told.replace("%1", number(share.hits)).replace("%2", rows_words(share.rows))
    told = _tr("Both say the same on %1 of %2; between %3 and %4 in 95 of 100 such samples.")
    if column.is_text:
        told = _tr("The same text on %1 of %2; between %3 and %4 in 95 of 100 such samples.")
    told = told.replace("%1", number(share.hits)).replace("%2", rows_words(share.rows))
    return told.replace("%3", percent(share.low)).replace("%4", percent(share.high))


def changed_words(count: int) -> str:
    """A number of answers that changed."""
    if not count:
        return _tr("No answer has changed.")
    return _tr("Show %1 that changed").replace("%1", rows_words(count))


def left_out_words(found: RunComparison) -> list[str]:
    """Which rows and answer columns say nothing, in sentences."""
    told = []
    if found.repeated:
        if left := found.after.rows + found.before.rows - 2 * found.rows:
            told.append(_tr("%1 kept the answer they had.").replace("%1", rows_words(left)))
    else:
        for run in (found.before, found.after):
            if left := run.rows - found.rows:
                words = _tr("Left out, as only “%2” has them: %1.")
                words = words.replace("%1", rows_words(left))
                told.append(words.replace("%2", _name(found, run)))
    for run, names in ((found.before, found.only_before), (found.after, found.only_after)):
        if names:
            words = _tr("Answer columns of “%1” alone:").replace("%1", _name(found, run))
            told.append(f"{words} {', '.join(names)}.")
    return told


def unworked_words(found: RunComparison, column: ColumnChanges) -> str:
    """How many rows do not count as one of the runs has not worked on them; "" for none."""
    if not (rows := found.rows - column.agreement.rows):
        return ""
    told = _tr("%1 do not count: one of the two has not worked on them.")
    if found.repeated:
        told = _tr("%1 had expired or were not worked on for another reason, before or since.")
    return told.replace("%1", rows_words(rows))


def matched_words(found: RunComparison) -> str:
    """How many rows are in both, and how they were found."""
    by = {
        "table": _tr("%1 are in both, by their place in the table."),
        "cells": _tr("%1 are in both, by all of their cells."),
        "key": _tr("%1 are in both, by the column “%2”."),
    }[found.how]
    if found.repeated:
        by = _tr("%1 were asked again and have another answer since.")
    return by.replace("%1", rows_words(found.rows)).replace("%2", found.key)


def run_title(found: RunComparison, *, after: bool) -> str:
    """One of the two by its part in the comparison; a job stands before its runs again."""
    if found.repeated:
        return _tr("After: the run again") if after else _tr("Before: the earlier answers")
    told = _tr("After: %1") if after else _tr("Before: %1")
    return told.replace("%1", _name(found, found.after if after else found.before))


def pair_words(found: RunComparison) -> str:
    """The two by their names, in a line."""
    if found.repeated:
        return _tr("%1: before and after rows were run again").replace("%1", found.before.name)
    return f"{_name(found, found.before)} → {_name(found, found.after)}"


def _name(found: RunComparison, run: Run) -> str:
    """That of its job; the same name twice is told apart by when they were sent."""
    if found.before.name != found.after.name or run.sent_at is None:
        return run.name
    return f"{run.name} ({local_time(run.sent_at)})"


def cost_words(found: RunComparison) -> str:
    """How much more, or less, the second cost for as many rows, as far as that is known."""
    if found.repeated:
        told = _tr("The earlier answers of these rows cost %1, running them again %2.")
        told = told.replace("%1", _amount(found.before.usd))
        return told.replace("%2", _amount(found.after.usd))
    more, old = found.dearer_per_thousand, found.before.usd_per_thousand
    if more is None or old is None:
        return _tr("What they cost cannot be compared: a price is not known, or no row came back.")
    if not more:
        return _tr("Both cost the same.")
    told = _tr("After costs %1 more for 1,000 rows.")
    if more < 0:
        told = _tr("After costs %1 less for 1,000 rows.")
    told = told.replace("%1", money(abs(more)))
    if not old:
        return told
    if more / old >= 1:
        times = _tr("%1 times as much").replace("%1", f"{more / old + 1:.1f}")
    else:
        times = f"{'+' if more > 0 else '−'}{percent(float(abs(more / old)))}"
    return f"{told.removesuffix('.')} ({times})."


def run_lines(run: Run) -> list[tuple[str, str]]:
    """What is told of one of the two, each with its name."""
    ways = {"batch": _tr("as a batch"), "now": _tr("at once")}
    sent = local_time(run.sent_at) if run.sent_at else ""
    return [
        (_tr("Model"), run.model),
        (_tr("Sent"), f"{sent}, {ways[run.way]}"),
        (_tr("Rows"), number(run.rows)),
        *([(_tr("Waiting"), number(run.waiting))] if run.waiting else []),
        (_tr("Would have cost") if run.mode == "practice" else _tr("Paid"), _amount(run.usd)),
        (_tr("For 1,000 rows"), _amount(run.usd_per_thousand)),
    ]


def _amount(usd: Decimal | None) -> str:
    return _tr("an unknown amount") if usd is None else money(usd)


def other_words(other: Other) -> tuple[str, str]:
    """A run that may be chosen: its name, and what tells it from others."""
    job = other.job
    sent = local_time(job.sent_at) if job.sent_at else ""
    if other.why_not:
        return job.name, _tr("Cannot be compared. %1").replace("%1", other.why_not)
    if other.how == "repeated":
        again = _tr("%1 run again").replace("%1", rows_words(job.rows))
        parts = [again, sent, job.recipe.model]
        return _tr("Its own earlier answers"), " · ".join(parts)
    how = _tr("the same table") if other.how == "table" else _tr("another table")
    parts = [rows_words(job.rows), sent, job.recipe.model, how]
    if job.mode == "practice":
        parts.append(_tr("Practice"))
    return job.name, " · ".join(parts)
