"""The priced items of a swap post: its lines, lists and tables, sold ones marked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from spiders.extract.asking_price import Asking, asking_price, offers_in, without_count
from spiders.extract.markdown import Line, lines_of, plain

_LONGEST_LINE, _LONGEST_NAME = 1500, 140
_STRUCK = re.compile(r"~~(.{1,600}?)~~")
_SOLD = re.compile(
    r"\bsold\b(?!\s+(?:as|separately|together|in|with|by|individually))|no longer available|\btraded\b|\bto /?u/\w",
    re.IGNORECASE,
)
_PENDING = re.compile(r"\bpending\b|\bon hold\b|\breserved\b", re.IGNORECASE)
_SOLD_HEADING = re.compile(r"^\W*(?:(?:already|everything|all|items?)\s+)?sold\b.{0,30}$", re.IGNORECASE)
_SOLD_LIST = re.compile(r"^\W*(?:already )?sold(?: (?:list|items|so far))?\s?:\W*$", re.IGNORECASE)
_OPEN_LIST = re.compile(
    r"^\W*(?:(?:still )?(?:available|for sale|selling|remaining|left|have)|what'?s left)\s?:\W*$", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"^\W*(?:if )?(?:(?:buy|take|grab|get)\W+(?:it |them )?)?(?:bought|taken|sold|everything|all|both|whole|complete|entire"
    r"|bundled?|the (?:lot|pair|set|bundle))\b(?:\W*(?:as|together|price|of|for|it|above|lot)\b.*)?\W*$",
    re.IGNORECASE,
)
_NAMELESS = re.compile(
    r"^\W*\w?\W*$|^\W*(?:(?:now|new|total|my|the|current)\W+)*"
    r"(?:priced?(?: to sell| drop(?:ped)?| reduced)?|drop|reduced|asking|total|obo|shipped|local)\W*$",
    re.IGNORECASE,
)
# A price of its own for the thing above, or for sending it.
_POSTAGE = re.compile(r"^\W*(?:shipping|postage|delivery)\b", re.IGNORECASE)
_LOCAL_LINE = re.compile(
    r"^\W*(?:local(?:ly)?(?:\W+pick-?\s?up)?|pick-?\s?up)(?:\W+(?:in|near|at|from|price|only|cash)\b.{0,30})?\W*$",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"^\d{2,5}(?:[.,]\d{2})?$")
_LOCAL_ONLY = re.compile(r"\b(?:local|pick-?\s?up) only\b", re.IGNORECASE)
# What begins an item of its own: "2. Some card"; else "# Some card" or a line all bold, but no "**Timestamps:**".
_PRICES = re.compile(r"[\s\d$€£.]*[,/&+][\s\d$€£.,/&+]*$")  # "180, 60": of which thing, nobody can tell
_NUMBERED = re.compile(r"^\W*(?:\d{1,2}[.)]\s+|(?<=#)\d{1,2}\s?[.):–-]\s*)")
_TITLED = re.compile(r"^\s*(?:[*+-]\s+)?(?:\*\*[^*]+\*\*\s*$|#)(?!.*:\W*$)")
_STATUS_WORD = re.compile(r"^\W*(?:sold(?: to \S+)?|pending|on hold|reserved)\b[\s:|–-]*", re.IGNORECASE)
_ALL_SOLD = re.compile(r"^\W*(?:edit\s*\d*\W*)?(?:(?:all|everything|both)\b.{0,20}?)?\bsold\b.{0,60}$", re.IGNORECASE)
_INCLUDED = re.compile(
    r"prices?\b.{0,20}\binclud\w+.{0,12}shipping|shipping (?:is )?included|prices?:? (?:are )?shipped", re.IGNORECASE
)
_NOT_INCLUDED = re.compile(r"\b(?:not|n't|excluding|without)\b.{0,20}shipping", re.IGNORECASE)
_NO_NAME = re.compile(
    r"time\s?stamps?|imgur|https?:|^edit\b|^pictures?\b|^photos?\b|^pics?\b|^local\b|^(?:hi|hello|hey)\b|^looking\b|^selling\b|^prices?\b|[.!?]$",
    re.IGNORECASE,
)
_PRICE_HEAD = re.compile(r"price|asking|cost|\$|€|shipped|\blocal\b|\bobo\b", re.IGNORECASE)
_SHIPPED_HEAD = re.compile(r"shipped|delivered|incl\w* shipping", re.IGNORECASE)
_ITEM_HEAD = re.compile(
    r"item|product|\bname\b|\bpart\b|description|model|title|what|hardware|gpu|card|component", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SwapItem:
    """One item for sale. `name` is what its own line calls it ("" for nothing), `above` the line before a nameless one."""

    name: str
    above: str
    asking: Asking
    line: str
    sold: bool = False
    reserved: bool = False


def items_of(body: str) -> tuple[SwapItem, ...]:
    """The priced items of a Markdown body, in its order, sold ones too: their places keep the others' numbers."""
    items = list(_items(body))
    said = plain(body)
    if _INCLUDED.search(said) and not _NOT_INCLUDED.search(said):
        items = [item if item.asking.shipping is not None else _with_shipping(item) for item in items]
    if len(items) == 1 and any(_ALL_SOLD.match(plain(line.text)) for line in lines_of(body)):
        items = [replace(items[0], sold=True)]
    return tuple(items)


