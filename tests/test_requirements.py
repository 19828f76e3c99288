"""The hash-locked lists hold what pyproject.toml asks for, and no address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from packaging.requirements import Requirement

CHECKOUT = Path(__file__).resolve().parent.parent
LISTS = CHECKOUT / "packaging" / "requirements"
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]


def locked(list_name: str) -> dict[str, list[str]]:
    """The versions of every package in a list, one for each environment marker."""
    versions: dict[str, list[str]] = {}
    text = (LISTS / list_name).read_text(encoding="utf-8")
    for name, version in re.findall(r"^(\S+)==(\S+)", text, re.MULTILINE):
        versions.setdefault(name, []).append(version)
    return versions


def asked(*groups: str) -> list[Requirement]:
    lines = [
        *PROJECT["project"]["dependencies"],
        *(line for each in groups for line in GROUPS[each]),
    ]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(
    ("list_name", "groups"),
    [("run.txt", []), ("test.txt", ["test", "gui-test", "check"]), ("core.txt", ["test"])],
)
def test_every_requirement_is_locked_to_a_version_it_allows(
    list_name: str, groups: list[str]
) -> None:
    versions = locked(list_name)
    wanted = asked(*groups)
    if list_name == "core.txt":
        wanted = [each for each in wanted if each.name != "PySide6-Essentials"]
    unmet = [
        str(each)
        for each in wanted
        if not any(
            each.specifier.contains(version)
            for version in versions.get(canonicalize_name(each.name), [])
        )
    ]
    assert not unmet, "run: python3 packaging/desk.py lock"


def test_the_lists_agree_with_each_other() -> None:
    everything = locked("test.txt")

    for list_name in ("run.txt", "core.txt"):
        for name, versions in locked(list_name).items():
            assert everything[name] == versions


def test_the_core_is_tested_without_qt() -> None:
    assert not {"pyside6-essentials", "shiboken6", "pytest-qt"} & locked("core.txt").keys()


@pytest.mark.parametrize("path", sorted(LISTS.glob("*.txt")), ids=lambda path: path.name)
def test_every_package_has_its_hashes_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]

    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text
    assert "index-url" not in text
