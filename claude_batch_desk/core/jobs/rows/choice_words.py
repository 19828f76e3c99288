"""A choice of rows in words, for a person to read, and as one may write it on a command line."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby

from claude_batch_desk.core.errors import SelectionError
from claude_batch_desk.core.jobs.rows.conditions import RowFilter, RowTest
from claude_batch_desk.core.jobs.rows.selection import Selection

_MOST_SHOWN = 60
_MOST_NAMED = 20
_ASKED: dict[RowTest, tuple[str, str]] = {
    "contains": ("contains", "does not contain"),
    "equals": ("is", "is not"),
    "empty": ("is empty", "is not empty"),
    "longer": ("is longer than", "is not longer than"),
    "matches": ("matches", "does not match"),
}
_WRITTEN = re.compile(
    r"(?P<not1>not\s+)?(?:(?:is|does)\s+)?(?P<not2>not\s+)?"
    r"(?:(?P<empty>empty)|(?P<longer>longer\s+than)|(?P<contains>contains?)"
    r"|(?P<equals>equals?)|(?P<matches>match(?:es)?))(?:\s+(?P<value>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_ROW_RANGE = re.compile(r"(\d{1,9})(?:\s*[-–:]\s*(\d{1,9}))?")
_BETWEEN = re.compile(r"[,;\s]+")


def describe(selection: Selection) -> str:
    """The rows that run, such as: all rows where “Region” contains “north”."""
    if selection.rows is not None:
        return f"{len(selection.rows):,} rows, run again"
    if selection.count is not None and selection == Selection(
        selection.count, selection.seed, excluded=selection.excluded
    ):
        return f"{selection.count:,} rows at random (draw {selection.seed})"
    words = _range(selection)
    if selection.filters:
        words += " where " + " and ".join(map(describe_filter, selection.filters))
    if selection.count is not None:
        words += f", {selection.count:,} of them at random (draw {selection.seed})"
    return words


def _range(selection: Selection) -> str:
    first, last = max(selection.first, 1), selection.last
    if last is None:
        return "all rows" if first == 1 else f"rows from {first:,} on"
    return f"row {first:,}" if first == last else f"rows {first:,}–{last:,}"


def describe_filter(condition: RowFilter) -> str:
    """A condition, such as: “Region” does not contain “north”."""
    asked = _ASKED[condition.test][condition.negated]
    words = f"“{_cut(condition.column)}” {asked}"
    if condition.test == "longer":
        return f"{words} {condition.value.strip()} characters"
    return words if condition.test == "empty" else f"{words} “{_cut(condition.value)}”"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_SHOWN else f"{line[: _MOST_SHOWN - 2].rstrip()} …"


def parse_filter(text: str, columns: Sequence[str]) -> RowFilter:
    """The condition in a text such as "Region contains north" or "Answer is not empty".

    The longest column that fits is meant, in whatever case; raises SelectionError where none does,
    or where what follows is no condition.
    """
    found = list(_parsed(text.strip(), columns))
    if found:
        return found[0]
    named = ", ".join(f"“{_cut(column)}”" for column in columns[:_MOST_NAMED])
    more = " …" if len(columns) > _MOST_NAMED else ""
    raise SelectionError(
        f"“{_cut(text)}” is not a condition on a column. Write the column's name and then one of: "
        "contains TEXT, equals TEXT, is empty, longer than NUMBER, matches PATTERN, each also "
        f"with “not” before it. The columns are {named}{more}."
    )


def _parsed(text: str, columns: Sequence[str]) -> Iterator[RowFilter]:
    ends = [(each, text[: len(each)], text[len(each) :]) for each in columns]
    fitting = [
        column
        for column, named, rest in ends
        if named.casefold() == column.casefold() and rest[:1].isspace()
    ]
    # Names that differ in case alone are told apart by it.
    for column in sorted(fitting, key=lambda each: (-len(each), not text.startswith(each))):
        written = _WRITTEN.fullmatch(text[len(column) :].strip())
        if written and (test := _test_of(written)):
            negated = bool(written["not1"]) != bool(written["not2"])
            yield RowFilter(column, test, (written["value"] or "").strip(), negated)


def _test_of(written: re.Match[str]) -> RowTest | None:
    tests: tuple[RowTest, ...] = ("contains", "equals", "empty", "longer", "matches")
    test = next(each for each in tests if written[each])
    return None if (test == "empty") is bool(written["value"]) else test


def parse_rows(text: str, most: int) -> tuple[int, ...]:
    """The rows in a text such as “3, 17, 40-45”, from 0 and each once, in table order.

    Raises SelectionError where it is no list of rows, or one of more than `most`.
    """
    rows: set[int] = set()
    for piece in filter(None, _BETWEEN.split(_joined(text))):
        found = _ROW_RANGE.fullmatch(piece)
        if found is None or int(found[1]) < 1:
            raise SelectionError(
                f"“{_cut(piece)}” is no row. Write the numbers of rows, such as 3, 17, 40-45."
            )
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            raise SelectionError(f"“{_cut(piece)}” ends before it begins. Write {last}-{first}.")
        if last - first >= most or len(rows) > most:
            raise SelectionError(f"At most {most} rows can be named here. Name fewer.")
        rows.update(range(first - 1, last))
    if len(rows) > most:
        raise SelectionError(f"At most {most} rows can be named here. Name fewer.")
    return tuple(sorted(rows))


def _joined(text: str) -> str:
    """Without spaces around what joins the ends of a range."""
    return re.sub(r"\s*([-–:])\s*", r"\1", text.strip())


def written_rows(rows: Iterable[int]) -> str:
    """Rows, from 0, as `parse_rows` reads them."""
    runs = groupby(zip(sorted(set(rows)), count(), strict=False), lambda each: each[0] - each[1])
    ends = [[each[0] + 1 for each in run] for _, run in runs]
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in ends)
