"""Templates are filled in one pass, reach nothing and never fail on text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.template import Template, canonical, placeholder

COLUMNS = ("Name", "What did you like?", "Grand  total\n(USD)")


def render(text: str, row: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> str:
    return Template(text).bind(columns).render(row)


def test_each_placeholder_becomes_that_rows_cell() -> None:
    text = "{{Name}} said: {{ What did you like? }} ({{Name}})"
    assert render(text, ("Ann", "tea", "3")) == "Ann said: tea (Ann)"


def test_a_header_with_line_breaks_is_found_by_its_plain_form() -> None:
    assert render("{{Grand total (USD)}}", ("", "", "1.10")) == "1.10"


def test_a_placeholder_inside_a_cell_is_never_filled() -> None:
    assert render("{{Name}}", ("{{What did you like?}}", "secret", "")) == "{{What did you like?}}"


def test_unknown_columns_are_all_named() -> None:
    template = Template("{{Nmae}} {{Name}} {{Other}}")
    assert template.unknown(COLUMNS) == ("Nmae", "Other")
    with pytest.raises(RecipeError, match=r"“Nmae”, “Other”.*no such column"):
        template.bind(COLUMNS)


@pytest.mark.parametrize("text", ["{Name}", "{{}}", "{{ }}", "{{{", "}}", "{{a{b}}", "{{a", ""])
def test_braces_that_fit_no_placeholder_are_plain_text(text: str) -> None:
    assert Template(text).columns == ()
    assert render(text, ("", "", "")) == text


def test_the_first_of_two_columns_alike_is_meant() -> None:
    assert render("{{a b}}", ("first", "second"), ("a b", "a  b")) == "first"


@given(text=st.text(), row=st.tuples(st.text(), st.text(), st.text()))
def test_any_text_is_a_template_and_any_cell_fits(text: str, row: tuple[str, str, str]) -> None:
    template = Template(text)
    if not template.unknown(COLUMNS):
        assert isinstance(template.bind(COLUMNS).render(row), str)


@given(cells=st.tuples(st.text(), st.text(), st.text()))
def test_cells_come_through_unchanged_whatever_they_hold(cells: tuple[str, str, str]) -> None:
    text = "<a>{{Name}}</a><b>{{What did you like?}}</b>{{Grand total (USD)}}"
    assert render(text, cells) == f"<a>{cells[0]}</a><b>{cells[1]}</b>{cells[2]}"


@given(column=st.text(alphabet=st.characters(codec="utf-8"), min_size=1))
def test_every_column_can_be_named(column: str) -> None:
    name = canonical(column)
    if name:
        assert render(placeholder(name), ("cell",), (column,)) == "cell"


def test_attributes_are_out_of_reach() -> None:
    assert Template("{{x.__class__}}").columns == ("x.__class__",)
    assert render("{x.__class__} {0.__init__}", ("", "", "")) == "{x.__class__} {0.__init__}"