def price_of_all(body: str) -> tuple[SwapItem, ...]:
    """The price that a body asks for everything together ("$90 for the pair"), as one nameless item; empty without one."""
    lines = (plain(line.text)[:_LONGEST_LINE] for line in lines_of(body) if line.cells is None)
    asked = ((line, asking) for line in lines if (asking := asking_price(line, for_all=True)))
    return tuple(SwapItem("", "", asking, line, sold=bool(_SOLD.search(line))) for line, asking in islice(asked, 1))


def _with_shipping(item: SwapItem) -> SwapItem:
    return replace(item, asking=replace(item.asking, shipping="0", pickup_only=False))


def _items(body: str) -> Iterator[SwapItem]:
    header: tuple[str, ...] = ()
    above = section = ""
    is_sold_section = has_items = False
    for line in lines_of(body):
        words = plain(line.text)
        if line.is_heading or _SOLD_LIST.match(words) or _OPEN_LIST.match(words):
            is_sold_section = bool(_SOLD_HEADING.match(words))
        if line.cells is None:
            header, items = (), _of_text(line.text, section or above)
        else:
            header, items = _of_table(line, header)
        if has_items and not section:
            items = [item for item in items if not _LOCAL_LINE.match(item.asking.name)]
        if items:
            yield from (replace(item, sold=True) if is_sold_section else item for item in items)
            above, section, has_items = "", "", True
        else:
            above = "" if line.cells or _NO_NAME.search(words) else words
            if _NUMBERED.match(line.text):
                section = _NUMBERED.sub("", words)
            elif not section and _TITLED.match(line.text):
                section = above


def _of_text(text: str, above: str) -> list[SwapItem]:
    """One line's items; a line that names only a price is about the line above it."""
    text = _NUMBERED.sub("", text[:_LONGEST_LINE]) if text.lstrip().startswith("#") else text[:_LONGEST_LINE]
    kept, struck = _without_struck(text)
    words, is_sold = plain(kept), False
    if struck and asking_price(words) is None:
        words, is_sold = plain(text.replace("~~", "")), True
    parts = [words] if struck or _POSTAGE.match(words) else offers_in(words)
    items = [_of_part(part, above if part is parts[0] else "") for part in parts]
    return [replace(item, sold=True) if is_sold else item for item in items if item is not None]


def _of_part(words: str, above: str) -> SwapItem | None:
    asking = asking_price(words)
    if asking is None or any(pattern.match(asking.name) for pattern in (_TOGETHER, _POSTAGE, _PRICES)):
        return None
    name = _STATUS_WORD.sub("", _NUMBERED.sub("", _shortened(asking.name)))
    name = "" if _NAMELESS.match(name) or _LOCAL_LINE.match(name) else name
    return SwapItem(
        name,
        "" if name or len(above) > _LONGEST_NAME else above,
        asking,
        words,
        sold=bool(_SOLD.search(words)),
        reserved=bool(_PENDING.search(words)),
    )


