"""The virtual environments of this checkout and the hash-locked lists they are filled from."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import system
from problem import Problem

CHECKOUT = Path(__file__).resolve().parent.parent
LISTS = CHECKOUT / "packaging" / "requirements"
_WINDOWS = os.name == "nt"
_SCRIPTS = "Scripts" if _WINDOWS else "bin"
_SUFFIX = ".exe" if _WINDOWS else ""


def run(command: Sequence[str | Path]) -> int:
    """Run a command in the checkout, its package importable; returns the exit code."""
    return subprocess.call(  # noqa: S603 - the commands are this folder's own
        [str(part) for part in command],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )


def script(python: Path, name: str) -> Path:
    """The command `name` of the environment that this interpreter belongs to."""
    return python.with_name(name + _SUFFIX)


@dataclass(frozen=True)
class Environment:
    """A virtual environment in the checkout, filled from one list.

    `also` names lists that hold everything of `list_name` and more: an environment filled from
    one of them is left as it is.
    """

    folder: str
    list_name: str
    also: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where the environment is."""
        return CHECKOUT / self.folder

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / _SCRIPTS / f"python{_SUFFIX}"

    def prepare(self) -> Path:
        """Make the environment and fill it, unless that was done; returns its interpreter."""
        if self._stamp_text() in map(_stamp, (self.list_name, *self.also)):
            return self.python
        print(f"Setting up {self.folder} (once) ...", flush=True)
        begun = time.monotonic()
        self._stamp_path.unlink(missing_ok=True)
        if not self._fill_with_uv():
            self._fill_with_pip()
        self._stamp_path.write_text(_stamp(self.list_name), encoding="ascii")
        print(f"{self.folder} is ready after {time.monotonic() - begun:.1f} s.", flush=True)
        return self.python

    def _fill_with_uv(self) -> bool:
        uv = find_uv()
        if uv is None:
            return False
        made = self._is_ours() or not run(
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, self.path]
        )
        # Compiled now, once: compiling the SDK while the window is open would make it stutter.
        options = ("--quiet", "--require-hashes", "--only-binary", ":all:", "--compile-bytecode")
        packages = ("--python", self.python, LISTS / self.list_name)
        if made and not run([uv, "pip", "sync", *options, *packages]):
            return True
        print("uv could not fill it; pip takes over, which takes a minute ...", flush=True)
        return False

    def _fill_with_pip(self) -> None:
        self.make()
        if pip_install(self.python, self.list_name):
            raise Problem(
                "The packages could not be installed; the lines above say why. Nothing outside "
                f"{self.path} was changed. Check the connection to your package index, then run "
                "this command again."
            )

    def make(self) -> None:
        """Make the environment anew, with pip and nothing else."""
        if importlib.util.find_spec("ensurepip") is None:
            system.bring_ensurepip()
        if run([sys.executable, "-m", "venv", "--clear", self.path]):
            raise Problem(
                f"Python could not make a virtual environment in {self.path}; the lines above say "
                "why. Make sure that there is room and that you may write there, then try again."
            )

    def _is_ours(self) -> bool:
        """The environment exists and belongs to the interpreter that runs this."""
        try:
            settings = (self.path / "pyvenv.cfg").read_text(encoding="utf-8")
        except OSError:
            return False
        version = ".".join(map(str, sys.version_info[:3]))
        return self.python.exists() and f" = {version}" in settings

    @property
    def _stamp_path(self) -> Path:
        return self.path / "claude-batch-desk.stamp"

    def _stamp_text(self) -> str:
        try:
            return self._stamp_path.read_text(encoding="ascii") if self.python.exists() else ""
        except OSError:
            return ""


RUN = Environment(".venv", "run.txt", also=("test.txt",))
TEST = Environment(".venv", "test.txt")
CORE = Environment(".venv-core", "core.txt")
UV = Environment(".venv-uv", "uv.txt")


def _stamp(list_name: str) -> str:
    """What a finished environment was made of: the list and the interpreter."""
    made_of = hashlib.sha256((LISTS / list_name).read_bytes())
    made_of.update("\n".join((list_name, sys.version, sys.base_prefix)).encode())
    return made_of.hexdigest()


def pip_install(python: Path, list_name: str, quiet: str = "-qq") -> int:
    """Install a list with pip, which prints its errors only; returns its exit code."""
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install", quiet)
    return run((*pip, "--require-hashes", "--only-binary", ":all:", "-r", LISTS / list_name))


@cache
def find_uv() -> Path | None:
    """The uv on the PATH, or else one in an environment of its own; None if neither is to be had.

    It is not installed beside the packages: `uv pip sync` would remove it while it runs.
    """
    for uv in (shutil.which("uv"), script(UV.python, "uv")):
        if uv and _works(uv):
            return Path(uv)
    print("Getting uv, which installs packages fast ...", flush=True)
    UV.make()
    uv = script(UV.python, "uv")
    if not pip_install(UV.python, UV.list_name, quiet="-qqq") and _works(uv):
        return uv
    print("uv is not to be had; pip takes over, which takes a minute ...", flush=True)
    return None


def _works(uv: str | Path) -> bool:
    try:
        answer = subprocess.run([uv, "--version"], capture_output=True, check=False)  # noqa: S603 - uv itself
    except OSError:
        return False
    return answer.returncode == 0


def lock(arguments: Sequence[str]) -> None:
    """Write every list anew, for all platforms and Python 3.11 upwards, without any address."""
    without_qt = ("--no-emit-package", "pyside6-essentials", "--no-emit-package", "shiboken6")
    of_test = ("--constraint", str(LISTS / "test.txt"))
    groups = ("--group", "test", "--group", "gui-test", "--group", "check")
    _compile("test.txt", ("pyproject.toml", *groups, *arguments))
    _compile("run.txt", ("pyproject.toml", *of_test, *arguments))
    _compile("core.txt", ("pyproject.toml", "--group", "test", *without_qt, *of_test, *arguments))
    _compile("uv.txt", ("--group", "set-up", *arguments))


def _compile(list_name: str, arguments: Sequence[str]) -> None:
    uv = find_uv()
    if uv is None:
        raise Problem("Writing the lists needs uv. Install it, then run this command again.")
    options = ("--quiet", "--universal", "--generate-hashes", "--no-annotate", "--python-version")
    header = ("--custom-compile-command", "python3 packaging/desk.py lock")
    target = LISTS / list_name
    if run([uv, "pip", "compile", *options, "3.11", *header, "--output-file", target, *arguments]):
        raise Problem(f"uv could not write {target}; the lines above say why.")
