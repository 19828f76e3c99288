"""What became of corrected cells that were to be right answers, in sentences."""

from collections.abc import Iterator

from claude_batch_desk.core.jobs.correcting.as_labels import LabelsMade


def labels_told(made: LabelsMade) -> Iterator[str]:
    """What was kept, what was not, and what that means for the accuracy."""
    columns = ", ".join(f"“{name}” {len(some):,}" for name, some in made.made.items())
    if made.count:
        yield f"Right answers kept: {columns}."
        yield (
            "These rows were looked for because something was wrong with them, so they lead from "
            "the accuracy to their rows and do not move its share."
        )
    else:
        yield "No corrected cell became a right answer that was not one before."
    if made.by_chance:
        yield f"{_cells(made.by_chance)} of a row labelled at random: that label stays."
    if made.by_column:
        yield f"{_cells(made.by_column)} of a row whose right answer a column holds: that stays."
    if made.settled:
        yield f"{_cells(made.settled)} a near miss that was settled with others: left out."


def _cells(count: int) -> str:
    return "1 cell is" if count == 1 else f"{count:,} cells are each"
