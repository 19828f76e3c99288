"""The models the Practice service offers: the bundled table, as the Models endpoint tells it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from claude_batch_desk.core.resources import read_resource
from claude_batch_desk.practice.pictures import PictureLimit

LIFECYCLES = ("active", "deprecated", "retired")
_OURS_ONLY = ("min_cacheable_tokens",)
_NAMED_VERSION = re.compile(r"claude-[a-z]+-(\d{1,2})(?:-(\d{1,2}))?(?:-\d{8})?$")
_OLD_NAMED_VERSION = re.compile(r"claude-(\d)(?:-(\d))?\b")
_NEWEST = (99, 0)
_NEW_TOKENIZER = (4, 7)
_THINKS_BY_DEFAULT = (5, 0)
_NO_PREFILL = (4, 6)
_SHARP_EYES = (4, 7)
_LARGE_CONTEXT = 1_000_000


@dataclass(frozen=True)
class ServedModel:
    """A model, by what decides whether a request is valid and what it costs. Limits in tokens."""

    id: str
    described: Mapping[str, Any]
    """The ModelInfo object as it goes over the wire."""
    lifecycle: str
    version: tuple[int, int]
    max_input_tokens: int
    max_tokens: int
    batch: bool
    structured_outputs: bool
    efforts: frozenset[str]
    thinking: frozenset[str]
    min_cacheable_tokens: int

    @property
    def new_tokenizer(self) -> bool:
        """From Claude 4.7 on the same text makes about 30 % more tokens."""
        return self.version >= _NEW_TOKENIZER

    @property
    def thinks_by_default(self) -> bool:
        """Whether it thinks when the request does not mention thinking."""
        return "adaptive" in self.thinking and self.version >= _THINKS_BY_DEFAULT

    @property
    def takes_prefill(self) -> bool:
        """Whether messages may end with the beginning of the answer."""
        return self.version < _NO_PREFILL

    @property
    def picture_limit(self) -> PictureLimit:
        """How large it takes an image, or a page, before it is made smaller."""
        return PictureLimit(2576, 4784) if self.version >= _SHARP_EYES else PictureLimit(1568, 1568)

    @property
    def most_pictures(self) -> int:
        """How many images, or pages of PDFs, a request may have."""
        return 600 if self.max_input_tokens >= _LARGE_CONTEXT else 100


@cache
def served_models() -> dict[str, ServedModel]:
    """All models by id, newest first."""
    listed: list[dict[str, Any]] = orjson.loads(read_resource("models.json"))["data"]
    return {described["id"]: _read(described) for described in listed}


def find_model(name: str) -> ServedModel | None:
    """The model of this id or alias; None where there is none."""
    return served_models().get(name)


def models_in(lifecycles: Sequence[str]) -> list[ServedModel]:
    """The models in any of these stages, newest first."""
    return [model for model in served_models().values() if model.lifecycle in lifecycles]


def _read(described: Mapping[str, Any]) -> ServedModel:
    can = described.get("capabilities") or {}
    thinking = can.get("thinking") or {}
    return ServedModel(
        id=described["id"],
        described={key: value for key, value in described.items() if key not in _OURS_ONLY},
        lifecycle=described.get("lifecycle") or "active",
        version=_version(described["id"]),
        max_input_tokens=described.get("max_input_tokens") or 200_000,
        max_tokens=described.get("max_tokens") or 64_000,
        batch=_supported(can.get("batch")),
        structured_outputs=_supported(can.get("structured_outputs")),
        efforts=_supported_keys(can.get("effort")),
        thinking=_supported_keys(thinking.get("types")) if _supported(thinking) else frozenset(),
        min_cacheable_tokens=described.get("min_cacheable_tokens") or 4096,
    )


def _version(name: str) -> tuple[int, int]:
    found = _NAMED_VERSION.match(name) or _OLD_NAMED_VERSION.match(name)
    return (int(found[1]), int(found[2] or 0)) if found else _NEWEST


def _supported(capability: Mapping[str, Any] | None) -> bool:
    return bool((capability or {}).get("supported"))


def _supported_keys(capabilities: Mapping[str, Any] | None) -> frozenset[str]:
    return frozenset(
        name
        for name, capability in (capabilities or {}).items()
        if isinstance(capability, dict) and _supported(capability)
    )
