"""Results read from their bytes are the answers that the careful way makes of them."""

from collections.abc import Mapping

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_batch_desk.core.prompts.fields import Choice, OutputField
from claude_batch_desk.core.results.answers import read_answer
from claude_batch_desk.core.results.reading import ResultReader

_FIELDS = (
    OutputField("Label", "choice", (Choice("Refund"), Choice("Praise")), companions=("reason",)),
)
_USAGE = {"input_tokens": 400, "output_tokens": 90, "cache_creation": {"x": 1}}
_RIGHT = '{"label_reason":"late “parcel”","label":"Refund"}'
_TEXTS = st.sampled_from((_RIGHT, _RIGHT.replace("Refund", "refund"), "", "  ", "No.", '{"a":1}'))
_STOPS = st.sampled_from(("end_turn", "max_tokens", "refusal", "pause_turn", None))
_BYTES = st.sampled_from(b'"{}[],:\\ \x00\x0a0aetn\xff')
_BLOCKS = st.sampled_from(("text", "thinking"))


def result(
    text: str = _RIGHT, *, stop: str | None = "end_turn", **more: object
) -> dict[str, object]:
    message: dict[str, object] = {
        "id": "msg_1",
        "content": [{"type": "text", "text": text}],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": _USAGE,
        **more,
    }
    return {"type": "succeeded", "message": message}


def as_the_service_writes_it(more: Mapping[str, object] | None = None) -> dict[str, object]:
    block = {"type": "text", "text": _RIGHT, **(more or {})}
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-5-5"}
    rest = {"container": None, "usage": _USAGE | {"service_tier": "batch"}}
    ending = {"stop_reason": "end_turn", "stop_sequence": None, **rest}
    return {"type": "succeeded", "message": {**head, "content": [block], **ending}}


def check(raw: bytes, fields: tuple[OutputField, ...] = _FIELDS) -> None:
    reader, careful = ResultReader(fields), read_answer(orjson.loads(raw), fields, with_raw=False)
    assert reader.read(raw) == careful
    for _ in range(2):  # what was read before is known by heart
        usual = reader.usual(raw)
        if usual is not None:
            values, front, ending = usual
            assert front + ending.text == raw
            told = (careful.outcome, careful.reason, careful.values, careful.usage)
            assert told == ("answered", "", tuple(orjson.loads(values)), ending.usage)


@given(_TEXTS, _STOPS, st.lists(_BLOCKS, max_size=3), st.sampled_from((_FIELDS, ())))
def test_every_message_becomes_the_same_answer(
    text: str, stop: str | None, kinds: list[str], fields: tuple[OutputField, ...]
) -> None:
    content = [{"type": kind, kind: text} for kind in kinds]
    check(orjson.dumps(result(stop=stop, content=content)), fields)
    check(orjson.dumps(result(text, stop=stop)), fields)


_HEAD = '{"type":"succeeded","message":{"content":[{"type":"text","text":"a"}]'
_END = ',"stop_reason":"end_turn","usage":{"output_tokens":1}'


@pytest.mark.parametrize(
    "raw",
    [
        _HEAD + ',"stop_reason":"max_tokens","usage":{}},"more":{"x":1' + _END + "}}",
        _HEAD + ',"x":{"y":1' + _END + "}}}",
        _HEAD + _END + ',"content":[]}}',
        _HEAD + _END + '},"type":"expired"}',
        _HEAD + _END + '},"message":{}}',
        _HEAD + _END + '},"":{}}',
        _HEAD + _END + '},"":{"stop_reason":"end_turn","usage":{"output_tokens":7}}}',
        _HEAD + ',"stop_reason":"x","stop_reason":"end_turn","usage":null}}',
        _HEAD.replace('"a"', r'"\",\"stop_reason\":\"end_turn\","') + ',"stop_reason":"refusal"}}',
        '{"message":{"content":[]},"type":"succeeded"' + _HEAD[19:] + _END + "}}",
        '{"x":1,' + _HEAD[1:] + '},"x":{"y":1' + _END + "}}",
        '{"type":"errored","error":{"type":"error","error":{"type":"api_error"}}}',
        '{"type":"canceled"}',
    ],
)
@pytest.mark.parametrize("fields", [(), _FIELDS])
def test_no_form_of_a_result_is_taken_for_another(
    raw: str, fields: tuple[OutputField, ...]
) -> None:
    check(raw.encode(), fields)


@given(st.integers(0, 500), st.sampled_from((b"", b",", b'"')))
def test_what_is_no_json_is_refused(at: int, more: bytes) -> None:
    raw = orjson.dumps(result())
    reader, broken = ResultReader(_FIELDS), raw[: at % len(raw)] + more
    assert reader.usual(raw) is not None
    assert reader.usual(broken) is None
    with pytest.raises(orjson.JSONDecodeError):
        reader.read(broken)


@given(st.data())
def test_a_result_with_any_byte_changed_is_read_right_or_refused(data: st.DataObject) -> None:
    raw = bytearray(orjson.dumps(as_the_service_writes_it()))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(_BYTES)
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        assert ResultReader(_FIELDS).usual(bytes(raw)) is None
        assert ResultReader(()).usual(bytes(raw)) is None
    else:
        check(bytes(raw))
        check(bytes(raw), ())


@pytest.mark.parametrize("more", [{}, {"citations": None}])
def test_results_as_the_service_writes_them_are_usual(more: dict[str, object]) -> None:
    assert ResultReader(_FIELDS).usual(orjson.dumps(as_the_service_writes_it(more))) is not None


def test_usages_are_told_apart() -> None:
    reader = ResultReader(_FIELDS)
    for tokens in (1, 2, 1):
        usual = reader.usual(orjson.dumps(result(usage={"output_tokens": tokens})))
        assert usual is not None
        assert usual[2].usage.output == tokens
