"""A document's share of a prompt, before anything was counted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.catalogue import OfferedModel, bundled_models
from claude_batch_desk.core.pricing.documents import document_bytes, image_tokens, page_tokens
from claude_batch_desk.core.tables.document import Document

FINE = bundled_models()["claude-haiku-5-5"]
COARSE = bundled_models()["claude-haiku-4-5"]
PDF = Document("a.pdf", "pdf", "application/pdf", 1_000_000, "ab" * 32, pages=10)
IMAGE = Document("b.png", "image", "image/png", 1_000_000, "cd" * 32, width=1_000, height=1_000)


def test_a_token_of_an_image_is_a_square_of_28_pixels() -> None:
    assert image_tokens(28, 28, FINE) == 1
    assert image_tokens(29, 28, FINE) == 2
    assert image_tokens(1_000, 1_000, FINE) == 36 * 36


def test_models_before_4_7_see_large_images_smaller() -> None:
    assert 1_500 < image_tokens(4_000, 4_000, COARSE) <= 1_568
    assert 4_600 < image_tokens(4_000, 4_000, FINE) <= 4_784
    assert image_tokens(8_000, 28, FINE) == 2_576 / 28
    newer = [
        model.id for model in bundled_models().values() if image_tokens(8_000, 8_000, model) > 1_568
    ]
    assert "claude-opus-4-7" in newer
    assert not {"claude-opus-4-6", "claude-sonnet-4-5-20250929", "claude-haiku-4-5"} & set(newer)


@given(
    width=st.integers(0, 20_000),
    height=st.integers(0, 20_000),
    model=st.sampled_from([*bundled_models().values()]),
)
def test_no_image_has_more_tokens_than_the_bytes_it_is_given(
    width: int, height: int, model: OfferedModel
) -> None:
    tokens = image_tokens(width, height, model)
    assert 1 <= tokens <= 4_784
    assert document_bytes(replace(IMAGE, width=width, height=height), model) >= tokens


@pytest.mark.parametrize("model", [FINE, COARSE])
def test_a_page_is_its_picture_and_its_text(model: OfferedModel) -> None:
    scanned = document_bytes(PDF, model)
    assert scanned >= 10 * page_tokens(model)
    assert document_bytes(replace(PDF, text="ü" * 500), model) == scanned + 1_000
    assert document_bytes(replace(PDF, pages=20), model) > 1.9 * scanned
    assert document_bytes(replace(PDF, size=9), model) == scanned
