"""Bytes to text and text to a tree, by the rules that browsers follow; small readers for nodes."""

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding, to_unicode

from spiders.page import Page

# Characters of visible text under which a page is a shell: the smallest real result page seen has thousands.
_SHELL_TEXT = 200
# Zero-width characters and direction marks that sites put between letters; never part of a word.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_WITHOUT = str.maketrans("", "", _INVISIBLE)


def encoding_of(page: Page) -> str:
    """The page's encoding as browsers decide it: BOM, the HTTP header's charset, its own <meta>, else UTF-8."""
    bom = read_bom(page.body)[0]
    declared = bom or resolve_encoding(page.charset or "") or html_body_declared_encoding(page.body)
    return declared or "utf-8"


def decode(page: Page) -> str:
    """The page's text; bad bytes become U+FFFD."""
    return to_unicode(page.body, encoding_of(page))


def tree_of(page: Page) -> LexborHTMLParser:
    """The page as a tree (lexbor: the only engine measured that reads a whole search page in less than lxml's parse)."""
    # UTF-8 bytes go in as they are: decoding 2 MB only to encode it again costs as much as parsing it.
    return LexborHTMLParser(page.body if encoding_of(page) == "utf-8" else decode(page))


def clean(text: str) -> str:
    """`text` with runs of white space (no-break ones too) as one space, without invisible characters, trimmed."""
    # Looking for eight letters takes a tenth of what a pattern takes to find none of them.
    if not text.isascii() and any(map(text.__contains__, _INVISIBLE)):
        text = text.translate(_WITHOUT)
    return " ".join(text.split())


def text_of(node: LexborNode | None) -> str:
    """The cleaned text of a node and all below it; "" for None."""
    return "" if node is None else clean(node.text())


def attribute(node: LexborNode | None, name: str) -> str:
    """An attribute's text; "" where the node or the attribute is missing."""
    if node is None:
        return ""
    return node.attrs.get(name) or ""  # attrs reads one attribute, `attributes` copies all


def is_unrendered(tree: LexborHTMLParser) -> bool:
    """Whether a page is only the shell of one: scripts, and next to no text that a reader would see."""
    body = tree.body
    if body is None:
        return True
    for node in body.css("script, style, noscript, template"):
        node.decompose()
    return len(clean(body.text(separator=" ")[:20_000])) < _SHELL_TEXT
