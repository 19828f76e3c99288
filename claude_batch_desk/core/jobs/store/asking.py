"""Questions about very many rows of a table by their numbers."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from claude_batch_desk.core.results.answer import Answer

_AT_ONCE = 500
"""Fewer than the variables SQLite takes in one statement."""


def rows_of(
    connection: sqlite3.Connection, query: str, numbers: Sequence[int], *given: int
) -> Iterator[Any]:
    """The rows of a query in which “IN (*)” stands for the numbers, some hundreds at a time.

    What is `given` is in it before them. Rows are as the connection makes them.
    """
    for first in range(0, len(numbers), _AT_ONCE):
        some = numbers[first : first + _AT_ONCE]
        marks = ",".join("?" * len(some))
        yield from connection.execute(query.replace("IN (*)", f"IN ({marks})"), [*given, *some])


def bare_answers_of(
    connection: sqlite3.Connection, query: str, numbers: Sequence[int], *given: int
) -> dict[int, Answer]:
    """Answers with nothing but outcome, values and reason, of which a query may give very many.

    It gives the number of the request before these; for the rest of it see `rows_of`.
    """
    connection.row_factory = None  # plain tuples
    return {
        request: Answer(outcome, tuple(orjson.loads(values)), reason)
        for request, outcome, values, reason in rows_of(connection, query, numbers, *given)
    }
