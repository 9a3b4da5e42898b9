"""How text and links are shown: hostile text made harmless, long text cut, identifiers as words."""

import re
import textwrap
import unicodedata
from urllib.parse import urlsplit

# More marks than this on one letter is no language's spelling but "zalgo" text that paints over its neighbours.
_MARKS_PER_LETTER = 3
_LONGEST_URL = 2000
_JOINERS = "\u200c\u200d"  # emoji and several scripts are written with them


def clean(text: str) -> str:
    """`text` without what acts instead of being read: controls, bidi overrides, invisible signs, stacked marks, lone surrogates.

    Controls become a space, so that words stay apart; newlines and tabs too: where lines matter, templates make them.
    """
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category == "Cs":
            kept.append("\ufffd")
        elif category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif marks <= _MARKS_PER_LETTER and (category != "Cf" or char in _JOINERS):
            kept.append(char)
    return re.sub(" {2,}", " ", "".join(kept))


def cut(text: str, length: int = 90) -> str:
    """`text` cleaned and, where it is longer than `length` characters, cut at the last word that fits, with an ellipsis."""
    text = clean(text).strip()
    if len(text) <= length:
        return text
    head = text[: length - 1]
    space = head.rfind(" ")
    return (head[:space] if space > length // 2 else head).rstrip(" ,;:-–") + "…"


class Lines(str):
    """Text already cleaned whose line ends are ours."""

    __slots__ = ()


def our_lines(text: str) -> Lines:
    """What a macro of ours printed, each piece of it cleaned already: its line ends stay."""
    return Lines(text)


def wrap(text: str, indent: int = 0, width: int = 76) -> Lines:
    """`text` cleaned and broken into lines of at most `width`, all but the first set in by `indent`; links stay whole."""
    lines = textwrap.wrap(clean(text), width - indent, break_long_words=False, break_on_hyphens=False)
    return Lines(("\n" + " " * indent).join(lines))


def safe_url(url: str | None) -> str | None:
    """`url` where a browser may be sent there: absolute http(s), a host, no user name, nothing invisible; else None."""
    if not url or len(url) > _LONGEST_URL or clean(url) != url or re.search(r"[\s\\<>\"]", url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    return url if is_web else None


def words(name: str) -> str:
    """An identifier of ours as words: "layout_unknown" → "layout unknown"."""
    return name.replace("_", " ")


def upper_first(text: str) -> str:
    """`text` with a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]
