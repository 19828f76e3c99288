"""How many answers of one answer column are right: share, range, values, mistakes."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.quality.measuring import FieldMeasured, Measured
from claude_batch_desk.core.jobs.quality.telling import percent
from claude_batch_desk.core.quality.accuracy import Accuracy, Cell
from claude_batch_desk.core.quality.gold import Verdict, labels_of
from claude_batch_desk.gui.confusion_table import ConfusionTable
from claude_batch_desk.gui.flow_layout import FlowLayout
from claude_batch_desk.gui.interval_bar import IntervalBar
from claude_batch_desk.gui.theme import SPACE, TIGHT, WIDE
from claude_batch_desk.gui.value_scores import ValueScores
from claude_batch_desk.gui.verdict_words import MISTAKES, of_words, range_words, verdict_word
from claude_batch_desk.gui.widgets import Banner, Card, Label, button
from claude_batch_desk.gui.wording import number, one_line, rows_words

_RIGHT: tuple[Verdict, ...] = ("right",)
_MOST_SHOWN = 1_000
"""Rows of one kind of mistake."""
_ODD = 4
_ODD_LENGTH = 40


class AccuracyCard(QWidget):
    """Everything there is to say about one answer column."""

    label_requested = Signal(str)
    """More rows are to be labelled for this answer column."""
    rows_requested = Signal(str, object)
    """These rows are to be shown, by their numbers, under these words."""

    def __init__(
        self, found: FieldMeasured, measured: Measured, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._found, self._measured = found, measured
        self.amount = Label(percent(found.accuracy.share.value), "amount", wrap=False)
        self.amount.setObjectName("accuracy_amount")
        self.range_label = Label(self._range_words(), "body")
        self.range_label.setObjectName("accuracy_range")
        self.more_button = button(self._more_words(), "accuracy_label_more", look="link")
        self.more_button.clicked.connect(self._ask_for_labels)
        self.table: ConfusionTable | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        column.addWidget(self._headline())
        for part in self._details():
            column.addWidget(part)

    @property
    def field_name(self) -> str:
        """Of the answer column."""
        return self._accuracy.field.name

    @property
    def _accuracy(self) -> Accuracy:
        return self._found.accuracy

    @Slot()
    def _ask_for_labels(self) -> None:
        self.label_requested.emit(self.field_name)

    def _headline(self) -> Card:
        accuracy = self._accuracy
        card = Card(accuracy.field.name)
        if accuracy.share.rows:
            beat = accuracy.commonest
            right = QVBoxLayout()
            right.setSpacing(TIGHT)
            right.addWidget(IntervalBar(accuracy.share, beat[1] if beat else None))
            right.addWidget(self.range_label)
            row = QHBoxLayout()
            row.setSpacing(WIDE)
            row.addWidget(self.amount, 0, Qt.AlignmentFlag.AlignTop)
            row.addLayout(right, 1)
            card.column.addLayout(row)
        else:
            card.column.addWidget(Label(self._why_empty()))
        for words in self._sentences():
            card.column.addWidget(Label(words, "muted"))
        for banner in self._warnings():
            card.column.addWidget(banner)
        self._add_verdicts(card)
        if accuracy.share.rows or accuracy.picked:
            self._add_more(card)
        return card

    def _why_empty(self) -> str:
        if self._accuracy.picked and self._measured.sent:
            return self.tr(
                "Every row with a right answer was picked, and says nothing of the others. Label "
                "rows as they are offered to get a share."
            )
        if self._accuracy.picked:
            return self.tr(
                "All rows with an answer were picked, and say nothing of the others. Try some "
                "random rows to get a share."
            )
        if self._accuracy.pending:
            return self.tr("The answers of the rows with a right answer have not come yet.")
        return self.tr(
            "No row with a right answer has an answer yet. Try some rows on the Try page; those "
            "are the first to be offered for labelling."
        )

    def _range_words(self) -> str:
        share = self._accuracy.share
        told = self.tr("%1 right; between %2 and %3 in 95 of 100 such samples")
        told = told.replace("%1", of_words(share)).replace("%2", percent(share.low))
        return told.replace("%3", percent(share.high))

    def _more_words(self) -> str:
        """What narrows the range: labels, as long as there are answers to put to them."""
        accuracy, measured = self._accuracy, self._measured
        if not accuracy.share.rows:
            return self.tr("Label random rows…")
        more = accuracy.share.more_to_halve
        left = measured.answers - accuracy.share.rows - accuracy.odd_rows - measured.examples
        told = self.tr("Label %1 more to halve this range…")
        if not measured.sent and more > left:
            told = self.tr("Label %1 more, and try them, to halve this range…")
        if self._found.column:
            told = self.tr("Try %1 more to halve this range.")
        return told.replace("%1", rows_words(more))

    def _sentences(self) -> list[str]:
        accuracy, told = self._accuracy, list[str]()
        if accuracy.near is not None and accuracy.share.rows:
            words = self.tr("Right or near: %1, %2 (%3)").replace("%2", of_words(accuracy.near))
            words = words.replace("%1", percent(accuracy.near.value))
            told.append(words.replace("%3", range_words(accuracy.near)))
        if beat := accuracy.commonest:
            words = self.tr("To beat: always answering “%1” would be right in %2 (dashed line).")
            words = words.replace("%2", percent(beat[1].value))
            told.append(words.replace("%1", one_line(beat[0] or self.tr("nothing"))))
        if accuracy.field.kind in ("text", "long_text"):
            told.append(self.tr("Texts are compared word for word, which is strict."))
        if accuracy.share.estimate is not None:
            told.append(
                self.tr(
                    "The rows stand for different numbers of others, as they were drawn from short "
                    "to long, and are counted by these."
                )
            )
        if accuracy.picked:
            words = self.tr(
                "%1 that you picked only count in the table: they say nothing of the others."
            )
            told.append(words.replace("%1", rows_words(accuracy.picked)))
        if accuracy.pending:
            words = self.tr("%1 with a right answer were not worked on and do not count.")
            told.append(words.replace("%1", rows_words(accuracy.pending)))
        return told

    def _warnings(self) -> list[Banner]:
        accuracy, found = self._accuracy, list[Banner]()
        if self._found.copies:
            words = self.tr(
                "The prompt contains the right answer: %1 says the same in nearly all rows, so "
                "that this accuracy says nothing."
            )
            names = ", ".join(f"“{each}”" for each in self._found.copies)
            found.append(Banner("accuracy_copies"))
            found[-1].say(words.replace("%1", names), "error")
        if accuracy.odd_rows:
            words = self.tr(
                "%1 left out, whose right answer can never be given: %2. If these are real "
                "answers, allow them on the Prompt page."
            )
            odd = [
                f"“{one_line(each.text)[:_ODD_LENGTH]}” ({number(each.count)})"
                for each in accuracy.odd[:_ODD]
            ]
            more = ["…"] if len(accuracy.odd) > _ODD else []
            words = words.replace("%1", rows_words(accuracy.odd_rows))
            found.append(Banner("accuracy_odd"))
            found[-1].say(words.replace("%2", ", ".join([*odd, *more])), "warning")
        return found

    def _add_verdicts(self, card: Card) -> None:
        verdicts = self._accuracy.verdicts
        shown = [each for each in (*MISTAKES, *_RIGHT) if verdicts.get(each)]
        if not shown:
            return
        held = QWidget()
        flow = FlowLayout(held)
        for verdict in shown:
            words = f"{verdict_word(verdict)}: {number(verdicts[verdict])}"
            made = button(words, f"accuracy_{verdict}", look="token")
            made.clicked.connect(partial(self._show_verdict, verdict))
            flow.addWidget(made)
        card.column.addWidget(held)

    def _add_more(self, card: Card) -> None:
        if not self._found.column:
            card.column.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        elif not self._measured.sent and self._accuracy.share.rows:
            card.column.addWidget(Label(self._more_words(), "muted"))

    def _show_verdict(self, verdict: Verdict) -> None:
        cells = [each for each in self._accuracy.cells if each.verdict == verdict]
        rows = sorted(row for each in cells for row in each.rows)
        self._ask_for_rows(verdict_word(verdict), rows, self._accuracy.verdicts[verdict])

    @Slot(object)
    def _show_cell(self, cell: Cell) -> None:
        if self.table is not None:
            self._ask_for_rows(self.table.confusion.words(cell), cell.rows, cell.count)

    def _ask_for_rows(self, words: str, rows: Sequence[int], count: int) -> None:
        told = f"{words}: {rows_words(count)}"
        if count > _MOST_SHOWN:
            first = self.tr("%1, of which these are the first %2").replace("%1", told)
            told = first.replace("%2", number(min(len(rows), _MOST_SHOWN)))
        self.rows_requested.emit(told, list(rows[:_MOST_SHOWN]))

    def _details(self) -> list[Card]:
        accuracy, cards = self._accuracy, list[Card]()
        if accuracy.labels:
            values = Card(self.tr("Each value"))
            values.column.addWidget(ValueScores(accuracy.labels))
            cards.append(values)
        if accuracy.cells and labels_of(accuracy.field) and accuracy.field.kind != "choices":
            self.table = ConfusionTable(accuracy)
            self.table.cell_chosen.connect(self._show_cell)
            taken = Card(self.tr("What was taken for what"))
            words = self.tr(
                "Rows are what is right, columns what was answered. A cell leads to its rows."
            )
            taken.column.addWidget(Label(words, "caption"))
            taken.column.addWidget(self.table)
            taken.column.setSpacing(SPACE)
            cards.append(taken)
        return cards
