"""What a Linux desktop is told is what the program does."""

import configparser
import shlex
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from claude_batch_desk import cli
from claude_batch_desk.core.prompts.recipe import RECIPE_SUFFIX
from claude_batch_desk.core.tables.kinds import (
    FOLDER_MEDIA_TYPE,
    TABLE_MEDIA_TYPES,
    TABLE_SUFFIXES,
    name_patterns,
)

LINUX = Path(__file__).parent.parent / "packaging" / "linux"
RECIPE_TYPE = "application/x-claude-batch-desk-recipe"
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.fixture
def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign] # keys have capitals
    parser.read(LINUX / "claude-batch-desk.desktop", encoding="utf-8")
    assert parser.sections() == ["Desktop Entry"]
    return parser["Desktop Entry"]


def test_the_kinds_it_is_offered_for_are_those_it_opens(entry: configparser.SectionProxy) -> None:
    listed = entry["MimeType"]
    assert listed.endswith(";")
    kinds = listed.rstrip(";").split(";")
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == {*TABLE_MEDIA_TYPES, FOLDER_MEDIA_TYPE, RECIPE_TYPE}


def test_the_command_opens_what_takes_the_place_of_the_field(
    entry: configparser.SectionProxy,
) -> None:
    command, *arguments = shlex.split(entry["Exec"])
    assert command == entry["TryExec"] == entry["Icon"] == "claude-batch-desk"
    assert arguments[-1] == "%F"
    files = ["/home/me/a b.csv", "-odd.csv"]
    parser, _ = cli._parser()
    given = parser.parse_args([*arguments[:-1], "--", *files])
    assert (given.run, given.files) == (cli._window, files)
    from_the_menu = parser.parse_args(arguments[:-1])
    assert (from_the_menu.run, from_the_menu.files) == (cli._window, [])


def test_kinds_no_desktop_knows_are_described() -> None:
    root = ET.parse(LINUX / "claude-batch-desk-mime.xml").getroot()  # noqa: S314 - our own file
    globs = {
        kind.get("type"): [each.get("pattern") for each in kind.iter(f"{MIME}glob")]
        for kind in root.iter(f"{MIME}mime-type")
    }
    assert globs[RECIPE_TYPE] == [f"*{RECIPE_SUFFIX}"]
    assert set(globs) <= {*TABLE_MEDIA_TYPES, RECIPE_TYPE}


def test_every_suffix_is_in_the_file_dialog_once() -> None:
    assert len(TABLE_SUFFIXES) == len(set(TABLE_SUFFIXES))
    assert name_patterns().split() == [f"*{suffix}" for suffix in TABLE_SUFFIXES]


@pytest.mark.parametrize(
    ("given", "files"),
    [
        (["orders.csv"], ["orders.csv"]),
        (["./run"], ["./run"]),
        (["C:\\a.csv", "b"], ["C:\\a.csv", "b"]),
        (["https://example.com/a.csv"], ["https://example.com/a.csv"]),
        (["run"], None),
        (["orders"], None),
        (["--version"], None),
        ([], None),
    ],
)
def test_a_file_needs_no_verb(given: list[str], files: list[str] | None) -> None:
    _, verbs = cli._parser()
    assert cli._names_a_file(given, verbs) is (files is not None)
