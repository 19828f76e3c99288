"""Documents and images in messages: what they cost, what is said of them, and what is refused."""

from functools import partial
from typing import Any

import anthropic
import orjson
import pytest

from claude_batch_desk.practice.media import Media, RecentMedia
from claude_batch_desk.practice.pictures import PictureLimit, Size, picture_tokens, shown_size
from claude_batch_desk.practice.server import PracticeService
from tests.practice.conftest import MODEL, params
from tests.practice.papers import asking, image, image_block, pdf, pdf_block, text_block

STANDARD = PictureLimit(1568, 1568)
SHARP = PictureLimit(2576, 4784)
OLD_MODEL = "claude-haiku-4-5"
CHOICES = {
    "type": "object",
    "properties": {"topic": {"type": "string", "enum": ["Billing", "Delivery", "Other"]}},
    "required": ["topic"],
    "additionalProperties": False,
}


def count(client: anthropic.Anthropic, *blocks: Any, model: str = MODEL) -> int:
    messages = asking(*blocks)
    return client.messages.count_tokens(model=model, messages=messages).input_tokens


def refusal(client: anthropic.Anthropic, *blocks: Any, model: str = MODEL) -> str:
    with pytest.raises(anthropic.BadRequestError) as refused:
        count(client, *blocks, model=model)
    return refused.value.message


@pytest.mark.parametrize(
    ("size", "limit", "shown", "tokens"),
    [
        (Size(200, 200), STANDARD, Size(200, 200), 64),
        (Size(1000, 1000), STANDARD, Size(1000, 1000), 1296),
        (Size(1092, 1092), STANDARD, Size(1092, 1092), 1521),
        (Size(1920, 1080), STANDARD, Size(1456, 819), 1560),
        (Size(2000, 1500), STANDARD, Size(1270, 952), 1564),
        (Size(3840, 2160), STANDARD, Size(1456, 819), 1560),
        (Size(1075, 1520), STANDARD, Size(924, 1307), 1551),
        (Size(1920, 1080), SHARP, Size(1920, 1080), 2691),
        (Size(2000, 1500), SHARP, Size(2000, 1500), 3888),
        (Size(3840, 2160), SHARP, Size(2576, 1449), 4784),
    ],
)
def test_images_cost_what_the_documentation_says(
    size: Size, limit: PictureLimit, shown: Size, tokens: int
) -> None:
    assert shown_size(size, limit) == shown
    assert picture_tokens(size, limit) == tokens


def test_an_image_costs_its_patches(client: anthropic.Anthropic) -> None:
    small = count(client, image_block(image(280, 140)))
    wide = count(client, image_block(image(560, 140)))

    assert wide - small == 50


def test_a_large_image_costs_more_with_a_newer_model(client: anthropic.Anthropic) -> None:
    block = image_block(image(3840, 2160))

    assert count(client, block) - count(client, block, model=OLD_MODEL) > 3_000


def test_a_page_costs_its_text_and_its_image(client: anthropic.Anthropic) -> None:
    blank = count(client, pdf_block(pdf("")))
    written = count(client, pdf_block(pdf("An invoice for two lamps. " * 20)))
    two = count(client, pdf_block(pdf("", "")))
    as_text = count(client, text_block("An invoice for two lamps. " * 20))

    assert written - blank > 50
    assert two - blank > 1_000
    assert as_text < written


def test_counting_and_answering_agree_about_tokens(client: anthropic.Anthropic) -> None:
    messages = asking(
        pdf_block(pdf("One", "Two"), title="Two pages", context="From the archive"),
        image_block(image()),
        text_block("Three"),
    )

    counted = client.messages.count_tokens(model=MODEL, messages=messages)
    answered = client.messages.create(model=MODEL, max_tokens=2_000, messages=messages)

    assert answered.usage.input_tokens == counted.input_tokens


def test_a_document_can_be_cached(client: anthropic.Anthropic) -> None:
    def ask(block: Any) -> anthropic.types.Usage:
        return client.messages.create(model=MODEL, max_tokens=2_000, messages=asking(block)).usage

    control = {"type": "ephemeral"}
    contract = pdf_block(pdf("A contract"), cache_control=control)

    first, again = ask(contract), ask(contract)
    other = ask(pdf_block(pdf("Another contract"), cache_control=control))

    assert first.cache_creation_input_tokens == again.cache_read_input_tokens
    assert (first.cache_creation_input_tokens or 0) > 1_000
    assert again.cache_creation_input_tokens == other.cache_read_input_tokens == 0


