"""Columns kept on this computer: nothing that leaves it holds what is in them."""

import os
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.jobs.job import Job, Way
from claude_batch_desk.core.jobs.rows.selection import Selection
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.settings import home_folder
from claude_batch_desk.core.tables.table import ReadOptions
from claude_batch_desk.practice.server import PracticeService
from claude_batch_desk.session import Session
from tests.core.jobs.conftest import RECIPE, finish, write_table
from tests.core.jobs.random_trials import price_random, try_random
from tests.practice.papers import pdf

KEPT = Selection(excluded=("E-mail",))


class Tap:
    """Stands before a service and remembers every byte that goes to it."""

    def __init__(self, service_port: int) -> None:
        self.heard: list[bytes] = []
        tap = self

        class Connection(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with socket.create_connection(("127.0.0.1", service_port)) as service:
                    back = threading.Thread(target=_pass_on, args=(service, self.request, []))
                    back.start()
                    _pass_on(self.request, service, tap.heard)
                    with suppress(OSError):
                        service.shutdown(socket.SHUT_WR)
                    back.join()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _pass_on(source: socket.socket, target: socket.socket, heard: list[bytes]) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            heard.append(data)
            target.sendall(data)


@pytest.fixture
def tap(service: PracticeService) -> Iterator[Tap]:
    tap = Tap(int(service.base_url.rsplit(":", 1)[1]))
    yield tap
    tap.close()


@pytest.fixture
def tapped(tap: Tap) -> Iterator[Session]:
    with Session(home_folder(), practice_url=tap.url) as opened:
        yield opened


def draft_with_addresses(session: Session, folder: Path, prompt: str) -> Job:
    cells = [[f"person{row}@kept.example", f"I am happy, note {row}"] for row in range(12)]
    path = write_table(folder / "letters.csv", [["E-mail", "Message"], *cells])
    table = session.desk.open_table(path, ReadOptions(), silent)
    job = session.desk.new_job("Letters", "practice")
    return session.desk.save_draft(
        job.id, recipe=RECIPE.with_prompt(prompt), table_id=table.id, selection=KEPT
    )


def test_no_request_holds_what_is_kept_on_this_computer(
    tapped: Session, tap: Tap, tmp_path: Path
) -> None:
    desk = tapped.desk
    job = draft_with_addresses(tapped, tmp_path, "Message: {{Message}}")
    desk.estimate(job.id, silent)
    price_random(desk, job.id, 3, 1, silent)
    try_random(desk, job.id, 3, 1, silent)
    done = finish(tapped, desk.send(job.id, None, silent))
    assert done.outcomes == {"answered": 12}
    sent = b"".join(tap.heard)
    assert sent.count(b"I am happy, note 11") >= 1  # it does hear what is sent
    assert b"kept.example" not in sent
    assert b"E-mail" not in sent


def test_a_prompt_that_names_a_kept_column_is_refused_whatever_is_done_with_it(
    tapped: Session, tap: Tap, tmp_path: Path
) -> None:
    desk = tapped.desk
    job = draft_with_addresses(tapped, tmp_path, "{{E-mail}} wrote {{Message}}")
    for ask in (
        lambda: desk.estimate(job.id, silent),
        lambda: price_random(desk, job.id, 3, 1, silent),
        lambda: try_random(desk, job.id, 3, 1, silent),
        lambda: desk.send(job.id, None, silent),
    ):
        with pytest.raises(RecipeError, match="names “E-mail”, which you keep on this computer"):
            ask()
    assert desk.job(job.id).state == "draft"
    assert b"kept.example" not in b"".join(tap.heard)


def test_a_row_tried_before_its_column_was_kept_is_not_shown_as_tried_now(
    tapped: Session, tmp_path: Path
) -> None:
    desk = tapped.desk
    job = draft_with_addresses(tapped, tmp_path, "{{E-mail}} wrote {{Message}}")
    desk.save_draft(job.id, selection=replace(KEPT, excluded=()))
    assert try_random(desk, job.id, 3, 1, silent)
    desk.save_draft(job.id, selection=KEPT)
    assert desk.tried(job.id) == []


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "dismissal of smith.pdf").write_bytes(pdf("I am very angry about it."))
    (folder / "smith is happy.txt").write_text("What a happy day!", encoding="utf-8")
    long = pdf("A large and happy document.")
    (folder / "smith at length.pdf").write_bytes(long + os.urandom(8_500_000 - len(long)))
    return folder


@pytest.mark.parametrize("way", ["batch", "now"])
def test_the_name_of_a_document_stays_where_its_column_does(
    way: Way, tapped: Session, tap: Tap, papers: Path
) -> None:
    desk = tapped.desk
    table = desk.open_table(papers, ReadOptions(), silent)
    job = desk.new_job("Papers", "practice")
    recipe = RECIPE.with_prompt("How does the writer feel?")
    desk.save_draft(
        job.id, recipe=recipe, table_id=table.id, selection=Selection(excluded=("Name",))
    )
    desk.estimate(job.id, silent)
    try_random(desk, job.id, 1, 1, silent)
    done = finish(tapped, desk.send(job.id, None, silent, way))
    assert done.outcomes == {"answered": 3}
    sent = b"".join(tap.heard)
    assert sent.count(b"What a happy day!") > 0
    assert sent.count(b"smith") == 0


def test_the_name_of_a_document_that_a_table_names_stays_where_its_column_does(
    tapped: Session, tap: Tap, papers: Path
) -> None:
    desk = tapped.desk
    path = write_table(
        papers / "list.csv",
        [["Paper", "Case"], ["smith is happy.txt", "1"], ["dismissal of smith.pdf", "2"]],
    )
    options = ReadOptions(document_column="Paper", document_folder=str(papers))
    table = desk.open_table(path, options, silent)
    assert table.documents is not None
    job = desk.new_job("Papers", "practice")
    recipe = RECIPE.with_prompt("Case {{Case}}: how does the writer feel?")
    desk.save_draft(
        job.id, recipe=recipe, table_id=table.id, selection=Selection(excluded=("Paper",))
    )
    done = finish(tapped, desk.send(job.id, None, silent))
    assert done.outcomes == {"answered": 2}
    assert b"".join(tap.heard).count(b"smith") == 0
