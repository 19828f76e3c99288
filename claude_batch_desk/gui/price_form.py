"""The prices of one model, entered by the person."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from claude_batch_desk.core.errors import PriceError
from claude_batch_desk.core.price_override import PriceOverride
from claude_batch_desk.core.pricing.amounts import unit_price
from claude_batch_desk.core.pricing.entering import WrittenPrices, override_of, read_price
from claude_batch_desk.core.pricing.price_list import PricedModel
from claude_batch_desk.core.pricing.rates import Prices, rates_entered
from claude_batch_desk.gui.theme import GRID, LOOSE, SPACE, WIDE
from claude_batch_desk.gui.widgets import Label, button
from claude_batch_desk.gui.wording import number

_KINDS = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
_NOW, _BATCH, _LONGER = 1, 2, 3
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PriceForm(QDialog):
    """Asks for prices as price pages list them; what follows from them is shown beside."""

    saved = Signal(str, object)
    """The model, and its PriceOverride; None where the price table is to be used again."""

    def __init__(self, model: PricedModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("price_form")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Prices of %1").replace("%1", model.name))
        self._make_parts(model)
        self._show(model)
        self._lay_out()
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.reject)
        self.reset_button.clicked.connect(self._reset)
        # One column after the other, as they are read off a price page.
        order = [*self.edits.values(), *self.longer.values(), self.above_edit]
        for first, then in pairwise(order):
            QWidget.setTabOrder(first, then)
        for edit in order:
            edit.textChanged.connect(self._follow)
        self._follow()
        self.edits["input"].setFocus()
        self.edits["input"].selectAll()

    def _make_parts(self, model: PricedModel) -> None:
        self.edits = {kind: self._edit(kind) for kind in _KINDS}
        self.longer = {kind: self._edit(kind, longer=True) for kind in _KINDS}
        self.batch = {kind: Label("–", "muted", wrap=False) for kind in _KINDS}
        self.above_edit = QLineEdit()
        self.above_edit.setObjectName("price_above")
        self.above_edit.setAccessibleName(self.tr("Longer prompts have more tokens than"))
        self.above_edit.setPlaceholderText(self.tr("e.g. 100,000"))
        self.above_edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.problem_label = Label("", "problem")
        self.problem_label.setObjectName("price_problem")
        self.problem_label.hide()
        self.save_button = button(self.tr("Save prices"), "price_save", look="primary")
        self.save_button.setDefault(True)
        self.cancel_button = button(self.tr("Cancel"), "price_cancel")
        back = self.tr("Use the price table") if model.listed else self.tr("Forget these prices")
        self.reset_button = button(back, "price_reset", icon_name="refresh")
        self.reset_button.setVisible(model.entered is not None)

    def _edit(self, kind: str, *, longer: bool = False) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(f"price_longer_{kind}" if longer else f"price_{kind}")
        about = self.tr("%1, for longer prompts") if longer else self.tr("%1, at once")
        made.setAccessibleName(about.replace("%1", self._words(kind)))
        made.setAlignment(Qt.AlignmentFlag.AlignRight)
        return made

    def _words(self, kind: str) -> str:
        return {
            "input": self.tr("Input"),
            "output": self.tr("Output"),
            "cache_write_5m": self.tr("Cache written, 5 min"),
            "cache_write_1h": self.tr("Cache written, 1 h"),
            "cache_read": self.tr("Cache read"),
        }[kind]

    def _show(self, model: PricedModel) -> None:
        """Begin with what is reckoned with now; what the person left open stays open."""
        if model.entered is not None:
            self._fill(self.edits, model.entered)
            if model.entered.longer is not None:
                self.above_edit.setText(number(model.entered.above))
                self._fill(self.longer, model.entered.longer)
        elif model.rates is not None:
            first, *rest = model.rates.tiers
            self._fill(self.edits, first.now)
            if rest:
                self.above_edit.setText(number(rest[0].above))
                self._fill(self.longer, rest[0].now)

    @staticmethod
    def _fill(edits: dict[str, QLineEdit], prices: PriceOverride | Prices) -> None:
        for kind, edit in edits.items():
            price = getattr(prices, kind)
            edit.setText("" if price is None else unit_price(price).removeprefix("$"))

    @Slot()
    def _follow(self) -> None:
        """Show what follows from what is written so far."""
        self.problem_label.say("")
        for edits in (self.edits, self.longer):
            usual = _usual(edits["input"].text())
            for kind, edit in edits.items():
                open_kind = usual is not None and kind not in ("input", "output")
                edit.setPlaceholderText(_bare(getattr(usual, kind)) if open_kind else "")
        for kind, label in self.batch.items():
            edit = self.edits[kind]
            price = _read(edit.text()) or _read(edit.placeholderText())
            label.setText("–" if price is None else unit_price(price / 2))

    @Slot()
    def _save(self) -> None:
        today = datetime.now(UTC).astimezone().date()
        try:
            entered = override_of(
                _written(self.edits), self.above_edit.text(), _written(self.longer), today
            )
        except PriceError as error:
            self.problem_label.say(str(error))
            self.adjustSize()
            return
        self.saved.emit(self._model.id, entered)
        self.accept()

    @Slot()
    def _reset(self) -> None:
        self.saved.emit(self._model.id, None)
        self.accept()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(LOOSE, LOOSE, LOOSE, LOOSE)
        column.setSpacing(WIDE)
        column.addWidget(Label(self.windowTitle(), "heading"))
        told = self.tr(
            "US dollars for a million tokens, as the service lists them for immediate calls. As a "
            "batch everything costs half. What you leave open follows from the input price."
        )
        column.addWidget(Label(told, "muted"))
        column.addLayout(self._grid())
        column.addWidget(self.problem_label)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.reset_button)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.save_button)
        column.addLayout(foot)
        self.setMinimumWidth(GRID * 76)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(SPACE)
        heads = {
            _NOW: self.tr("At once"),
            _BATCH: self.tr("As a batch"),
            _LONGER: self.tr("Longer prompts"),
        }
        for place, words in heads.items():
            grid.addWidget(Label(words, "strong", wrap=False), 0, place, _RIGHT)
            grid.setColumnMinimumWidth(place, GRID * 14)
        for line, kind in enumerate(_KINDS, start=1):
            grid.addWidget(Label(self._words(kind), wrap=False), line, 0)
            grid.addWidget(self.edits[kind], line, _NOW)
            grid.addWidget(self.batch[kind], line, _BATCH, _RIGHT)
            grid.addWidget(self.longer[kind], line, _LONGER)
        last = len(_KINDS) + 1
        longer = Label(self.tr("Longer prompts have more tokens than"), wrap=False)
        grid.addWidget(longer, last, 0, 1, 3, _RIGHT)
        grid.addWidget(self.above_edit, last, _LONGER)
        grid.setColumnStretch(0, 1)
        return grid


def _written(edits: dict[str, QLineEdit]) -> WrittenPrices:
    return WrittenPrices(**{kind: edit.text() for kind, edit in edits.items()})


def _read(text: str) -> Decimal | None:
    try:
        return read_price(text, "")
    except PriceError:
        return None


def _usual(text: str) -> Prices | None:
    price = _read(text)
    if price is None:
        return None
    return rates_entered("", PriceOverride(price, price)).tiers[0].now


def _bare(price: Decimal) -> str:
    return unit_price(price).removeprefix("$")
