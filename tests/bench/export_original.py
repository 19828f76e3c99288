"""How long a copy of a workbook with answers in it takes, and how much memory.

Run `.venv/bin/python -P tests/bench/export_original.py [--rows N]` in a checkout (PYTHONPATH=.).
Adds five columns to a workbook of N rows and 12 columns, beside openpyxl loading, filling and
saving the same. Each is done in a process of its own, whose largest memory is printed.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_ROWS, _COLUMNS = 100_000, 12
_HEADERS = ("Category", "Urgency", "Score", "Status", "Reason")
_WAYS = ("ours", "openpyxl")
_KIB = 1024


def write_original(path: Path, rows: int) -> None:
    """A workbook of texts, numbers and dates with some looks."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        money = book.add_format({"num_format": "#,##0.00"})
        sheet.write_row(0, 0, [f"Column {place}" for place in range(_COLUMNS)])
        for row in range(1, rows + 1):
            for column in range(_COLUMNS):
                if column % 3:
                    sheet.write_string(row, column, f"row {row} says something in {column}")
                else:
                    sheet.write_number(row, column, row * 1.5 + column, money)


def answers(rows: int) -> Iterator[list[str]]:
    """Five texts for each row."""
    for row in range(rows):
        yield ["Return or exchange", "Normal", str(row % 7), "answered", f"because of {row}"]


def ours(path: Path, out: Path, rows: int) -> None:
    """As the program does it."""
    from claude_batch_desk.core.report import silent
    from claude_batch_desk.core.results.original.copying import copy_with_answers
    from claude_batch_desk.core.results.original.new_cells import NewColumns
    from claude_batch_desk.core.results.original.original import Original
    from claude_batch_desk.core.tables.table import Reading

    original = Original(path, path.name, Reading("workbook", sheet="Data"), rows)
    columns = NewColumns(_HEADERS, frozenset({2}))
    copy_with_answers(original, out, columns, answers(rows), silent)


def by_openpyxl(path: Path, out: Path, rows: int) -> None:
    """As it is usually done."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = book["Data"]
    for place, header in enumerate(_HEADERS, start=_COLUMNS + 1):
        sheet.cell(1, place, header)
    for row, texts in enumerate(answers(rows), start=2):
        for place, text in enumerate(texts, start=_COLUMNS + 1):
            sheet.cell(row, place, text)
    book.save(out)


def main() -> None:
    """Time both ways; with `--way`, do one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=_ROWS)
    parser.add_argument("--way", choices=_WAYS)
    parser.add_argument("--original", type=Path)
    parser.add_argument("--only-ours", action="store_true")
    given = parser.parse_args()
    if given.way:
        out = given.original.with_name(f"{given.way}.xlsx")
        (ours if given.way == "ours" else by_openpyxl)(given.original, out, given.rows)
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(used.ru_maxrss // _KIB, used.ru_utime + used.ru_stime)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "original.xlsx"
        write_original(path, given.rows)
        seconds, processor = {}, {}
        for way in _WAYS[:1] if given.only_ours else _WAYS:
            began = time.perf_counter()
            command = [sys.executable, "-P", __file__, "--rows", str(given.rows), "--way", way]
            done = subprocess.run(
                [*command, "--original", str(path)], check=True, stdout=subprocess.PIPE, text=True
            )
            seconds[way] = time.perf_counter() - began
            memory, processor[way] = map(float, done.stdout.split())
            worked = f"{processor[way]:6.1f} s of a processor"
            print(f"{way:<8} {seconds[way]:6.1f} s, {worked}  {memory:5,.0f} MB")
        if "openpyxl" in seconds:
            for name, took in (("by the clock", seconds), ("by the processor", processor)):
                print(f"{took['openpyxl'] / took['ours']:.1f} times as fast {name}")


if __name__ == "__main__":
    main()
