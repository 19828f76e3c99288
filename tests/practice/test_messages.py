"""Messages, counting and the models, through the real SDK."""

import asyncio
from typing import Any

import anthropic
import pytest

from claude_batch_desk.practice.server import PracticeService
from tests.practice.conftest import MODEL, params

SCHEMA = {
    "type": "object",
    "properties": {"mood": {"type": "string", "enum": ["happy", "angry"]}},
    "required": ["mood"],
    "additionalProperties": False,
}
FORMAT: Any = {"format": {"type": "json_schema", "schema": SCHEMA}}


def test_a_message_is_answered(client: anthropic.Anthropic) -> None:
    message = client.messages.create(**params("I want my money back for order 4711."))

    assert [block.type for block in message.content] == ["thinking", "text"]
    assert message.stop_reason == "end_turn"
    assert message.usage.service_tier == "standard"


def test_the_answer_is_the_same_again_and_the_message_is_new(client: anthropic.Anthropic) -> None:
    first = client.messages.create(**params("The parcel is late."))
    second = client.messages.create(**params("The parcel is late."))

    assert first.content[-1] == second.content[-1]
    assert first.id != second.id


def test_a_streamed_message_says_the_same(client: anthropic.Anthropic) -> None:
    whole = client.messages.create(**params("The parcel is late."))
    with client.messages.stream(**params("The parcel is late.")) as stream:
        said = "".join(stream.text_stream)
        streamed = stream.get_final_message()

    block = whole.content[-1]
    assert block.type == "text"
    assert said == block.text
    assert streamed.content[0].type == "thinking"
    assert streamed.content[0].signature
    assert streamed.stop_reason == "end_turn"
    assert streamed.usage.output_tokens > 1


def test_structured_output_fits_its_schema(client: anthropic.Anthropic) -> None:
    message = client.messages.create(**params("I am so happy!", output_config=FORMAT))

    block = message.content[-1]
    assert block.type == "text"
    assert block.text == '{"mood":"happy"}'


def test_a_model_told_not_to_think_does_not(client: anthropic.Anthropic) -> None:
    message = client.messages.create(**params(thinking={"type": "disabled"}))

    assert [block.type for block in message.content] == ["text"]
    assert message.usage.output_tokens_details is not None
    assert message.usage.output_tokens_details.thinking_tokens == 0


def test_more_effort_thinks_more(client: anthropic.Anthropic) -> None:
    def thought(effort: str) -> int:
        messages = [
            client.messages.create(**params(f"Row {n}", output_config={"effort": effort}))
            for n in range(5)
        ]
        details = [message.usage.output_tokens_details for message in messages]
        return sum(detail.thinking_tokens for detail in details if detail)

    assert thought("low") < thought("high")


def test_thinking_can_eat_a_tight_limit(client: anthropic.Anthropic) -> None:
    message = client.messages.create(**params(max_tokens=20))

    assert message.stop_reason == "max_tokens"
    assert message.usage.output_tokens == 20
    assert all(block.type != "text" for block in message.content)


def test_a_tight_limit_cuts_the_answer(client: anthropic.Anthropic) -> None:
    text = "This is a long story about a parcel that went round the world before it came home."
    message = client.messages.create(
        **params(text, max_tokens=12, thinking={"type": "disabled"}, output_config=FORMAT)
    )
    whole = client.messages.create(**params(text, thinking={"type": "disabled"}))
    cut = client.messages.create(**params(text, max_tokens=12, thinking={"type": "disabled"}))

    assert message.usage.output_tokens <= 12
    assert cut.stop_reason == "max_tokens"
    assert whole.content[0].type == cut.content[0].type == "text"
    assert whole.content[0].text.startswith(cut.content[0].text)


def test_a_stop_sequence_stops(client: anthropic.Anthropic) -> None:
    message = client.messages.create(
        **params("I am happy", output_config=FORMAT, stop_sequences=[":"])
    )

    assert (message.stop_reason, message.stop_sequence) == ("stop_sequence", ":")


def test_a_cached_prefix_is_written_once_and_then_read(client: anthropic.Anthropic) -> None:
    control = {"type": "ephemeral"}
    system = [{"type": "text", "text": "The labels mean this. " * 300, "cache_control": control}]
    first = client.messages.create(**params("One", system=system)).usage
    second = client.messages.create(**params("Two", system=system)).usage

    assert first.cache_creation is not None
    assert first.cache_creation.ephemeral_5m_input_tokens == first.cache_creation_input_tokens
    assert second.cache_read_input_tokens == first.cache_creation_input_tokens
    assert second.cache_creation_input_tokens == 0


