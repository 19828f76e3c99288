"""The ends of answers are kept once for many of them, and come back byte for byte."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store.message_ends import MESSAGE_ENDS, EndsToKeep, KeptEnds

USAGE = b',"usage":{"input_tokens":%d,"output_tokens":%d,"cache":{"5m":0,"1h":007}}}}'
FRONT = b'{"type":"succeeded","message":{"content":[]'
NUMBERS = st.integers(0, 2**70)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def store() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for statement in MESSAGE_ENDS.split(";\n"):
        connection.execute(statement)
    return connection


def forms(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM message_end").fetchone()
    return int(count)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(store()) as made:
        yield made


@given(st.lists(st.dictionaries(st.text(), JSON, max_size=5), max_size=5), st.binary())
def test_any_end_of_a_json_object_comes_back_as_it_was(
    found: list[dict[str, object]], front: bytes
) -> None:
    ends = EndsToKeep()
    raws = [orjson.dumps(each)[1:] for each in found]
    shorts = [front + ends.short(each) for each in raws]
    with closing(store()) as connection:
        ends.keep(connection)
        kept = KeptEnds(connection)
        assert [kept.whole(each) for each in shorts] == [front + each for each in raws]


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1))
def test_ends_that_differ_in_numbers_alone_are_kept_once(numbers: list[tuple[int, int]]) -> None:
    ends = EndsToKeep()
    shorts = [FRONT + ends.short(USAGE % pair) for pair in numbers]
    with closing(store()) as connection:
        ends.keep(connection)
        assert forms(connection) == 1
        kept = KeptEnds(connection)
        assert [kept.whole(each) for each in shorts] == [FRONT + USAGE % pair for pair in numbers]


def test_ends_that_are_never_alike_are_left_as_they_are(connection: sqlite3.Connection) -> None:
    ends, made = EndsToKeep(), [b',"at":"%d","n":1}' % at for at in range(1_000)]
    shorts = [FRONT + ends.short(each) for each in made]
    ends.keep(connection)
    assert forms(connection) < 100
    kept = KeptEnds(connection)
    assert [kept.whole(each) for each in shorts] == [FRONT + each for each in made]
    assert shorts[-1] == FRONT + made[-1]


def test_a_form_that_another_batch_has_brought_is_not_kept_again(
    connection: sqlite3.Connection,
) -> None:
    for tokens in range(3):
        ends = EndsToKeep()
        short = FRONT + ends.short(USAGE % (tokens, 5))
        ends.keep(connection)
        assert KeptEnds(connection).whole(short) == FRONT + USAGE % (tokens, 5)
    assert forms(connection) == 1


def test_an_end_that_is_lost_is_told(connection: sqlite3.Connection) -> None:
    short = FRONT + EndsToKeep().short(USAGE % (1, 2))
    with pytest.raises(StoreError, match="damaged"):
        KeptEnds(connection).whole(short)