def test_the_text_of_a_document_decides_the_answer(client: anthropic.Anthropic) -> None:
    def topic(block: Any) -> str:
        asked = params(
            messages=asking(block, question="Which topic?"),
            output_config={"format": {"type": "json_schema", "schema": CHOICES}},
        )
        answer = client.messages.create(**asked)
        return str(orjson.loads(answer.content[-1].text)["topic"])  # type: ignore[union-attr]  # text

    invoice = "The invoice was charged twice to my card, please correct the bill."
    parcel = "Where is my parcel? The delivery is late and tracking shows nothing."

    assert [topic(pdf_block(pdf(text))) for text in (invoice, parcel)] == ["Billing", "Delivery"]
    assert [topic(text_block(text)) for text in (invoice, parcel)] == ["Billing", "Delivery"]
    assert topic(pdf_block(pdf(""), title="invoice_2026-03.pdf")) == "Billing"


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (pdf_block(b"no pdf"), "messages.0.content.0.pdf.source.base64.data: The PDF specified "),
        (pdf_block(pdf("Secret", password="key")), "The PDF specified is password protected."),  # noqa: S106  of a document made here
        (pdf_block(pdf("Sealed", password="")), "The PDF specified is password protected."),
        (pdf_block(pdf("Cut")[:300]), "The PDF specified was not valid."),
        (image_block(image(), "image/tiff"), "Input should be 'image/jpeg', 'image/png', "),
        (image_block(image(), "image/jpeg"), "but the image appears to be a image/png image"),
        (image_block(image(900, 900)[:60]), "Could not process image"),
        (image_block(b"GIF89a"), "appears to be a image/gif"),
        (image_block(b"nothing"), "Could not process image"),
        ({"type": "image", "source": {"type": "url", "url": "https://x.invalid/a.png"}}, "no URLs"),
        (
            {"type": "document", "source": {"type": "url", "url": "https://x.invalid/a.pdf"}},
            "no URLs",
        ),
        (text_block(""), "source.text.data: String should have at least 1 character"),
        (text_block("x", title=7), "document.title: Input should be a valid string"),
        (text_block("x", name="a"), "document.name: Extra inputs are not permitted"),
        (text_block("x", citations={"enabled": "yes"}), "Input should be a valid boolean"),
        ({"type": "document"}, "document.source: Field required"),
        ({"type": "image", "source": {"type": "text"}}, "image.source.type: Input should be"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    client: anthropic.Anthropic, block: Any, words: str
) -> None:
    message = refusal(client, block)

    assert words in message
    assert "messages.0.content.0" in message


def test_a_document_may_not_stand_in_an_answer(client: anthropic.Anthropic) -> None:
    for block in (text_block("x"), image_block(image())):
        said: Any = [*asking(), {"role": "assistant", "content": [block]}, *asking()]

        with pytest.raises(anthropic.BadRequestError, match="not permitted in assistant messages"):
            client.messages.count_tokens(model=MODEL, messages=said)


def test_documents_cite_all_or_none(client: anthropic.Anthropic) -> None:
    cited, plain = text_block("a", citations={"enabled": True}), text_block("b")

    assert count(client, cited, cited) > 0
    assert "on all documents of a request, or on none" in refusal(client, cited, plain)


def test_a_document_may_be_made_of_blocks(client: anthropic.Anthropic) -> None:
    def made_of(*inside: Any) -> dict[str, Any]:
        return {"type": "document", "source": {"type": "content", "content": list(inside)}}

    words = {"type": "text", "text": "Two lamps, as shown."}

    assert count(client, made_of(words, image_block(image()))) - count(client, made_of(words)) == 50
    bad = made_of(words, image_block(b"none"))
    assert "messages.0.content.0.document.source.content.1.image" in refusal(client, bad)
    assert "Input should be 'text' or 'image'" in refusal(client, made_of(text_block("no")))
    assert "non-empty string or list" in refusal(client, made_of())


def test_a_request_has_so_many_pages(client: anthropic.Anthropic) -> None:
    hundred = pdf_block(pdf(*[""] * 100))
    one = pdf_block(pdf(""))

    assert count(client, hundred, model=OLD_MODEL) > 100_000
    assert "A maximum of 100 PDF pages" in refusal(client, hundred, one, model=OLD_MODEL)
    assert count(client, hundred, one) > 100_000
    assert "A maximum of 600 PDF pages" in refusal(client, *[hundred] * 6, one)


def test_pages_can_be_more_than_a_model_reads(client: anthropic.Anthropic) -> None:
    assert "prompt is too long" in refusal(client, *[pdf_block(pdf(*[""] * 100))] * 6)


def test_a_side_of_8000_pixels_is_the_longest(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError) as refused:
        count(
            client,
            image_block(image(8_000, 10)),
            image_block(image(8_001, 10)),
            text_block("between"),
            image_block(image(10, 9_000)),
        )

    assert refused.value.error_code == "image_dimensions_too_large"
    assert isinstance(refused.value, anthropic.types.ImageDimensionsTooLargeError)
    assert refused.value.details.max_side_length_pixels == 8_000
    assert refused.value.details.paths == ["messages.0.content.1", "messages.0.content.3"]


def test_many_images_must_be_smaller(client: anthropic.Anthropic) -> None:
    large, small = image_block(image(2_001, 10)), image_block(image(2_000, 10))

    assert count(client, large, *[small] * 19) > 0
    assert count(client, *[small] * 21) > 0
    assert "many-image requests: 2000 pixels" in refusal(client, large, *[small] * 20)


