import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from claude_batch_desk.core.files import replacing


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
from claude_batch_desk.core.files import replacing
with replacing(Path(sys.argv[1])) as fresh:
    print(fresh, flush=True)
    sys.stdin.read()
"""


def writing_to(target: Path) -> "subprocess.Popen[str]":
    """A process that is about to replace a file."""
    command = [sys.executable, "-c", WRITING, str(target)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def replace(target: Path) -> None:
    with replacing(target) as fresh:
        fresh.write_text("new")


def test_what_a_killed_process_left_goes_the_next_time(tmp_path: Path) -> None:
    with writing_to(tmp_path / "one") as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        process.kill()
    assert left.exists()
    replace(tmp_path / "other")
    assert [each.name for each in tmp_path.iterdir()] == ["other"]


@pytest.mark.skipif(os.name == "nt", reason="keeps open files only")
def test_what_others_are_writing_stays(tmp_path: Path) -> None:
    elsewhere = tmp_path / ".desk-00000000-1-0123456789abcdef.tmp"
    elsewhere.touch()
    with writing_to(tmp_path / "theirs") as process, replacing(tmp_path / "one") as ours:
        assert process.stdout is not None
        theirs = Path(process.stdout.readline().strip())
        replace(tmp_path / "other")
        assert {each.name for each in tmp_path.iterdir()} == {
            "other",
            *(each.name for each in (ours, theirs, elsewhere)),
        }
        process.communicate()
    assert {each.name for each in tmp_path.iterdir()} == {"one", "other", "theirs", elsewhere.name}
