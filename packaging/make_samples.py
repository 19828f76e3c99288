"""Makes the sample tables anew: `python packaging/make_samples.py [folder]`.

The same phrases always give the same tables; the folder is resources/samples unless one is named.
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from samples import invoices, survey, tickets

_SHIPPED = Path(__file__).resolve().parent.parent / "resources" / "samples"


def _write_csv(
    path: Path, rows: Iterable[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8"
) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def make(folder: Path) -> None:
    """Write the three tables into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_csv(folder / "support-tickets.csv", tickets.table())
    _write_csv(folder / "invoice-lines.csv", invoices.table(), ";", "cp1252")
    survey.write(folder / "survey-answers.xlsx")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else _SHIPPED)
