"""Rows with documents: each travels once, none is silently left out, none is paid twice."""

import csv
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import DocumentError, RecipeError, Refused, StoreError
from claude_batch_desk.core.jobs.freezing import freeze
from claude_batch_desk.core.jobs.job import Job, Order, Way
from claude_batch_desk.core.pricing.prices import PriceBook
from claude_batch_desk.core.prompts.recipe import SentAs
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import PRACTICE_KEY, Session
from tests.core.jobs.conftest import RECIPE, finish
from tests.core.jobs.random_trials import try_random
from tests.practice.papers import image, pdf

ABOUT = replace(RECIPE, prompt=Template("How does the writer of this feel?"))
LARGE = 8_500_000


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Four documents that can be sent and one that cannot."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf("I am so happy with it."))
    (folder / "b.pdf").write_bytes(pdf("I am very angry about it."))
    (folder / "c.png").write_bytes(image())
    (folder / "d.txt").write_text("What a happy day, thank you!", encoding="utf-8")
    (folder / "e.pdf").write_bytes(pdf("hidden", password="secret"))  # noqa: S106 - of a file made here
    return folder


@pytest.fixture
def draft_of(session: Session) -> Callable[..., Job]:
    """Make a draft about the documents of a folder."""

    def make(folder: Path, sent_as: SentAs = "file") -> Job:
        table = session.desk.open_table(folder, ReadOptions(), silent)
        job = session.desk.new_job(folder.name, "practice")
        recipe = replace(ABOUT, documents=sent_as)
        return session.desk.save_draft(job.id, recipe=recipe, table_id=table.id)

    return make


DraftOf = Callable[..., Job]


@pytest.fixture
def large(papers: Path) -> Path:
    """One more, too large to travel inside a request."""
    return add_large(papers, "large.pdf")


def add_large(folder: Path, name: str) -> Path:
    content = pdf("A large and happy document.")
    (folder / name).write_bytes(content + os.urandom(LARGE - len(content)))
    return folder


def frozen_copies(suffix: str) -> Iterator[Path]:
    return (home_folder() / "sources").glob(f"*{suffix}")


def largest_copy() -> Path:
    return max(frozen_copies(".pdf"), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize("way", ["batch", "now"])
@pytest.mark.parametrize("sent_as", ["file", "text"])
def test_every_document_has_its_answer_and_one_that_cannot_be_sent_says_why(
    session: Session, draft_of: DraftOf, papers: Path, tmp_path: Path, way: Way, sent_as: SentAs
) -> None:
    job = session.desk.send(draft_of(papers, sent_as).id, None, silent, way)
    job = finish(session, job)
    assert job.outcomes == {"answered": 4, "unsent": 1}
    moods = [row.answer.values[0] for row in session.desk.answers(job.id, 0, 9) if row.answer]
    assert (moods[0], moods[1], moods[3], moods[4]) == ("happy", "angry", "happy", "")
    session.desk.export(job.id, tmp_path / "out.csv", silent)
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["Name"] for row in rows] == ["a.pdf", "b.pdf", "c.png", "d.txt", "e.pdf"]
    assert rows[4]["Status"] == "skipped (practice)"
    assert "password" in rows[4]["Reason"]


def test_what_cannot_be_sent_costs_nothing(
    session: Session, draft_of: DraftOf, papers: Path, service: PracticeService
) -> None:
    job = draft_of(papers)
    estimate = session.desk.estimate(job.id, silent)
    assert (estimate.rows, estimate.requests, estimate.unsent) == (4, 4, 1)
    assert "Row 5: This document is protected by a password" in estimate.warnings[0]
    job = finish(session, session.desk.send(job.id, None, silent))
    assert service.ledger(PRACTICE_KEY).requests == job.requests == 4
    assert job.estimate is not None
    assert job.estimate.warnings == estimate.warnings
    assert job.billed is not None
    assert estimate.batch.low <= job.billed <= estimate.batch.ceiling


def test_a_folder_of_which_nothing_can_be_sent_is_refused_before_anything_is_spent(
    session: Session, draft_of: DraftOf, papers: Path, service: PracticeService
) -> None:
    for name in ("a.pdf", "b.pdf", "c.png", "d.txt"):
        (papers / name).unlink()
    job = draft_of(papers)
    ways: list[Callable[[], object]] = [
        lambda: session.desk.estimate(job.id, silent),
        lambda: try_random(session.desk, job.id, 1, 1, silent),
        lambda: session.desk.send(job.id, None, silent),
    ]
    for refused in ways:
        with pytest.raises(DocumentError, match="None of the rows can be asked"):
            refused()
    assert session.desk.job(job.id).state == "draft"
    assert service.ledger(PRACTICE_KEY).messages == 0


