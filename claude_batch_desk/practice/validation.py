"""What the service refuses in the params of a message: at once, or at the end of a batch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from claude_batch_desk.practice.attachments import (
    Attachment,
    FindFile,
    no_file,
    read_attachments,
)
from claude_batch_desk.practice.blocks import check_block
from claude_batch_desk.practice.models import ServedModel, find_model
from claude_batch_desk.practice.schemas import check_schema
from claude_batch_desk.practice.unconfirmed import (
    FORCED_TOOL_REFUSED,
    LONG_OUTPUT_BETA,
    LONG_OUTPUT_MODELS,
    LONG_OUTPUT_TOKENS,
    NO_BATCH_FOR_MODEL,
    STREAM_IN_BATCH,
    ZERO_MAX_TOKENS_IN_BATCH,
)
from claude_batch_desk.practice.usage import Prompt, count_prompt
from claude_batch_desk.practice.wire import ApiError, bad_request

OLD_VERSION = "2023-06-01"
VERSION = "2026-10-21"
VERSIONS = (OLD_VERSION, VERSION)
_SAMPLING = frozenset({"temperature", "top_p", "top_k"})
_COUNTED = frozenset(
    {
        "model",
        "messages",
        "system",
        "tools",
        "tool_choice",
        "thinking",
        "output_config",
        "cache_control",
    }
)
_KEYS = _COUNTED | {
    "max_tokens",
    "stop_sequences",
    "metadata",
    "service_tier",
    "inference_geo",
    "container",
    "diagnostics",
    "speed",
    "stream",
    "fallbacks",
}
_NOT_IN_BATCHES = {
    "stream": STREAM_IN_BATCH,
    "speed": "speed: Fast mode is not supported in a batch.",
    "fallbacks": "fallbacks: Fallbacks are not supported in a batch.",
}
_MIN_BUDGET = 1024
_MAX_MESSAGES = 100_000
_MAX_BREAKPOINTS = 4
_THINKING_TYPES = ("adaptive", "enabled", "disabled", "between_tools")
_LEAST_THINKING = ("disabled", "between_tools")
_MOST_EFFORT = ("xhigh", "max")
_NEW_THINKING = (5, 0)
_SAMPLING_GONE = (4, 7)
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_ROLES = ("user", "assistant", "system")


@dataclass(frozen=True)
class Setting:
    """How params came in: decides which of the rules hold."""

    version: str = VERSION
    betas: tuple[str, ...] = ()
    batch: bool = False
    counting: bool = False
    """For count_tokens: no max_tokens."""
    find_file: FindFile = no_file


@dataclass(frozen=True)
class ValidRequest:
    """Params that hold, their model, their documents and images, and their input in tokens."""

    params: Mapping[str, Any]
    model: ServedModel
    attachments: tuple[Attachment, ...]
    prompt: Prompt


def validate(params: Any, setting: Setting) -> ValidRequest:
    """Check the params of one message; raises ApiError in the service's words."""
    if not isinstance(params, dict):
        raise bad_request("Input should be an object")
    _check_keys(params, setting)
    model = _model(params, setting)
    for check in _CHECKS:
        check(params, model, setting)
    attachments = read_attachments(params["messages"], model, setting.find_file)
    prompt = count_prompt(params, model, attachments)
    if prompt.total > model.max_input_tokens:
        raise bad_request(
            f"prompt is too long: {prompt.total} tokens > {model.max_input_tokens} maximum"
        )
    return ValidRequest(params, model, attachments, prompt)


def _check_keys(params: Mapping[str, Any], setting: Setting) -> None:
    allowed = _COUNTED if setting.counting else _KEYS
    if setting.version == OLD_VERSION and not setting.counting:
        allowed |= _SAMPLING
    for key in params:
        if key not in allowed:
            raise bad_request(f"{key[:64]}: Extra inputs are not permitted")
    for key in _NOT_IN_BATCHES.keys() & params.keys() if setting.batch else ():
        if params[key]:
            raise bad_request(_NOT_IN_BATCHES[key])
    needed = ("model", "messages") if setting.counting else ("model", "messages", "max_tokens")
    for key in needed:
        if key not in params:
            raise bad_request(f"{key}: Field required")


