"""Look up in the source what an answer quotes from it."""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson

from claude_batch_desk.core.prompts.fields import OutputField, columns_of
from claude_batch_desk.core.prompts.recipe import Recipe
from claude_batch_desk.core.prompts.request import DocumentRequest, Request
from claude_batch_desk.core.prompts.template import Template
from claude_batch_desk.core.results.answer import Answer
from claude_batch_desk.core.results.characters import whole
from claude_batch_desk.core.results.values import short

_LEFT_OUT = re.compile(r"\[?(?:…|\.\.\.)\]?")
# Only what a figure is made of counts besides letters and digits: 1.5 is not 15.
_NO_MATTER = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|[^\w.,]|_")


def asks_for_quotes(fields: Sequence[OutputField]) -> bool:
    """Whether any answer to these has quotes to look up."""
    return any("quote" in field.companions for field in fields)


def source_of(request: Request) -> str | None:
    """All a row has to quote from: its prompt, and what could be read in its document.

    None where that is not all: a picture, and a scanned page, can be quoted by who sees them.
    """
    params = request.params
    read = ""
    if not params:  # nothing was asked, whatever an answer to it says
        return None
    if isinstance(request, DocumentRequest):
        if not request.document.text.strip():
            return None
        params, read = request.with_block(b"{}"), request.document.text
    return "\n".join((*_texts(orjson.loads(params)["messages"]), read))


def check_quotes(answer: Answer, recipe: Recipe, source: str | None) -> Answer:
    """The answer, to be reviewed where it quotes what is not in the source; None is unchecked.

    Letters and figures count, and no others: line breaks, hyphens and quotation marks come out of
    documents, and back from models, in many forms. What the recipe's own prompt says of every row
    proves nothing about one, though a quote may run across it, as over the name before a cell.
    """
    if source is None or answer.outcome not in ("answered", "review"):
        return answer
    quotes = [
        (column.header, value)
        for column, value in zip(columns_of(recipe.fields), answer.values, strict=False)
        if column.companion == "quote" and value.strip()
    ]
    if not quotes:
        return answer
    # Lines of empty cells may have been left out of the prompt.
    own = [plain for text, plain in _own_words(recipe.prompt) if text in source]
    bare = bare_words(source)
    problems = [
        f"“{header}” is not in the row's source: “{short(quote)}”."
        for header, quote in quotes
        if not _is_in(quote, source, bare, own)
    ]
    if not problems:
        return answer
    reason = whole(" ".join(filter(None, (answer.reason, *problems))))
    return replace(answer, outcome="review", reason=reason)


def stands_in(quote: str, source: str, prompt: Template) -> bool:
    """Whether a source says what is quoted from it, and not just in this prompt's own words."""
    own = [plain for text, plain in _own_words(prompt) if text in source]
    return _is_in(quote, source, bare_words(source), own)


def quoted_parts(quote: str) -> list[str]:
    """The bare words of a quote, in pieces where it leaves something out."""
    return [part for text in _LEFT_OUT.split(quote) if (part := bare_words(text))]


def bare_words(text: str) -> str:
    """A text as quotes of it are compared: its letters and figures."""
    plain = unicodedata.normalize("NFKC", html.unescape(text)).casefold()
    return _NO_MATTER.sub("", plain)


def _is_in(quote: str, source: str, bare: str, own: Sequence[str]) -> bool:
    """Whether all parts of a quote are there, one behind the other, and not just as own words."""
    parts = quoted_parts(quote)
    if not parts:
        return quote.strip() in source
    at = 0
    for part in parts:
        at = bare.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return all(bare.count(part) > sum(text.count(part) for text in own) for part in parts)


@lru_cache(maxsize=16)  # asked for with every answer that is read
def _own_words(prompt: Template) -> tuple[tuple[str, str], ...]:
    return tuple((text, bare_words(text)) for text in prompt.literals)


def _texts(messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for message in messages:
        content = message["content"]
        for block in [content] if isinstance(content, str) else content:
            if isinstance(block, str):
                yield block
            elif block.get("type") == "text":
                yield block["text"]
            elif "data" in (source := block.get("source") or {}):
                yield source["data"]
