"""Every contract of the layering is broken once on purpose, and caught.

The breach is made in a copy of the tree that keeps the modules and leaves out what is in them.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
ROOT = "claude_batch_desk"
CONTRACTS: list[dict[str, Any]] = tomllib.loads(
    (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
)["tool"]["importlinter"]["contracts"]

BREACHES = [
    ("The app wires, the gui shows, the core knows", "core/report.py", f"import {ROOT}.gui"),
    ("The app wires, the gui shows, the core knows", "gui/tasks.py", f"import {ROOT}.app"),
    ("The app wires, the gui shows, the core knows", "core/report.py", f"import {ROOT}.practice"),
    ("The app wires, the gui shows, the core knows", "practice/__init__.py", f"import {ROOT}.core"),
    ("The app wires, the gui shows, the core knows", "helpers.py", ""),
    ("The app wires, the gui shows, the core knows", "verbs/console.py", f"import {ROOT}.gui"),
    ("A verb builds on what the verbs share", "verbs/console.py", f"import {ROOT}.verbs.trying"),
    ("The core is built in layers", "core/errors.py", f"import {ROOT}.core.jobs.job"),
    ("The core is built in layers", "core/catalogue.py", f"import {ROOT}.core.tables"),
    ("The core is built in layers", "core/utils.py", ""),
    ("Pages do not know each other", "gui/data_page.py", f"import {ROOT}.gui.try_page"),
    ("The core runs without Qt", "core/report.py", "import PySide6.QtCore"),
    ("The core runs without Qt", "practice/__init__.py", "import shiboken6"),
    ("The core runs without Qt", "cli.py", "import PySide6.QtWidgets"),
    ("The core runs without Qt", "verbs/headless.py", "import PySide6.QtCore"),
    ("Only the gateway speaks to Anthropic", "core/jobs/job.py", "import anthropic"),
    ("Only the gateway speaks to Anthropic", "gui/tasks.py", "import httpx2"),
    (
        "Only the tables read with pandas, calamine and openpyxl",
        "core/jobs/job.py",
        "import pandas",
    ),
    (
        "Only the tables read with pandas, calamine and openpyxl",
        "core/results/export.py",
        "import openpyxl",
    ),
    (
        "Only the tables read Parquet, and only one form of export writes it",
        "core/results/export.py",
        "import arro3.io",
    ),
    ("Only the readers take XML apart, disarmed", "core/jobs/job.py", "import defusedxml"),
    ("Only the documents read web pages", "core/tables/table.py", "import selectolax"),
    (
        "Only tables and documents open Microsoft's older files",
        "core/jobs/job.py",
        "import olefile",
    ),
    (
        "Only the documents and the Practice service open PDFs and images",
        "gui/tasks.py",
        "import PIL",
    ),
    ("Only conditions match patterns of a person's making", "gui/tasks.py", "import regex"),
    ("Only the export writes workbooks", "core/tables/table.py", "import xlsxwriter"),
    ("Only the stores know SQLite", "core/jobs/job.py", "import sqlite3"),
    ("Only the secrets touch the keychain", "app.py", "import keyring"),
    ("Only the prices know genai-prices", "core/service/batch.py", "import genai_prices"),
    ("Only the Practice service serves", "app.py", "import uvicorn"),
    ("Only the Practice service serves", "session.py", "import python_multipart"),
]


def path_of(tree: Path, module: str) -> Path:
    path = tree / Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def write_import(path: Path, statement: str) -> None:
    """As it is done lazily, which must be caught as well as at the top."""
    with path.open("a", encoding="utf-8") as module:
        module.write(f"def lazily() -> None:\n    {statement or 'pass'}\n")


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's modules, empty but for the imports that contracts make exceptions for."""
    tree = tmp_path_factory.mktemp("skeleton")
    shutil.copy(CHECKOUT / "pyproject.toml", tree)
    for source in (CHECKOUT / ROOT).rglob("*.py"):
        module = tree / source.relative_to(CHECKOUT)
        module.parent.mkdir(parents=True, exist_ok=True)
        module.touch()
    for contract in CONTRACTS:
        for importer in contract.get("allowed_importers", []):
            for protected in contract["protected_modules"]:
                write_import(path_of(tree, importer), f"import {protected}")
        for exception in contract.get("ignore_imports", []):
            importers, imported = exception.split(".** -> ")
            write_import(path_of(tree, f"{importers}.__main__"), f"import {imported}")
    return tree


def broken_contracts(tree: Path) -> list[str]:
    """The contracts that do not hold in a tree, by name."""
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [lint, "--no-logo", "--no-cache"], cwd=tree, capture_output=True, text=True, check=False
    )
    verdicts = re.findall(r"^(.+) (KEPT|BROKEN)\b", run.stdout, re.MULTILINE)
    assert len(verdicts) == len(CONTRACTS), run.stdout
    broken = [name for name, verdict in verdicts if verdict == "BROKEN"]
    assert run.returncode == int(bool(broken))
    return broken


def test_the_modules_alone_break_no_contract(skeleton: Path) -> None:
    assert broken_contracts(skeleton) == []


@pytest.mark.parametrize(("contract", "module", "statement"), BREACHES)
def test_a_breach_is_caught(
    skeleton: Path, tmp_path: Path, contract: str, module: str, statement: str
) -> None:
    tree = shutil.copytree(skeleton, tmp_path / "tree")

    write_import(tree / ROOT / module, statement)

    assert broken_contracts(tree) == [contract]


def test_every_contract_is_broken_once() -> None:
    assert {breach[0] for breach in BREACHES} == {contract["name"] for contract in CONTRACTS}
