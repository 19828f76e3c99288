"""The parent's side: the child is started, heard, and never left behind."""

import os
import signal
import sys
from pathlib import Path

import pytest

from claude_batch_desk.core.errors import TableError
from claude_batch_desk.core.report import Cancelled, silent
from claude_batch_desk.core.tables.process.frames import Request
from claude_batch_desk.core.tables.source import SourceReader, open_source
from claude_batch_desk.core.tables.table import PAGE_ROWS, ReadOptions, unpack_page
from tests.core.tables.reading import read, read_by_child, read_text


def long_table(folder: Path, rows: int = 60_000) -> Path:
    path = folder / "long.csv"
    path.write_text("a,b\n" + "".join(f"{n},text {n}\n" for n in range(rows)))
    return path


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_pages_are_full_but_for_the_last(tmp_path: Path) -> None:
    with open_source(long_table(tmp_path, 600), ReadOptions(), silent) as source:
        pages = list(source.pages())
        assert [page.rows for page in pages] == [PAGE_ROWS, PAGE_ROWS, 600 - 2 * PAGE_ROWS]
        assert source.rows_so_far == 600
    assert unpack_page(pages[1].cells)[0] == ["256", "text 256"]


def test_progress_tells_the_rows_read(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    with open_source(
        long_table(tmp_path), ReadOptions(), lambda done, total: heard.append((done, total))
    ) as source:
        for _ in source.pages():
            pass
    assert heard[0] == (0, 0)
    assert heard[-1] == (60_000, 0)


def test_closing_in_the_middle_leaves_no_process(tmp_path: Path) -> None:
    with open_source(long_table(tmp_path), ReadOptions(), silent) as source:
        next(source.pages())
        pid = source._child.pid
    assert is_gone(pid)


def test_cancel_answers_while_the_child_is_stuck(tmp_path: Path) -> None:
    heard: list[int] = []

    def report(done: int, _total: int) -> None:
        if heard:
            raise Cancelled
        heard.append(done)

    stuck = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    with pytest.raises(Cancelled):
        SourceReader(stuck, Request(tmp_path, ReadOptions()), report)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_child_killed_in_the_middle_is_a_sentence(tmp_path: Path) -> None:
    with open_source(long_table(tmp_path), ReadOptions(), silent) as source:
        pages = source.pages()
        next(pages)
        os.kill(source._child.pid, signal.SIGKILL)
        with pytest.raises(TableError, match="could not be read safely"):
            for _ in pages:
                pass


def test_a_silent_child_is_given_up(tmp_path: Path) -> None:
    stuck = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(TableError, match="too much memory or time"):
        SourceReader(stuck, Request(tmp_path, ReadOptions()), silent, silence=0.3)


def test_a_child_that_talks_nonsense_is_given_up(tmp_path: Path) -> None:
    loud = [sys.executable, "-c", "print('Traceback: something went wrong')"]
    with pytest.raises(TableError, match="could not be read safely"):
        SourceReader(loud, Request(tmp_path, ReadOptions()), silent)


def test_a_bug_in_the_reader_tells_no_cell(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # An encoding that is no text makes the request itself impossible to serve.
    request = Request(tmp_path / "gone.csv", ReadOptions())
    command = [sys.executable, "-P", "-m", "claude_batch_desk.core.tables.reader_child"]
    with pytest.raises(TableError, match="could not be read safely"):
        SourceReader(command, request, silent)
    assert "FileNotFoundError" in caplog.text
    assert "gone.csv" not in caplog.text


def test_the_child_is_not_given_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a key")
    told = tmp_path / "told"
    tell = f"import os; open({str(told)!r}, 'w').write(' '.join(os.environ))"
    with pytest.raises(TableError):
        SourceReader([sys.executable, "-c", tell], Request(tmp_path, ReadOptions()), silent)
    assert "PATH" in told.read_text()
    assert "ANTHROPIC_API_KEY" not in told.read_text()


def test_a_module_in_the_current_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "orjson.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.csv").write_text("a\n1\n")
    assert read_by_child(tmp_path / "table.csv").rows == [["1"]]


def test_the_child_tells_all_that_it_found(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("naïve;b\n\n1;é\n2;x;3\n".encode("cp1252") + b"4;\0\n")
    found = read_by_child(path)
    assert found == read(path)
    assert found.columns == ("naïve", "b", "Column 3")
    assert len(found.notes) == 3


@pytest.mark.parametrize("address", ["https://example.org/a.csv", "s3://b/c.csv", "file:///a.csv"])
def test_an_address_is_not_fetched(address: str) -> None:
    with pytest.raises(TableError, match="address on the internet"):
        read(Path(address))


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"“no.csv” is not there any more"):
        read(tmp_path / "no.csv")


def test_a_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="is a folder"):
        read(tmp_path)


def test_an_empty_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"“table.csv” is empty"):
        read_text(tmp_path, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(TableError, match="a device or a pipe"):
        read(tmp_path / "pipe.csv")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="nothing is forbidden to root"
)
def test_a_file_that_may_not_be_read_is_a_sentence(tmp_path: Path) -> None:
    path = long_table(tmp_path, 1)
    path.chmod(0)
    with pytest.raises(TableError, match="may not be read"):
        read(path)
