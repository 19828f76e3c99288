"""Headers: from whatever stands in the header row to names a prompt can use."""

import re
from collections.abc import Iterator, Sequence
from itertools import count, zip_longest

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.tables.table import Row

MAX_COLUMNS = 16_384
"""What a sheet of a workbook can hold; a text file with more is a damaged one."""
MAX_NAME = 200
"""Characters kept of a header; a longer one is a cell of text that stands in the first row."""

HEADER_ROWS = (1, 2)
"""How many rows a header may take."""

_LEAST_GAPS = 2
_LEAST_ROWS = 3
_ANSWER = re.compile(r"(?:open-ended )?response", re.IGNORECASE)
"""What survey programs write below a question with one column of answers."""
_IMPORT_ID = re.compile(r'\{\s*"ImportId"\s*:')
"""How Qualtrics starts each cell of a row below its header."""
_WORD = re.compile(r"[^\W\d_]")
_JOINT = " – "
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff{}]")


def column_names(header: Sequence[str], width: int) -> tuple[str, ...]:
    """One usable name for each of `width` columns: unique, not empty, on one line, no braces.

    Raises TableError where the columns are none or more than MAX_COLUMNS.
    """
    if not width:
        raise TableError("This file holds no table: it has no column with a name or a value.")
    if width > MAX_COLUMNS:
        raise TableError(
            f"This file seems to have {width:,} columns; at most {MAX_COLUMNS:,} can be read. "
            "Check which character separates its columns."
        )
    cleaned = [_clean(name) for name in header[:width]] + [""] * (width - len(header))
    taken = set(cleaned)
    given: dict[str, None] = {}
    numbers: dict[str, Iterator[int]] = {}
    for number, name in enumerate(cleaned, start=1):
        wanted = name or f"Column {number}"
        if wanted in given or (not name and wanted in taken):
            further = numbers.setdefault(wanted, count(2))
            wanted = next(
                free
                for n in further
                if (free := f"{wanted} ({n})") not in taken and free not in given
            )
        given[wanted] = None
    return tuple(given)


def _clean(name: str) -> str:
    plain = " ".join(_UNUSABLE.sub(" ", name).split())
    return plain if len(plain) <= MAX_NAME else plain[: MAX_NAME - 1].rstrip() + "…"


def has_two_rows(head: Sequence[Row]) -> bool:
    """Whether the second of these first rows belongs to the header, as labels of a question do.

    A row of data must never pass for labels. So the first row has gaps, each with a label of
    words below it, no two alike below one question; and the second row is no answer: it says
    "Response", or lacks what all the rows below it have.
    """
    if len(head) <= len(HEADER_ROWS):
        return False
    header, second, *below = head
    groups = _groups(header, second)
    split = [(name, labels) for name, labels in groups if len(labels) > 1]
    gaps_have_labels = all(
        name and all(labels) and len(set(labels)) == len(labels) for name, labels in split
    )
    single = [labels[0] for name, labels in groups if name and len(labels) == 1]
    return (
        gaps_have_labels
        and sum(len(labels) - 1 for _, labels in split) >= _LEAST_GAPS
        and all(_WORD.search(label) for label in second if label)
        and (any(map(_ANSWER.fullmatch, single)) or _lacks(header, second, below))
    )


def _lacks(header: Row, second: Row, below: Sequence[Row]) -> bool:
    """Whether some column has a name and, but for the second row, always a value."""
    lacking = [
        at for at, name in enumerate(header) if name and not (at < len(second) and second[at])
    ]
    has_all = (all(at < len(row) and row[at] for row in below) for at in lacking)
    return len(below) >= _LEAST_ROWS and any(has_all)


def described_rows(head: Sequence[Row]) -> int:
    """How many rows below the first of these describe its columns, as in exports of Qualtrics.

    They are the texts of the questions and, last, the ids for an import.
    """
    for number, row in enumerate(head[1:3], start=1):
        filled = [cell for cell in row if cell]
        if filled and all(map(_IMPORT_ID.match, filled)):
            return number
    return 0


DESCRIBED_NOTE = (
    "The rows right below the header hold question texts and import ids, as Qualtrics writes "
    "them, and are left out. Choose another first row to have them read."
)


def joined_note(columns: Sequence[str]) -> str:
    """A note on a header of two rows, with the shortest name that came of it."""
    shortest = min((name for name in columns if _JOINT in name), key=len, default=columns[0])
    return (
        f"The header takes two rows, which are joined, as in “{shortest}”. If the second one is "
        "data, read the table with one header row."
    )


def joined_header(header: Sequence[str], second: Sequence[str]) -> list[str]:
    """One name for each column from two rows: question and answer, or what there is of them."""
    names: list[str] = []
    for question, labels in _groups(header, second):
        names += [_joined(question, label, single=len(labels) == 1) for label in labels]
    return names


def _groups(header: Sequence[str], second: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Each name of the first row with what stands below it and below the gap to its right.

    A column with nothing in either row ends a group.
    """
    groups: list[tuple[str, list[str]]] = []
    open_group = False
    for name, label in zip_longest(header, second, fillvalue=""):
        if open_group and label and not name:
            groups[-1][1].append(label)
            continue
        groups.append((name, [label]))
        open_group = bool(name)
    return groups


def _joined(question: str, label: str, *, single: bool) -> str:
    if not question or not label:
        return question or label
    if single and (_ANSWER.fullmatch(label) or label == question):
        return question
    question, label = _clean(question), _clean(label)
    room = max(MAX_NAME - len(label) - len(_JOINT), MAX_NAME // 2)
    if len(question) > room:
        question = question[: room - 1].rstrip() + "…"
    return question + _JOINT + label
