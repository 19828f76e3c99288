"""packaging/desk.py, run in a small checkout of its own whose lists name no package."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import checks
import pytest
import system
from problem import Problem

PACKAGING = Path(__file__).resolve().parent.parent / "packaging"
PROGRAM = "import sys; print('program', *sys.argv[1:]); sys.exit(7)"

posix = pytest.mark.skipif(os.name == "nt", reason="stands a shell script in for a program")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    checkout = tmp_path / "a checkout"
    (checkout / "packaging" / "requirements").mkdir(parents=True)
    for source in PACKAGING.glob("*.py"):
        shutil.copy(source, checkout / "packaging")
    for source in (PACKAGING / "requirements").glob("*.txt"):
        (checkout / "packaging" / "requirements" / source.name).touch()
    (checkout / "claude_batch_desk").mkdir()
    (checkout / "claude_batch_desk" / "__main__.py").write_text(PROGRAM)
    return checkout


def desk(
    checkout: Path, *arguments: str, path: Sequence[Path] = ()
) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    env["PATH"] = os.pathsep.join([*map(str, path), env["PATH"]])
    return subprocess.run(
        [sys.executable, str(checkout / "packaging" / "desk.py"), *arguments],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )


def stand_in(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_the_demonstration_is_set_up_once_and_its_exit_code_is_kept(checkout: Path) -> None:
    first = desk(checkout, "demo", "--headless", "--rows", "3")
    second = desk(checkout, "demo", "--headless", "--rows", "3")

    assert "Setting up .venv (once)" in first.stdout
    assert second.stdout == "program demo --headless --rows 3\n"
    assert (first.returncode, second.returncode) == (7, 7)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is always a screen")
def test_without_a_screen_the_demonstration_needs_none(checkout: Path) -> None:
    assert "program demo --headless\n" in desk(checkout, "demo").stdout


def test_a_changed_list_is_installed(checkout: Path) -> None:
    desk(checkout, "demo")
    (checkout / "packaging" / "requirements" / "run.txt").write_text("# nothing still\n")

    assert "Setting up .venv (once)" in desk(checkout, "demo").stdout


def test_an_environment_for_the_checks_serves_the_demonstration_too(checkout: Path) -> None:
    (checkout / "packaging" / "requirements" / "test.txt").write_text("# more\n")
    assert "Setting up .venv (once)" in desk(checkout, "test", "--version").stdout

    assert "Setting up" not in desk(checkout, "demo").stdout


def test_an_environment_without_its_interpreter_is_made_anew(checkout: Path) -> None:
    desk(checkout, "demo")
    for interpreter in (checkout / ".venv").glob("*/python*"):
        if not interpreter.is_dir():
            interpreter.unlink()

    assert "program demo --headless\n" in desk(checkout, "demo").stdout


@posix
@pytest.mark.skipif(not importlib.util.find_spec("ensurepip"), reason="this Python has no pip")
def test_pip_takes_over_where_uv_fails(checkout: Path) -> None:
    stand_in(checkout / "bin", "uv", '[ "$1" = --version ]')

    run = desk(checkout, "demo", path=[checkout / "bin"])

    assert "uv could not fill it; pip takes over" in run.stdout
    assert "program demo --headless\n" in run.stdout


@posix
@pytest.mark.skipif(not importlib.util.find_spec("ensurepip"), reason="this Python has no pip")
def test_a_package_that_is_not_as_locked_is_refused(checkout: Path) -> None:
    stand_in(checkout / "bin", "uv", '[ "$1" = --version ]')
    (checkout / "packaging" / "requirements" / "run.txt").write_text("./packaging\n")

    run = desk(checkout, "demo", path=[checkout / "bin"])

    assert run.returncode == 1
    assert "The packages could not be installed" in run.stderr
    assert "Traceback" not in run.stderr


def test_without_a_command_the_commands_are_listed(checkout: Path) -> None:
    run = desk(checkout)

    assert run.returncode == 2
    assert "desk.py demo" in run.stderr


def test_an_old_python_is_told_so_in_a_sentence(checkout: Path) -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 '\n"
        "runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    command = [sys.executable, "-c", pretend, str(checkout / "packaging" / "desk.py")]

    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert run.returncode == 1
    assert run.stderr.startswith("Claude Batch Desk needs Python 3.11 or newer; this is Python 3.9")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names of Linux")
def test_a_library_that_does_not_load_is_found_missing() -> None:
    assert system.missing_libraries(["libc.so.6", "libnobody.so.9"]) == ["libnobody.so.9"]


@posix
def test_what_is_missing_is_installed_by_root_and_named_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", "apt-get", f'echo "$*" >> {tmp_path}/asked')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    line = f"install --yes --no-install-recommends python3.{sys.version_info.minor}-venv"

    if os.geteuid() == 0:
        system.bring_ensurepip()
        assert (tmp_path / "asked").read_text().splitlines()[-1] == f"--quiet=2 {line}"
    else:
        with pytest.raises(Problem, match=f"sudo apt-get {line}"):
            system.bring_ensurepip()


@posix
def test_an_office_that_cannot_be_had_stops_no_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(tmp_path / "bin", "apt-get", f'echo "$*" >> {tmp_path}/asked; exit 1')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    system.bring_office()

    tried = (tmp_path / "asked").exists()
    assert tried == (os.geteuid() == 0)
    assert ("Going on without it." in capsys.readouterr().out) == tried


@posix
def test_an_office_that_is_there_is_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", "apt-get", f"touch {tmp_path}/asked")
    stand_in(tmp_path / "bin", "soffice", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    system.bring_office()

    assert not (tmp_path / "asked").exists()


def test_without_apt_the_packages_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Problem, match="this system's package manager"):
        system.bring_ensurepip()


@pytest.mark.parametrize(
    ("distribution", "version", "name"),
    [
        ("debian", "12", "libglib2.0-0"),
        ("debian", "13", "libglib2.0-0t64"),
        ("debian", "", "libglib2.0-0t64"),
        ("ubuntu", "22.04", "libglib2.0-0"),
        ("ubuntu", "24.04", "libglib2.0-0t64"),
        ("linuxmint", "22", "libglib2.0-0"),
    ],
)
def test_a_renamed_package_goes_by_the_name_of_the_release(
    distribution: str, version: str, name: str
) -> None:
    assert system.package_name("libglib2.0-0", distribution, version) == name


@posix
def test_a_failed_check_stops_no_other_and_fails_the_whole(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    python = stand_in(tmp_path / "bin", "python", 'echo "ran $*"; [ "$3" != mypy ]')
    stand_in(tmp_path / "bin", "lint-imports", "echo ran lint-imports")

    assert checks.run_all(python, python) == 1

    lines = capfd.readouterr().out.splitlines()
    assert sum(line.startswith("ran ") for line in lines) == 7
    assert "Failed so far: mypy." in lines
    assert lines[-1].startswith("ran -P -m pytest -n ")
    assert "tests/" not in lines[-1]


@posix
def test_all_checks_passing_is_success(tmp_path: Path) -> None:
    python = stand_in(tmp_path / "bin", "python", "exit 0")
    stand_in(tmp_path / "bin", "lint-imports", "exit 0")

    assert checks.run_all(python, python) == 0
