"""A request with a document: the document as data of its own, known by its content."""

import base64
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from claude_batch_desk.core.catalogue import bundled_models
from claude_batch_desk.core.documents.limits import MAX_IMAGE_PIXELS, UPLOADED_ABOVE_BYTES
from claude_batch_desk.core.errors import DocumentError, RecipeError
from claude_batch_desk.core.prompts.attached import inline_block, is_uploaded, reference_block
from claude_batch_desk.core.prompts.recipe import Recipe, SentAs
from claude_batch_desk.core.prompts.request import (
    DocumentRequest,
    Request,
    UnsentRequest,
    request_builder,
)
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.tables.document import Document

HAIKU = bundled_models()["claude-haiku-5-5"]
SHORT = bundled_models()["claude-haiku-4-5"]
RECIPE = Recipe(prompt=Template("What is this about?"), model=HAIKU.id)
NOTE = Document("note.txt", "text", "text/plain", 5, "ab" * 32, text="Hello “you”")


@pytest.fixture
def pdf(tmp_path: Path) -> Document:
    return frozen(tmp_path / "a.pdf", b"%PDF-1.7 what a PDF holds", "application/pdf")


@pytest.fixture
def picture(tmp_path: Path) -> Document:
    found = frozen(tmp_path / "b.png", b"\x89PNG what an image holds", "image/png")
    return replace(found, kind="image", width=640, height=480, pages=0, text="")


def frozen(path: Path, content: bytes, media_type: str) -> Document:
    path.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return Document(
        path.name, "pdf", media_type, len(content), sha256, pages=2, text="It says so.", path=path
    )


def build(document: Document, sent_as: SentAs = "file", model: Any = HAIKU) -> Request:
    recipe = replace(RECIPE, documents=sent_as)
    return request_builder(recipe, model, documents=True)("What is this about?", document)


def blocks(request: Request, block: bytes = b"") -> list[dict[str, Any]]:
    whole = request.with_block(block) if isinstance(request, DocumentRequest) else request.params
    [turn] = orjson.loads(whole)["messages"]
    assert turn["role"] == "user"
    content: list[dict[str, Any]] = turn["content"]
    return content


def test_a_pdf_travels_whole_before_the_prompt_and_with_its_name(pdf: Document) -> None:
    document, prompt = blocks(build(pdf), inline_block(pdf))
    assert document["title"] == "a.pdf"
    assert document["source"]["media_type"] == "application/pdf"
    assert base64.b64decode(document["source"]["data"]) == b"%PDF-1.7 what a PDF holds"
    assert prompt == {"type": "text", "text": "What is this about?"}


def test_an_image_travels_as_an_image(picture: Document) -> None:
    image, _ = blocks(build(picture), inline_block(picture))
    assert set(image) == {"type", "source"}
    assert image["type"] == "image"
    assert image["source"]["media_type"] == "image/png"


def test_a_file_the_service_holds_is_named_by_its_id(pdf: Document, picture: Document) -> None:
    document, _ = blocks(build(pdf), reference_block(pdf, "file_1"))
    assert document["source"] == {"type": "file", "file_id": "file_1"}
    image, _ = blocks(build(picture), reference_block(picture, "file_2"))
    assert image == {"type": "image", "source": {"type": "file", "file_id": "file_2"}}


@pytest.mark.parametrize("sent_as", ["file", "text"])
def test_a_text_is_data_apart_from_the_prompt(sent_as: SentAs) -> None:
    document, prompt = blocks(build(NOTE, sent_as))
    source = {"type": "text", "media_type": "text/plain", "data": "Hello “you”"}
    assert document == {"type": "document", "source": source, "title": "note.txt"}
    assert prompt["text"] == "What is this about?"


def test_a_document_without_text_goes_as_a_file_even_where_text_is_wanted(
    pdf: Document, picture: Document
) -> None:
    assert blocks(build(pdf, "text"))[0]["source"]["data"] == "It says so."
    for each in (replace(pdf, text=" \n"), picture):
        assert isinstance(build(each, "text"), DocumentRequest)


