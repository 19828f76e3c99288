"""Which rows run: a range, conditions and a random sample, each of which narrows the rest."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.rows.choice_words import describe
from claude_batch_desk.core.jobs.rows.conditions import RowFilter
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.gui.condition_form import ConditionForm
from claude_batch_desk.gui.draft import Draft
from claude_batch_desk.gui.theme import LOOSE, SPACE, TIGHT
from claude_batch_desk.gui.widgets import Label, button, scrolled, set_look, tab_through
from claude_batch_desk.gui.wording import number, rows_of, rows_words

_USUAL_SAMPLE = 100


class RowChooser(QWidget):
    """Shows the draft's choice of rows and changes it; what is written counts at once.

    A condition that cannot be followed yet is part of the choice, too: no other rows than those
    shown here can run.
    """

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("row_chooser")
        self._draft = draft
        self._forms: list[ConditionForm] = []
        self.range_check = QCheckBox(self.tr("Only a range of rows"))
        self.first_spin, self.last_spin = QSpinBox(), QSpinBox()
        self.where_check = QCheckBox(self.tr("Only rows where"))
        self.add_button = button(
            self.tr("Add a condition"), "rows_add_condition", look="link", icon_name="plus"
        )
        self.sample_check = QCheckBox(self.tr("Only a few of them, at random"))
        self.sample_spin = QSpinBox()
        self.draw_label = Label("", "caption", wrap=False)
        self.draw_button = button(
            self.tr("Another draw"), "rows_draw", look="link", icon_name="refresh"
        )
        self.count_label = Label("", "strong")
        self.words_label = Label("", "caption")
        self.all_button = button(self.tr("Run all rows"), "rows_all", look="link")
        self._conditions = QVBoxLayout()
        self._range, self._where, self._sample = QWidget(), QWidget(), QWidget()
        self._choices = QWidget()
        self._describe()
        self._lay_out()
        self._connect()
        self._show_draft()

    @property
    def forms(self) -> tuple[ConditionForm, ...]:
        """The conditions, from the top."""
        return tuple(self._forms)

    # What is shown

    @Slot()
    def _show_draft(self) -> None:
        table, selection = self._draft.table, self._draft.selection
        rows = table.row_count if table else 0
        columns = table.columns if table else ()
        with (
            QSignalBlocker(self.range_check),
            QSignalBlocker(self.where_check),
            QSignalBlocker(self.sample_check),
        ):
            self.range_check.setChecked(selection.first > 1 or selection.last is not None)
            self.where_check.setChecked(bool(selection.filters))
            self.sample_check.setChecked(selection.count is not None)
        last, few = selection.last or rows, selection.count or min(rows, _USUAL_SAMPLE)
        for spin, value in (
            (self.first_spin, selection.first),
            (self.last_spin, last),
            (self.sample_spin, few),
        ):
            with QSignalBlocker(spin):
                spin.setRange(1, max(rows, value, 1))
                spin.setValue(value)
        self.draw_label.setText(self.tr("Draw %1").replace("%1", str(selection.seed)))
        if columns and tuple(form.condition for form in self._forms) != selection.filters:
            self._show_conditions(selection.filters)
        self._settle()

    @Slot()
    def _show_table(self) -> None:
        """The columns may be others, so the forms are made anew."""
        self._show_conditions(self._draft.selection.filters if self._draft.table else ())
        self._show_draft()

    def _show_conditions(self, filters: tuple[RowFilter, ...]) -> None:
        for form in self._forms:
            form.hide()
            form.deleteLater()
        self._forms = []
        for each in filters:
            self._add_form().show_condition(each)

    def _add_form(self) -> ConditionForm:
        form = ConditionForm(self._draft.table)
        self._forms.append(form)
        form.set_place(len(self._forms))
        form.changed.connect(self._choose)
        form.removed.connect(self._remove)
        self._conditions.addWidget(form)
        stops = [stop for each in self._forms for stop in each.stops()]
        tab_through(stops, self.add_button)
        return form

    @Slot()
    def _settle(self) -> None:
        """Let what is seen follow from what is chosen and counted."""
        table, selection = self._draft.table, self._draft.selection
        self._range.setVisible(self.range_check.isChecked())
        self._where.setVisible(self.where_check.isChecked())
        self._sample.setVisible(self.sample_check.isChecked())
        self._choices.setEnabled(self._draft.editable and table is not None)
        for form in self._forms:
            form.show_problem(table.columns if table else ())
        self.count_label.setText(self._count_words())
        set_look(self.count_label, "look", "problem" if self._draft.rows_problem else "strong")
        plain = selection.whole or bool(self._draft.rows_problem)
        self.words_label.say("" if plain else _sentence(describe(selection)))
        self.all_button.setVisible(not selection.whole and self._draft.editable)

    def _count_words(self) -> str:
        table, count = self._draft.table, self._draft.rows_to_run
        if table is None:
            return ""
        if self._draft.rows_problem:
            return self._draft.rows_problem
        if count is None:
            return self.tr("Counting the rows …")
        if not self._draft.editable:
            return self.tr("%1 ran.").replace("%1", rows_of(count, table.row_count))
        if self._draft.selection.whole:
            return self.tr("All rows will run: %1.").replace("%1", rows_words(count))
        return self.tr("%1 will run.").replace("%1", rows_of(count, table.row_count))

    @Slot(int, int)
    def _show_progress(self, done: int, total: int) -> None:
        if self._draft.rows_to_run is not None or self._draft.rows_problem:
            return  # of a count that was stopped
        words = self.tr("Counting the rows: %1 of %2 looked at …")
        self.count_label.setText(words.replace("%1", number(done)).replace("%2", number(total)))

    # What is chosen

    @Slot()
    def _choose(self) -> None:
        self._draft.set_selection(self._selection())
        self._settle()

    def _selection(self) -> Selection:
        chosen = replace(self._draft.selection, first=1, last=None, filters=(), count=None)
        if self.range_check.isChecked():
            chosen = replace(chosen, first=self.first_spin.value(), last=self.last_spin.value())
        if self.where_check.isChecked():
            chosen = replace(chosen, filters=tuple(form.condition for form in self._forms))
        if self.sample_check.isChecked():
            chosen = replace(chosen, count=self.sample_spin.value(), seed=max(chosen.seed, 1))
        return chosen

    @Slot(bool)
    def _ask_where(self, on: bool) -> None:
        if on and not self._forms:
            self._add_condition()
            return
        if not on:
            self._show_conditions(())
        self._choose()

    @Slot()
    def _add_condition(self) -> None:
        form = self._add_form()
        self._choose()
        form.column_combo.setFocus()

    @Slot()
    def _remove(self) -> None:
        gone = self.sender()
        left = tuple(form.condition for form in self._forms if form is not gone)
        self._show_conditions(left)
        self.where_check.setFocus()
        if left:
            self._choose()
        else:
            self.where_check.setChecked(False)

    @Slot()
    def _draw_again(self) -> None:
        selection = self._draft.selection
        self._draft.set_selection(replace(selection, seed=selection.seed + 1))

    @Slot()
    def _run_all(self) -> None:
        self._draft.set_selection(Selection(excluded=self._draft.selection.excluded))
        self.range_check.setFocus()

    def _connect(self) -> None:
        draft = self._draft
        draft.opened.connect(self._show_table)
        draft.table_changed.connect(self._show_table)
        draft.selection_changed.connect(self._show_draft)
        draft.job_changed.connect(self._settle)
        draft.rows_counted.connect(self._settle)
        draft.rows.progressed.connect(self._show_progress)
        for check in (self.range_check, self.sample_check):
            check.toggled.connect(self._choose)
        self.where_check.toggled.connect(self._ask_where)
        for spin in (self.first_spin, self.last_spin, self.sample_spin):
            spin.valueChanged.connect(self._choose)
        self.add_button.clicked.connect(self._add_condition)
        self.draw_button.clicked.connect(self._draw_again)
        self.all_button.clicked.connect(self._run_all)

    def _describe(self) -> None:
        for widget, name in (
            (self.range_check, "rows_range"),
            (self.where_check, "rows_where"),
            (self.sample_check, "rows_sample"),
            (self.first_spin, "rows_first"),
            (self.last_spin, "rows_last"),
            (self.sample_spin, "rows_few"),
            (self.count_label, "rows_count"),
            (self.words_label, "rows_words"),
        ):
            widget.setObjectName(name)
        self.first_spin.setAccessibleName(self.tr("First row that runs"))
        self.last_spin.setAccessibleName(self.tr("Last row that runs"))
        self.sample_spin.setAccessibleName(self.tr("How many rows run at random"))
        for spin in (self.first_spin, self.last_spin, self.sample_spin):
            spin.setGroupSeparatorShown(True)

    def _lay_out(self) -> None:
        between = Label(self.tr("to"), wrap=False)
        _indent(self._range, [self.first_spin, between, self.last_spin])
        _indent(self._sample, [self.sample_spin, self.draw_label], [self.draw_button])
        where = QVBoxLayout(self._where)
        where.setContentsMargins(LOOSE, 0, 0, 0)
        where.addLayout(self._conditions)
        where.addWidget(self.add_button)
        choices = QVBoxLayout(self._choices)
        choices.setContentsMargins(0, 0, SPACE, 0)
        choices.setSpacing(SPACE)
        for part in (
            self.range_check,
            self._range,
            self.where_check,
            self._where,
            self.sample_check,
            self._sample,
        ):
            choices.addWidget(part)
        choices.addStretch(1)
        area = scrolled(self._choices)
        area.setObjectName("rows_choices")
        area.setAccessibleName(self.tr("Which rows run"))
        foot = QHBoxLayout()
        foot.addWidget(self.all_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(area, 1)
        # Below, so that a longer sentence does not move what is being written.
        column.addWidget(self.count_label)
        column.addWidget(self.words_label)
        column.addLayout(foot)


def _indent(holder: QWidget, *lines: Sequence[QWidget]) -> None:
    column = QVBoxLayout(holder)
    column.setContentsMargins(LOOSE, 0, 0, SPACE)
    column.setSpacing(TIGHT)
    for line in lines:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for widget in line:
            row.addWidget(widget)
        row.addStretch(1)
        column.addLayout(row)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