def _model(params: Mapping[str, Any], setting: Setting) -> ServedModel:
    name = params["model"]
    if not isinstance(name, str) or not name:
        raise bad_request("model: Input should be a valid string")
    model = find_model(name)
    if model is None or model.lifecycle == "retired":
        raise ApiError(404, f"model: {name[:128]}")
    if setting.batch and not model.batch:
        raise bad_request(NO_BATCH_FOR_MODEL.format(model=model.id))
    if (
        setting.version == OLD_VERSION
        and model.version >= _SAMPLING_GONE
        and _SAMPLING & params.keys()
    ):
        raise bad_request(f"`temperature` is not supported for {model.id}.")
    return model


def _check_max_tokens(params: Mapping[str, Any], model: ServedModel, setting: Setting) -> None:
    if setting.counting:
        return
    asked, most = params["max_tokens"], model.max_tokens
    if LONG_OUTPUT_BETA in setting.betas and setting.batch and model.id in LONG_OUTPUT_MODELS:
        most = LONG_OUTPUT_TOKENS
    if isinstance(asked, bool) or not isinstance(asked, int):
        raise bad_request("max_tokens: Input should be a valid integer")
    if asked == 0 and setting.batch:
        raise bad_request(ZERO_MAX_TOKENS_IN_BATCH)
    if asked < 0:
        raise bad_request("max_tokens: Input should be greater than or equal to 0")
    if asked > most:
        raise bad_request(
            f"max_tokens: {asked} > {most}, which is the maximum allowed number of output tokens "
            f"for {model.id}"
        )


def _check_messages(params: Mapping[str, Any], model: ServedModel, setting: Setting) -> None:
    messages = params["messages"]
    if not isinstance(messages, list):
        raise bad_request("messages: Input should be a valid list")
    if not messages:
        raise bad_request("messages: at least one message is required")
    if len(messages) > _MAX_MESSAGES:
        raise bad_request(f"messages: List should have at most {_MAX_MESSAGES} items")
    for number, message in enumerate(messages):
        _check_message(message, f"messages.{number}")
    if messages[-1]["role"] == "assistant" and not model.takes_prefill:
        raise bad_request(
            "This model does not support assistant message prefill. "
            "The conversation must end with a user message."
        )


def _check_message(message: Any, where: str) -> None:
    if not isinstance(message, dict):
        raise bad_request(f"{where}: Input should be an object")
    for key in ("role", "content"):
        if key not in message:
            raise bad_request(f"{where}.{key}: Field required")
    if message["role"] not in _ROLES:
        raise bad_request(f"{where}.role: Input should be 'user', 'assistant' or 'system'")
    _check_content(message["content"], message["role"], where)


def _check_content(content: Any, role: str, where: str) -> None:
    if isinstance(content, str):
        if not content.strip():
            raise bad_request(f"{where}: user messages must have non-empty content")
        return
    if not isinstance(content, list) or not content:
        raise bad_request(f"{where}.content: Input should be a non-empty string or list")
    for number, block in enumerate(content):
        check_block(block, role, f"{where}.content.{number}")


def _check_system(params: Mapping[str, Any], model: ServedModel, setting: Setting) -> None:
    system = params.get("system")
    if system is None or isinstance(system, str):
        return
    if not isinstance(system, list):
        raise bad_request("system: Input should be a valid string or list")
    for number, block in enumerate(system):
        if not isinstance(block, dict) or block.get("type") != "text":
            raise bad_request(f"system.{number}.type: Input should be 'text'")
        check_block(block, "system", f"system.{number}")


def _check_thinking(params: Mapping[str, Any], model: ServedModel, setting: Setting) -> None:
    thinking = params.get("thinking")
    if thinking is None:
        return
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    if kind not in _THINKING_TYPES:
        raise bad_request(f"thinking.type: Input should be one of {', '.join(_THINKING_TYPES)}")
    if kind not in model.thinking:
        raise bad_request(f'"thinking.type.{kind}" is not supported for this model.')
    effort = (params.get("output_config") or {}).get("effort")
    if kind in _LEAST_THINKING and effort in _MOST_EFFORT and model.version >= _NEW_THINKING:
        raise bad_request(f'"thinking.type.{kind}" is not supported at effort "{effort}".')
    if kind != "enabled":
        return
    budget = thinking.get("budget_tokens")
    if not isinstance(budget, int) or budget < _MIN_BUDGET:
        raise bad_request(f"thinking.enabled.budget_tokens: Input should be at least {_MIN_BUDGET}")
    if not setting.counting and budget >= params["max_tokens"]:
        raise bad_request("`max_tokens` must be greater than `thinking.budget_tokens`.")