def test_nothing_is_read_before_it_is_sent(pdf: Document) -> None:
    assert pdf.path is not None
    pdf.path.unlink()
    request = build(pdf)
    assert isinstance(request, DocumentRequest)
    assert pdf.sha256[:8].encode() not in request.params


def test_the_same_content_is_the_same_request_whatever_it_is_called(pdf: Document) -> None:
    assert build(pdf).sha256 == build(replace(pdf, name="copy.pdf")).sha256
    assert build(pdf).sha256 != build(replace(pdf, sha256="cd" * 32)).sha256
    assert build(pdf).sha256 != build(pdf, "text").sha256
    assert build(NOTE).sha256 == build(replace(NOTE, name="n", sha256="cd" * 32)).sha256
    assert build(NOTE).sha256 != build(replace(NOTE, text="Hello")).sha256
    assert build(pdf).sha256 != request_builder(RECIPE, HAIKU, documents=True)("x", pdf).sha256


def test_the_prompt_need_name_no_column_where_rows_have_documents(pdf: Document) -> None:
    assert isinstance(build(pdf), DocumentRequest)
    with pytest.raises(RecipeError, match="names no column"):
        request_builder(RECIPE, HAIKU)
    with pytest.raises(RecipeError, match="prompt is empty"):
        request_builder(RECIPE.with_prompt(" "), HAIKU, documents=True)


@pytest.mark.parametrize("damage", [b"changed", None])
def test_a_frozen_copy_that_is_not_what_it_was_is_never_sent(
    pdf: Document, damage: bytes | None
) -> None:
    assert pdf.path is not None
    if damage is None:
        pdf.path.unlink()
    else:
        pdf.path.write_bytes(damage)
    with pytest.raises(DocumentError, match=r"“a\.pdf” in the data folder was changed or removed"):
        inline_block(pdf)


def test_a_row_whose_document_cannot_be_used_says_why(pdf: Document, picture: Document) -> None:
    def why(document: Document, model: Any = HAIKU) -> str:
        request = build(document, model=model)
        assert isinstance(request, UnsentRequest)
        return request.reason

    assert why(replace(pdf, problem="“a.pdf” is encrypted.")) == "“a.pdf” is encrypted."
    assert "has 601 pages" in why(replace(pdf, pages=601))
    assert "takes 100" in why(replace(pdf, pages=101), SHORT)
    assert "holds no text" in why(replace(NOTE, text="\n"))
    assert "500 MB" in why(replace(pdf, size=500_000_001))
    assert "7.5 MB" in why(replace(picture, size=7_600_000))
    assert "pixels" in why(replace(picture, height=MAX_IMAGE_PIXELS + 1))
    assert "longer than the 200,000 tokens" in why(replace(NOTE, text="x" * 2_000_001), SHORT)
    assert isinstance(build(replace(pdf, pages=600)), DocumentRequest)


def test_a_model_that_takes_no_such_document_is_named_before_anything_is_sent(
    pdf: Document, picture: Document
) -> None:
    blind = replace(HAIKU, image_input=False, pdf_input=False)
    with pytest.raises(RecipeError, match=r"takes no PDFs, and “a\.pdf” is one"):
        build(pdf, model=blind)
    with pytest.raises(RecipeError, match="takes no images"):
        build(picture, model=blind)
    assert blocks(build(pdf, "text", model=blind))


def test_every_model_says_whether_it_takes_documents() -> None:
    assert HAIKU.pdf_input
    assert HAIKU.image_input


def test_only_large_files_are_uploaded(pdf: Document) -> None:
    assert not is_uploaded(replace(pdf, size=UPLOADED_ABOVE_BYTES))
    assert is_uploaded(replace(pdf, size=UPLOADED_ABOVE_BYTES + 1))
