"""Models, efforts and prices in the words of the form that chooses them."""

from PySide6.QtCore import QCoreApplication

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.pricing.comparing import Comparison, UnitPrice
from claude_batch_desk.core.pricing.room import AnswerRoom
from claude_batch_desk.gui.wording import money, number

_HUNDRED = 100
"""Of fewer answers, those of 99 % are all."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("model_words", text)


def price_words(price: UnitPrice | None) -> str:
    """An amount for 1,000 rows without saying so, or "" where it is not known."""
    if price is None:
        return ""
    if price.highest > price.expected:
        words = _tr("%1 to %2").replace("%1", money(price.expected))
        return words.replace("%2", money(price.highest, up=True))
    return _tr("about %1").replace("%1", money(price.expected))


def model_words(model: OfferedModel, price: UnitPrice | None, *, newest: bool) -> str:
    """A model by its name, what it is good for, and its price."""
    hint = {
        "haiku": _tr("quickest, lowest price"),
        "sonnet": _tr("between price and care"),
        "opus": _tr("careful, higher price"),
        "fable": _tr("for the hardest questions, highest price"),
    }.get(model.line, "")
    return _joined(model.name, hint if newest else "", price_words(price))


def effort_words(effort: str, price: UnitPrice | None) -> str:
    """How much the model puts into an answer, and what that costs."""
    words = {
        "": _tr("As this model is set by default"),
        "low": _tr("Low: quickest and cheapest, for plain sorting"),
        "medium": _tr("Medium: for most questions"),
        "high": _tr("High: where rules must be weighed"),
        "xhigh": _tr("Very high: for hard judgements"),
        "max": _tr("Highest: slowest and dearest"),
    }
    return _joined(words[effort], price_words(price))


def thinking_words(prices: Comparison, *, switchable: bool) -> str:
    """What thinking is good for and what it costs."""
    if not switchable:
        return _tr(
            "This model always thinks as much as a row needs. Its thinking is billed as output "
            "and counts toward the longest answer."
        )
    words = _tr(
        "It helps where Claude has to weigh things up; sorting and copying seldom need it. "
        "Thinking is billed as output and counts toward the longest answer."
    )
    if prices.thinking is None or prices.no_thinking is None:
        return words
    cost = _tr("1,000 rows: %1 with it, %2 without.")
    cost = cost.replace("%1", price_words(prices.thinking))
    return f"{words} {cost.replace('%2', price_words(prices.no_thinking))}"


def room_words(room: AnswerRoom, limit: int) -> str:
    """What the tried rows say about the longest answer, beside the limit as it is."""
    if room.cut_off:
        words = _tr("%1 of %2 tried answers reached the limit of %3 tokens and were cut off.")
        words = words.replace("%1", number(room.cut_off)).replace("%3", number(limit))
        return words.replace("%2", number(room.tried))
    words = _tr("The longest of %1 tried answers took %2 tokens, thinking included.")
    if room.tried >= _HUNDRED:
        words = _tr("Of %1 tried answers, 99 % took at most %2 tokens, thinking included.")
    words = words.replace("%1", number(room.tried)).replace("%2", number(room.longest))
    if room.tokens < limit:
        lower = _tr(
            "%3 leave room for longer ones and lower the most the job can cost; rows tried so "
            "far would be asked again."
        )
        words = f"{words} {lower.replace('%3', number(room.tokens))}"
    elif room.tokens > limit:
        closer = _tr("The limit of %3 leaves little room for longer ones.")
        words = f"{words} {closer.replace('%3', number(limit))}"
    return words


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
