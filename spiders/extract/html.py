"""Bytes to text and text to a tree, by the rules that browsers follow; small readers for nodes."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_to_unicode

from spiders.page import Page

_SPACE = re.compile(r"\s+")
# Zero-width characters and direction marks that sites put between letters; never part of a word.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def decode(page: Page) -> str:
    """The page's text: BOM, then the HTTP header's charset, then its <meta>, else UTF-8; bad bytes become U+FFFD."""
    header = f"text/html; charset={page.charset}" if page.charset else None
    return html_to_unicode(header, page.body, default_encoding="utf-8")[1]


def tree_of(page: Page) -> LexborHTMLParser:
    """The page as a tree (lexbor: the only engine measured that reads a whole search page in less than lxml's parse)."""
    return LexborHTMLParser(decode(page))


def clean(text: str) -> str:
    """`text` with runs of white space (no-break ones too) as one space, without invisible characters, trimmed."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def text_of(node: LexborNode | None) -> str:
    """The cleaned text of a node and all below it; "" for None."""
    return "" if node is None else clean(node.text())


def attribute(node: LexborNode | None, name: str) -> str:
    """An attribute's text; "" where the node or the attribute is missing."""
    if node is None:
        return ""
    return node.attributes.get(name) or ""
