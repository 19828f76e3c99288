"""How long a person waits for the grid of answers of a large job, and how long the window is stuck.

Run: `.venv/bin/python -P tests/bench/review_grid.py [--rows N] [--home FOLDER]` in a checkout (with
PYTHONPATH=.). A Practice service answers a job of so many rows, as for `reviewing.py`; then the
real window opens it, scrolls and narrows it. Each line says how long it took until the rows were
there, and the longest time in which the window heard nothing. A FOLDER keeps the job for the next
time.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, QTimer

from claude_batch_desk.app import Composed, compose, make_app
from claude_batch_desk.core.jobs.reviewing.wish import Order, Wish
from claude_batch_desk.gui.answers_panel import AnswersPanel
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.bench.reviewing import make_job

_ROWS, _PLACES, _TICK_MS, _PATIENCE_MS = 100_000, 40, 5, 120_000
_WISHES = {
    "one status": Wish(outcomes=frozenset({"answered"})),
    "one value": Wish(values=(("Label", frozenset({"praise"})),)),
    "asked alike": Wish(traits=frozenset({"duplicated"})),
    "a text": Wish(text="note 777"),
    "sorted by a value": Wish(order=Order("answer", 0)),
    "all rows": Wish(),
}


class Clock(QObject):
    """Ticks on the UI thread, and keeps the longest time between two ticks."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self._last = time.perf_counter()
        self._fits: Callable[[], bool] = lambda: True
        self._loop = QEventLoop()
        ticks = QTimer(self, interval=_TICK_MS)
        ticks.timeout.connect(self._tick)
        ticks.start()
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(lambda: self._loop.exit(1))

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now
        if self._fits():
            self._loop.quit()

    def wait(self, fits: Callable[[], bool]) -> None:
        """Let the window work until this is so."""
        self._fits = fits
        self._patience.start()
        if self._loop.exec():
            raise TimeoutError

    @contextmanager
    def told(self, name: str) -> Iterator[None]:
        """Print how long it takes."""
        began = self._last = time.perf_counter()
        self.longest = 0.0
        yield
        took = (time.perf_counter() - began) * 1000
        print(f"{name:28}{took:8.0f} ms, stuck for {self.longest * 1000:5.0f} ms")


def wish_for(panel: AnswersPanel, clock: Clock, wish: Wish) -> None:
    """Press what leads to this, and wait for its rows."""
    assert panel.review is not None
    heard: list[int] = []
    narrowed = panel.model.modelReset, panel.model.rowsInserted, panel.model.rowsRemoved
    for each in narrowed:
        each.connect(lambda *_: heard.append(1))
    panel.review.bar.wished.emit(wish)
    clock.wait(lambda: bool(heard))
    panel.view.viewport().repaint()


def scroll(panel: AnswersPanel, clock: Clock, name: str) -> None:
    """Go to places all over the job, and paint each."""
    clock.wait(lambda: panel.view.verticalScrollBar().maximum() > 0)
    bar, chance = panel.view.verticalScrollBar(), random.Random(7)  # noqa: S311 - no secret
    times = []
    for _ in range(_PLACES):
        began = time.perf_counter()
        bar.setValue(chance.randrange(bar.maximum() + 1))
        panel.view.repaint()
        panel.view.viewport().repaint()
        times.append((time.perf_counter() - began) * 1000)
    print(f"{name:28}{median(times):8.0f} ms, at worst {max(times):5.0f} ms")


def look_through(composed: Composed, job_id: int, rows: int) -> None:
    """All that is measured."""
    window, clock = composed.window, Clock()
    panel = window.results_page.answers
    window.resize(1280, 800)
    window.show()
    with clock.told("opened, first rows"):
        window.job_list.job_chosen.emit(job_id)
        clock.wait(lambda: window.draft.job is not None and window.draft.job.id == job_id)
        window.job_view.go("results")
        clock.wait(lambda: panel.model.rowCount() == rows)
        panel.view.viewport().repaint()
    review = panel.review
    assert review is not None
    with clock.told("and their counts"):
        clock.wait(lambda: review.counts.lines.rowCount() > 0)
    scroll(panel, clock, "scrolled anywhere")
    for name, wish in _WISHES.items():
        with clock.told(name):
            wish_for(panel, clock, wish)
    wish_for(panel, clock, _WISHES["one value"])
    scroll(panel, clock, "scrolled in one value")
    wish_for(panel, clock, Wish())
    with clock.told("two columns frozen"):
        panel.view.froze.emit(2)
        panel.view.viewport().repaint()
        clock.wait(lambda: True)
    scroll(panel, clock, "scrolled beside them")
    for name, wish in (("one value beside them", _WISHES["one value"]), ("all rows", Wish())):
        with clock.told(name):
            wish_for(panel, clock, wish)


def main() -> None:
    """Make the job where it is not there yet, and look through it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=_ROWS)
    asked.add_argument("--home", type=Path)
    chosen = asked.parse_args()
    app = make_app([])
    with ExitStack() as stack:
        folder = chosen.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "data").mkdir(parents=True, exist_ok=True)
        service = stack.enter_context(PracticeService(folder / "service"))
        session = Session(folder / "data", practice_url=service.base_url)
        jobs = [each for each in session.desk.jobs() if each.rows == chosen.rows]
        job_id, rows = (
            (jobs[0].id, jobs[0].rows)
            if jobs
            else ((made := make_job(session, folder, chosen.rows)).id, made.rows)
        )
        print(f"{rows:,} rows")
        composed = compose(app, session)
        try:
            look_through(composed, job_id, rows)
        finally:
            composed.window.close()
            composed.close()


if __name__ == "__main__":
    main()
