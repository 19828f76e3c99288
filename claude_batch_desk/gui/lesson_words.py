"""What became of corrected cells that were to be right answers, in sentences."""

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.jobs.correcting.as_labels import LabelsMade
from claude_batch_desk.gui.wording import number, one_line


def _tr(text: str) -> str:
    return QCoreApplication.translate("lesson_words", text)


def made_words(made: LabelsMade) -> str:
    """What was kept, what that means for the accuracy, and what was left out and why."""
    told = [_tr("No corrected cell became a right answer that was not one before.")]
    if made.count:
        counts = (f"“{one_line(name)}” {number(len(some))}" for name, some in made.made.items())
        told = [
            _tr("Right answers kept: %1.").replace("%1", ", ".join(counts)),
            _tr("They are rows that you picked, so they do not move the share that is right."),
        ]
    for count, words in (
        (made.by_chance, _tr("Labelled at random before, and left so: %1.")),
        (made.by_column, _tr("Said by a column of the table, and left so: %1.")),
        (made.settled, _tr("Near misses settled together, and left out: %1.")),
    ):
        if count:
            told.append(words.replace("%1", number(count)))
    return " ".join(told)
