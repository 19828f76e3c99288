"""How many tokens a request has and how they are billed, deterministically.

The real tokenizer is not public; this one is a rate per kind of character, near enough for
rehearsals, never above one token per UTF-8 byte, and different from text to text.
"""

import hashlib
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from claude_batch_desk.practice.attachments import ATTACHED, Attachment
from claude_batch_desk.practice.models import ServedModel
from claude_batch_desk.practice.pictures import picture_tokens
from claude_batch_desk.practice.unconfirmed import INFERENCE_GEO, SCHEMA_IS_CACHED

_LETTERS = (string.ascii_letters + " ").encode()
_LETTERS_PER_TOKEN = 4.6
_DIGITS_AND_MARKS_PER_TOKEN = 2.2
_NON_ASCII_BYTES_PER_TOKEN = 2.6
_NEW_TOKENIZER_FACTOR = 1.3
_MESSAGE_OVERHEAD = 7
_SCHEMA_OVERHEAD = 60
_TOOL_OVERHEAD = 300
_LONGEST_KEPT_TEXT = 20_000
_NON_ASCII = bytes(range(128, 256))


@dataclass(frozen=True)
class Prompt:
    """The input of a request in tokens: `cached` of them before the last cache breakpoint."""

    total: int
    cached: int
    cache_key: str
    one_hour: bool


def text_tokens(text: str, model: ServedModel) -> int:
    """How many tokens a text makes for a model; 0 for the empty text."""
    if not text:
        return 0
    if len(text) > _LONGEST_KEPT_TEXT:
        return _count_text(text, model.new_tokenizer)
    return _text_tokens(text, model.new_tokenizer)


@lru_cache(maxsize=512)
def _text_tokens(text: str, new_tokenizer: bool) -> int:
    return _count_text(text, new_tokenizer)


def _count_text(text: str, new_tokenizer: bool) -> int:
    data = text.encode("utf-8", "replace")
    others = data.translate(None, _LETTERS)
    wide = len(others) - len(others.translate(None, _NON_ASCII))
    counted = (
        (len(data) - len(others)) / _LETTERS_PER_TOKEN
        + (len(others) - wide) / _DIGITS_AND_MARKS_PER_TOKEN
        + wide / _NON_ASCII_BYTES_PER_TOKEN
    )
    return max(1, round(counted * (_NEW_TOKENIZER_FACTOR if new_tokenizer else 1.0)))


def count_prompt(
    params: Mapping[str, Any], model: ServedModel, attachments: Sequence[Attachment]
) -> Prompt:
    """The input tokens of a valid request; `attachments` are its own, in order."""
    total, cached, one_hour = _MESSAGE_OVERHEAD, 0, False
    attached = iter(attachments)
    schema = ((params.get("output_config") or {}).get("format") or {}).get("schema")
    asked = b"" if schema is None else orjson.dumps(schema)
    added = 0 if schema is None else _SCHEMA_OVERHEAD + text_tokens(asked.decode(), model)
    # What a form of the answer adds is part of every prefix: another form finds nothing cached.
    prefix = hashlib.sha256(model.id.encode() + asked)
    key = ""
    for block in _blocks(params):
        attachment = next(attached, None) if block.get("type") in ATTACHED else None
        if attachment is not None:
            total += _attachment_tokens(attachment, model)
            prefix.update(repr((attachment.title, attachment.context)).encode("utf-8", "replace"))
            prefix.update(attachment.digest)
        else:
            total += _block_tokens(block, model)
            prefix.update(_identity(block))
        control = block.get("cache_control")
        if control:
            cached, one_hour, key = total, control.get("ttl") == "1h", prefix.hexdigest()
    automatic = params.get("cache_control")
    if automatic:
        cached, one_hour, key = total, automatic.get("ttl") == "1h", prefix.hexdigest()
    total += added
    if cached and SCHEMA_IS_CACHED:
        cached += added
    if cached < model.min_cacheable_tokens:
        cached, key = 0, ""
    return Prompt(total, cached, key, one_hour)


def _blocks(params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every block of the input in the order the cache sees it: tools, system, messages."""
    yield from params.get("tools") or ()
    yield from _as_blocks(params.get("system"))
    for message in params.get("messages") or ():
        yield from _as_blocks(message.get("content"))


def _as_blocks(content: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(content, str):
        yield {"type": "text", "text": content}
    else:
        yield from content or ()


def _identity(block: Mapping[str, Any]) -> bytes:
    if block.get("type") == "text":
        return str(block.get("text")).encode("utf-8", "replace")
    return repr(sorted(block.items(), key=lambda item: item[0])).encode("utf-8", "replace")


def _block_tokens(block: Mapping[str, Any], model: ServedModel) -> int:
    kind = block.get("type")
    if kind == "text":
        return text_tokens(str(block.get("text") or ""), model)
    if "input_schema" in block:
        return _TOOL_OVERHEAD + text_tokens(repr(block), model)
    return text_tokens(repr(block), model)


def _attachment_tokens(attachment: Attachment, model: ServedModel) -> int:
    """The text, and every image or page as an image."""
    words = (attachment.title if attachment.kind == "document" else "", attachment.context)
    shown = sum(picture_tokens(size, model.picture_limit) for size in attachment.pictures)
    return shown + sum(text_tokens(text, model) for text in (*words, attachment.text))


def usage_object(
    prompt: Prompt, *, reads: bool, output: int, thinking: int, tier: str, geo: str | None
) -> dict[str, Any]:
    """The `usage` of a message; `output` includes `thinking`."""
    written = 0 if reads else prompt.cached
    return {
        "input_tokens": prompt.total - prompt.cached,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": prompt.cached if reads else 0,
        "cache_creation": {
            "ephemeral_5m_input_tokens": 0 if prompt.one_hour else written,
            "ephemeral_1h_input_tokens": written if prompt.one_hour else 0,
        },
        "output_tokens": output,
        "output_tokens_details": {"thinking_tokens": thinking},
        "server_tool_use": None,
        "service_tier": tier,
        "inference_geo": geo or INFERENCE_GEO,
    }
