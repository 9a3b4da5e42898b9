"""Sites that answer in JSON: an API, or the JSON that a page carries for its own scripts (__NEXT_DATA__ and the like).

A JSON site fills in `read_data` (the decoded answer → ParsedPage). `data_of` finds the JSON: the body itself, or the
script with the id `script_id`. `embedded` is the same for others' use: `embedded(page, "__NEXT_DATA__")`.
"""

import json
import re
from typing import Any, ClassVar

from spiders.extract.html import decode
from spiders.families.marketplace import MarketplaceSpider
from spiders.page import Page, ParsedPage
from tracker.domain.listing import PageState

_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
# Every escape in turn, so that a backslash that is itself escaped begins none; a whole surrogate pair is one.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u0000|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)"
)
_CHUNK = re.compile(r'self\.__next_f\.push\(\[1,\s?("(?:[^"\\]|\\.)*")\]\)')
_REFERENCE = re.compile(r'(?<=[:,\[])"\$(?!\$)[^"\\]*"')


def embedded(text: str, script_id: str) -> Any:
    """The JSON in `<script id=script_id>`; None where there is no such script or it holds no whole JSON.

    The script is found by its id in the text, not by a tree: such pages are megabytes of one script.
    """
    opening = re.search(rf'<script[^>]{{0,300}}\bid=["\']?{re.escape(script_id)}["\']?[^>]{{0,300}}>', text)
    if opening is None:
        return None
    start = opening.end()
    end = text.find("</script", start)
    return loads(text[start : end if end >= 0 else len(text)])


def streamed(text: str, name: str) -> Any:
    """The first object called `name` in what Next.js's App Router streams into a page; None where there is none.

    The stream is cut into strings that scripts push. In it a string that begins with "$" stands for something else
    (a text sent later, a component): such values are not known.
    """
    stream = "".join(loads(chunk) or "" for chunk in _CHUNK.findall(text))
    start = stream.find(f'"{name}":{{')
    if start < 0:
        return None
    try:
        rest = _storable(_REFERENCE.sub("null", stream[start + len(name) + 3 :]))
        return json.JSONDecoder().raw_decode(rest)[0]
    except (ValueError, RecursionError):
        return None


def loads(text: str | bytes) -> Any:
    """Decoded JSON, or None for what is none (cut, nested too deep, not JSON at all).

    NULs and halves of surrogate pairs, which JSON's escapes can name, are left out: no database takes them.
    """
    try:
        words = text if isinstance(text, str) else text.decode(json.detect_encoding(text), "replace")
        return json.loads(_storable(words))
    except (ValueError, RecursionError):
        return None


def _storable(text: str) -> str:
    return _ESCAPE.sub(_without_half, text) if _SUSPECT.search(text) else text


def _without_half(escape: re.Match[str]) -> str:
    text = escape[0]
    is_half = len(text) == len("\\ud800") and text[2] in "dD"
    return "" if is_half or text == "\\u0000" else text


def is_json(page: Page) -> bool:
    """Whether the body is JSON by its first character."""
    return page.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


class JsonApiSpider(MarketplaceSpider):
    """JSON results; see the module."""

    script_id: ClassVar[str] = "__NEXT_DATA__"
    streams: ClassVar[tuple[str, ...]] = ()  # objects that a page without the script may stream, as its `pageProps`

    def read_body(self, page: Page) -> ParsedPage:
        """Find the JSON, then read it."""
        data = self.data_of(page)
        if data is None:
            return ParsedPage(PageState.LAYOUT_UNKNOWN, detail=f"no JSON body and no script {self.script_id!r}")
        return self.read_data(data, page)

    def data_of(self, page: Page) -> Any:
        """The decoded JSON of the body, of the page's script, or of what the page streams; None where there is none."""
        if is_json(page):
            return loads(page.body)
        text = decode(page)
        found = embedded(text, self.script_id)
        if found is None and "__next_f" in text:
            data = {name: streamed(text, name) for name in self.streams}
            found = {"props": {"pageProps": data}} if any(data.values()) else None
        return found

    def read_data(self, data: Any, page: Page) -> ParsedPage:
        """The decoded answer as listings. May raise on shapes never seen: that becomes LAYOUT_UNKNOWN."""
        raise NotImplementedError
