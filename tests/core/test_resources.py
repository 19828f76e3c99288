"""The sample tables and recipes that are shipped: they fit each other, and read like real ones."""

import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.prompts.fields import MAX_UNIONS
from claude_batch_desk.core.prompts.recipe import Recipe, load_recipe, recipe_text
from claude_batch_desk.core.prompts.request import request_builder
from claude_batch_desk.core.prompts.schema import answer_schema
from claude_batch_desk.core.report import silent
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.core.tables.source import open_source
from claude_batch_desk.core.tables.table import Reading, ReadOptions, Row, unpack_page

MAKER = Path(__file__).resolve().parents[2] / "packaging" / "make_samples.py"
CHARACTERS_PER_TOKEN = 4
# What the service's documentation lists; any other keyword is refused with a 400.
SCHEMA_KEYWORDS = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "enum",
    "anyOf",
    "description",
}


@dataclass(frozen=True)
class Sample:
    reading: Reading
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, name: str) -> list[str]:
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    @property
    def cells(self) -> Iterator[str]:
        return (cell for row in self.rows for cell in row)


def index() -> list[dict[str, str]]:
    listed: list[dict[str, str]] = orjson.loads(resource_path("samples/index.json").read_bytes())
    return listed


INDEX = {each["file"]: each["recipe"] for each in index()}
RECIPES = sorted(resource_path("recipes") / name for name in set(INDEX.values()))
FOR_ANY_TABLE = (
    "classify",
    "clean",
    "document-questions",
    "extract",
    "free-form",
    "personal-data",
    "score",
    "summarise",
    "translate",
)
"""Recipes that belong to no sample; test_recipes is about them."""
every_sample = pytest.mark.parametrize("file", INDEX)
every_recipe = pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name)


@cache
def sample(file: str) -> Sample:
    path = resource_path("samples") / file
    with open_source(path, ReadOptions(), silent) as source:
        rows = [row for page in source.pages() for row in unpack_page(page.cells)]
        return Sample(source.reading, source.columns, tuple(rows))


def shipped(file: str) -> Recipe:
    return load_recipe(resource_path("recipes") / INDEX[file])


def prompts(file: str) -> list[str]:
    render = shipped(file).prompt.bind(sample(file).columns).render
    return [render(row) for row in sample(file).rows]


def test_the_index_names_every_sample_and_recipe_there_is() -> None:
    tables = {path.name for path in resource_path("samples").iterdir()} - {"index.json"}
    assert set(INDEX) == tables
    shipped_ones = {path.name for path in resource_path("recipes").glob("*.recipe")}
    assert set(INDEX.values()) == shipped_ones - {f"{stem}.recipe" for stem in FOR_ANY_TABLE}
    assert len(INDEX) >= 3


def test_every_sample_has_a_title_and_one_sentence_about_it() -> None:
    for each in index():
        assert set(each) == {"file", "recipe", "title", "description"}
        assert each["title"]
        assert re.fullmatch(r"[^.]+\.", each["description"])


@every_recipe
def test_a_shipped_recipe_is_written_as_the_program_would_save_it(path: Path) -> None:
    assert recipe_text(load_recipe(path)) == path.read_text(encoding="utf-8")


@every_recipe
def test_the_instructions_define_every_value_they_allow(path: Path) -> None:
    recipe = load_recipe(path)
    for field in recipe.fields:
        for choice in field.choices:
            assert re.search(rf"^- {re.escape(choice.value)}: ", recipe.instructions, re.MULTILINE)


@every_recipe
def test_every_answer_column_says_what_it_holds(path: Path) -> None:
    assert all(field.description for field in load_recipe(path).fields)


@every_recipe
def test_a_recipe_asks_its_model_for_the_least_effort(path: Path) -> None:
    recipe = load_recipe(path)
    model = bundled_models()[recipe.model]
    assert recipe.effort == "low"
    assert model.lifecycle == "active"
    assert model.batch


@every_recipe
def test_the_instructions_are_long_enough_to_be_cached(path: Path) -> None:
    recipe = load_recipe(path)
    least = bundled_models()[recipe.model].min_cacheable_tokens
    assert least is not None
    assert len(recipe.instructions) / CHARACTERS_PER_TOKEN > least


def subschemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for inner in (*schema.get("properties", {}).values(), *schema.get("anyOf", ())):
        yield from subschemas(inner)


@every_recipe
def test_an_answer_schema_stays_within_what_the_service_accepts(path: Path) -> None:
    schemas = list(subschemas(answer_schema(load_recipe(path).fields)))
    for schema in schemas:
        assert set(schema) <= SCHEMA_KEYWORDS
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False
            assert set(schema["required"]) == set(schema["properties"])
    assert sum("anyOf" in schema for schema in schemas) <= MAX_UNIONS


