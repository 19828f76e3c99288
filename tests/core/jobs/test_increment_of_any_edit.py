"""Whatever is done to a table: every row is told once, has its answer, and is paid at most once."""

import hashlib
import uuid
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claude_batch_desk.core.jobs.increment.asking import Asked
from claude_batch_desk.core.jobs.increment.comparing import Counted, compare
from claude_batch_desk.core.jobs.increment.earlier import Earlier
from claude_batch_desk.core.jobs.increment.keys import Side, keys_of
from claude_batch_desk.core.jobs.job import Job
from claude_batch_desk.core.jobs.plan import Plan
from claude_batch_desk.core.jobs.store.increment_store import Since
from claude_batch_desk.core.jobs.weighing import Weights
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE, finish, write_table
from tests.core.jobs.rows_in_memory import table_of

Rows = list[tuple[str, str]]
"""A key and a text each."""
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def keyed(texts: Sequence[str], first: int = 0) -> Rows:
    return [(f"K{first + number}", text) for number, text in enumerate(texts)]


TEXTS = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h"])


@st.composite
def edited(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """A table, and what became of it: rows changed, removed, added and moved."""
    before = keyed(draw(st.lists(TEXTS, min_size=1, max_size=12)))
    now: Rows = []
    for key, text in before:
        kept = draw(st.sampled_from(["same", "same", "same", "changed", "gone"]))
        if kept != "gone":
            now.append((key, draw(TEXTS) if kept == "changed" else text))
    for row in keyed(draw(st.lists(TEXTS, max_size=4)), first=100):
        now.insert(draw(st.integers(0, len(now))), row)
    if draw(st.booleans()):
        now = draw(st.permutations(now))
    return before, now or keyed(["z"])


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def requests_of(rows: Rows) -> "tuple[bytes, array[int]]":
    """The digests of the distinct texts, and for each row the number of its own."""
    known: dict[str, int] = {}
    of_rows = array("I", (known.setdefault(text, len(known)) for _, text in rows))
    return b"".join(map(digest, known)), of_rows


def side(rows: Rows) -> Side:
    return Side(table_of(("Key", "Text"), rows), array("I", range(len(rows))))


def compared(before: Rows, now: Rows, answered: frozenset[str], *, by_key: bool) -> Counted:
    digests, of_rows = requests_of(before)
    texts = dict.fromkeys(text for _, text in before)
    usable = {digest(text): number for number, text in enumerate(texts) if text in answered}
    job = Job(1, "before", "practice", "done", Recipe(), 1, NOW)
    numbers = array("I", range(len(before)))
    earlier = Earlier(Since(1, NOW, "before"), job, Plan(numbers, of_rows, digests), usable)
    digests, of_rows = requests_of(now)
    asked = Asked(Weights(array("I", range(len(now))), of_rows), digests)
    keyed = keys_of(side(before), side(now), "", silent)["Key"] if by_key else None
    return compare(asked, earlier, keyed, silent)


def total(counted: Counted) -> int:
    return counted.new + counted.changed + counted.unchanged + counted.unanswered


@given(edited(), st.frozensets(TEXTS))
def test_by_a_key_each_row_is_what_its_key_says(
    tables: tuple[Rows, Rows], answered: frozenset[str]
) -> None:
    before, now = tables
    asked, keys = {text for _, text in before}, {key for key, _ in before}
    assert compared(before, now, answered, by_key=True) == Counted(
        new=sum(text not in asked and key not in keys for key, text in now),
        changed=sum(text not in asked and key in keys for key, text in now),
        unchanged=sum(text in asked and text in answered for _, text in now),
        unanswered=sum(text in asked and text not in answered for _, text in now),
        gone=len(keys - {key for key, _ in now}),
    )


@given(edited(), st.frozensets(TEXTS))
def test_by_their_order_all_rows_are_told_and_the_tables_add_up(
    tables: tuple[Rows, Rows], answered: frozenset[str]
) -> None:
    before, now = tables
    counted = compared(before, now, answered, by_key=False)
    then, here = (Counter(text for _, text in rows) for rows in tables)
    twins = sum((here - then)[text] for text in then)
    assert total(counted) == len(now)
    assert counted.new + counted.changed == sum(text not in then for _, text in now)
    assert len(now) - len(before) == counted.new + twins - counted.gone
    assert min(counted.new, counted.gone, counted.changed) >= 0


@given(edited())
def test_only_a_column_that_is_unique_on_both_sides_is_a_key(tables: tuple[Rows, Rows]) -> None:
    before, now = tables
    unique = all(len({text for _, text in rows}) == len(rows) for rows in tables)
    found = keys_of(side(before), side(now), "", silent)
    assert [*found] == ["Key", *(["Text"] if unique else [])]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeService]:
    with PracticeService(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture
def month(service: PracticeService, tmp_path: Path) -> Iterator[Callable[..., tuple[Session, Job]]]:
    """Make a draft in a session that is open; its texts are those of one example alone."""
    with Session(home_folder(), practice_url=service.base_url) as session:

        def make(rows: Rows, word: str) -> tuple[Session, Job]:
            cells = [
                ["Key", "Message"],
                *([key, f"I am happy, {text} {word}"] for key, text in rows),
            ]
            path = write_table(tmp_path / f"{uuid.uuid4().hex}.csv", cells)
            table = session.desk.open_table(path, ReadOptions(), silent)
            job = session.desk.new_job(word, "practice")
            return session, session.desk.save_draft(job.id, recipe=RECIPE, table_id=table.id)

        yield make


@given(tables=edited())
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_exactly_the_texts_that_are_new_are_paid(
    month: Callable[..., tuple[Session, Job]], service: PracticeService, tables: tuple[Rows, Rows]
) -> None:
    before, now = tables
    word = uuid.uuid4().hex
    session, first = month(before, word)
    first = finish(session, session.desk.send(first.id, None, silent))
    assert first.outcomes == {"answered": len(before)}
    known = service.ledger(PRACTICE_KEY)

    session, job = month(now, word)
    session.increments.follow(job.id, first.id, silent)
    increment = session.increments.look(job.id, silent)
    assert increment is not None
    assert total(increment.counted) == len(now)
    fresh = {text for _, text in now} - {text for _, text in before}
    estimate = session.desk.estimate(job.id, silent)
    assert (estimate.requests, estimate.taken_over) == (len(fresh), increment.counted.unchanged)
    done = finish(session, session.desk.send(job.id, None, silent))
    after = service.ledger(PRACTICE_KEY)
    assert after.requests - known.requests == len(fresh)
    assert after.params_again == known.params_again
    assert done.outcomes == {"answered": len(now)}
    assert session.money.bill(done.id, silent).total == after.billed - known.billed
    answers = session.desk.answers(done.id, 0, len(now))
    earlier = session.desk.answers(first.id, 0, len(before))
    by_text = {text: row.answer for (_, text), row in zip(before, earlier, strict=True)}
    for (_, text), row in zip(now, answers, strict=True):
        assert row.answer is not None
        then = by_text.get(text)
        assert then is None or then.values == row.answer.values
