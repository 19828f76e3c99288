"""What every model costs, as a table: a line for each model, and one for each dearer tier."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.pricing.amounts import unit_price
from claude_batch_desk.core.pricing.price_list import PricedModel
from claude_batch_desk.core.pricing.rates import Tier
from claude_batch_desk.gui.lines_model import LinesModel
from claude_batch_desk.gui.wording import number

MODEL, INPUT, OUTPUT, WRITE_5M, WRITE_1H, READ, BATCH, SOURCE = range(8)


def _tr(text: str) -> str:
    return QCoreApplication.translate("price_table", text)


@dataclass(frozen=True)
class _Line:
    """A model at one of its tiers; None where no price is known."""

    model: PricedModel
    tier: Tier | None


class PriceModel(LinesModel[_Line]):
    """Prices in USD per million tokens."""

    figures = range(INPUT, SOURCE)

    def show_models(self, models: Sequence[PricedModel]) -> None:
        """Show these, in the order they come in."""
        self.show(
            [
                _Line(model, tier)
                for model in models
                for tier in (model.rates.tiers if model.rates else (None,))
            ]
        )

    def model_at(self, row: int) -> PricedModel:
        """The model in a row."""
        return self.line(row).model

    def row_of(self, model_id: str) -> int:
        """The first row of a model, or -1."""
        rows = (row for row in range(self.rowCount()) if self.model_at(row).id == model_id)
        return next(rows, -1)

    def headers(self) -> tuple[str, ...]:
        """A batch costs half in every kind of token; two of them stand for all."""
        return (
            _tr("Model"),
            _tr("Input"),
            _tr("Output"),
            _tr("Cache 5 min"),
            _tr("Cache 1 h"),
            _tr("Cache read"),
            _tr("Batch in / out"),
            _tr("From"),
        )

    def text(self, line: _Line, column: int) -> str:
        """Names, prices and where those come from."""
        if column == MODEL:
            return _name(line)
        if column == SOURCE:
            return _source(line.model)
        return _price(line.tier, column)


def _name(line: _Line) -> str:
    if line.tier is None or line.tier.above < 0:
        return line.model.name
    over = _tr("    over %1 tokens")
    return over.replace("%1", number(line.tier.above))


def _source(model: PricedModel) -> str:
    if model.rates is None:
        return _tr("not known")
    if model.entered is None:
        return _tr("the table")
    if model.entered.entered is None:
        return _tr("you")
    return _tr("you, %1").replace("%1", f"{model.entered.entered}")


def _price(tier: Tier | None, column: int) -> str:
    if tier is None:
        return "–"
    if column == BATCH:
        return f"{unit_price(tier.batch.input)} / {unit_price(tier.batch.output)}"
    now = tier.now
    return unit_price(
        {
            INPUT: now.input,
            OUTPUT: now.output,
            WRITE_5M: now.cache_write_5m,
            WRITE_1H: now.cache_write_1h,
            READ: now.cache_read,
        }[column]
    )
