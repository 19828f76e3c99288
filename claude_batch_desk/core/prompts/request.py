"""Request: one Messages body as it goes over the wire, in a batch or by itself."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from claude_batch_desk.core.catalogue import OfferedModel
from claude_batch_desk.core.errors import RecipeError
from claude_batch_desk.core.prompts.attached import text_block, way_of, why_not
from claude_batch_desk.core.prompts.checks import NotSendable, refusals
from claude_batch_desk.core.prompts.fields import Companion, FieldKind, OutputField
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.schema import answer_schema
from claude_batch_desk.core.prompts.shared import shared_text
from claude_batch_desk.core.tables.document import Document

_FIELD_TOKENS: dict[FieldKind, int] = {"text": 400, "long_text": 2_000}
_SHORT_FIELD_TOKENS = 40
_COMPANION_TOKENS: dict[Companion, int] = {"reason": 120, "quote": 300, "confidence": 20}
_FREE_TEXT_TOKENS = 2_000
_THINKING_ROOM = 8_000
_ALWAYS_THINKING_ROOM = 4_000
_EFFORTS_THAT_THINK = ("xhigh", "max")
"""At these the service refuses every way of turning thinking off."""
_FEWEST_TOKENS_PER_BYTE = 0.1
"""No language or format that people put to a model comes near this; see pricing.tokens."""


@dataclass(frozen=True)
class Request:
    """The exact bytes of one request's `params`, and the 32 bytes of their SHA-256.

    Two rows with the same bytes are one request: asked and paid once. Where a document goes along,
    it counts with its content, whatever it is called.
    """

    params: bytes
    digest: bytes

    @property
    def sha256(self) -> str:
        """The digest as hexadecimal."""
        return self.digest.hex()


@dataclass(frozen=True)
class TextRequest(Request):
    """A request with the text of a document: `digest` is over that without the document's name."""


@dataclass(frozen=True)
class DocumentRequest(Request):
    """A request with a PDF or an image, whose block is made when it is sent.

    `params` is no JSON yet: the block belongs at `gap`. `digest` is over the document's content
    too, but no file has been read for it.
    """

    document: Document
    gap: int

    def with_block(self, block: bytes) -> bytes:
        """The exact bytes, with the document as this content block."""
        return b"".join((self.params[: self.gap], block, self.params[self.gap :]))


@dataclass(frozen=True)
class UnsentRequest(Request):
    """What cannot be asked, and why, as a sentence; it has no params."""

    reason: str


def unsent_request(reason: str) -> UnsentRequest:
    """For rows that are not asked about for this reason, a sentence."""
    return UnsentRequest(b"", _digest(b"unsent", reason.encode()), reason)


class Build(Protocol):
    """Makes the Request of a rendered prompt, and of the document that goes along."""

    def __call__(self, prompt: str, document: Document | None = None, /) -> Request:
        """Raises RecipeError where the model does not take such documents."""
        ...


def proposed_max_tokens(recipe: Recipe, model: OfferedModel) -> int:
    """Room for the answer and the thinking the model cannot be told to leave out, in tokens."""
    room = sum(_field_tokens(field) for field in recipe.fields) or _FREE_TEXT_TOKENS
    if recipe.thinking and model.thinking:
        room += _THINKING_ROOM
    elif thinks_unasked(recipe, model):
        room += _ALWAYS_THINKING_ROOM
    return min(room + 200, model.max_tokens)


def thinks_unasked(recipe: Recipe, model: OfferedModel) -> bool:
    """Whether the model may think though the recipe does not ask for it: nobody can prevent it."""
    if model.least_thinking is None:
        return bool(model.thinking)
    return recipe.effort in _EFFORTS_THAT_THINK and "adaptive" in model.thinking


def _field_tokens(field: OutputField) -> int:
    beside = sum(_COMPANION_TOKENS[companion] for companion in field.companions)
    if field.kind == "choices":  # all of them at worst, a token for some two characters
        beside += sum(len(choice.value) for choice in field.choices) // 2
    return _FIELD_TOKENS.get(field.kind, _SHORT_FIELD_TOKENS) + beside


