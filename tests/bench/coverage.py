"""How often the range of an estimate holds the bill, and how wide it is.

Run: `.venv/bin/python -P tests/bench/coverage.py [--jobs N]` in a checkout (with PYTHONPATH=.).
Draws jobs of seven kinds of text and seven of answers, for models with and without price tiers and
thinking, of 200 to 3,000 rows each; estimates each from 200 counted and 20 tried rows, bills every
request, and prints how many bills lay in the range (95 % promised), how many above it, and how wide
the range is at the median: half its width as a share of the expected amount. Then all jobs again
with fewer and with more counts and tries; without any tried rows the range is called a guess, and
promises nothing.
"""

import argparse
import statistics
from collections.abc import Callable, Sequence

from claude_batch_desk.core.quality.sampling import How
from tests.core.pricing.populations import (
    ANSWERS,
    TEXTS,
    Outcome,
    held,
    jobs_of_all_kinds,
)

_JOBS = 980
_PROMISED, _WIDE = 0.93, 0.10
Design = tuple[int, int, How]
_USUAL: Design = (200, 20, "random")
_DESIGNS: tuple[Design, ...] = (
    *((counted, 0, "random") for counted in (0, 40, 200)),
    *((40, tried, "random") for tried in (5, 20)),
    *((200, tried, "random") for tried in (5, 10, 20, 50)),
    *((200, tried, "spread") for tried in (5, 10, 20, 50)),
)
_DRAWN = {"random": "", "spread": " from short to long"}


def line(name: str, outcomes: Sequence[Outcome]) -> float:
    """Print one line of the table; the share of bills inside."""
    inside = statistics.fmean(each.inside for each in outcomes)
    above = statistics.fmean(each.above for each in outcomes)
    widths = sorted(each.width for each in outcomes)
    middle, most = statistics.median(widths), widths[int(len(widths) * 0.9)]
    over = sum(not each.under_ceiling for each in outcomes)
    print(
        f"{name:<44}{len(outcomes):>6}{100 * inside:>8.1f} %{100 * above:>8.1f} %"
        f"{100 * middle:>9.1f} %{100 * most:>9.1f} %{over:>10}"
    )
    return inside


def by(outcomes: Sequence[Outcome], names: Sequence[str], of: Callable[[Outcome], str]) -> None:
    """A line for each kind."""
    for name in names:
        line(name, [each for each in outcomes if of(each) == name])


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--jobs", type=int, default=_JOBS)
    kinds = jobs_of_all_kinds(asked.parse_args().jobs)
    found: dict[Design, list[Outcome]] = {design: [] for design in _DESIGNS}
    for kind in kinds:
        job = kind.draw()
        for design in _DESIGNS:
            found[design].append(held(kind, job, *design))
    print(
        f"{'':<44}{'jobs':>6}{'inside':>10}{'above':>10}{'± median':>11}{'± 90th':>11}"
        f"{'> ceiling':>10}"
    )
    outcomes = found[_USUAL]
    print("200 rows counted, 20 tried")
    by(outcomes, [*TEXTS], lambda each: each.kind.text)
    print()
    by(outcomes, [*ANSWERS], lambda each: each.kind.asked)
    print()
    inside = line("all", outcomes)
    width = statistics.median(each.width for each in outcomes)
    print(f"inside {100 * inside:.1f} % ({100 * _PROMISED:.0f} % or more promised),")
    print(f"± {100 * width:.1f} % at the median (± {100 * _WIDE:.0f} % aimed at)")
    print("\nall jobs, by what was counted and tried")
    for counted, tried, how in _DESIGNS:
        name = f"{counted} counted, {tried} tried{_DRAWN[how]}" if tried else f"{counted} counted"
        line(name, found[counted, tried, how])


if __name__ == "__main__":
    main()
