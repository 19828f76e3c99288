"""The bundled models.json against what was established about every model on 2026-11-22."""

from datetime import UTC, datetime
from typing import Any, get_args

import orjson
import pytest

from claude_batch_desk.core.catalogue import EFFORTS, bundled_models, bundled_models_date
from claude_batch_desk.core.resources import read_resource

LOW_TO_HIGH = EFFORTS[:3]
NO_XHIGH = ("low", "medium", "high", "max")
ALWAYS = ("adaptive",)
OPTIONAL = ("adaptive", "disabled")
BUDGETED = ("disabled", "enabled")
EITHER = ("adaptive", "disabled", "enabled")

# id: context, longest answer, thinking, efforts, shortest cacheable prefix
KNOWN: dict[str, tuple[int, int, tuple[str, ...], tuple[str, ...], int]] = {
    "claude-fable-5-2": (1_000_000, 128_000, ALWAYS, LOW_TO_HIGH, 512),
    "claude-mythos-5-2": (1_000_000, 128_000, ALWAYS, LOW_TO_HIGH, 512),
    "claude-haiku-5-5": (1_000_000, 128_000, OPTIONAL, EFFORTS, 512),
    "claude-sonnet-5-5": (1_000_000, 128_000, ("adaptive", "between_tools"), EFFORTS, 512),
    "claude-opus-5-5": (1_000_000, 128_000, ALWAYS, EFFORTS, 512),
    "claude-fable-5-1": (1_000_000, 128_000, ALWAYS, EFFORTS, 512),
    "claude-mythos-5-1": (1_000_000, 128_000, ALWAYS, EFFORTS, 512),
    "claude-opus-5": (1_000_000, 128_000, OPTIONAL, EFFORTS, 512),
    "claude-sonnet-5": (1_000_000, 128_000, OPTIONAL, EFFORTS, 1024),
    "claude-fable-5": (1_000_000, 128_000, ALWAYS, EFFORTS, 512),
    "claude-mythos-5": (1_000_000, 128_000, ALWAYS, EFFORTS, 512),
    "claude-opus-4-8": (1_000_000, 128_000, OPTIONAL, EFFORTS, 1024),
    "claude-opus-4-7": (1_000_000, 128_000, OPTIONAL, EFFORTS, 2048),
    "claude-mythos-preview": (200_000, 64_000, ALWAYS, NO_XHIGH, 4096),
    "claude-sonnet-4-6": (1_000_000, 128_000, EITHER, NO_XHIGH, 1024),
    "claude-opus-4-6": (1_000_000, 128_000, EITHER, NO_XHIGH, 4096),
    "claude-opus-4-5": (200_000, 64_000, BUDGETED, LOW_TO_HIGH, 4096),
    "claude-opus-4-5-20251101": (200_000, 64_000, BUDGETED, LOW_TO_HIGH, 4096),
    "claude-haiku-4-5": (200_000, 64_000, BUDGETED, (), 4096),
    "claude-haiku-4-5-20251001": (200_000, 64_000, BUDGETED, (), 4096),
    "claude-sonnet-4-5": (200_000, 64_000, BUDGETED, (), 1024),
    "claude-sonnet-4-5-20250929": (200_000, 64_000, BUDGETED, (), 1024),
}
GOING = {
    "claude-mythos-preview": datetime(2026, 6, 30, tzinfo=UTC),
    "claude-sonnet-4-5": datetime(2026, 11, 30, tzinfo=UTC),
    "claude-sonnet-4-5-20250929": datetime(2026, 11, 30, tzinfo=UTC),
}


RELEASED = {"claude-fable-5-2": "2026-11-09", "claude-haiku-5-5": "2026-10-07"}


def table() -> dict[str, Any]:
    read: dict[str, Any] = orjson.loads(read_resource("models.json"))
    return read


@pytest.mark.parametrize("model_id", KNOWN)
def test_a_model_is_described_as_it_was_established(model_id: str) -> None:
    model = bundled_models()[model_id]
    context, longest, thinking, efforts, cacheable = KNOWN[model_id]
    assert (model.max_input_tokens, model.max_tokens) == (context, longest)
    assert model.thinking == thinking
    assert model.efforts == efforts
    assert model.min_cacheable_tokens == cacheable
    assert model.line == model_id.split("-")[1]
    assert model.lifecycle == ("deprecated" if model_id in GOING else "active")
    assert model.retires_at == GOING.get(model_id)
    assert model.batch == (model_id != "claude-mythos-preview")
    assert model.structured_outputs == (model_id != "claude-mythos-preview")


@pytest.mark.parametrize("model_id", KNOWN)
def test_a_model_reads_images_and_pdfs(model_id: str) -> None:
    model = bundled_models()[model_id]
    assert model.image_input
    assert model.pdf_input


def test_release_days_are_those_that_were_announced() -> None:
    days = {entry["id"]: entry["created_at"][:10] for entry in table()["data"]}
    assert {name: days[name] for name in RELEASED} == RELEASED


def test_the_table_lists_every_model_the_official_sdk_names_and_no_other() -> None:
    from anthropic.types.model import Model  # slow, and of no use to the other tests

    literal = next(part for part in get_args(Model) if part is not str)
    assert set(bundled_models()) == set(get_args(literal)) == set(KNOWN)


def test_every_entry_is_what_the_sdk_reads_from_the_models_endpoint() -> None:
    from anthropic.types.model_info import ModelInfo  # slow, and of no use to the other tests

    for entry in table()["data"]:
        described = {key: value for key, value in entry.items() if key != "min_cacheable_tokens"}
        info = ModelInfo.model_validate(described, strict=False)
        assert not info.model_extra
        assert set(described) == set(ModelInfo.model_fields)


def test_the_newest_model_comes_first() -> None:
    released = [entry["created_at"] for entry in table()["data"]]
    known = [day for day in released if not day.startswith("1970")]
    assert known == sorted(known, reverse=True)


def test_display_names_tell_the_models_apart() -> None:
    names = [model.name for model in bundled_models().values()]
    assert len(set(names)) == len(names)


def test_the_table_says_when_it_was_checked_and_what_is_not_certain() -> None:
    assert bundled_models_date() == "2026-11-22"
    unconfirmed = table()["unconfirmed"]
    assert unconfirmed
    assert all(sentence.endswith(".") for sentence in unconfirmed)


def test_the_least_thinking_is_off_where_the_model_can_be_told_so() -> None:
    least = {name: model.least_thinking for name, model in bundled_models().items()}
    assert least["claude-haiku-5-5"] == {"type": "disabled"}
    assert least["claude-sonnet-5-5"] == {"type": "between_tools"}
    assert least["claude-opus-5-5"] is None
