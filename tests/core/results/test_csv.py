import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.characters import is_live
from claude_batch_desk.core.results.delimited import TextForm, export_csv
from claude_batch_desk.core.results.export import Exported
from claude_batch_desk.core.results.guarding import guarded
from tests.core.results.samples import PAYLOADS, TRICKY, note


def written(path: Path, cells: list[str], *, guard: bool = True) -> Exported:
    rows = [[cell] for cell in cells]
    return export_csv(path, ["header"], rows, note(len(rows)), silent, form=TextForm(guard=guard))


def read_back(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[0] for row in csv.reader(file)][1:]


def unguarded(cell: str) -> str:
    """The rule in the docstring of `guarded`: its places are those that get a second mark."""
    twice, bare = iter(guarded(cell)), ""
    for character in cell:
        if next(twice) != character:
            assert (next(twice), bare[-1]) == (character, "'")
            bare = bare[:-1]
        bare += character
    return bare


def test_the_file_is_what_excel_expects(tmp_path: Path) -> None:
    export_csv(tmp_path / "a.csv", ["é", "b"], [["1", ""]], note(1), silent)
    expected = '"é","b"\r\n"1",""\r\n'.encode("utf-8-sig")
    assert (tmp_path / "a.csv").read_bytes() == expected


def test_without_the_guard_cells_are_byte_identical(tmp_path: Path) -> None:
    exported = written(tmp_path / "a.csv", list(TRICKY), guard=False)
    assert read_back(tmp_path / "a.csv") == list(TRICKY)
    assert exported.notes == ()


def test_the_stated_rule_gives_every_cell_back(tmp_path: Path) -> None:
    written(tmp_path / "a.csv", list(TRICKY))
    assert [unguarded(cell) for cell in read_back(tmp_path / "a.csv")] == list(TRICKY)


@given(
    st.lists(st.text(alphabet="'=+-@\t\r\n \x00ab01,.\"＝;(!", max_size=6), min_size=1, max_size=8)
)
def test_the_stated_rule_gives_any_cell_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    written(path, cells)
    back = read_back(path)
    assert [unguarded(cell) for cell in back] == cells
    assert not any(is_live(cell) for cell in back)


SIGNS = "=+\\-@＝＋－＠"
FORMULAS = [each for each in PAYLOADS if not each[0].isalpha() and each[0] not in "{%"]


@pytest.mark.parametrize("payload", FORMULAS)
def test_nothing_that_looks_like_a_formula_stays_one(tmp_path: Path, payload: str) -> None:
    path = tmp_path / "a.csv"
    exported = export_csv(path, [payload, "b"], [[payload, payload]], note(1), silent)
    safe = re.sub(f"(?=[{SIGNS}])", "'", payload, count=1)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [[safe, "b"], [safe] * 2]
    assert ": 3." in exported.notes[0]


@pytest.mark.parametrize(
    "cell",
    ["-5", "+5", "-1,234.56", "-1.5e-3", "-12 %", "+4917012345", "-", "--", "5-3", "a=b", "'n", ""],
)
def test_numbers_dashes_and_ordinary_text_are_left_alone(tmp_path: Path, cell: str) -> None:
    assert written(tmp_path / "a.csv", [cell]).notes == ()
    assert read_back(tmp_path / "a.csv") == [cell]


@pytest.mark.parametrize("cell", ["-5-3", "+1-555-1234", "- a list", "-5 cmd|x!A1", "-1e"])
def test_what_only_begins_like_a_number_is_guarded(tmp_path: Path, cell: str) -> None:
    written(tmp_path / "a.csv", [cell])
    assert read_back(tmp_path / "a.csv") == [f"'{cell}"]


def test_half_a_character_is_replaced_and_said(tmp_path: Path) -> None:
    exported = written(tmp_path / "a.csv", ["a\ud800b", "😀"])
    assert read_back(tmp_path / "a.csv") == ["a\ufffdb", "😀"]
    assert "half a character" in exported.notes[0]


def test_long_cells_are_not_cut(tmp_path: Path) -> None:
    written(tmp_path / "a.csv", ["é" * 100_000])
    assert read_back(tmp_path / "a.csv") == ["é" * 100_000]


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("-Worth leaving 1 point at every castle, in case (s)he leaves it", False),
        ("\nNo idea why, but I have a good feeling", False),
        ("- one two three", False),
        ("-one two three(1)", True),
        ("-one two three+cmd|' /C calc'!A0", True),
        ("+one two Sheet2!A1", True),
        ("-one", True),
        ("\n=1+1", True),
        ("-2+3", True),
        ("-5", False),
    ],
)
def test_a_sentence_behind_a_dash_is_left_as_it_is(text: str, live: bool) -> None:
    assert is_live(text) is live


REACHING = [each for each in FORMULAS if re.search(r"[=＝]|[(!]", each)]
READERS = {"a comma": ",", "a semicolon": ";", "a tab": "\t"}


@pytest.mark.parametrize("separator", READERS.values(), ids=READERS)
@pytest.mark.parametrize("between", [";", ",", "\t", "\n", "\r\n", ';"', ", '"])
def test_no_text_has_a_formula_for_a_reader_with_another_separator(
    tmp_path: Path, between: str, separator: str
) -> None:
    cells = [f"nice{between}{payload}{between}x" for payload in REACHING]
    written(tmp_path / "a.csv", cells)
    for line in (tmp_path / "a.csv").read_text("utf-8-sig").splitlines():
        for cell in line.split(separator):
            assert not re.match(f"[{SIGNS}]", cell.lstrip(' \t"\ufeff\x00'))
    assert [unguarded(cell) for cell in read_back(tmp_path / "a.csv")] == cells


@pytest.mark.parametrize(
    "text",
    [
        "Dear team,\n- late delivery\n- rude staff (twice)\n+49 170 1234",
        "A title\n=======\nand a text, @john",
        "a => b,\n=> c; -5, -- John",
        "| a |\n|---|\n| b |",
        "https://example.org/?a=b,c=d",
    ],
)
def test_lists_titles_and_signatures_within_a_text_are_left_alone(
    tmp_path: Path, text: str
) -> None:
    assert written(tmp_path / "a.csv", [text]).notes == ()
    assert read_back(tmp_path / "a.csv") == [text]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["\n" * 999_999, ",=" * 300_000, ",-a" * 300_000, "-f(" * 99_999])
def test_no_text_takes_long(text: str) -> None:
    assert guarded(text).replace("'", "") == text
