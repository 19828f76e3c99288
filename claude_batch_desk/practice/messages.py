"""Messages as the service writes them: content blocks, stop reason and usage."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from claude_batch_desk.practice.answers import answer_text
from claude_batch_desk.practice.attachments import Attachment
from claude_batch_desk.practice.reading import DOCUMENT
from claude_batch_desk.practice.unconfirmed import NO_THINKING_BETWEEN_TOOLS
from claude_batch_desk.practice.usage import text_tokens, usage_object
from claude_batch_desk.practice.validation import ValidRequest
from claude_batch_desk.practice.wire import derived_id

_THINKING_TOKENS = {"low": 60, "medium": 180, "high": 420, "xhigh": 900, "max": 1800}
"""The middle of what a row of a table takes, by effort; each row varies around it."""
_DEFAULT_EFFORT = {"claude-opus-5-5": "medium", "claude-haiku-5-5": "medium"}
_BLOCK_TOKENS = 4
_SHOWN_BY_DEFAULT_BEFORE = (4, 7)
_SIGNATURE_BYTES = 64
_MOST_READ = 16_000
"""Characters of documents that take part in an answer; what is asked must have room after them."""
_NAME_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Reply:
    """What is answered before it is wrapped: the stop reason may come with nothing said."""

    text: str
    stop_reason: str = "end_turn"
    stop_sequence: str | None = None
    refusal: str | None = None
    """The category of a refusal."""


def chance(*parts: str) -> float:
    """A number from 0 up to 1 that is always the same for the same parts."""
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:7]) / (1 << 56)


def instructions_of(params: Mapping[str, Any]) -> str:
    """The system prompt as text."""
    return _text(params.get("system"))


def prompt_of(request: ValidRequest) -> str:
    """The text of the last user message, after what the documents and images of all say."""
    users = [message for message in request.params["messages"] if message["role"] != "assistant"]
    asked = _text(users[-1]["content"]) if users else ""
    if not request.attachments:
        return asked
    each = _MOST_READ // len(request.attachments)
    shown = [_shown(attachment, each) for attachment in request.attachments]
    return "\n\n".join((*shown, asked))


def _shown(attachment: Attachment, most: int) -> str:
    """A document as labelled parts of a prompt; what has no text speaks by its name."""
    text = attachment.text[:most].strip()
    if not text:
        return _part(DOCUMENT, _stand_in(attachment))
    named = _part("file", attachment.title) if attachment.title else ""
    return _part(DOCUMENT, text) + named


def _part(label: str, text: str) -> str:
    plain = text.replace("</", "< /")  # its own tags are not those of a prompt
    return f"<{label}>\n{plain}\n</{label}>\n"


def _stand_in(attachment: Attachment) -> str:
    """What the name of a file suggests, and how much there is of it."""
    stem, dot, ending = attachment.title.rpartition(".")
    name = " ".join(_NAME_WORDS.split(stem if dot else ending)).strip()
    kind = "An image" if attachment.kind == "image" else "A scanned document"
    if not attachment.pictures:
        return f"An empty document called {name}." if name else "An empty document."
    size = f"{len(attachment.pictures)} pages"
    if len(attachment.pictures) == 1:
        size = f"{attachment.pictures[0].width} by {attachment.pictures[0].height} pixels"
    return f"{kind} of {size}, called {name}." if name else f"{kind} of {size}."


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n\n".join(block["text"] for block in content or () if block.get("text"))


def schema_of(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """The JSON schema the answer has to fit, or None for free text."""
    wanted = (params.get("output_config") or {}).get("format")
    return wanted["schema"] if wanted else None


def reply_to(request: ValidRequest) -> Reply:
    """The good answer to a request."""
    params = request.params
    text = answer_text(instructions_of(params), prompt_of(request), schema_of(params))
    for sequence in params.get("stop_sequences") or ():
        before, found, _ = text.partition(sequence)
        if found:
            return Reply(before, "stop_sequence", sequence)
    return Reply(text)


def write_message(
    request: ValidRequest, reply: Reply, seed: str, *, reads_cache: bool, tier: str
) -> dict[str, Any]:
    """The Message object of a reply; `seed` names the exchange and decides what varies in it.

    Thinking counts toward max_tokens, so a small limit cuts the answer, or leaves none.
    """
    params, model = request.params, request.model
    thinking = _thinking_tokens(request, seed)
    room = params["max_tokens"] - thinking
    said = 0 if reply.refusal else text_tokens(reply.text, model) + _BLOCK_TOKENS
    cut = said > room
    if cut:
        thinking = min(thinking, params["max_tokens"])
        kept = len(reply.text) * max(room - _BLOCK_TOKENS, 0) // max(said, 1)
        reply = Reply(reply.text[:kept], "max_tokens")
        said = max(min(said, room), 0)
    content = _content(request, reply, seed, thinking=thinking > 0)
    return {
        "id": derived_id("msg_", seed),
        "type": "message",
        "role": "assistant",
        "model": model.id,
        "content": content,
        "stop_reason": reply.stop_reason,
        "stop_sequence": reply.stop_sequence,
        "stop_details": _stop_details(reply),
        "container": None,
        "usage": usage_object(
            request.prompt,
            reads=reads_cache,
            output=thinking + said,
            thinking=thinking,
            tier=tier,
            geo=params.get("inference_geo"),
        ),
    }


def _content(
    request: ValidRequest, reply: Reply, seed: str, *, thinking: bool
) -> list[dict[str, Any]]:
    if reply.refusal:
        return []
    content: list[dict[str, Any]] = []
    if thinking:
        shown = "I read the row and weigh what its words suggest." if _shows(request) else ""
        signature = hashlib.shake_256(seed.encode()).hexdigest(_SIGNATURE_BYTES)
        content.append({"type": "thinking", "thinking": shown, "signature": signature})
    if reply.text:
        content.append({"type": "text", "text": reply.text, "citations": None})
    return content


def _stop_details(reply: Reply) -> dict[str, Any] | None:
    if not reply.refusal:
        return None
    return {"type": "refusal", "category": reply.refusal, "explanation": None}


def _shows(request: ValidRequest) -> bool:
    display = (request.params.get("thinking") or {}).get("display")
    default = "summarized" if request.model.version < _SHOWN_BY_DEFAULT_BEFORE else "omitted"
    return (display or default) == "summarized"


def _thinking_tokens(request: ValidRequest, seed: str) -> int:
    params, model = request.params, request.model
    kind = (params.get("thinking") or {}).get("type")
    if kind is None:
        kind = "adaptive" if model.thinks_by_default else "disabled"
    if kind == "between_tools":
        kind = "disabled" if NO_THINKING_BETWEEN_TOOLS and not params.get("tools") else "adaptive"
    if kind == "disabled":
        return 0
    default = _DEFAULT_EFFORT.get(model.id, "high")
    effort = (params.get("output_config") or {}).get("effort") or default
    return round(_THINKING_TOKENS[effort] * (0.4 + 1.2 * chance("thinking", seed)))


def stream_events(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The events that stream a message, each with its `type`."""
    usage = {**message["usage"], "output_tokens": 1}
    empty = {**message, "content": [], "stop_reason": None, "stop_sequence": None}
    yield {"type": "message_start", "message": {**empty, "stop_details": None, "usage": usage}}
    yield {"type": "ping"}
    for index, block in enumerate(message["content"]):
        yield from _block_events(index, block)
    ended = {key: message[key] for key in ("stop_reason", "stop_sequence", "stop_details")}
    counted = {
        key: value
        for key, value in message["usage"].items()
        if key.endswith("_tokens") or key == "output_tokens_details"
    }
    yield {"type": "message_delta", "delta": {**ended, "container": None}, "usage": counted}
    yield {"type": "message_stop"}


def _block_events(index: int, block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    def delta(value: dict[str, Any]) -> dict[str, Any]:
        return {"type": "content_block_delta", "index": index, "delta": value}

    if block["type"] == "thinking":
        empty = {"type": "thinking", "thinking": "", "signature": ""}
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        if block["thinking"]:
            yield delta({"type": "thinking_delta", "thinking": block["thinking"]})
        yield delta({"type": "signature_delta", "signature": block["signature"]})
    else:
        blank = {"type": "text", "text": "", "citations": None}
        yield {"type": "content_block_start", "index": index, "content_block": blank}
        for piece in _pieces(block["text"]):
            yield delta({"type": "text_delta", "text": piece})
    yield {"type": "content_block_stop", "index": index}


def _pieces(text: str, size: int = 24) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]