def shared_params(
    recipe: Recipe, model: OfferedModel, *, documents: bool = False
) -> dict[str, Any]:
    """Everything of the request that does not differ from row to row.

    Raises RecipeError where the recipe asks the model for what it cannot do. Only where rows have
    documents may the prompt be the same for all.
    """
    if found := refusals(recipe, model, documents=documents):
        raise NotSendable(found)
    params: dict[str, Any] = {
        "model": model.id,
        "max_tokens": recipe.max_tokens or proposed_max_tokens(recipe, model),
    }
    if shared := shared_text(recipe):
        params["system"] = [{"type": "text", "text": shared}]
    if not recipe.thinking and (least := model.least_thinking) is not None:
        if recipe.effort not in _EFFORTS_THAT_THINK:
            params["thinking"] = least
    elif recipe.thinking and "adaptive" in model.thinking:
        params["thinking"] = {"type": "adaptive"}
    output: dict[str, Any] = {"effort": recipe.effort} if recipe.effort else {}
    if recipe.fields:
        output["format"] = {"type": "json_schema", "schema": answer_schema(recipe.fields)}
    if output:
        params["output_config"] = output
    return params


def request_builder(recipe: Recipe, model: OfferedModel, *, documents: bool = False) -> Build:
    """A function from a rendered prompt to its Request; with `documents`, rows have some.

    The constant parts are serialised once around a random marker (a prompt may contain any fixed
    one); only the prompt is escaped per row.
    """
    marker = secrets.token_hex(16)
    params = shared_params(recipe, model, documents=documents)
    params["messages"] = [{"role": "user", "content": marker}]
    before, after = orjson.dumps(params).split(orjson.dumps(marker))
    begun = hashlib.sha256(before)
    attach = _Attacher(recipe, model, before, after)
    longest = model.max_input_tokens / _FEWEST_TOKENS_PER_BYTE

    def build(prompt: str, document: Document | None = None) -> Request:
        if not prompt or prompt.isspace():
            return unsent_request(
                "Nothing is left of the prompt in this row, as its cells are empty."
            )
        if document is None:
            rest = orjson.dumps(prompt) + after
            digest = begun.copy()
            digest.update(rest)
            request = Request(before + rest, digest.digest())
        else:
            request = attach(prompt, document)
        if len(request.params) > longest:
            return unsent_request(
                f"Its text is longer than the {model.max_input_tokens:,} tokens {model.name} reads."
            )
        return request

    return build


@dataclass(frozen=True)
class _Attacher:
    """Makes requests with documents, around the constant parts."""

    recipe: Recipe
    model: OfferedModel
    before: bytes
    after: bytes

    def __call__(self, prompt: str, document: Document) -> Request:
        way = way_of(document, self.recipe.documents)
        if reason := why_not(document, way, self.model):
            return unsent_request(reason)
        start = self.before + b"["
        end = b',{"type":"text","text":%b}]%b' % (orjson.dumps(prompt), self.after)
        if way == "text":
            content = hashlib.sha256(document.text.encode()).digest()
            params = b"".join((start, text_block(document), end))
            return TextRequest(params, _digest(start, b"text", content, end))
        self._check_model(document)
        content = document.media_type.encode() + bytes.fromhex(document.sha256)
        digest = _digest(start, b"file", content, end)
        return DocumentRequest(start + end, digest, document, len(start))

    def _check_model(self, document: Document) -> None:
        kind, takes = "PDFs", self.model.pdf_input
        if document.kind == "image":
            kind, takes = "images", self.model.image_input
        if not takes:
            raise RecipeError(
                f"{self.model.name} takes no {kind}, and “{document.name}” is one. Choose another "
                "model, or leave out the rows with such documents."
            )


def _digest(*parts: bytes) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()
