"""The words of a web page: its tags become lines, its scripts and styles go."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from claude_batch_desk.core.tables.opened import Alive

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DROPPED = frozenset({"script", "style", "noscript", "template", "svg", "math", "iframe", "object"})
_LINES = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"}
    | {"dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1"}
    | {"h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav"}
    | {"ol", "option", "p", "pre", "section", "select", "summary", "table", "tbody", "tfoot"}
    | {"thead", "title", "tr", "ul"}
)
_CELLS = frozenset({"td", "th"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_AROUND_LINES = re.compile(r"[ \t]*\n *")
_MANY_LINES = re.compile(r"\n{3,}")
_ALIVE_EVERY = 5_000


def html_text(markup: str, alive: Alive) -> str:
    """The text of a page as it would be read from the top, blocks on lines of their own."""
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(markup).root
    words = "" if root is None else "".join(_words(root, alive))
    return _MANY_LINES.sub("\n\n", _AROUND_LINES.sub("\n", words)).strip()


def _words(root: "LexborNode", alive: Alive) -> Iterator[str]:
    """What each node adds, from the first to the last; a page may be nested arbitrarily deep."""
    node: LexborNode | None = root
    inside_pre = 0
    step = 0
    while node is not None:
        step += 1
        if step % _ALIVE_EVERY == 0:
            alive()
        tag = node.tag or ""
        if node.is_text_node:
            yield _text(node, kept=bool(inside_pre))
        elif tag not in _DROPPED:
            yield _before(tag)
            inside_pre += tag == "pre"
            if node.first_child is not None:
                node = node.first_child
                continue
            inside_pre -= tag == "pre"
        while node is not None and node.next is None:
            node = node.parent
            if node is not None:
                inside_pre -= node.tag == "pre"
                yield _after(node.tag or "")
        node = node.next if node is not None else None


def _text(node: "LexborNode", *, kept: bool) -> str:
    text = node.text_content or ""
    return text if kept else _SPACE.sub(" ", text)


def _before(tag: str) -> str:
    if tag == "li":
        return "\n- "
    return "\n" if tag in _LINES or tag == "br" else ""


def _after(tag: str) -> str:
    if tag in _CELLS:
        return "\t"
    return "\n" if tag in _LINES and tag != "li" else ""
