"""The sheet of figures: how often each value was answered, what it cost, how many are right."""

import re
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from claude_batch_desk.core.pricing.usage import Usage
from claude_batch_desk.core.prompts.fields import Choice, OutputField
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.export import export_xlsx
from claude_batch_desk.core.results.provenance import ExportNote
from claude_batch_desk.core.results.summary import ColumnCounts, Summary, Tally, ValueCount
from claude_batch_desk.core.results.workbook import Layout
from tests.core.results.samples import ESTIMATE, PAYLOADS, note

MOOD = OutputField(
    "Mood", "choice", (Choice("happy"), Choice("angry")), may_be_unknown=True,
    companions=("confidence",),
)  # fmt: skip
TOPICS = OutputField("Topics", "choices", (Choice("a"), Choice("b")))
WHY = OutputField("Why")
USAGE = Usage(10, 5)


def tally(*values: tuple[str, str, str, str]) -> Summary:
    counting = Tally((MOOD, TOPICS, WHY))
    for each in values:
        counting.add(Answer("answered", each, usage=USAGE))
    return counting.summary()


def test_values_are_counted_the_most_frequent_first() -> None:
    found = tally(
        ("happy", "high", "a; b", "x"),
        ("angry", "low", "a", "y"),
        ("happy", "high", "", "z"),
        ("", "low", "other", "z"),
    )
    mood, sure, topics = found.columns
    assert found.answered == 4
    assert (mood.header, mood.counts, mood.empty, mood.several) == (
        "Mood",
        (ValueCount("happy", 2), ValueCount("angry", 1)),
        1,
        False,
    )
    assert [each.value for each in sure.counts] == ["high", "low"]
    assert topics.counts == (ValueCount("a", 2), ValueCount("b", 1), ValueCount("other", 1))
    assert (topics.several, topics.empty) == (True, 1)


def test_rows_that_no_model_answered_do_not_count() -> None:
    counting = Tally((MOOD,))
    counting.add(Answer("unsent", ("", "")))
    assert counting.summary().answered == 0


def test_many_different_values_are_cut_off_and_told() -> None:
    found = tally(*((f"v{number}", "low", "", "") for number in range(40)))
    assert len(found.columns[0].counts) == 30
    assert found.columns[0].others == 10


def sheet(path: Path, summary: Summary, about: ExportNote | None = None) -> Worksheet:
    layout = Layout(summary=lambda: summary)
    export_xlsx(path, ["t"], [["x"]], about or note(1), silent, layout)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Answers", "Summary", "About"]
    return book["Summary"]


def test_the_sheet_has_counts_as_numbers_with_a_chart_for_each_column(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    found = tally(("happy", "high", "a", ""), ("angry", "low", "b", ""), ("happy", "low", "a", ""))
    cells = [[cell.value for cell in row[:3]] for row in sheet(path, found).iter_rows()]
    assert ["Mood", "Rows", "Share"] in cells
    assert ["happy", 2, 2 / 3] in cells
    with zipfile.ZipFile(path) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 3


def test_the_sheet_says_what_it_cost_and_how_many_are_right(tmp_path: Path) -> None:
    found = Summary(3, (), ("Mood: 2 of 3 right.",))
    about = note(1, estimate=ESTIMATE, price=ESTIMATE.batch, billed=Decimal("0.0346"))
    page = sheet(tmp_path / "a.xlsx", found, about)
    texts = [cell.value for row in page.iter_rows() for cell in row]
    assert "Mood: 2 of 3 right." in texts
    assert texts[texts.index("Billed") + 1] == "$0.035"


@pytest.mark.parametrize("header", [*PAYLOADS, "Other!A1", "=Summary!$B$2", "half \ud800", "\x00"])
def test_the_title_of_a_chart_is_the_cell_above_its_counts(tmp_path: Path, header: str) -> None:
    found = ColumnCounts(header, (ValueCount("a", 1),), others=0, empty=0)
    sheet(tmp_path / "a.xlsx", Summary(1, (found,)))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        chart = ElementTree.fromstring(parts.read("xl/charts/chart1.xml"))  # noqa: S314 - ours
    places = [str(each.text) for each in chart.iter() if each.tag.endswith("}f")]
    assert all(re.fullmatch(r"Summary!\$[AB]\$[0-9]+(:\$[AB]\$[0-9]+)?", each) for each in places)
    assert len(places) == 3


def test_no_value_runs_as_a_formula_in_the_sheet_or_its_chart(tmp_path: Path) -> None:
    found = tally(*((payload, "low", payload, "") for payload in PAYLOADS))
    page = sheet(tmp_path / "a.xlsx", found)
    kinds = {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}
