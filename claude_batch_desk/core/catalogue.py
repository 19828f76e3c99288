"""The models on offer: what each can do. From the Models endpoint, or the dated bundled table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import orjson

from claude_batch_desk.core.resources import read_resource

EFFORTS = ("low", "medium", "high", "xhigh", "max")
_THINKING = ("adaptive", "between_tools", "disabled", "enabled")


@dataclass(frozen=True)
class OfferedModel:
    """A model as the Models endpoint describes it. Limits are tokens."""

    id: str
    name: str
    line: str
    """"haiku", "sonnet", "opus", "fable" or "mythos"."""
    lifecycle: str
    """"active", "deprecated" or "retired"."""
    retires_at: datetime | None
    max_input_tokens: int
    max_tokens: int
    batch: bool
    structured_outputs: bool
    efforts: tuple[str, ...]
    """The `output_config.effort` levels accepted, low to max; empty where there is no choice."""
    thinking: tuple[str, ...]
    """The `thinking.type` values accepted; empty where the model does not think."""
    min_cacheable_tokens: int | None = None
    """The shortest prefix the service caches; from the bundled table, the endpoint is silent."""
    image_input: bool = False
    """It takes images; an offer stored by an earlier version does not tell, and needs not."""
    pdf_input: bool = False
    """It takes PDFs as they are."""

    @property
    def least_thinking(self) -> dict[str, str] | None:
        """The `thinking` parameter that thinks least; None where leaving it out is the least."""
        for kind in ("disabled", "between_tools"):
            if kind in self.thinking:
                return {"type": kind}
        return None


def read_model(described: Mapping[str, Any], bundled: OfferedModel | None = None) -> OfferedModel:
    """The model a ModelInfo object describes; absent facts come from the bundled model."""
    can = described.get("capabilities") or {}
    effort, thinking = can.get("effort") or {}, can.get("thinking") or {}
    kinds = (thinking.get("types") or {}) if thinking.get("supported") else {}
    retires = described.get("retires_at")
    cacheable = described.get("min_cacheable_tokens")
    return OfferedModel(
        id=described["id"],
        name=described.get("display_name") or described["id"],
        line=described.get("line") or "",
        lifecycle=described.get("lifecycle") or "active",
        retires_at=datetime.fromisoformat(retires) if retires else None,
        max_input_tokens=described.get("max_input_tokens")
        or (bundled.max_input_tokens if bundled else 200_000),
        max_tokens=described.get("max_tokens") or (bundled.max_tokens if bundled else 8_192),
        batch=_supported(can, "batch"),
        structured_outputs=_supported(can, "structured_outputs"),
        efforts=tuple(level for level in EFFORTS if _supported(effort, level)),
        thinking=tuple(kind for kind in _THINKING if _supported(kinds, kind)),
        min_cacheable_tokens=cacheable or (bundled.min_cacheable_tokens if bundled else None),
        image_input=_supported(can, "image_input"),
        pdf_input=_supported(can, "pdf_input"),
    )


def _supported(capabilities: Mapping[str, Any], name: str) -> bool:
    return bool((capabilities.get(name) or {}).get("supported"))


@cache
def bundled_models() -> dict[str, OfferedModel]:
    """The models known when this version was made, by id, newest first."""
    listed = orjson.loads(read_resource("models.json"))["data"]
    return {model["id"]: read_model(model) for model in listed}


def bundled_models_date() -> str:
    """The day the bundled table was checked, as YYYY-MM-DD."""
    day: str = orjson.loads(read_resource("models.json"))["checked"]
    return day
