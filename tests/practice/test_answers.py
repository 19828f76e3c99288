"""Answers fit every schema, look right in several languages, and are always the same."""

import re
from typing import Any

import fastjsonschema
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_batch_desk.core.prompts.fields import OutputField
from claude_batch_desk.core.prompts.recipe import load_recipe
from claude_batch_desk.core.prompts.schema import answer_schema
from claude_batch_desk.core.resources import resource_path
from claude_batch_desk.practice.answers import answer_text
from claude_batch_desk.practice.reading import Row, date_in, numbers_in, read_number
from claude_batch_desk.practice.schemas import check_schema
from tests.choices import plain_choices

CATEGORIES = ("Billing", "Delivery", "Technical problem", "Account and login", "Praise", "Other")


def ask(text: str, *fields: OutputField, instructions: str = "", prompt: str = "") -> Any:
    """The values of an answer, one for each field; alone where there is one."""
    wrapped = prompt or f"<message>\n{text}\n</message>\n\nFill in the fields."
    values = orjson.loads(answer_text(instructions, wrapped, answer_schema(fields)))
    answers = list(values.values())
    return answers[0] if len(fields) == 1 else answers


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("You charged my card twice this month.", "Billing"),
        ("Die Rechnung ist falsch, es wurde doppelt abgebucht.", "Billing"),
        ("J'ai été prélevé deux fois, où est la facture ?", "Billing"),
        ("Me han cobrado dos veces.", "Billing"),
        ("返金お願いします", "Billing"),
        ("Where is my parcel? Tracking says it was shipped last week.", "Delivery"),
        ("Mein Paket ist nicht angekommen.", "Delivery"),
        ("Ma commande n'est toujours pas arrivée, le colis est perdu.", "Delivery"),
        ("まだ届きません", "Delivery"),
        ("The app crashes with an error on every start.", "Technical problem"),
        ("Das Gerät ist kaputt, nach dem Update kommt nur ein Fehler.", "Technical problem"),
        ("No puedo iniciar sesión, no acepta mi contraseña.", "Account and login"),
        ("I forgot my password and cannot log in.", "Account and login"),
        ("Just wanted to say: your colleague was brilliant. Love it!", "Praise"),
        ("qwerty", "Other"),
    ],
)
def test_a_message_is_filed_where_a_person_would(text: str, category: str) -> None:
    assert ask(text, OutputField("Category", "choice", plain_choices(*CATEGORIES))) == category


def test_a_recipes_own_definitions_decide() -> None:
    field = OutputField("Team", "choice", plain_choices("Otters", "Herons"))
    instructions = "- Otters: anything about rivers, boats and fishing.\n- Herons: lamps, ladders."

    assert ask("The ladder broke.\nTwo lamps too.", field, instructions=instructions) == "Herons"
    assert ask("We went fishing in two boats.", field, instructions=instructions) == "Otters"


def test_what_a_definition_excludes_does_not_count() -> None:
    field = OutputField("Team", "choice", plain_choices("Otters", "Herons"))
    instructions = "- Otters: boats. Not for ladders.\n- Herons: ladders."

    assert ask("My ladders.", field, instructions=instructions) == "Herons"


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("Great service, I love it!", "Positive"),
        ("Schlecht und viel zu teuer.", "Negative"),
        ("Très bon, je suis satisfait.", "Positive"),
        ("Es una decepción, pésimo.", "Negative"),
        ("Great staff, but terrible coffee.", "Mixed"),
        ("I came on Tuesday.", "Neutral"),
        ("This is not good.", "Negative"),
    ],
)
def test_a_mood_is_told(text: str, sentiment: str) -> None:
    field = OutputField(
        "Sentiment", "choice", plain_choices("Positive", "Mixed", "Negative", "Neutral")
    )

    assert ask(text, field) == sentiment


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("It smells of burning and there is smoke! Please help immediately!!", "High"),
        ("My device stopped working yesterday, there is an error.", "Normal"),
        ("Do you ship to Malta?", "Low"),
    ],
)
def test_urgency_is_told(text: str, urgency: str) -> None:
    assert (
        ask(text, OutputField("Urgency", "choice", plain_choices("High", "Normal", "Low")))
        == urgency
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I want my money back.", True),
        ("Bitte um Rückerstattung.", True),
        ("Je veux être remboursée.", True),
        ("How long is the warranty?", False),
    ],
)
def test_a_refund_request_is_seen(text: str, wanted: bool) -> None:
    field = OutputField("Refund requested", "boolean", description="The customer asks for it now")

    assert ask(text, field) is wanted


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("Where is my order?", "en", "English"),
        ("Wo ist meine Bestellung?", "de", "German"),
        ("Où est ma commande ?", "fr", "French"),
        ("¿Dónde está mi pedido?", "es", "Spanish"),
        ("Gdzie jest moja paczka?", "pl", "Polish"),
        ("まだ届きません", "ja", "Japanese"),
    ],
)
def test_a_language_is_told_by_code_or_name(text: str, code: str, name: str) -> None:
    by_code = OutputField("Language", description="ISO 639 code, such as en")
    by_choice = OutputField(
        "Language",
        "choice",
        plain_choices("English", "German", "French", "Spanish", "Polish", "Japanese"),
    )

    assert ask(text, by_code) == code
    assert ask(text, OutputField("Language")) == name
    assert ask(text, by_choice) == name


