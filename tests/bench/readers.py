"""How long the whole load of a table takes, beside the fastest reader alone.

Run: `.venv/bin/python -P tests/bench/readers.py [--rows 1000000]` in a checkout (with
PYTHONPATH=.). A whole load is what opening a file does: it is copied, read by the child, looked
through and stored. Each reader runs in a fresh process, in turn; the ratios are those of the
medians. Beside the times stands the most memory that was resident in the process and its child.
"""

import argparse
import csv
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SENTENCE = "the table holds rows of words that come back in a column beside what was asked"
_WORDS = tuple(_SENTENCE.split())
_COLUMNS = ["id", "code", "name", "city", "amount", "share", "day", "active", "note", "score"]
_START = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
Value = str | int | float | bool | datetime


def rows(count: int) -> Iterator[list[Value]]:
    """Such rows as people have: numbers, codes, names, categories, amounts, dates, notes."""
    chance = random.Random(7)  # noqa: S311 - the same table each time
    for number in range(count):
        yield [
            number,
            f"{chance.randrange(10**6):08}",
            f"{chance.choice(_WORDS).title()} {chance.randrange(50_000)}",
            chance.choice(_WORDS),
            chance.randrange(10**7) / 100,
            chance.random(),
            _START + timedelta(days=chance.randrange(2500)),
            chance.random() < 0.5,
            " ".join(chance.choices(_WORDS, k=8)),
            chance.randrange(1, 6),
        ]


def write_workbook(path: Path, count: int) -> None:
    """The rows as Excel would save them: shared texts, formats for amounts, shares and days."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        formats = {
            place: book.add_format({"num_format": code})
            for place, code in ((4, "#,##0.00"), (5, "0.0%"), (6, "yyyy-mm-dd"))
        }
        sheet.write_row(0, 0, _COLUMNS)
        for at, row in enumerate(rows(count), start=1):
            for place, value in enumerate(row):
                sheet.write(at, place, value, formats.get(place))


def write_text(path: Path, count: int) -> None:
    """The same rows as text."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows(rows(count))


def whole(path: Path) -> int:
    """Open the table as the application does; returns its rows."""
    from claude_batch_desk.core.jobs.intake.sources import take_in
    from claude_batch_desk.core.jobs.store import Stores
    from claude_batch_desk.core.report import silent
    from claude_batch_desk.core.tables.table import ReadOptions

    with tempfile.TemporaryDirectory() as home:
        return take_in(Stores.open(Path(home)), path, ReadOptions(), silent).row_count


def calamine(path: Path) -> int:
    """Take all rows of the first sheet as they come."""
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return sum(1 for _ in sheet.iter_rows()) - 1


def openpyxl(path: Path) -> int:
    """The same by the library most programs use."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)) - 1


def pandas(path: Path) -> int:
    """All cells as text, which is what has to be kept of them, by pandas' C reader."""
    import pandas as pd

    return len(pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False, engine="c"))


READERS: dict[str, Callable[[Path], int]] = {
    each.__name__: each for each in (whole, calamine, openpyxl, pandas)
}


def run_once(name: str, path: Path) -> None:
    """Read in this process; print the seconds and the most kB that were resident in both."""
    import resource

    began = time.perf_counter()
    count = READERS[name](path)
    seconds = time.perf_counter() - began
    own, child = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"{seconds} {own.ru_maxrss} {child.ru_maxrss} {count}")


def compare(path: Path, names: list[str], runs: int, count: int) -> None:
    """Print the seconds and memory of these readers, and the ratios to the second of them."""
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(runs):
        for name in names if turn % 2 == 0 else reversed(names):
            told = subprocess.run(
                [sys.executable, "-P", __file__, "--once", name, str(path)],
                check=True, capture_output=True, text=True,
            ).stdout.split()  # fmt: skip
            assert int(told[3]) == count, "not all rows were read"
            seconds[name].append(float(told[0]))
            memory = f"{int(told[1]) / 1024:5.0f} MB + {int(told[2]) / 1024:5.0f} MB in the child"
            print(f"{path.suffix} {name:<9} {float(told[0]):7.2f} s {memory}", flush=True)
    medians = {name: statistics.median(each) for name, each in seconds.items()}
    for name in names[1:]:
        print(f"{path.suffix} whole load : {name} alone = {medians[names[0]] / medians[name]:.2f}")


def main() -> None:
    """Write the files if they are not there, and compare."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--folder", type=Path, help="where the files are kept for another time")
    asked.add_argument("--without-openpyxl", action="store_true")
    asked.add_argument("--once", nargs=2, help=argparse.SUPPRESS)
    found = asked.parse_args()
    if found.once:
        run_once(found.once[0], Path(found.once[1]))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = found.folder or Path(temporary)
        book, text = folder / f"{found.rows}.xlsx", folder / f"{found.rows}.csv"
        for path, write in ((book, write_workbook), (text, write_text)):
            if not path.exists():
                write(path, found.rows)
        slow = [] if found.without_openpyxl else ["openpyxl"]
        compare(text, ["whole", "pandas"], found.runs, found.rows)
        compare(book, ["whole", "calamine", *slow], found.runs, found.rows)


if __name__ == "__main__":
    main()
