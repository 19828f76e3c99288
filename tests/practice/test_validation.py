"""What the service refuses: at create, and in the params of each request."""

import json
from pathlib import Path
from typing import Any

import anthropic
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_batch_desk.practice.envelope import read_envelope, read_request
from claude_batch_desk.practice.models import served_models
from claude_batch_desk.practice.schemas import check_schema
from claude_batch_desk.practice.validation import OLD_VERSION, Setting, validate
from claude_batch_desk.practice.wire import ApiError
from tests.practice.conftest import Params, params, requests

BATCH = Setting(batch=True)
USER = {"role": "user", "content": "Hello"}
TEXT = {"type": "text", "text": "Hello"}


def refusal(asked: Any, setting: Setting = BATCH) -> ApiError:
    with pytest.raises(ApiError) as refused:
        validate(asked, setting)
    return refused.value


def without(asked: Params, key: str) -> Params:
    return {name: value for name, value in asked.items() if name != key}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (without(params(), "model"), "model: Field required"),
        (without(params(), "max_tokens"), "max_tokens: Field required"),
        (without(params(), "messages"), "messages: Field required"),
        (params(temperature=1.0), "temperature: Extra inputs are not permitted"),
        (params(top_p=0.9), "top_p: Extra inputs are not permitted"),
        (params(top_k=5), "top_k: Extra inputs are not permitted"),
        (params(extra_body={}), "extra_body: Extra inputs are not permitted"),
        (params(output_format={}), "output_format: Extra inputs are not permitted"),
        (params(max_tokens=0), "max_tokens: 0"),
        (params(max_tokens=-1), "max_tokens"),
        (params(max_tokens=1.5), "max_tokens: Input should be a valid integer"),
        (params(max_tokens=True), "max_tokens: Input should be a valid integer"),
        (params(max_tokens=128_001), "128001 > 128000"),
        (params(stream=True), "stream"),
        (params(speed="fast"), "speed"),
        (params(fallbacks=[{}]), "fallbacks"),
        (params(messages=[]), "at least one message"),
        (params(messages="Hello"), "messages: Input should be a valid list"),
        (params(messages=[{"role": "robot", "content": "x"}]), "role"),
        (params(messages=[{"role": "user"}]), "messages.0.content: Field required"),
        (params(messages=[{"role": "user", "content": "  "}]), "non-empty content"),
        (params(messages=[{"role": "user", "content": []}]), "non-empty"),
        (params(messages=[{"role": "user", "content": [{"type": "text"}]}]), "Field required"),
        (params(messages=[USER, {"role": "assistant", "content": "{"}]), "prefill"),
        (params(system=[{"type": "image"}]), "system.0.type"),
        (params(thinking={"type": "enabled", "budget_tokens": 2000}), "thinking.type.enabled"),
        (params(thinking={"type": "between_tools"}), "thinking.type.between_tools"),
        (params(thinking={"type": "maybe"}), "thinking.type"),
        (
            params(thinking={"type": "disabled"}, output_config={"effort": "max"}),
            'effort "max"',
        ),
        (params(output_config={"effort": "huge"}), "output_config.effort"),
        (params(output_config={"form": {}}), "output_config.form: Extra inputs"),
        (params(output_config={"format": {"type": "json"}}), "output_config.format.type"),
        (params(output_config={"format": {"type": "json_schema"}}), "schema: Field required"),
        (params(tools={}), "tools: Input should be a valid list"),
        (params(tool_choice={"type": "perhaps"}), "tool_choice.type"),
        (params(cache_control={"type": "eternal"}), "cache_control.type"),
        (params(cache_control={"type": "ephemeral", "ttl": "2h"}), "cache_control.ttl"),
        (
            params(system=[{**TEXT, "cache_control": {"type": "ephemeral"}}] * 5),
            "maximum of 4 blocks",
        ),
        (params("word " * 4_000_000), "prompt is too long"),
        ("no object", "Input should be an object"),
    ],
)
def test_params_that_do_not_hold_are_refused(asked: Any, words: str) -> None:
    refused = refusal(asked)

    assert refused.type == "invalid_request_error"
    assert words in refused.message


@pytest.mark.parametrize("content", ["assistant", "user"])
def test_blocks_that_left_with_the_new_version_are_refused(content: str) -> None:
    source = {"type": "text", "media_type": "text/plain", "data": "x"}
    block = (
        {"type": "document", "source": source}
        if content == "assistant"
        else {**TEXT, "citations": [{"type": "char_location"}]}
    )
    messages = [USER, {"role": content, "content": [block]}, USER]

    assert refusal(params(messages=messages)).type == "invalid_request_error"