def test_a_request_has_so_many_images(client: anthropic.Anthropic) -> None:
    tiny = image_block(image(8, 8))

    assert "A maximum of 100 images" in refusal(client, *[tiny] * 101, model=OLD_MODEL)
    assert count(client, *[tiny] * 101) > 101


def test_an_image_of_more_than_10_mb_is_refused(client: anthropic.Anthropic) -> None:
    fat = image() + bytes(7_500_001)

    assert "image exceeds 10 MB maximum" in refusal(client, image_block(fat))


def test_a_message_of_more_than_32_mb_is_413(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.APIStatusError) as refused:
        count(client, pdf_block(pdf("Fat") + b"%" + bytes(24_000_000)))

    assert refused.value.status_code == 413


def test_an_image_that_must_not_be_made_smaller_is_refused_where_it_would_be(
    client: anthropic.Anthropic,
) -> None:
    strict = image_block(image(1920, 1080), transformations={"oversized_image": "error"})

    assert count(client, strict) > 2_000
    message = refusal(client, strict, model=OLD_MODEL)
    assert "messages.0.content.0: image dimensions 1920x1080 exceed" in message
    assert "scale the image to at most 1456x819" in message


def test_in_a_batch_each_document_is_judged_by_itself(
    service: PracticeService, client: anthropic.Anthropic
) -> None:
    blocks = {
        "good": pdf_block(pdf("An invoice")),
        "damaged": pdf_block(b"%PDF-1.7 and no more"),
        "locked": pdf_block(pdf("Secret", password="key")),  # noqa: S106  of a document made here
        "lost": {"type": "document", "source": {"type": "file", "file_id": "file_none"}},
        "fat": pdf_block(pdf("Fat") + b"%" + bytes(24_000_000)),
        "image": image_block(image()),
    }
    batch = client.messages.batches.create(
        requests=[
            {"custom_id": name, "params": params(messages=asking(block))}  # type: ignore[typeddict-item]  # as sent
            for name, block in blocks.items()
        ]
    )
    service.advance(1)

    ended = {line.custom_id: line.result for line in client.messages.batches.results(batch.id)}
    assert {name for name, result in ended.items() if result.type == "succeeded"} == {
        "good",
        "image",
    }
    kinds = {
        name: result.error.error.type for name, result in ended.items() if result.type == "errored"
    }
    assert kinds == {
        "damaged": "invalid_request_error",
        "locked": "invalid_request_error",
        "lost": "not_found_error",
        "fat": "invalid_request_error",
    }


def test_answers_take_the_labelled_values_of_a_document(client: anthropic.Anthropic) -> None:
    paper = "Lamps and more\n\nInvoice number: INV-20419\nDate: 2026-03-05\nTotal: EUR 116.62"
    kinds = {"invoice_number": "string", "total": "number"}
    schema = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in kinds.items()},
        "required": list(kinds),
        "additionalProperties": False,
    }
    config = {"format": {"type": "json_schema", "schema": schema}}

    for block in (pdf_block(pdf(paper)), text_block(paper)):
        answer = client.messages.create(**params(messages=asking(block), output_config=config))
        values = orjson.loads(answer.content[-1].text)  # type: ignore[union-attr]  # text
        assert values == {"invoice_number": "INV-20419", "total": 116.62}


def test_documents_that_begin_alike_are_told_apart(client: anthropic.Anthropic) -> None:
    head = "Northwind Lamps GmbH\nInvoice\n"
    papers = [pdf(f"{head}Invoice number: INV-{number}\nThank you.") for number in range(3)]
    said = {
        client.messages.create(model=MODEL, max_tokens=2_000, messages=asking(pdf_block(paper)))
        .content[-1]
        .model_dump_json()
        for paper in papers
    }

    assert len(said) == len(papers)


def test_what_has_no_text_is_told_apart_by_its_name(client: anthropic.Anthropic) -> None:
    def said(block: Any) -> str:
        answer = client.messages.create(model=MODEL, max_tokens=2_000, messages=asking(block))
        return str(answer.content[-1].text)  # type: ignore[union-attr]  # text

    scan = pdf("", "")

    assert "delivery note 42" in said(pdf_block(scan, title="delivery_note-42.pdf"))
    assert "2 pages" in said(pdf_block(scan))
    assert "280 by 140 pixels" in said(image_block(image(280, 140)))


def test_a_document_is_read_once_for_all_that_ask_about_it() -> None:
    recent = RecentMedia(most_bytes=1_300)
    read: list[str] = []

    def reading(text: str) -> Media:
        read.append(text)
        return Media(text, ())

    for letter, length in (("a", 500), ("b", 100), ("a", 500), ("c", 500), ("a", 500), ("b", 100)):
        recent.get("text/plain", letter.encode(), partial(reading, letter * length))

    assert [text[0] for text in read] == ["a", "b", "c", "b"]
