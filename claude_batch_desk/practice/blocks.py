"""The shape of content blocks, as far as it can be told without opening what they hold."""

from collections.abc import Mapping
from typing import Any

from claude_batch_desk.practice.media import IMAGES, PDF
from claude_batch_desk.practice.unconfirmed import TITLE_LENGTH
from claude_batch_desk.practice.wire import bad_request

_KEYS = {
    "document": {"type", "source", "title", "context", "citations", "cache_control"},
    "image": {"type", "source", "transformations", "cache_control"},
}
_SOURCES = {
    "document": ("base64", "text", "content", "file", "url"),
    "image": ("base64", "file", "url"),
}
_SOURCE_KEYS = {
    "base64": ("media_type", "data"),
    "text": ("media_type", "data"),
    "content": ("content",),
    "file": ("file_id",),
    "url": ("url",),
}
_MEDIA_TYPES = {"document": (PDF,), "image": IMAGES}
_INSIDE = ("text", "image")
"""The blocks that may make up a document."""


def check_block(block: Any, role: str, where: str) -> None:
    """Check one block of a message or a system prompt; raises ApiError in the service's words."""
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        raise bad_request(f"{where}.type: Field required")
    kind = block["type"]
    if kind == "text":
        _check_text(block, role, where)
    elif kind in _KEYS:
        if role != "user":
            raise bad_request(f"{where}: {kind} blocks are not permitted in {role} messages")
        _check_media_block(block, f"{where}.{kind}")


def _check_text(block: Mapping[str, Any], role: str, where: str) -> None:
    if not isinstance(block.get("text"), str):
        raise bad_request(f"{where}.text.text: Field required")
    if not block["text"].strip():
        raise bad_request("messages: text content blocks must contain non-whitespace text")
    if block.get("citations") and role == "user":
        raise bad_request(f"{where}.citations: Extra inputs are not permitted")


def _check_media_block(block: Mapping[str, Any], where: str) -> None:
    _allow_only(block, _KEYS[block["type"]], where)
    _check_source(block.get("source"), block["type"], where)
    for key in ("title", "context"):
        if block.get(key) is not None:
            _check_string(block[key], f"{where}.{key}")
    if len(block.get("title") or "") > TITLE_LENGTH:
        raise bad_request(f"{where}.title: String should have at most {TITLE_LENGTH} characters")
    _check_citations(block.get("citations"), where)
    _check_transformations(block.get("transformations"), where)


def _check_source(source: Any, block: str, where: str) -> None:
    if not isinstance(source, dict):
        raise bad_request(f"{where}.source: Field required")
    kind, allowed = source.get("type"), _SOURCES[block]
    if kind not in allowed:
        raise bad_request(f"{where}.source.type: Input should be one of {', '.join(allowed)}")
    for key in _SOURCE_KEYS[kind]:
        if key not in source:
            raise bad_request(f"{where}.source.{kind}.{key}: Field required")
    _allow_only(source, {"type", *_SOURCE_KEYS[kind]}, f"{where}.source.{kind}")
    if kind == "content":
        _check_inside(source["content"], f"{where}.source.content")
        return
    for key in _SOURCE_KEYS[kind]:
        _check_string(source[key], f"{where}.source.{kind}.{key}")
    if "media_type" in source:
        takes = ("text/plain",) if kind == "text" else _MEDIA_TYPES[block]
        _check_media_type(source["media_type"], takes, f"{where}.source.{kind}")


def _check_inside(content: Any, where: str) -> None:
    if isinstance(content, str):
        _check_string(content, where)
        return
    if not isinstance(content, list) or not content:
        raise bad_request(f"{where}: Input should be a non-empty string or list")
    for number, block in enumerate(content):
        if not isinstance(block, dict) or block.get("type") not in _INSIDE:
            raise bad_request(f"{where}.{number}.type: Input should be 'text' or 'image'")
        check_block(block, "user", f"{where}.{number}")


def _check_media_type(given: str, takes: tuple[str, ...], where: str) -> None:
    if given not in takes:
        named = [f"'{each}'" for each in takes]
        listed = " or ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
        raise bad_request(f"{where}.media_type: Input should be {listed}")


def _check_citations(citations: Any, where: str) -> None:
    if citations is None:
        return
    if not isinstance(citations, dict) or not isinstance(citations.get("enabled", False), bool):
        raise bad_request(f"{where}.citations.enabled: Input should be a valid boolean")
    _allow_only(citations, {"enabled"}, f"{where}.citations")


def _check_transformations(wanted: Any, where: str) -> None:
    if wanted is None:
        return
    if not isinstance(wanted, dict):
        raise bad_request(f"{where}.transformations: Input should be an object")
    _allow_only(wanted, {"oversized_image"}, f"{where}.transformations")
    if wanted.get("oversized_image", "downsize") not in {"downsize", "error"}:
        raise bad_request(
            f"{where}.transformations.oversized_image: Input should be 'downsize' or 'error'"
        )


def _check_string(value: Any, where: str) -> None:
    if not isinstance(value, str):
        raise bad_request(f"{where}: Input should be a valid string")
    if not value:
        raise bad_request(f"{where}: String should have at least 1 character")


def _allow_only(block: Mapping[str, Any], keys: set[str], where: str) -> None:
    for key in block:
        if key not in keys:
            raise bad_request(f"{where}.{key[:64]}: Extra inputs are not permitted")
