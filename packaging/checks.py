"""Every check of the project, in the order a person wants to hear of failures."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import environments

Command = tuple[str | Path, ...]


@dataclass(frozen=True)
class Check:
    """A command that exits with 0 if all is well."""

    name: str
    command: Command


def all_checks(python: Path, core_python: Path) -> list[Check]:
    """The checks, by the interpreters of the full environment and of the one without Qt.

    All of pytest comes last, so that its closing line closes the output.
    """
    module = (python, "-P", "-m")
    # Most tests wait, for the Practice service or for a window.
    side_by_side = ("-n", str(max(os.cpu_count() or 1, 2)), "--dist", "worksteal")
    in_core: Command = (core_python, "-P", "-m", "pytest", *side_by_side, *_without_qt())
    # pytest-qt is not there, so its settings in pyproject.toml are unknown.
    no_qt = ("-o", "addopts=--strict-markers", "-W", "ignore::pytest.PytestConfigWarning")
    return [
        Check("ruff check", (*module, "ruff", "check", ".")),
        Check("ruff format", (*module, "ruff", "format", "--check", ".")),
        Check("mypy", (*module, "mypy")),
        Check("lint-imports", (environments.script(python, "lint-imports"),)),
        Check("deptry", (*module, "deptry", ".")),
        Check("pytest of the core, without Qt", (*in_core, *no_qt)),
        Check("pytest of everything", (*module, "pytest", *side_by_side)),
    ]


def _without_qt() -> list[str]:
    """What shows that the core needs no Qt: all of its parts, and a whole job.

    The other tests of jobs mostly wait for the Practice service, and run once, with everything.
    """
    core = environments.CHECKOUT / "tests" / "core"
    parts = sorted(each.name for each in core.iterdir() if (each / "__init__.py").exists())
    folders = [f"tests/core/{name}" for name in parts if name != "jobs"]
    return [*folders, "tests/core/jobs/test_sending.py"]


def run_all(python: Path, core_python: Path) -> int:
    """Run all checks even if one fails; returns 0 if every one passed, else 1."""
    *checks, last = all_checks(python, core_python)
    failed = [check.name for check in checks if not passes(check)]
    if failed:
        print(f"\nFailed so far: {', '.join(failed)}.", flush=True)
    print(f"\n== {last.name}", flush=True)
    return int(environments.run(last.command) != 0 or bool(failed))


def passes(check: Check) -> bool:
    """Run one check and print how it went and how long it took."""
    print(f"\n== {check.name}", flush=True)
    begun = time.monotonic()
    passed = environments.run(check.command) == 0
    print(f"-- {'passed' if passed else 'FAILED'} in {time.monotonic() - begun:.1f} s", flush=True)
    return passed
