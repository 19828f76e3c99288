"""Documents and images in messages: what they cost, what is said of them, and what is refused."""

from typing import Any

import anthropic
import orjson
import pytest

from claude_batch_desk.practice.pictures import PictureLimit, Size, picture_tokens, shown_size
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