def _check_effort(params: Mapping[str, Any], model: ServedModel, setting: Setting) -> None:
    config = params.get("output_config")
    if config is None:
        return
    if not isinstance(config, dict):
        raise bad_request("output_config: Input should be an object")
    for key in config:
        if key not in {"effort", "format"}:
            raise bad_request(f"output_config.{key[:64]}: Extra inputs are not permitted")
    if config.get("effort") is not None:
        _check_level(config["effort"], model)


def _check_level(effort: Any, model: ServedModel) -> None:
    if effort not in _EFFORTS:
        raise bad_request(f"output_config.effort: Input should be one of {', '.join(_EFFORTS)}")
    if not model.efforts:
        raise bad_request("This model does not support the effort parameter.")
    if effort not in model.efforts:
        raise bad_request(f"This model does not support effort level '{effort}'.")


def _check_format(params: Mapping[str, Any], model: ServedModel, setting: Setting) -> None:
    wanted = (params.get("output_config") or {}).get("format")
    if wanted is None:
        return
    if not isinstance(wanted, dict) or wanted.get("type") != "json_schema":
        raise bad_request("output_config.format.type: Input should be 'json_schema'")
    if not model.structured_outputs:
        raise bad_request("output_config.format: structured outputs are not supported")
    if "schema" not in wanted:
        raise bad_request("output_config.format.schema: Field required")
    refusal = _schema_refusal(orjson.dumps(wanted["schema"]))
    if refusal:
        raise bad_request(refusal)
    if any(_cites(block) for block in _documents(params)):
        raise bad_request("output_config.format: incompatible with citations")


@lru_cache(maxsize=64)
def _schema_refusal(schema: bytes) -> str:
    """Why a schema is refused, or ""; the rows of a batch share theirs, so it is looked at once."""
    try:
        check_schema(orjson.loads(schema))
    except ApiError as error:
        return error.message
    return ""


def _documents(params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for message in params["messages"]:
        content = message["content"]
        if not isinstance(content, str):
            yield from (block for block in content if block["type"] == "document")


def _cites(block: Mapping[str, Any]) -> bool:
    return bool((block.get("citations") or {}).get("enabled"))


def _check_citations(params: Mapping[str, Any], model: ServedModel, setting: Setting) -> None:
    if len({_cites(block) for block in _documents(params)}) > 1:
        raise bad_request("citations: must be enabled on all documents of a request, or on none")


def _check_tools(params: Mapping[str, Any], model: ServedModel, setting: Setting) -> None:
    tools = params.get("tools")
    if tools is not None and not isinstance(tools, list):
        raise bad_request("tools: Input should be a valid list")
    choice = params.get("tool_choice")
    if choice is None:
        return
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind not in {"auto", "any", "tool", "none"}:
        raise bad_request("tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'")
    if kind in {"any", "tool"} and model.id in FORCED_TOOL_REFUSED:
        raise bad_request(f"tool_choice: type '{kind}' is not supported for this model.")


def _check_cache(params: Mapping[str, Any], model: ServedModel, setting: Setting) -> None:
    controls = [params["cache_control"]] if params.get("cache_control") else []
    blocks: list[Any] = [*_listed(params.get("tools")), *_listed(params.get("system"))]
    for message in params["messages"]:
        blocks += _listed(message["content"])
    controls += [block["cache_control"] for block in blocks if block.get("cache_control")]
    if len(controls) > _MAX_BREAKPOINTS:
        raise bad_request(
            f"A maximum of {_MAX_BREAKPOINTS} blocks with cache_control may be provided. "
            f"Found {len(controls)}."
        )
    for control in controls:
        if not isinstance(control, dict) or control.get("type") != "ephemeral":
            raise bad_request("cache_control.type: Input should be 'ephemeral'")
        if control.get("ttl", "5m") not in {"5m", "1h"}:
            raise bad_request("cache_control.ttl: Input should be '5m' or '1h'")


def _listed(content: Any) -> Sequence[Mapping[str, Any]]:
    return (
        [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
    )


_Check = Callable[[Mapping[str, Any], ServedModel, Setting], None]
_CHECKS: tuple[_Check, ...] = (
    _check_max_tokens,
    _check_messages,
    _check_system,
    _check_thinking,
    _check_effort,
    _check_format,
    _check_citations,
    _check_tools,
    _check_cache,
)