def test_the_same_document_under_two_names_is_asked_and_paid_once(
    session: Session, draft_of: DraftOf, papers: Path, service: PracticeService
) -> None:
    (papers / "copy of a.pdf").write_bytes((papers / "a.pdf").read_bytes())
    job = finish(session, session.desk.send(draft_of(papers).id, None, silent))
    assert job.outcomes == {"answered": 5, "unsent": 1}
    assert service.ledger(PRACTICE_KEY).requests == 4


def test_only_documents_that_can_be_sent_are_tried_and_none_is_bought_again(
    session: Session, draft_of: DraftOf, papers: Path, service: PracticeService
) -> None:
    job = draft_of(papers)
    tried = try_random(session.desk, job.id, 4, 1, silent)
    names = {each.number: each.document for each in tried}
    assert names == {0: "a.pdf", 1: "b.pdf", 2: "c.png", 3: "d.txt"}
    assert try_random(session.desk, job.id, 4, 1, silent) == tried
    job = finish(session, session.desk.send(job.id, None, silent))
    ledger = service.ledger(PRACTICE_KEY)
    assert (ledger.messages, ledger.requests) == (4, 0)
    assert job.outcomes == {"answered": 4, "unsent": 1}


def test_a_few_random_documents_are_the_same_for_the_same_seed(
    session: Session, draft_of: DraftOf, papers: Path
) -> None:
    job = draft_of(papers)
    first = try_random(session.desk, job.id, 2, 7, silent)
    assert len(first) == 2
    assert try_random(session.desk, job.id, 2, 7, silent) == first