def test_an_amount_is_the_rows_amount() -> None:
    prompt = (
        "<line>\n<vendor>PAPIERHAUS LINDNER GMBH</vendor>\n<description>Toner schwarz, 3 St."
        '</description>\n<net_amount currency="EUR">1.249,00</net_amount>\n</line>'
    )
    fields = (OutputField("Vendor name"), OutputField("Amount", "number"))

    assert ask("", *fields, prompt=prompt) == ["Papierhaus Lindner", 1249]


def test_an_amount_is_found_in_running_text() -> None:
    field = OutputField("Total amount", "number")

    assert ask("Order 0058145 of 3 items, in all $24.90.", field) == 24.9


def test_a_year_is_a_year() -> None:
    assert ask("Sentenced on May 3, 2012 to 240 months.", OutputField("Year", "number")) == 2012


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("Perfect, great, love it!", 4, 5), ("Terrible, awful, broken.", 1, 2), ("4/5 stars", 4, 4)],
)
def test_a_score_stays_on_its_scale(text: str, low: int, high: int) -> None:
    field = OutputField("Score", "number", description="from 1 (bitter) to 5 (delighted)")

    assert low <= ask(text, field) <= high


def test_a_summary_leaves_greeting_and_thanks_out() -> None:
    text = "Hi team,\n\nMy hub is offline since Monday.\n\nThanks in advance,\nBen"

    assert ask(text, OutputField("Summary")) == "My hub is offline since Monday."


def test_a_quote_is_copied_letter_for_letter() -> None:
    text = "The staff are lovly and kind. I go on Tuesdays."

    assert ask(text, OutputField("Quote")) == "The staff are lovly and kind."


def test_of_an_empty_cell_nothing_is_quoted_and_nothing_found() -> None:
    fields = (OutputField("Quote"), OutputField("Who", may_be_unknown=True), OutputField("Note"))

    assert ask("", *fields) == ["", None, "There is no text to go by."]


@pytest.mark.parametrize(
    ("about", "found"),
    [
        ("Email", "anna@example.com"),
        ("Date of the order", "2026-10-03"),
        ("Currency", "EUR"),
    ],
)
def test_simple_facts_are_found(about: str, found: str) -> None:
    text = "I ordered on 03.10.2026 for 12,50 € and wrote from anna@example.com."

    assert ask(text, OutputField(about)) == found


def test_what_may_be_unknown_is_null_where_nothing_is_found() -> None:
    fields = (
        OutputField("Year", "number", may_be_unknown=True),
        OutputField("Email", may_be_unknown=True),
    )

    assert ask("Nothing of the kind.", *fields) == [None, None]


def test_without_a_schema_there_is_a_short_paragraph() -> None:
    text = answer_text("", "<message>My parcel is late. I am angry.</message>", None)

    assert "parcel is late" in text
    assert len(text) < 400