def test_counting_agrees_with_what_a_message_is_billed(client: anthropic.Anthropic) -> None:
    asked = params("Wie geht es Ihnen? 今日は。", system="Be brief.")
    del asked["max_tokens"]

    counted = client.messages.count_tokens(**asked).input_tokens
    billed = client.messages.create(**asked, max_tokens=900).usage.input_tokens

    assert counted == billed > 0


def test_newer_models_count_more_tokens_for_the_same_text(client: anthropic.Anthropic) -> None:
    messages: Any = [{"role": "user", "content": "The same text. " * 100}]
    older = client.messages.count_tokens(model="claude-haiku-4-5", messages=messages)
    newer = client.messages.count_tokens(model=MODEL, messages=messages)

    assert 1.2 < newer.input_tokens / older.input_tokens < 1.4


def test_a_text_never_has_more_tokens_than_bytes(client: anthropic.Anthropic) -> None:
    def count(text: str) -> int:
        messages: Any = [{"role": "user", "content": text}]
        return client.messages.count_tokens(model=MODEL, messages=messages).input_tokens

    overhead = count("x")
    for text in ("1234567890" * 50, "!?#%&" * 99, "日本語" * 80, "🙂🎉" * 60):
        assert count(text) - overhead <= len(text.encode())


def test_counting_refuses_max_tokens(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match="max_tokens: Extra inputs"):
        client.post("/v1/messages/count_tokens", cast_to=str, body=params())


def test_rate_limit_headers_go_down(client: anthropic.Anthropic) -> None:
    first = client.messages.with_raw_response.create(**params()).headers
    second = client.messages.with_raw_response.create(**params()).headers

    name = "anthropic-ratelimit-requests-remaining"
    assert int(second[name]) < int(first["anthropic-ratelimit-requests-limit"])
    assert int(second[name]) <= int(first[name])
    assert first["anthropic-ratelimit-input-tokens-reset"].endswith("Z")
    assert first["request-id"] != second["request-id"]


def test_the_ledger_counts_messages(
    service: PracticeService, client: anthropic.Anthropic, key: str
) -> None:
    usage = client.messages.create(**params()).usage

    assert service.ledger(key).messages == 1
    assert service.ledger(key).message_tokens.output == usage.output_tokens


def test_models_come_newest_first_without_the_retired(client: anthropic.Anthropic) -> None:
    models = list(client.models.list(limit=3))

    assert models[0].id == "claude-fable-5-2"
    assert {model.lifecycle for model in models} == {"active", "deprecated"}
    assert any(model.capabilities and not model.capabilities.batch.supported for model in models)


def test_models_are_filtered_by_lifecycle(client: anthropic.Anthropic) -> None:
    deprecated = list(client.models.list(lifecycle=["deprecated"]))

    assert deprecated
    assert {model.lifecycle for model in deprecated} == {"deprecated"}
    assert any(model.retires_at for model in deprecated)


def test_models_page_backwards(client: anthropic.Anthropic) -> None:
    ids = [model.id for model in client.models.list()]
    page = client.models.list(before_id=ids[3], limit=2)

    assert [model.id for model in page.data] == ids[1:3]
    assert page.has_more


def test_a_model_is_found_by_its_id(client: anthropic.Anthropic) -> None:
    model = client.models.retrieve(MODEL)

    assert model.line == "haiku"
    assert model.max_tokens == 128_000
    with pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("claude-nope")


def test_the_async_client_counts_answers_and_streams(service: PracticeService, key: str) -> None:
    async def rehearse() -> tuple[int, str, str]:
        async with anthropic.AsyncAnthropic(
            api_key=key, base_url=service.base_url, max_retries=0
        ) as client:
            asked = params("The parcel is late.")
            counted = await client.messages.count_tokens(
                model=asked["model"], messages=asked["messages"]
            )
            block = (await client.messages.create(**asked)).content[-1]
            async with client.messages.stream(**asked) as stream:
                said = [text async for text in stream.text_stream]
            return counted.input_tokens, block.text if block.type == "text" else "", "".join(said)

    counted, answered, streamed = asyncio.run(rehearse())

    assert counted > 0
    assert answered == streamed != ""
