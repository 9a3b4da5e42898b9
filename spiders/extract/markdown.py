"""Posts as lines: Markdown, or the HTML rendered from it, to plain lines, headings and table rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from selectolax.lexbor import LexborHTMLParser, LexborNode

from spiders.extract.html import clean
from spiders.extract.nesting import nests_too_deep

_LONGEST, _LONGEST_LINE = 60_000, 4000  # characters; Reddit allows 40,000 a post
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,600}\)")
_ADDRESS = re.compile(r"(?:https?://|\b(?:www|i|m)\.)\S+|\bimgur\.com/\S+")
_MARKS = re.compile(
    r"[*_`]{1,6}(?=\S)|(?<=\S)[*_`]{1,6}|^[\s>#*+•-]+(?=\S)|\\(?=[^\w\s])|&(?:nbsp|#x200b);", re.IGNORECASE
)
_RULE = re.compile(r"^[\s|:+*_=-]*$")
_DIVIDER = re.compile(r"^[\s|:-]*-[\s|:-]*\|[\s|:-]*$")
_HEADING = re.compile(r"^\s{0,3}(?:#{1,6}\s*\S|\*\*[^*]{2,80}\*\*:?\s*$)")
_BLOCKS = frozenset(
    {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "br", "hr", "blockquote", "pre"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line as written; `cells` where it is a table's row, else None."""

    text: str
    cells: tuple[str, ...] | None = None
    is_heading: bool = False


def lines_of(markdown: str) -> Iterator[Line]:
    """The lines that say something, in order; rules and table dividers are left out."""
    lines = [line[:_LONGEST_LINE] for line in markdown[:_LONGEST].splitlines()]
    is_table = False
    for raw, following in zip_longest(lines, lines[1:], fillvalue=""):
        is_table = "|" in raw and (is_table or bool(_DIVIDER.match(following)))
        if _RULE.match(raw):
            continue
        if is_table or raw.count("|") >= 2 or raw.lstrip().startswith("|"):  # noqa: PLR2004 - a row without its divider
            yield Line(raw, tuple(cell.strip() for cell in raw.strip().strip("|").split("|")))
        else:
            yield Line(raw, is_heading=bool(_HEADING.match(raw)))


def plain(text: str) -> str:
    """A line without Markdown's marks, links (their words stay) and addresses; struck text keeps its ~~."""
    return clean(_MARKS.sub("", _ADDRESS.sub(" ", _LINK.sub(r"\1", text)))).strip(" |")


def from_html(html: str) -> str:
    """Rendered Markdown back to Markdown, as far as lines, lists, tables, headings and strikes go."""
    if nests_too_deep(html.encode()):
        return ""
    body = LexborHTMLParser(html[: 4 * _LONGEST]).body
    parts: list[str] = []
    if body is not None:
        _write(body, parts)
    return "\n".join(line for line in (clean(line) for line in "".join(parts).split("\n")) if line)


def _write(parent: LexborNode, parts: list[str]) -> None:
    """Depth first without recursion: posts nest as their writers like."""
    stack: list[LexborNode | str] = list(reversed(list(parent.iter(include_text=True))))
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag = node.tag or ""
        if tag == "-text":
            parts.append((node.text(deep=False) or "").replace("\n", " "))
            continue
        before, after = _marks_of(tag)
        parts.append(before)
        stack.append(after)
        stack.extend(reversed(list(node.iter(include_text=True))))


def _marks_of(tag: str) -> tuple[str, str]:
    if tag in ("del", "s", "strike"):
        return "~~", "~~"
    if tag in ("strong", "b"):
        return "**", "**"
    if tag in ("td", "th"):
        return "| ", " "
    if tag == "li":
        return "\n* ", "\n"
    if tag in _HEADINGS:
        return "\n# ", "\n"
    return ("\n", "\n") if tag in _BLOCKS else ("", "")