@pytest.mark.parametrize("name", ["support-tickets", "invoice-lines", "survey-answers"])
def test_shipped_recipes_are_answered_within_their_schema(name: str) -> None:
    recipe = load_recipe(resource_path(f"recipes/{name}.recipe"))
    schema = answer_schema(recipe.fields)
    valid = fastjsonschema.compile(schema)

    for text in ("", "-", "???", "Refund please", "🙂" * 50, "<b>bold</b> & </message>", "0" * 400):
        prompt = re.sub(r"\{\{.*?\}\}", text.replace("\\", ""), recipe.prompt.text)
        valid(orjson.loads(answer_text(recipe.instructions, prompt, schema)))


scalars = st.sampled_from(
    [
        {"type": "string"},
        {"type": "number"},
        {"type": "integer"},
        {"type": "boolean"},
        {"type": "null"},
        {"type": ["string", "null"]},
        {"type": "string", "enum": ["a", "b", "Other"]},
        {"enum": [1, 2, 5]},
        {"enum": [None, "x"]},
        {"const": "fixed"},
        {"type": "string", "enum": ["yes", "no"]},
        {"type": "string", "description": "A score from 1 to 5"},
        {"$ref": "#/$defs/mood"},
    ]
)
nested = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(lambda item: {"type": "array", "items": item}, inner),
        st.builds(lambda item: {"type": "array", "items": item, "minItems": 1}, inner),
        st.builds(lambda option: {"anyOf": [option, {"type": "null"}]}, inner),
        st.builds(
            lambda option: {"allOf": [option]}, inner.filter(lambda each: "$ref" not in each)
        ),
        st.builds(
            lambda named: {
                "type": "object",
                "properties": named,
                "required": sorted(named),
                "additionalProperties": False,
            },
            st.dictionaries(
                st.sampled_from(["summary", "year", "is_late", "score", "email", "x"]),
                inner,
                max_size=4,
            ),
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(schema=nested, text=st.text(max_size=200))
def test_every_answer_fits_its_schema_and_is_the_same_again(
    schema: dict[str, Any], text: str
) -> None:
    whole = {
        "type": "object",
        "properties": {"value": schema},
        "required": ["value"],
        "additionalProperties": False,
        "$defs": {"mood": {"type": "string", "enum": ["happy", "angry"]}},
    }
    check_schema(whole)

    answer = answer_text("", f"<row>{text}</row>", whole)

    fastjsonschema.compile(whole)(orjson.loads(answer))
    assert answer == answer_text("", f"<row>{text}</row>", whole)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,249.00", 1249.0),
        ("1.249,00", 1249.0),
        ("1.10", 1.1),
        ("4,99", 4.99),
        ("1,249", 1249.0),
        ("-29,00", -29.0),
        ("€ 12", 12.0),
        ("00123", None),
        ("0.5", 0.5),
        ("", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: float | None) -> None:
    assert read_number(text) == number


def test_dates_and_names_of_things_are_no_numbers() -> None:
    assert numbers_in("On 2026-10-03 I paid 12.50 for T2, order 0058145.") == [12.5]


def test_a_date_is_read_day_first_unless_it_cannot_be() -> None:
    assert str(date_in("03/04/2026")) == "2026-04-03"
    assert str(date_in("10/25/2026")) == "2026-10-25"
    assert str(date_in("on May 3, 2012")) == "2012-05-03"
    assert date_in("99.99.2026") is None


def test_lines_that_tell_what_to_do_are_not_what_a_row_says() -> None:
    row = Row("A player explained:\n\nI went for the high castles.\n\nClassify it.")

    assert row.text == "I went for the high castles."


def test_a_label_beside_the_text_may_decide() -> None:
    field = OutputField("Kind", "choice", plain_choices("Name", "Offense", "Sentence"))
    prompt = "<key>Offense:</key><info>1. Conspiracy to distribute, two counts</info>"

    assert ask("", field, prompt=prompt) == "Offense"


def test_labelled_lines_are_parts_of_a_row() -> None:
    row = Row("Classify this ticket.\nProduct: Hub 3\nMessage: It broke.\nIt really did.")

    assert row.text == "It broke.\nIt really did."
    assert row.labelled(frozenset({"product"})) == "Hub 3"


def test_a_phone_number_is_no_amount() -> None:
    text = "Please call +46 70 123 45 67. I was charged 24 euros too much."

    assert ask(text, OutputField("Amount", "number")) == 24


def test_what_a_text_does_not_say_is_not_made_up() -> None:
    assert ask("Hello.", OutputField("E-mail", "text")) == "Not stated."