@pytest.mark.parametrize("model", ["claude-nope-9", "claude-2"])
def test_a_model_nobody_serves_is_not_found(model: str) -> None:
    assert refusal(params(model=model)).type == "not_found_error"


def test_a_file_nobody_uploaded_is_not_found() -> None:
    source = {"type": "file", "file_id": "file_1"}
    content = [{"type": "document", "source": source}]

    assert refusal(params(messages=[{"role": "user", "content": content}])).status == 404


def test_a_model_without_batches_answers_single_messages_only() -> None:
    without_batch = next(model for model in served_models().values() if not model.batch)

    assert "Batches" in refusal(params(model=without_batch.id)).message
    assert validate(params(model=without_batch.id), Setting()).model is without_batch


@pytest.mark.parametrize("model", ["claude-fable-5-2", "claude-opus-5-5", "claude-sonnet-5-5"])
def test_models_that_always_think_cannot_be_told_not_to(model: str) -> None:
    asked = params(model=model, thinking={"type": "disabled"})

    assert "thinking.type.disabled" in refusal(asked).message
    assert "tool_choice" in refusal(params(model=model, tool_choice={"type": "any"})).message


def test_older_models_think_by_a_budget() -> None:
    model = "claude-haiku-4-5"
    fine = {"type": "enabled", "budget_tokens": 1024}

    validate(params(model=model, thinking=fine), BATCH)
    assert "adaptive" in refusal(params(model=model, thinking={"type": "adaptive"})).message
    assert "1024" in refusal(params(model=model, thinking={**fine, "budget_tokens": 10})).message
    too_large = {**fine, "budget_tokens": 2_000}
    assert "max_tokens" in refusal(params(model=model, thinking=too_large)).message
    assert "effort" in refusal(params(model=model, output_config={"effort": "low"})).message


def test_older_models_take_a_prefill() -> None:
    messages = [USER, {"role": "assistant", "content": "{"}]

    validate(params(model="claude-haiku-4-5", messages=messages), BATCH)


def test_the_old_version_takes_a_temperature_for_old_models_only() -> None:
    old = Setting(version=OLD_VERSION)

    validate(params(model="claude-haiku-4-5", temperature=0.5), old)
    assert "temperature" in refusal(params(temperature=0.5), old).message


def test_a_beta_raises_the_output_limit_in_batches() -> None:
    beta = Setting(batch=True, betas=("output-300k-2026-03-24",))

    validate(params(max_tokens=300_000), beta)
    assert "300001" in refusal(params(max_tokens=300_001), beta).message


def test_a_single_message_may_stream_and_warm_the_cache() -> None:
    validate(params(stream=True, max_tokens=0), Setting())


def test_citations_and_a_format_do_not_go_together() -> None:
    source = {"type": "text", "media_type": "text/plain", "data": "x"}
    document = {"type": "document", "source": source, "citations": {"enabled": True}}
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    asked = params(
        messages=[{"role": "user", "content": [document, TEXT]}],
        output_config={"format": {"type": "json_schema", "schema": schema}},
    )

    assert "citations" in refusal(asked).message


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


