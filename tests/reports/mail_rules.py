"""What mail clients support: each rule, the client it comes from, and where that is written down.

Sources: caniemail.com (one feature page per property; data at github.com/hteumeuleu/caniemail), Gmail's "message clipped"
limit of 102 KB of HTML and 8,192 characters of <style>, Outlook for Windows (Word's engine, Microsoft's "Word 2007 HTML and
CSS rendering capabilities in Outlook 2007"), RFC 2392 (cid:), RFC 5322 (lines).
"""

import re
from collections.abc import Iterator

from lxml import html as lxml_html
from lxml.html import HtmlElement

LARGEST = 100_000  # bytes; Gmail clips at 102 KB
LARGEST_STYLE = 8192  # characters; Gmail drops a longer <style> (caniemail: html-style)
WIDEST = 600  # the width that every preview pane shows without scrolling

# caniemail: html-*, supported by Gmail, Outlook, Apple Mail and Yahoo; whatever is not here is stripped by one of them:
# script, link, iframe, object, form controls, svg (image-svg: not in Gmail), video, audio, canvas, base, picture, details.
TAGS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "table",
        "tbody",
        "tr",
        "td",
        "th",
        "a",
        "img",
        "span",
        "strong",
        "br",
        "p",
    ]
)

# caniemail: css-*, all of "y", or harmless where unknown (border-radius, max-width in Outlook; letter-spacing).
PROPERTIES = frozenset(
    [
        "background-color",
        "border",
        "border-top",
        "border-collapse",
        "border-spacing",
        "border-color",
        "color",
        "display",
        "font-family",
        "font-size",
        "font-weight",
        "height",
        "letter-spacing",
        "line-height",
        "margin",
        "max-width",
        "padding",
        "text-align",
        "text-decoration",
        "vertical-align",
        "white-space",
        "width",
        "word-break",
    ]
)
# css-display-flex and css-display-grid: not in Outlook for Windows and others; none, block and table are.
DISPLAYS = frozenset(("block", "none", "inline-block", "inline"))
# css-variables, css-function-calc, -clamp, -min, -max; css-unit-*: Outlook for Windows knows px, pt, %, em.
UNSUPPORTED_VALUES = re.compile(
    r"var\(|calc\(|clamp\(|min\(|max\(|url\(|\d(rem|vw|vh|ch|dvh)\b|gradient|!ie", re.IGNORECASE
)
# html-anchor-links: not in Gmail's apps and Outlook; javascript: and data: are stripped or blocked everywhere.
LINKS = re.compile(r"https?://[^\s]+|mailto:[^\s]+")


def problems(html: str) -> list[str]:
    """Everything in a mail's HTML that some client does not support; empty for a good one."""
    tree = lxml_html.document_fromstring(html)
    return [*_document(html, tree), *_elements(tree), *_styles(tree), *_images(tree), *_links(tree)]


def _document(html: str, tree: HtmlElement) -> Iterator[str]:
    if len(html.encode()) >= LARGEST:
        yield f"{len(html.encode())} bytes of HTML: Gmail clips at 102 KB"
    if not html.lstrip().lower().startswith("<!doctype html>"):
        yield "no doctype: clients fall into quirks mode"
    if not tree.get("lang"):
        yield "no lang: screen readers guess (html-lang)"
    metas = {meta.get("name"): meta.get("content") for meta in tree.iter("meta")}
    if metas.get("color-scheme") != "light dark" or metas.get("supported-color-schemes") != "light dark":
        yield "no color-scheme: Apple Mail inverts colours by itself (css-color-scheme)"


def _elements(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag not in TAGS:
            yield f"<{element.tag}> is not supported everywhere"
        for name in element.attrib:
            if name.startswith("on"):
                yield f"{name}: scripts are stripped"
        if element.tag == "table":
            if element.get("role") != "presentation":
                yield "a layout table without role=presentation is read aloud as data"
            if (element.get("width") or "").isdigit() and int(element.get("width")) > WIDEST:
                yield f"a table {element.get('width')} wide: at most {WIDEST}"


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        if name.strip():
            yield name.strip().lower(), value.strip()


def _styles(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter():
        for name, value in _declarations(element.get("style") or ""):
            yield from _declaration(name, value)
    for style in tree.iter("style"):
        text = style.text or ""
        if len(text) > LARGEST_STYLE:
            yield f"a <style> of {len(text)} characters: Gmail drops it beyond {LARGEST_STYLE}"
        outside = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\}\s*)*\}", "", text)
        if outside.strip():
            yield f"rules that are not inlined (Gmail for other accounts drops <style>): {outside.strip()[:60]}"
        for body in re.findall(r"\{([^{}]*)\}", text):
            for name, value in _declarations(body):
                yield from _declaration(name, value)


def _declaration(name: str, value: str) -> Iterator[str]:
    if name not in PROPERTIES:
        yield f"{name} is not supported everywhere (css-{name})"
    if name == "display" and value.replace("!important", "").strip() not in DISPLAYS:
        yield f"display: {value} is not supported in Outlook"
    if name == "margin" and "-" in value:
        yield "negative margins are not supported in Gmail and Outlook (css-margin)"
    if UNSUPPORTED_VALUES.search(value):
        yield f"{name}: {value} is not supported everywhere"


def _images(tree: HtmlElement) -> Iterator[str]:
    for image in tree.iter("img"):
        if not (image.get("src") or "").startswith("cid:"):
            yield f"an image that is not inside the mail: {image.get('src')} (data: is blocked by Gmail and Outlook)"
        if not (image.get("width") or "").isdigit():
            yield "an image without a width attribute: Outlook shows it at its full pixels"
        if len(image.get("alt") or "") < 12 or not re.search(r"\d|yet", image.get("alt") or ""):
            yield f"an alternative text that does not carry the figure: {image.get('alt')!r}"


def _links(tree: HtmlElement) -> Iterator[str]:
    for link in tree.iter("a"):
        if not LINKS.fullmatch(link.get("href") or ""):
            yield f"a link that is none outside a browser: {link.get('href')!r}"
        if not link.text_content().strip():
            yield "a link without words"
