"""What a row has to quote from: its prompt and the text of its document."""

from dataclasses import replace
from pathlib import Path

import pytest

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.prompts.recipe import Recipe, SentAs
from claude_batch_desk.core.prompts.request import DocumentRequest, request_builder, unsent_request
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.results.quotes import source_of
from claude_batch_desk.core.tables.document import Document

MODEL = bundled_models()["claude-haiku-5-5"]
PDF = Document(
    "a.pdf",
    "pdf",
    "application/pdf",
    10,
    "ab" * 32,
    pages=1,
    text="Signed in Ulm",
    path=Path("a.pdf"),
)


@pytest.mark.parametrize("sent_as", ["file", "text"])
def test_a_document_can_be_quoted_whichever_way_it_is_sent(sent_as: SentAs) -> None:
    recipe = Recipe(prompt=Template("Row {{a}}"), documents=sent_as, model=MODEL.id)
    source = source_of(request_builder(recipe, MODEL, documents=True)("Row “1”", PDF))
    assert source is not None
    assert source.split("\n") in (["Row “1”", "Signed in Ulm"], ["Signed in Ulm", "Row “1”", ""])


def test_a_scanned_page_can_only_be_quoted_by_who_sees_it() -> None:
    recipe = Recipe(prompt=Template("Row {{a}}"), model=MODEL.id)
    build = request_builder(recipe, MODEL, documents=True)
    request = build("Row", replace(PDF, text=" "))
    assert isinstance(request, DocumentRequest)
    assert source_of(request) is None


def test_what_was_not_asked_has_nothing_to_quote() -> None:
    assert source_of(unsent_request("No document.")) is None


def test_a_row_without_a_document_has_its_prompt() -> None:
    build = request_builder(Recipe(prompt=Template("{{a}}"), model=MODEL.id), MODEL)
    assert source_of(build("line 1\nline 2")) == "line 1\nline 2\n"