@pytest.mark.parametrize(
    "schema",
    [
        "no object",
        {"type": "object", "properties": {}},
        closed(a={"type": "number", "minimum": 1}),
        closed(a={"type": "integer", "multipleOf": 2}),
        closed(a={"type": "string", "maxLength": 5}),
        closed(a={"type": "array", "items": {"type": "string"}, "maxItems": 3}),
        closed(a={"type": "array", "items": {"type": "string"}, "minItems": 2}),
        closed(a={"type": "string", "format": "colour"}),
        closed(a={"enum": []}),
        closed(a={"enum": [{}]}),
        closed(a={"type": "text"}),
        closed(a={"$ref": "https://example.com/schema"}),
        closed(a={"$ref": "#/$defs/missing"}),
        closed(a={"allOf": [{"$ref": "#/properties/b"}]}, b={"type": "string"}),
        closed(a={"$ref": "#"}),
        closed(**{f"p{number}": {"type": "string"} for number in range(25)}),
        closed(**{f"p{number}": {"type": ["string", "null"]} for number in range(17)}),
    ],
)
def test_a_schema_outside_the_subset_is_refused(schema: Any) -> None:
    with pytest.raises(ApiError, match=r"output_config\.format\.schema"):
        check_schema(schema)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not valid JSON"),
        (b"[]", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b'{"requests": [}', "not valid JSON"),
        (b'{"requests": [{"custom_id": "a", "params": {}}]} more', "not valid JSON"),
        (b'{"requests": [{"custom_id": "a", "params": {"x": NaN}}]}', "not valid JSON"),
        (b'{"requests": [{"custom_id": "\xff", "params": {}}]}', "not valid JSON"),
        (b'{"requests": ' + b"[" * 100_000, "not valid JSON"),
        (b"{}", "requests: Field required"),
        (b'{"requests": []}', "at least 1 item"),
        (b'{"requests": [{}], "name": 1}', "requests.0.custom_id: Field required"),
        (b'{"name": 1}', "name: Extra inputs are not permitted"),
        (b'{"requests": [1]}', "requests.0: Input should be an object"),
        (b'{"requests": [{"custom_id": "a"}]}', "requests.0.params: Field required"),
        (b'{"requests": [{"custom_id": 1, "params": {}}]}', "valid string"),
        (b'{"requests": [{"custom_id": "a", "params": []}]}', "params: Input should be an object"),
        (b'{"requests": [{"custom_id": "a", "params": {}, "x": 1}]}', "requests.0.x: Extra"),
        (b'{"requests": [{"custom_id": "", "params": {}}]}', "at least 1 character"),
        (b'{"requests": [{"custom_id": "a b", "params": {}}]}', "should match pattern"),
    ],
)
def test_an_envelope_that_does_not_hold_is_refused(tmp_path: Path, body: bytes, words: str) -> None:
    path = tmp_path / "body"
    path.write_bytes(body)

    with pytest.raises(ApiError) as refused:
        read_envelope(path)

    assert refused.value.status == 400
    assert words in refused.value.message


def test_ids_are_checked_at_create(client: anthropic.Anthropic) -> None:
    too_long, again = requests(1), requests(1) * 2
    too_long[0]["custom_id"] = "x" * 65

    with pytest.raises(anthropic.BadRequestError, match="at most 64 characters"):
        client.messages.batches.create(requests=too_long)
    with pytest.raises(anthropic.BadRequestError, match=r"requests\.1\.custom_id"):
        client.messages.batches.create(requests=again)
    with pytest.raises(anthropic.BadRequestError, match="at least 1 item"):
        client.messages.batches.create(requests=[])


def test_more_than_100_000_requests_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "body"
    items = b",".join(b'{"custom_id":"%d","params":{}}' % number for number in range(100_001))
    path.write_bytes(b'{"requests":[' + items + b"]}")

    with pytest.raises(ApiError, match="at most 100000"):
        read_envelope(path)


texts = st.text(st.characters(codec="utf-8"), max_size=40)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(
    sent=st.lists(st.dictionaries(texts, values, max_size=4), min_size=1, max_size=6),
    spaced=st.booleans(),
    as_ascii=st.booleans(),
)
def test_every_request_is_found_at_its_place(
    tmp_path_factory: pytest.TempPathFactory,
    sent: list[dict[str, Any]],
    *,
    spaced: bool,
    as_ascii: bool,
) -> None:
    path = tmp_path_factory.mktemp("envelope") / "body"
    items = [{"custom_id": f"r{number}", "params": each} for number, each in enumerate(sent)]
    body = json.dumps({"requests": items}, indent=2 if spaced else None, ensure_ascii=as_ascii)
    path.write_text(body, encoding="utf-8", newline="\r\n" if spaced else "")

    entries = read_envelope(path)

    with path.open("rb") as file:
        assert [read_request(file, entry) for entry in entries] == items


def test_a_request_larger_than_the_window_is_read_whole(tmp_path: Path) -> None:
    items = [
        {"custom_id": f"r{number}", "params": {"text": "é" * size, "last": size}}
        for number, size in enumerate((700_000, 10, 1_500_000, 3))
    ]
    path = tmp_path / "body"
    path.write_bytes(orjson.dumps({"requests": items}))

    entries = read_envelope(path)

    with path.open("rb") as file:
        assert [read_request(file, entry)["params"]["last"] for entry in entries] == [
            700_000,
            10,
            1_500_000,
            3,
        ]


def test_a_lone_surrogate_fails_its_own_request_only(
    tmp_path: Path,
) -> None:
    path = tmp_path / "body"
    path.write_bytes(
        b'{"requests":[{"custom_id":"a","params":{"x":"\\ud800"}},{"custom_id":"b","params":{}}]}'
    )

    first, second = read_envelope(path)

    with path.open("rb") as file:
        with pytest.raises(ValueError, match="surrogate"):
            read_request(file, first)
        assert read_request(file, second) == {"custom_id": "b", "params": {}}
