"""The different values of a column of the table become the allowed values of an answer column."""

from claude_batch_desk.core.prompts.fields import MAX_CHOICES
from claude_batch_desk.core.tables.distinct import distinct_values
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.field_card import FieldCard
from claude_batch_desk.gui.tasks import TaskRunner


def take_values(tasks: TaskRunner, draft: Draft, card: FieldCard, column: str) -> None:
    """Read the column off the screen, then allow its values; a refusal is told to the person."""
    if draft.table is not None and column in draft.table.columns:
        tasks.start(
            distinct_values, draft.table, column, MAX_CHOICES, owner=card, done=card.take_values
        )
