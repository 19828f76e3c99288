"""What becomes of an answer that is put to the right one, in words, and shares as they are said."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.jobs.quality.telling import percent
from claude_batch_desk.core.quality.gold import Verdict
from claude_batch_desk.core.quality.intervals import Share
from claude_batch_desk.gui.wording import number

MISSES: Sequence[Verdict] = ("outside", "blank", "refused", "cut_off", "failed")
"""Verdicts of what is no answer that could be compared."""
MISTAKES: Sequence[Verdict] = ("near", "wrong", *MISSES)


def _tr(text: str) -> str:
    return QCoreApplication.translate("verdict_words", text)


def verdict_word(verdict: Verdict) -> str:
    """One or two words."""
    return {
        "right": _tr("Right"),
        "near": _tr("Near"),
        "wrong": _tr("Wrong"),
        "outside": _tr("Not allowed"),
        "blank": _tr("Blank"),
        "refused": _tr("Declined"),
        "cut_off": _tr("Cut off"),
        "failed": _tr("Failed"),
    }[verdict]


def of_words(share: Share) -> str:
    """Its count; "45 of 50"."""
    told = _tr("%1 of %2").replace("%1", number(share.hits))
    return told.replace("%2", number(share.rows))


def range_words(share: Share) -> str:
    """Its interval; "79 to 96 %"."""
    told = _tr("%1 to %2").replace("%1", percent(share.low).removesuffix(" %"))
    return told.replace("%2", percent(share.high))