def test_both_ways_of_sending_are_priced_and_nothing_is_uploaded_for_that(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    prices = session.desk.estimate_documents(draft_of(large).id, silent)
    assert prices.file.batch.expected > 2 * prices.text.batch.expected
    assert prices.file.rows == prices.text.rows == 5
    assert prices.text.counted == 5
    assert prices.file.counted == 4
    assert service.ledger(PRACTICE_KEY).uploads == 0


def test_without_the_service_documents_are_priced_by_rule(
    session: Session, draft_of: DraftOf, papers: Path, service: PracticeService
) -> None:
    job = draft_of(papers)
    counted = session.desk.estimate_documents(job.id, silent)
    session.desk.remove_job(job.id)
    service.set_faults("count-500:1000")
    ruled = session.desk.estimate_documents(draft_of(papers).id, silent)
    assert ruled.file.counted == 0
    for exact, guess in ((counted.file, ruled.file), (counted.text, ruled.text)):
        assert guess.batch.low <= exact.batch.expected <= guess.batch.high
        assert guess.batch.ceiling >= exact.batch.high


def test_a_large_document_is_uploaded_once_and_gone_when_the_job_is_done(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    (large / "twin.pdf").write_bytes((large / "large.pdf").read_bytes())
    job = draft_of(large)
    try_random(session.desk, job.id, 5, 1, silent)
    ledger = service.ledger(PRACTICE_KEY)
    assert (ledger.uploads, ledger.files) == (1, 1)
    session.desk.save_draft(job.id, recipe=ABOUT.with_prompt("Is the writer happy?"))
    job = session.desk.send(job.id, None, silent)
    assert service.ledger(PRACTICE_KEY).uploads == 1
    assert job.parts[0].size < 100_000
    job = finish(session, job)
    assert job.outcomes == {"answered": 6, "unsent": 1}
    ledger = service.ledger(PRACTICE_KEY)
    assert (ledger.uploads, ledger.uploaded_bytes, ledger.files) == (1, LARGE, 0)


def test_a_job_answered_at_once_refers_to_its_large_documents_too(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    job = finish(session, session.desk.send(draft_of(large).id, None, silent, "now"))
    assert job.outcomes == {"answered": 5, "unsent": 1}
    ledger = service.ledger(PRACTICE_KEY)
    assert (ledger.uploads, ledger.files) == (1, 0)


def test_a_file_that_another_job_may_need_stays(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    other = draft_of(large)
    finish(session, session.desk.send(draft_of(large).id, None, silent))
    assert service.ledger(PRACTICE_KEY).files == 1
    finish(session, session.desk.send(other.id, None, silent))
    ledger = service.ledger(PRACTICE_KEY)
    assert (ledger.uploads, ledger.files) == (1, 0)


def test_a_service_that_does_not_remove_files_does_not_fail_the_job(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    job = session.desk.send(draft_of(large).id, None, silent)
    service.set_faults("files-500:9")
    assert finish(session, job).outcomes == {"answered": 5, "unsent": 1}


@pytest.mark.parametrize(
    "fault", ["drop-before-upload:1", "drop-after-upload:1", "upload-500-after-keeping:1"]
)
def test_a_lost_reply_to_an_upload_costs_nothing_but_another(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService, fault: str
) -> None:
    service.set_faults(fault)
    job = finish(session, session.desk.send(draft_of(large).id, None, silent))
    assert job.outcomes == {"answered": 5, "unsent": 1}
    assert service.ledger(PRACTICE_KEY).requests == 5
    assert service.ledger(PRACTICE_KEY).uploads <= 2


def test_where_the_service_takes_no_more_files_nothing_is_sent(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    service.set_faults("storage-full:9")
    job = draft_of(large)
    with pytest.raises(Refused, match="storage"):
        session.desk.send(job.id, None, silent)
    assert session.desk.job(job.id).state == "draft"
    assert service.ledger(PRACTICE_KEY).requests == 0
    assert not list((home_folder() / "outbox").glob("*"))


def test_a_cancel_between_uploads_loses_nothing_and_pays_nothing(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    add_large(large, "larger.pdf")
    job = draft_of(large)

    def stop_after_one(done: int, total: int) -> None:
        if service.ledger(PRACTICE_KEY).uploads:
            raise Cancelled

    with pytest.raises(Cancelled):
        session.desk.send(job.id, None, stop_after_one)
    assert session.desk.job(job.id).state == "draft"
    assert service.ledger(PRACTICE_KEY).requests == 0
    job = finish(session, session.desk.send(job.id, None, silent))
    assert job.outcomes == {"answered": 6, "unsent": 1}
    assert service.ledger(PRACTICE_KEY).uploads <= 3


@pytest.mark.parametrize("damage", [b"something else", None])
def test_a_frozen_copy_that_was_changed_is_named_before_anything_is_sent(
    session: Session,
    draft_of: DraftOf,
    papers: Path,
    service: PracticeService,
    damage: bytes | None,
) -> None:
    job = draft_of(papers)
    [copy] = frozen_copies(".png")
    change(copy, damage)
    with pytest.raises(DocumentError, match=r"“c\.png” in the data folder was changed"):
        session.desk.send(job.id, None, silent)
    assert session.desk.job(job.id).state == "draft"
    assert service.ledger(PRACTICE_KEY).requests == 0


def test_a_large_frozen_copy_that_was_changed_is_not_uploaded(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    job = draft_of(large)
    change(largest_copy(), os.urandom(LARGE))
    with pytest.raises(DocumentError, match=r"“large\.pdf” in the data folder was changed"):
        session.desk.send(job.id, None, silent)
    assert service.ledger(PRACTICE_KEY).uploads == 0


def test_answered_at_once_only_the_row_with_the_changed_copy_goes_without_answer(
    session: Session, draft_of: DraftOf, papers: Path
) -> None:
    job = draft_of(papers)
    session.desk.estimate(job.id, silent)
    [copy] = frozen_copies(".png")
    change(copy, b"something else")
    job = finish(session, session.desk.send(job.id, None, silent, "now"))
    assert job.outcomes == {"answered": 3, "unsent": 2}
    answer = session.desk.answers(job.id, 2, 1)[0].answer
    assert answer is not None
    assert "was changed or removed" in answer.reason


def change(copy: Path, content: bytes | None) -> None:
    copy.chmod(0o600)
    if content is None:
        copy.unlink()
    else:
        copy.write_bytes(content)


def test_the_folder_may_change_after_it_was_opened(
    session: Session, draft_of: DraftOf, papers: Path
) -> None:
    job = draft_of(papers)
    for path in papers.iterdir():
        path.unlink()
    job = finish(session, session.desk.send(job.id, None, silent))
    assert job.outcomes == {"answered": 4, "unsent": 1}


def test_a_file_gone_from_the_service_is_a_plain_sentence_and_costs_nothing(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    service.set_faults("lost-files:99")
    job = finish(session, session.desk.send(draft_of(large).id, None, silent))
    assert job.outcomes == {"answered": 4, "unsent": 1, "errored": 1}
    [reason] = [
        row.answer.reason
        for row in session.desk.answers(job.id, 0, 9)
        if row.answer and row.answer.outcome == "errored"
    ]
    assert reason.startswith("The service did not have this row's document any more")


def test_a_file_gone_from_the_service_is_uploaded_again_for_an_immediate_answer(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    job = draft_of(large)
    try_random(session.desk, job.id, 5, 1, silent)
    service.set_faults("lost-files:1")
    session.desk.save_draft(job.id, recipe=ABOUT.with_prompt("Is the writer happy?"))
    assert len(try_random(session.desk, job.id, 5, 1, silent)) == 5
    assert service.ledger(PRACTICE_KEY).uploads == 2


def test_an_upload_that_soon_ends_is_made_again(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    job = draft_of(large)
    try_random(session.desk, job.id, 5, 1, silent)
    in_the_store("UPDATE uploaded SET expires_at='2026-01-01T00:00:00+00:00'")
    session.desk.save_draft(job.id, recipe=ABOUT.with_prompt("Is the writer happy?"))
    job = finish(session, session.desk.send(job.id, None, silent))
    assert job.outcomes == {"answered": 5, "unsent": 1}
    assert service.ledger(PRACTICE_KEY).uploads == 2


def test_a_part_is_not_sent_whose_files_would_be_gone_too_soon(
    session: Session, draft_of: DraftOf, large: Path, service: PracticeService
) -> None:
    job = draft_of(large)
    estimate = session.desk.estimate(job.id, silent)
    model = session.desk.model(job, silent)
    gateway = session.gateway("practice", "")
    order = Order(model, estimate, gateway.key_print, "")
    freeze(session._stores, gateway, PriceBook(), job, order, silent)
    until = session.desk.job(job.id).parts[0].files_until
    assert until is not None
    in_the_store("UPDATE part SET files_until='2026-01-01T00:00:00+00:00'")
    with pytest.raises(StoreError, match="gone from the service"):
        session.desk.advance(job.id, silent)
    assert session.desk.job(job.id).state == "draft"
    assert service.ledger(PRACTICE_KEY).requests == 0


def in_the_store(statement: str) -> None:
    with closing(sqlite3.connect(home_folder() / "desk.sqlite3")) as connection, connection:
        assert connection.execute(statement).rowcount > 0


@pytest.mark.parametrize("reachable", [True, False])
def test_a_text_too_long_for_the_model_is_named_with_the_price(
    session: Session, draft_of: DraftOf, papers: Path, service: PracticeService, reachable: bool
) -> None:
    (papers / "f.txt").write_text("word " * 300_000, encoding="utf-8")
    job = draft_of(papers)
    session.desk.save_draft(job.id, recipe=replace(ABOUT, model="claude-haiku-4-5-20251001"))
    if not reachable:
        service.set_faults("count-500:99")
    [unsent, long] = session.desk.estimate(job.id, silent).warnings
    assert "Row 5: " in unsent
    assert "Row 6" in long
    assert ("too long" if reachable else "probably longer than the 200,000 tokens") in long


def test_a_prompt_may_name_a_column_beside_the_document(
    session: Session, draft_of: DraftOf, papers: Path, service: PracticeService
) -> None:
    (papers / "copy of a.pdf").write_bytes((papers / "a.pdf").read_bytes())
    job = draft_of(papers)
    session.desk.save_draft(job.id, recipe=ABOUT.with_prompt("Who wrote {{Name}}?"))
    finish(session, session.desk.send(job.id, None, silent))
    assert service.ledger(PRACTICE_KEY).requests == 5


def test_a_table_without_documents_still_needs_a_column_in_its_prompt(
    session: Session, draft_on: Callable[..., Job]
) -> None:
    with pytest.raises(RecipeError, match="names no column"):
        session.desk.estimate(draft_on(session, 3, recipe=ABOUT).id, silent)


def test_our_own_practice_service_is_the_same_one_at_every_start(
    draft_of: DraftOf, session: Session, large: Path
) -> None:
    job = draft_of(large)
    session.close()
    for prompt in ("Is the writer happy?", "Is the writer angry?"):
        with Session(home_folder()) as again:
            again.desk.save_draft(job.id, recipe=ABOUT.with_prompt(prompt))
            try_random(again.desk, job.id, 5, 1, silent)
    with closing(sqlite3.connect(home_folder() / "desk.sqlite3")) as connection:
        assert connection.execute("SELECT address FROM uploaded").fetchall() == [("",)]
