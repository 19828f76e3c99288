"""What came of a batch is kept lot by lot: each answer once, and charged once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from sqlite3 import Connection

import orjson
import pytest

from claude_batch_desk.core.errors import StoreError
from claude_batch_desk.core.jobs.store import Database, Kept, Purchase, Stores
from claude_batch_desk.core.jobs.store.database import FILE_NAME
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.answers import missing_answer
from claude_batch_desk.core.results.reading import Ending

RATES = PriceBook().rates("claude-haiku-5-5")
MADE = datetime(2026, 11, 1, 8, tzinfo=UTC)
PURCHASE = Purchase(
    1, MADE, "Letters", "live", "claude-haiku-5-5", "batch", RATES, batch_id="msgbatch_1"
)
EACH = Decimal("0.001")
FRONT = b'{"type":"succeeded","message":{"content":[{"type":"text","text":"caf\xc3\xa9"}]'
ENDING = Ending(
    b',"usage":{"input_tokens":1000,"output_tokens":200}}}', Usage(input=1_000, output=200)
)
RAW = FRONT + ENDING.text


class Full(Database):
    """Its disk is full when the transactions from this one on are about to be committed."""

    last = 1_000

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as connection:
            yield connection
            self.last -= 1
            if self.last < 0:
                raise StoreError("The disk is full.")


def price(used: Usage | None) -> Decimal:
    return EACH if used else Decimal(0)


def keep(stores: Stores, *requests: int) -> int:
    """Keep usual answers to these requests, each in a lot of its own; how many are new."""
    with stores.answers.in_lots(PURCHASE, price) as lots:
        for request in requests:
            lots.add(request, orjson.dumps([f"café {request}", ""]), FRONT, ENDING)
            lots.keep([], [])
    return lots.new


def charged(stores: Stores) -> int:
    return sum(each.requests for each in stores.charges.charges("live"))


def test_an_answer_comes_back_as_it_was_kept(home: Path) -> None:
    stores = Stores.open(home)
    assert keep(stores, 7) == 1
    (answer,) = stores.answers.answers(1, [7]).values()
    assert (answer.outcome, answer.values, answer.reason) == ("answered", ("café 7", ""), "")
    assert (answer.text, answer.usage, answer.cost) == ("café", ENDING.usage, EACH)
    assert answer.raw == orjson.loads(RAW)


def test_what_is_here_already_stays_and_is_not_charged_again(home: Path) -> None:
    stores = Stores.open(home)
    stores.answers.keep(1, [Kept(1, missing_answer(()), Decimal(0), "", b"{}")])
    assert [keep(stores, 1, 2), keep(stores, 1, 2, 3)] == [2, 1]
    assert charged(stores) == 3
    assert stores.answers.count_answered(1, 0, 9) == 3


def test_others_are_kept_and_charged_with_the_lot(home: Path) -> None:
    stores = Stores.open(home)
    refused = Answer("refused", ("",), "No.")
    with stores.answers.in_lots(PURCHASE, price) as lots:
        lots.add(1, b'["x"]', FRONT, ENDING)
        lots.keep([Kept(0, refused, Decimal(0), "msgbatch_1", RAW)], [])
    assert [each.outcome for each in stores.answers.answers(1, [0, 1]).values()] == [
        "refused",
        "answered",
    ]
    assert charged(stores) == 2


def test_a_lot_that_could_not_be_kept_is_told_before_the_next(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    database = Full(home)
    stores = Stores.over(home, database)
    database.last = 1
    with pytest.raises(StoreError, match="full"):
        keep(stores, 1, 2, 3)
    database.last = 1_000
    assert stores.answers.requests_answered(1, 0, 9) == {1}
    assert charged(stores) == 1


def test_the_last_lot_that_could_not_be_kept_is_told_too(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    database = Full(home)
    database.last = 0
    with pytest.raises(StoreError, match="full"):
        keep(Stores.over(home, database), 1)


def test_what_was_read_before_a_failure_is_on_the_disk(home: Path) -> None:
    stores = Stores.open(home)

    def read_and_fail() -> None:
        with stores.answers.in_lots(PURCHASE, price) as lots:
            lots.add(1, b'["x"]', FRONT, ENDING)
            lots.keep([], [])
            raise StoreError("The file cannot be read.")

    with pytest.raises(StoreError, match="read"):
        read_and_fail()
    assert keep(stores, 1) == 0


def test_a_store_keeps_the_pages_that_it_was_made_with(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(home / FILE_NAME, isolation_level=None)) as made:
        made.execute("PRAGMA page_size=4096")
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE earlier (id INTEGER)")
    stores = Stores.open(home)
    assert keep(stores, *range(50)) == 50
    with closing(sqlite3.connect(home / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (4096,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