def _of_table(line: Line, header: tuple[str, ...]) -> tuple[tuple[str, ...], list[SwapItem]]:
    """A table's line: its first is the header, unless it names a price."""
    cells = line.cells or ()
    if not header and not any(asking_price(plain(cell)) for cell in cells):
        return cells, []
    item = _of_row(line, header)
    return header or ("",) * len(cells), [item] if item is not None else []


def _of_row(line: Line, header: Sequence[str]) -> SwapItem | None:
    """A table row's item: the price column's price, the item column's name."""
    cells = line.cells or ()
    kept = [_without_struck(cell)[0] for cell in cells]
    is_sold = any("~~" in cell and not plain(rest) for cell, rest in zip(cells[:2], kept[:2], strict=True))
    texts = [plain(cell.replace("~~", "") if is_sold else rest) for cell, rest in zip(cells, kept, strict=True)]
    for at in _named(header[: len(texts)], _PRICE_HEAD):
        if _BARE_NUMBER.match(texts[at]):
            texts[at] = f"asking {texts[at]}"
    column = _price_column(texts, header)
    asking = asking_price(texts[column]) if column is not None else None
    if column is None or asking is None:
        return None
    is_said = any(_SHIPPED_HEAD.match(text) for text in texts)  # "shipped" in a column of notes
    if is_said or (header[column : column + 1] and _SHIPPED_HEAD.search(header[column])):
        asking = replace(asking, shipping="0", pickup_only=False)
    elif (sent := [texts[at] for at in _named(header[: len(texts)], _POSTAGE) if at != column]) and sent[0]:
        asking = replace(asking, shipping="0" if sent[0].casefold() in ("free", "included") else sent[0])
    elif any(_LOCAL_ONLY.search(text) for text in texts):
        asking = replace(asking, pickup_only=True)
    name = texts[_item_column(texts, header, column)] if len(texts) > 1 else asking.name
    if asking.is_each and asking.quantity is None:
        name, quantity = without_count(name)
        asking = replace(asking, quantity=quantity)
    said = " ".join(texts)
    return SwapItem(
        _shortened(name),
        "",
        asking,
        said,
        sold=is_sold or bool(_SOLD.search(said)),
        reserved=bool(_PENDING.search(said)),
    )


def _named(header: Sequence[str], words: re.Pattern[str]) -> list[int]:
    return [at for at, head in enumerate(header) if words.search(head)]


def _price_column(texts: Sequence[str], header: Sequence[str]) -> int | None:
    named = _named(header[: len(texts)], _PRICE_HEAD)
    priced = [at for at, text in enumerate(texts) if asking_price(text)]
    shipped = [at for at in named if at in priced and _SHIPPED_HEAD.search(header[at])]
    return next((at for at in (*shipped, *named) if at in priced), priced[0] if priced and not named else None)


def _item_column(texts: Sequence[str], header: Sequence[str], price: int) -> int:
    named = (at for at in _named(header[: len(texts)], _ITEM_HEAD) if at != price and texts[at])
    return next(named, next((at for at, text in enumerate(texts) if at != price and not _NAMELESS.match(text)), 0))


def _without_struck(text: str) -> tuple[str, bool]:
    """Text without what is struck out, and whether anything was; one struck letter is an editor's slip, no sale."""
    struck = [words for words in _STRUCK.findall(text) if len(words.strip()) > 1 or words.strip().isdigit()]
    kept = _STRUCK.sub(lambda found: "" if found[1] in struck else found[1], text)
    return kept, bool(struck)


def _shortened(name: str) -> str:
    """A name that fits a title: the bold or first part of a paragraph."""
    if len(name) <= _LONGEST_NAME:
        return name
    start = re.split(r"[:.!?]\s|\s[–—-]\s", name, maxsplit=1)[0]
    return start if len(start) <= _LONGEST_NAME else name[:_LONGEST_NAME].rsplit(" ", 1)[0]
