"""Where an export comes from, as lines for a person who has to defend its numbers later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from claude_batch_desk import __version__
from claude_batch_desk.core.pricing.estimate import Estimate, Range


@dataclass(frozen=True)
class ExportNote:
    """What an export is told about its origin. Amounts in USD, times aware UTC."""

    job: str
    source: str
    """The source file's name."""
    source_sha256: str
    rows: int
    """How many rows the export will have, for the progress."""
    recipe: str
    model: str
    mode: Literal["practice", "live"]
    batch_ids: tuple[str, ...] = ()
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    estimate: Estimate | None = None
    price: Range | None = None
    """Of the estimate, that of the way the job was sent."""
    way: str = ""
    """How it was sent, in words."""
    billed: Decimal | None = None
    outcomes: Mapping[str, int] = field(default_factory=dict)
    """Rows by outcome."""
    rows_chosen: str = ""
    """Which rows ran, in words."""
    version: int = 0
    """Of the job's prompt; 0 where it was not kept."""
    cells_corrected: int = 0
    """Values of answers that a person put there."""
    taken_over: str = ""
    """From which earlier job answers were taken over, in words; "" where none were."""
    run_again: str = ""
    """How many rows were run again, in words; "" where none were."""
    documents: str = ""
    """How the documents of the rows were sent, in words; "" where rows have none."""


def about_lines(about: ExportNote, notes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Labels and texts in reading order; `notes` are the export's own. Never a key or a prompt."""
    lines = [
        ("Job", about.job),
        ("Answers from", _origin(about)),
        ("Model", about.model),
        ("Recipe", about.recipe),
        ("Version of the prompt", str(about.version or "")),
        ("Source", about.source),
        ("SHA-256 of the source", about.source_sha256),
        ("Rows", f"{about.rows:,}"),
        ("Rows chosen", about.rows_chosen),
        ("Documents sent", about.documents),
        *((f"Rows {_words(outcome)}", f"{rows:,}") for outcome, rows in about.outcomes.items()),
        ("Answers taken over", about.taken_over),
        ("Cells corrected by hand", f"{about.cells_corrected:,}" if about.cells_corrected else ""),
        ("Run again", about.run_again),
        ("Sent", _time(about.sent_at)),
        ("Last answer", _time(about.ended_at)),
        ("Sent as", about.way),
        *money_lines(about),
        *(("Batch", batch_id) for batch_id in about.batch_ids),
        ("Written", f"{_time(datetime.now(UTC))} by Claude Batch Desk {__version__}"),
        ("Methods", methods(about)),
        *(("Note", note) for note in notes),
    ]
    return [(label, text) for label, text in lines if text]


def methods(about: ExportNote) -> str:
    """A paragraph about how the answers came to be, to be put into a report."""
    if not about.sent_at:
        return ""
    version = f", version {about.version} of its prompt" if about.version else ""
    asked = (
        f"The model {about.model} was asked about rows of the table “{about.source}” (SHA-256 "
        f"{about.source_sha256}) with the recipe “{about.recipe}”{version}"
    )
    if about.rows_chosen:
        asked += f"; rows: {about.rows_chosen}"
    until = f" to {_time(about.ended_at)}" if about.ended_at else ""
    service = "the Message Batches service of Anthropic"
    if about.mode == "practice":
        service = "a Practice service that invents answers without a model"
    sent = f"They were sent as {about.way} to {service}, from {_time(about.sent_at)}{until}"
    outcomes = ", ".join(f"{rows:,} {_words(outcome)}" for outcome, rows in about.outcomes.items())
    came = f" Of the rows, {outcomes}." if outcomes else ""
    if about.cells_corrected:
        came += f" {about.cells_corrected:,} values were corrected by hand."
    return f"{asked}. {sent}.{came} Made with Claude Batch Desk {__version__}."


def money_lines(about: ExportNote) -> list[tuple[str, str]]:
    """What it was to cost, and what it did; a text is "" where that is not known."""
    return [("Estimated cost", _estimated(about)), ("Billed", _dollars(about.billed))]


def _origin(about: ExportNote) -> str:
    if about.mode == "practice":
        return "Practice: invented by the Practice service of this program, not by a model"
    return "The Message Batches service"


def _words(outcome: str) -> str:
    return outcome.replace("_", " ")


def _time(time: datetime | None) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if time else ""


def _estimated(about: ExportNote) -> str:
    price, estimate = about.price, about.estimate
    if price is None or estimate is None:
        return ""
    return (
        f"{_dollars(price.expected)}, between {_dollars(price.low)} and {_dollars(price.high)} "
        f"(95 %), at most {_dollars(price.ceiling)}; prices: {estimate.prices_date}"
    )


def _dollars(amount: Decimal | None) -> str:
    """To the cent, and small amounts to their first two digits that count."""
    if amount is None:
        return ""
    cents = Decimal("0.01")
    if amount == 0 or amount >= 1:
        return f"${amount.quantize(cents):,f}"
    places = max(-amount.adjusted() + 1, 2)
    return f"${amount:.{places}f}"
