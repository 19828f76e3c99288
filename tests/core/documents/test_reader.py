"""The parent's side: documents may kill or hang their reader, and the next one is read."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from claude_batch_desk.core.documents.extract import Ask, Unusable
from claude_batch_desk.core.documents.kinds import PLAIN
from claude_batch_desk.core.documents.reader import DocumentReader, child_command
from claude_batch_desk.core.report import Cancelled
from tests.core.tables.test_source import is_gone

# A child that dies of "kill", fails at "bug", sleeps at "hang" and else answers with its number.
_FAKE = """
import os, sys, time, orjson
from claude_batch_desk.core.documents.extract import Extract, extract_frame
from claude_batch_desk.core.tables.process.voice import Voice
voice = Voice()
for line in open(0, "rb"):
    name = os.path.basename(orjson.loads(line)["path"])
    if name == "kill":
        os._exit(1)
    if name == "bug":
        raise KeyError("a cell")
    if name == "hang":
        time.sleep(60)
    if name == "bomb":
        kept = [bytes(100_000_000) for _ in range(100)]
    voice.say(extract_frame(Extract("text/plain", str(os.getpid()))))
"""


@pytest.fixture
def reader() -> Iterator[DocumentReader]:
    with DocumentReader([sys.executable, "-c", _FAKE], silence=2, patience=4) as opened:
        yield opened


def read(reader: DocumentReader, name: str) -> str:
    return reader.read(Ask(Path(name), PLAIN), lambda: None).text


def test_one_child_reads_many_documents(reader: DocumentReader) -> None:
    assert read(reader, "a") == read(reader, "b") == str(reader.pid)


@pytest.mark.parametrize("name", ["kill", "bug", "hang"])
def test_a_document_that_ends_or_hangs_its_reader_is_damaged_and_the_next_is_read(
    reader: DocumentReader, name: str
) -> None:
    first = read(reader, "a")
    with pytest.raises(Unusable) as caught:
        read(reader, name)
    assert caught.value.mark == "damaged"
    assert is_gone(int(first))
    assert read(reader, "b") != first


def test_nothing_of_a_document_is_logged(
    reader: DocumentReader, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unusable):
        read(reader, "bug")
    assert "KeyError at" in caplog.text
    assert "a cell" not in caplog.text


def test_a_cancel_answers_while_a_document_hangs_and_leaves_no_process(
    reader: DocumentReader,
) -> None:
    beats: list[int] = []
    child = int(read(reader, "a"))

    def beat() -> None:
        if beats:
            raise Cancelled
        beats.append(child)

    with pytest.raises(Cancelled):
        reader.read(Ask(Path("hang"), PLAIN), beat)
    assert is_gone(child)


def test_a_new_child_takes_over_after_many_documents(reader: DocumentReader) -> None:
    children = {read(reader, "a") for _ in range(201)}
    assert len(children) == 2


def test_the_child_is_our_own_python_and_knows_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert child_command()[:2] == [sys.executable, "-P"]
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret")
    tell = _FAKE.replace("str(os.getpid())", "os.environ.get('ANTHROPIC_API_KEY', 'none')")
    with DocumentReader([sys.executable, "-c", tell]) as opened:
        assert read(opened, "a") == "none"


def test_a_frozen_application_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_command() == [sys.executable, "--documents"]


def test_the_switch_of_the_frozen_application_serves_documents(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words", encoding="utf-8")
    command = [sys.executable, "-P", "-m", "claude_batch_desk", "--documents"]
    with DocumentReader(command) as opened:
        assert opened.read(Ask(tmp_path / "a.txt", PLAIN), lambda: None).text == "words"
        pid = opened.pid
    assert pid is not None
    assert is_gone(pid)
    assert os.getpid() != pid
