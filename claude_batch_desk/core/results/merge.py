"""Put the answers beside the rows they belong to; every row ends with a status to read."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.results.answer import Answer, Outcome
from claude_batch_desk.core.tables.table import Row

NOT_SENT: Final = "not sent"
"""In place of an answer: the row was not part of the job, so there will be none."""

_WAITING = "waiting"
STATUS_WORDS: dict[Outcome, str] = {
    "answered": "answered",
    "review": "to review",
    "cut_off": "cut off",
    "refused": "declined",
    "errored": "failed",
    "expired": "expired",
    "canceled": "canceled",
    "missing": "missing",
    "unsent": "skipped",
}
"""What a file says of each outcome."""
_REASONS = {
    _WAITING: "The answer was not here yet when this file was written.",
    NOT_SENT: "This row was not part of the job.",
}


def answer_columns(
    table_columns: Sequence[str],
    fields: Sequence[OutputField],
    more: Sequence[str] = (),
    *,
    paged: Sequence[int] = (),
) -> tuple[str, ...]:
    """The headers to put behind the table's own: the answer's, then "Status", "Reason" and `more`.

    A header that the table has already, in whatever case, gets a number: "Status (2)". Behind the
    answer columns at the places `paged` comes one for the page of a document.
    """
    wanted = []
    for place, column in enumerate(columns_of(fields)):
        pages = [f"{column.header} page"] if place in paged else []
        wanted += [column.header, *pages]
    wanted += ["Status", "Reason", *more]
    if not fields:
        wanted.insert(0, "Answer")
    return distinct(wanted, table_columns)


def distinct(wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The headers that are wanted, with a number where one is known already or wanted twice."""
    taken = {column.casefold() for column in known}
    named = []
    for name in wanted:
        unique, number = name, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{name} ({number})"
        taken.add(unique.casefold())
        named.append(unique)
    return tuple(named)


def merged_rows(
    rows: Iterable[Row],
    answers: Iterable[Answer | Literal["not sent"] | None],
    fields: Sequence[OutputField],
    *,
    practice: bool,
) -> Iterator[list[str]]:
    """Each row's `merged_row`; both iterables in the same order."""
    for cells, answer in zip(rows, answers, strict=True):
        yield merged_row(cells, answer, fields, practice=practice)


def merged_row(
    cells: Row,
    answer: Answer | Literal["not sent"] | None,
    fields: Sequence[OutputField],
    *,
    practice: bool,
) -> list[str]:
    """The cells followed by their `answer_columns`; None is an answer that has not come yet.

    Every status of Practice answers says so.
    """
    mark = " (practice)" if practice else ""
    if isinstance(answer, Answer):
        return [*cells, *answer.values, f"{STATUS_WORDS[answer.outcome]}{mark}", _reason(answer)]
    status = answer or _WAITING
    blank = [""] * (len(columns_of(fields)) or 1)
    return [*cells, *blank, f"{status}{mark}", _REASONS[status]]


def _reason(answer: Answer) -> str:
    """The reason, with the answer's own words where no column could take them."""
    if answer.text.strip() and not any(answer.values) and answer.outcome != "answered":
        return f"{answer.reason} The answer was: {answer.text.strip()}"
    return answer.reason
