"""How long a fresh workbook of 12 columns takes, beside xlsxwriter alone writing the same cells.

Run: `.venv/bin/python -P tests/bench/workbooks.py [--rows 100000]` in a checkout (with
PYTHONPATH=.). Each way runs in a fresh process, in turn; the ratios are those of the medians, by
the clock and by the processor. Beside them stand the most memory that was resident, and the file.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_SENTENCE = "the refund & the <late> parcel naïve customers ask about again, and what came of it"
_WORDS = tuple(_SENTENCE.split())
_COLUMNS = [f"Column {number}" for number in range(1, 13)]
_PASSES = 3
_SAMPLE = 20_000


def rows(count: int) -> Iterator[list[str]]:
    """Ids, categories, figures and texts, as people have them."""
    chance = random.Random(7)  # noqa: S311 - the same table each time
    some = [
        [
            f"{number:06}",
            *chance.choices(_WORDS, k=3),
            *(str(chance.randrange(10_000)) for _ in range(2)),
            f"2024-05-{number % 28 + 1:02}",
            *(" ".join(chance.choices(_WORDS, k=length)) for length in range(10, 15)),
        ]
        for number in range(min(count, _SAMPLE))
    ]
    for number in range(count):
        yield some[number % len(some)]


def library(path: Path, count: int) -> None:
    """xlsxwriter in its way of constant memory, every cell a text."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(([*_COLUMNS], *rows(count))):
            for place, text in enumerate(row):
                sheet.write_string(at, place, text)


def ours(path: Path, count: int) -> None:
    """The export, with its sheet about where the answers come from."""
    from claude_batch_desk.core.report import silent
    from claude_batch_desk.core.results.export import export_xlsx
    from claude_batch_desk.core.results.workbook import Layout
    from tests.core.results.samples import note

    export_xlsx(path, _COLUMNS, rows(count), note(count), silent, Layout(frozenset((4, 5, 6))))


def measure(way: str, count: int) -> dict[str, float]:
    """Seconds, processor seconds, resident MB and MB of the file, of one way in a process."""
    command = [sys.executable, "-P", __file__, "--only", way, "--rows", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    read: dict[str, float] = json.loads(done.stdout)
    return read


def main() -> None:
    """Print the table, or measure one way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", choices=("library", "ours"))
    asked = parser.parse_args()
    if asked.only:
        _one(asked.only, asked.rows)
        return
    found: dict[str, list[dict[str, float]]] = {"library": [], "ours": []}
    for _ in range(_PASSES):
        for way, measured in found.items():
            measured.append(measure(way, asked.rows))
    middle = {
        way: {name: statistics.median(each[name] for each in passes) for name in passes[0]}
        for way, passes in found.items()
    }
    for way, each in middle.items():
        told = (f"{each['seconds']:6.1f} s, {each['processor']:6.1f} s of a processor",
                f"{each['memory']:4.0f} MB, file {each['file']:5.1f} MB")  # fmt: skip
        print(f"{way:8} {', '.join(told)}")
    for name in ("seconds", "processor"):
        print(f"{name}: {middle['ours'][name] / middle['library'][name]:.2f} of the library's")


def _one(way: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "out.xlsx")
        begun = time.perf_counter(), time.process_time()
        (ours if way == "ours" else library)(path, count)
        spent = time.perf_counter() - begun[0], time.process_time() - begun[1]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = (*spent, memory, path.stat().st_size / 1e6)
        print(json.dumps(dict(zip(("seconds", "processor", "memory", "file"), told, strict=True))))


if __name__ == "__main__":
    main()