@every_sample
def test_a_sample_has_as_many_rows_as_promised(file: str) -> None:
    promised = next(each["description"] for each in index() if each["file"] == file)
    assert 200 <= len(sample(file).rows) <= 1_000
    assert promised.startswith(f"{len(sample(file).rows)} ")


@every_sample
def test_a_recipe_renders_every_row_of_its_sample(file: str) -> None:
    recipe = shipped(file)
    build = request_builder(recipe, bundled_models()[recipe.model])
    rendered = prompts(file)
    for prompt in rendered:
        asked = orjson.loads(build(prompt).params)
        assert asked["messages"] == [{"role": "user", "content": prompt}]
    assert len(rendered) == len(sample(file).rows)


@every_sample
def test_a_few_rows_ask_exactly_what_another_one_asks(file: str) -> None:
    rendered = prompts(file)
    repeated = len(rendered) - len(set(rendered))
    assert 0.02 < repeated / len(rendered) < 0.15


@every_sample
def test_no_single_text_stamps_a_sample(file: str) -> None:
    [(_, most)] = Counter(prompts(file)).most_common(1)
    assert most <= 8


@every_sample
def test_a_sample_keeps_what_spoils_real_tables(file: str) -> None:
    cells = list(sample(file).cells)
    assert any(re.fullmatch(r"0\d{3,}", cell) for cell in cells), "leading zeros"
    assert "NA" in cells
    assert "" in cells
    for first in "=-":
        assert any(cell.startswith(first) and len(cell) > 1 for cell in cells), first
    assert any(cell.startswith("@") for cell in cells)
    assert any("\n" in cell for cell in cells)
    assert not any("\t" in cell or re.search(r"<\w+>", cell) for cell in cells), "a slot left open"


def test_ticket_numbers_times_and_amounts_look_as_they_were_written() -> None:
    tickets = sample("support-tickets.csv")
    assert all(re.fullmatch(r"\d{5}", number) for number in tickets.column("Ticket"))
    times = tickets.column("Received")
    assert all(re.fullmatch(r"2026-\d\d-\d\d \d\d:\d\d", time) for time in times)
    assert times == sorted(times)
    assert {"1.10", "1,249.00"} <= set(tickets.column("Order total"))
    assert any(number.startswith("+49 30 ") for number in tickets.column("Contact"))


def test_tickets_are_of_every_length_and_in_many_scripts() -> None:
    messages = sample("support-tickets.csv").column("Message")
    words = [len(message.split()) for message in messages]
    assert min(words) == 1
    assert max(words) > 100
    assert any(message.count("\n\n") >= 2 for message in messages)
    for marks in ("äöüß", "éèêà", "¿ñ", "ãç", "łąęż", "のをご", "🙃😤👍"):
        assert sum(any(mark in message for mark in marks) for message in messages) >= 3, marks


def test_braces_in_a_ticket_are_not_taken_for_a_column() -> None:
    assert any("{{first_name}}" in prompt for prompt in prompts("support-tickets.csv"))


def test_the_survey_begins_below_a_title_and_has_a_second_sheet() -> None:
    reading = sample("survey-answers.xlsx").reading
    assert reading.header_row == 3
    assert reading.sheet == "Answers"
    assert reading.sheets == ("Answers", "Codes")


def test_the_survey_keeps_its_numbers_as_its_cells_show_them() -> None:
    survey = sample("survey-answers.xlsx")
    [fees] = [name for name in survey.columns if name.startswith("Roughly how much")]
    [stars] = [name for name in survey.columns if name.startswith("Overall")]
    assert {"1.10", "4.50", ""} <= set(survey.column(fees))
    assert set(survey.column(stars)) == {"1", "2", "3", "4", "5", ""}


def test_the_ledger_reads_right_in_its_old_encoding() -> None:
    ledger = sample("invoice-lines.csv")
    assert ledger.reading.delimiter == ";"
    spelled = set(ledger.column("Vendor"))
    assert {"Autohaus Reuß", "AUTOHAUS REUSS", "Bäckerei Pohl", "BAECKEREI POHL"} <= spelled
    assert any("€" in cell for cell in ledger.column("Description"))
    assert any("–" in cell for cell in ledger.column("Description"))
    amount = re.compile(r"-?\d{1,3}(\.\d{3})*,\d\d")
    assert all(amount.fullmatch(cell) for cell in ledger.column("Net amount"))


def contents(path: Path) -> bytes | dict[str, bytes]:
    """What a file holds; of a workbook its members, for compressors differ."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as workbook:
        return {name: workbook.read(name) for name in workbook.namelist()}


@pytest.mark.skipif(not MAKER.is_file(), reason="the phrases are not part of an installed wheel")
def test_the_samples_can_be_made_anew_and_come_out_the_same(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(MAKER), str(tmp_path)], check=True, timeout=120)
    for file in INDEX:
        assert contents(tmp_path / file) == contents(resource_path("samples") / file), file
