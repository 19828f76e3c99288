import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import pytest

from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.report import Cancelled, Report, silent
from claude_batch_desk.core.results.delimited import export_csv
from claude_batch_desk.core.results.export import Exported, export_xlsx
from claude_batch_desk.core.results.json_lines import export_json_lines
from claude_batch_desk.core.results.parquet import export_parquet
from claude_batch_desk.core.results.provenance import ExportNote
from tests.core.results.samples import note


class Export(Protocol):
    def __call__(
        self,
        path: Path,
        columns: Sequence[str],
        rows: Iterator[list[str]],
        about: ExportNote,
        report: Report,
    ) -> Exported: ...


def parquet_of_rows(
    path: Path,
    columns: Sequence[str],
    rows: Iterator[list[str]],
    about: ExportNote,
    report: Report,
) -> Exported:
    return export_parquet(path, columns, lambda: rows, about, report)


FORMS: dict[str, Export] = {
    "a.xlsx": export_xlsx,
    "a.csv": export_csv,
    "a.jsonl": export_json_lines,
    "a.parquet": parquet_of_rows,
}
each_form = pytest.mark.parametrize(
    ("export", "name"),
    [(export, name) for name, export in FORMS.items()],
    ids=[Path(name).suffix for name in FORMS],
)
ROWS = 400


def rows(count: int = ROWS) -> Iterator[list[str]]:
    return ([f"{number:05}", "text " * 10] for number in range(count))


def old_file(path: Path) -> Callable[[], bool]:
    """Whether the folder holds the old file, as it was, and nothing else."""
    path.write_bytes(b"the old answers")

    def untouched() -> bool:
        return path.read_bytes() == b"the old answers" and [*path.parent.iterdir()] == [path]

    return untouched


@each_form
def test_a_new_export_takes_the_place_of_the_old_one(
    tmp_path: Path, export: Export, name: str
) -> None:
    old_file(tmp_path / name)
    told: list[tuple[int, int]] = []
    exported = export(
        tmp_path / name, ["a", "b"], rows(), note(ROWS), lambda *done: told.append(done)
    )
    assert exported == Exported(tmp_path / name, ROWS)
    assert [*tmp_path.iterdir()] == [tmp_path / name]
    assert (tmp_path / name).stat().st_size > 100
    assert told == sorted(told)
    assert (told[0], told[-1]) == ((0, ROWS), (ROWS, ROWS))


@each_form
def test_a_cancelled_export_leaves_the_old_file_wherever_it_was_cancelled(
    tmp_path: Path, export: Export, name: str
) -> None:
    untouched = old_file(tmp_path / name)
    cancelled = 0

    def stop_at(limit: int) -> Report:
        calls = iter(range(limit))

        def report(done: int, total: int) -> None:
            if next(calls, None) is None:
                raise Cancelled

        return report

    for limit in range(10_000):
        try:
            export(tmp_path / name, ["a", "b"], rows(), note(ROWS), stop_at(limit))
            break
        except Cancelled:
            cancelled += 1
            assert untouched()
    assert cancelled >= 7
    assert not untouched()


@each_form
def test_a_source_that_fails_leaves_the_old_file_at_every_row(
    tmp_path: Path, export: Export, name: str
) -> None:
    untouched = old_file(tmp_path / name)

    def failing(after: int) -> Iterator[list[str]]:
        yield from rows(after)
        raise RuntimeError("the store is gone")

    for after in (0, 1, 63, 64, 99, 100, 101, 399):
        with pytest.raises(RuntimeError, match="the store is gone"):
            export(tmp_path / name, ["a", "b"], failing(after), note(ROWS), silent)
        assert untouched()


FULL = """
import resource, sys
from pathlib import Path
from claude_batch_desk.core.errors import ExportError
from claude_batch_desk.core.report import silent
from tests.core.results.samples import note
from tests.core.results.test_export import FORMS, ROWS, rows
path = Path(sys.argv[1])
write = FORMS[path.name]
allowed = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
failed, size = 0, 0
while True:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, allowed))
    try:
        write(path, ["a", "b"], rows(), note(ROWS), silent)
        break
    except ExportError as error:
        assert "room left" in str(error), error
    assert path.read_bytes() == b"the old answers"
    assert [*path.parent.iterdir()] == [path]
    failed += 1
    size += 40 if path.suffix == ".parquet" else 700
print(failed)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
@pytest.mark.parametrize("name", FORMS)
def test_a_full_disk_leaves_the_old_file_wherever_it_fills_up(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    old_file(folder / name)
    command = [sys.executable, "-c", FULL, str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) >= 30
    assert (folder / name).read_bytes() != b"the old answers"


SLOW = """
import sys
from pathlib import Path
from tests.core.results.samples import note
from tests.core.results.test_export import FORMS, rows
path = Path(sys.argv[1])
write = FORMS[path.name]
wanted = int(sys.argv[2])
calls = 0
def report(done, total):
    global calls
    calls += 1
    if calls == wanted:
        print("here", flush=True)
        sys.stdin.read()
write(path, ["a", "b"], rows(), note(400), report)
"""


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("call", [1, 4, 7])
def test_a_killed_export_leaves_the_old_file(tmp_path: Path, name: str, call: int) -> None:
    old_file(tmp_path / name)
    command = [sys.executable, "-c", SLOW, str(tmp_path / name), str(call)]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"here"
        child.kill()
    assert child.returncode == -signal.SIGKILL
    assert (tmp_path / name).read_bytes() == b"the old answers"


@each_form
def test_a_read_only_file_is_not_replaced(tmp_path: Path, export: Export, name: str) -> None:
    untouched = old_file(tmp_path / name)
    (tmp_path / name).chmod(0o444)
    with pytest.raises(ExportError, match=r"read-only.*Nothing was changed"):
        export(tmp_path / name, ["a", "b"], rows(), note(ROWS), silent)
    assert untouched()


@each_form
@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("missing/{}", "The folder .* is not there"),
        ("file/{}", "The folder .* is not there"),
        ("folder", "folder is a folder"),
        ("x" * 300 + "{}", "name of the file is too long"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_explained(
    tmp_path: Path, export: Export, name: str, place: str, sentence: str
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExportError, match=sentence):
        export(tmp_path / place.format(name), ["a", "b"], rows(), note(ROWS), silent)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.skipif(
    not Path("/proc/self").is_dir(), reason="needs a file system that takes no file"
)
@each_form
def test_a_folder_that_takes_no_file_is_explained(export: Export, name: str) -> None:
    with pytest.raises(ExportError, match="Nothing was changed"):
        export(Path("/proc/self") / name, ["a", "b"], rows(), note(ROWS), silent)


@each_form
def test_stop_is_listened_for_every_few_rows(tmp_path: Path, export: Export, name: str) -> None:
    heard: list[int] = [0]
    export(
        tmp_path / name, ["a", "b"], rows(20_000), note(20_000), lambda done, _: heard.append(done)
    )
    heard.append(20_000)
    assert max(later - earlier for earlier, later in pairwise(heard)) <= 2_000
