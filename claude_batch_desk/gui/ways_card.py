"""The ways in which a job can be sent, each with its price, or why it is not on offer."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QVBoxLayout, QWidget

from claude_batch_desk.core.jobs.job import Job, Way
from claude_batch_desk.core.jobs.timing.advice import WayInTime
from claude_batch_desk.core.pricing.caching import CacheUse
from claude_batch_desk.core.pricing.estimate import Estimate, Range
from claude_batch_desk.gui.theme import GRID, SPACE, TIGHT
from claude_batch_desk.gui.widgets import Card, Label
from claude_batch_desk.gui.wording import money

_INDENT = GRID * 3


class WaysCard(Card):
    """As a batch, as one with cached instructions (one request first or not), or at once."""

    changed = Signal()
    """Another way was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("How it is sent"), parent=parent)
        self._offered = False
        self._editable = True
        self._make_parts()
        for part, name in (
            (self.batch_radio, "review_way_batch"),
            (self.cached_radio, "review_way_cached"),
            (self.now_radio, "review_way_now"),
            (self.now_price, "review_way_now_price"),
            (self.prime_check, "review_prime"),
            (self.batch_price, "review_way_batch_price"),
            (self.cached_price, "review_way_cached_price"),
            (self.prime_price, "review_prime_price"),
            (self.cached_why, "review_way_cached_why"),
        ):
            part.setObjectName(name)
        group = QButtonGroup(self)
        group.addButton(self.batch_radio)
        group.addButton(self.cached_radio)
        group.addButton(self.now_radio)
        self.batch_radio.setChecked(True)
        self.column.addLayout(_indented(self.batch_radio, self.batch_price, self.batch_why))
        self.column.addSpacing(SPACE)
        self.column.addLayout(_indented(self.cached_radio, self.cached_price, self.cached_why))
        below = _indented(self.prime_check, self.prime_price, self.prime_why)
        below.setContentsMargins(_INDENT, 0, 0, 0)
        self.column.addLayout(below)
        self.column.addSpacing(SPACE)
        self.column.addLayout(_indented(self.now_radio, self.now_price, self.now_why))
        for radio in (self.cached_radio, self.now_radio):
            radio.toggled.connect(self._settle)
            radio.toggled.connect(self.changed)
        self.prime_check.toggled.connect(self.changed)
        self.show_estimate(None)

    def _make_parts(self) -> None:
        self.batch_radio = QRadioButton(self.tr("As a batch"))
        self.cached_radio = QRadioButton(self.tr("As a batch with cached instructions"))
        self.now_radio = QRadioButton(self.tr("At once, at the full price"))
        self.batch_price = Label("", selectable=True)
        self.batch_why = Label(
            self.tr(
                "At half the price of immediate calls. Most batches are done within an hour, all "
                "end within 24 hours. You can close this window meanwhile."
            ),
            "caption",
        )
        self.cached_price = Label("", selectable=True)
        self.now_price = Label("", selectable=True)
        self.now_why = Label(
            self.tr(
                "Every row is asked by a call of its own, and its answer is here within seconds. "
                "This program has to stay open until all are here, or goes on when it is opened "
                "again."
            ),
            "caption",
        )
        self.cached_why = Label("", "caption")
        self.prime_check = QCheckBox(
            self.tr("Send one request first, the rest once it is answered")
        )
        self.prime_price = Label("", selectable=True)
        self.prime_why = Label(
            self.tr(
                "The first request writes the instructions to the cache, so that nearly all others "
                "find them. The rest follows as soon as it is answered, at the latest after two "
                "hours; this program has to be open then, or sends it when it is opened again."
            ),
            "caption",
        )

    @property
    def way(self) -> Way:
        """As a batch or at once."""
        return "now" if self.now_radio.isChecked() else "batch"

    @property
    def cache(self) -> CacheUse | None:
        """How the instructions are to be cached; None for a batch without."""
        if not (self._offered and self.cached_radio.isChecked()):
            return None
        return CacheUse(prime=self.prime_check.isChecked())

    @Slot()
    def reset(self) -> None:
        """A job that was just opened is sent as a batch, unless the person chooses otherwise."""
        self._choose("batch", None)

    @Slot(object)
    def choose(self, advised: WayInTime) -> None:
        """Send it this way, if it is still on offer; where one request goes first stays."""
        cache = CacheUse(prime=self.prime_check.isChecked()) if advised.cached else None
        self._choose(advised.way, cache if self._offered else None)

    def show_estimate(self, estimate: Estimate | None) -> None:
        """Show the price of each way, or that it is not known yet.

        What is not offered any more is not chosen any more.
        """
        self._offered = estimate is not None and estimate.cached is not None
        waiting = "…" if estimate is None else ""
        self.batch_price.say(_range(self, estimate.batch) if estimate else waiting)
        self.cached_price.say(_range(self, estimate.cached if estimate else None) or waiting)
        self.prime_price.say(_range(self, estimate.primed if estimate else None))
        self.now_price.say(_range(self, estimate.now) if estimate else waiting)
        for way, price in (
            (self.batch_radio, self.batch_price),
            (self.cached_radio, self.cached_price),
            (self.prime_check, self.prime_price),
            (self.now_radio, self.now_price),
        ):
            way.setAccessibleDescription(price.text())
        why = estimate.caching.why if estimate and estimate.caching else ""
        self.cached_why.say(why)
        if estimate is not None and not self._offered and self.cached_radio.isChecked():
            self.batch_radio.setChecked(True)
        self._settle()

    def show_job(self, job: Job) -> None:
        """Show how a job was sent."""
        self._choose(job.way, job.cache)

    def set_editable(self, editable: bool) -> None:
        """Whether another way may be chosen now."""
        self._editable = editable
        self._settle()

    def _choose(self, way: Way, cache: CacheUse | None) -> None:
        radio = self.cached_radio if cache is not None else self.batch_radio
        (self.now_radio if way == "now" else radio).setChecked(True)
        self.prime_check.setChecked(cache is not None and cache.prime)

    @Slot()
    def _settle(self) -> None:
        chosen = self.cached_radio.isChecked()
        self.batch_radio.setEnabled(self._editable)
        self.now_radio.setEnabled(self._editable)
        self.now_why.setVisible(self.now_radio.isChecked())
        self.cached_radio.setEnabled(self._editable and self._offered)
        self.prime_check.setEnabled(self._editable and chosen)
        self.prime_check.setVisible(chosen)
        self.prime_why.setVisible(chosen)
        self.prime_price.setVisible(chosen and bool(self.prime_price.text()))


def _indented(button: QWidget, *below: QWidget) -> QVBoxLayout:
    """A button with lines under its text."""
    lines = QVBoxLayout()
    lines.setContentsMargins(_INDENT, 0, 0, 0)
    lines.setSpacing(TIGHT)
    for line in below:
        lines.addWidget(line)
    whole = QVBoxLayout()
    whole.setSpacing(TIGHT)
    whole.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
    whole.addLayout(lines)
    return whole


def _range(card: WaysCard, price: Range | None) -> str:
    if price is None:
        return ""
    words = card.tr("about %1, between %2 and %3, at most %4")
    words = words.replace("%1", money(price.expected)).replace("%2", money(price.low))
    words = words.replace("%3", money(price.high, up=True))
    return words.replace("%4", money(price.ceiling, up=True))
