import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from claude_batch_desk.core.files import replacing, scratch_folder


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "kept.txt"
    target.write_text("old")
    with replacing(target) as fresh:
        fresh.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.parametrize("interruption", [OSError, KeyboardInterrupt])
def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, interruption: type[BaseException]
) -> None:
    target = tmp_path / "kept.txt"
    target.write_text("old")

    def begin() -> None:
        with replacing(target) as fresh:
            fresh.write_text("half of the n")
            raise interruption

    with pytest.raises(interruption):
        begin()
    assert target.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["kept.txt"]


def test_a_folder_in_the_way_is_an_error_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"), replacing(tmp_path / "taken") as fresh:
        fresh.write_text("new")
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_permissions_are_kept_and_new_files_get_those_asked_for(tmp_path: Path) -> None:
    with replacing(tmp_path / "new", mode=0o600) as fresh:
        fresh.write_text("x")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600
    (tmp_path / "new").chmod(0o640)
    with replacing(tmp_path / "new") as fresh:
        fresh.write_text("y")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_still_leads_to_the_file_that_was_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with replacing(tmp_path / "link") as fresh:
        fresh.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


WRITING = """
import sys
from pathlib import Path
from claude_batch_desk.core.files import replacing, scratch_folder
with replacing(Path(sys.argv[1])) as fresh, scratch_folder() as scratch:
    print(scratch)
    print(fresh, flush=True)
    sys.stdin.read()
"""


@contextmanager
def writing_to(target: Path) -> Iterator[tuple[Path, Path]]:
    """A process that is about to replace a file: its folder of scratch, and its new file."""
    command = [sys.executable, "-c", WRITING, str(target)]
    scratch = target.with_name("scratch")
    scratch.mkdir()
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        made = [Path(process.stdout.readline().strip()) for _ in range(2)]
        yield made[0], made[1]
        process.kill()


def replace(target: Path) -> None:
    with replacing(target) as fresh:
        fresh.write_text("new")


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


@pytest.mark.skipif(os.name == "nt", reason="keeps folders, and open files only")
def test_what_a_killed_process_left_goes_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing_to(tmp_path / "one") as (scratch, left):
        monkeypatch.setattr("tempfile.tempdir", str(scratch.parent))
        (scratch / "large").touch()
        replace(tmp_path / "other")
        with scratch_folder() as ours:
            assert names(scratch.parent) == {scratch.name, ours.name}
        assert names(tmp_path) == {"other", "scratch", left.name}
    replace(tmp_path / "other")
    assert names(tmp_path) == {"other", "scratch"}
    with scratch_folder() as ours:
        assert names(scratch.parent) == {ours.name}
    assert names(scratch.parent) == set()


def test_what_is_in_the_making_elsewhere_stays(tmp_path: Path) -> None:
    elsewhere = tmp_path / ".desk-00000000-1-0123456789abcdef.tmp"
    elsewhere.touch()
    with replacing(tmp_path / "one") as ours:
        ours.write_text("new")
        replace(tmp_path / "other")
        assert names(tmp_path) == {"other", elsewhere.name, ours.name}
    assert names(tmp_path) == {"one", "other", elsewhere.name}
