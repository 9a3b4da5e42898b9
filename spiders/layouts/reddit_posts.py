"""Reddit's posts: the JSON listing (/r/…/new.json, search, a post's page) and the Atom feed, as posts and as what they sell.

Fields after Reddit's API documentation (t3 things). The feed has no flair, so a sold post looks open in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from scrapy.selector import Selector

from spiders.extract.asking_price import without_count
from spiders.extract.html import clean
from spiders.extract.json_value import dicts, dig, words
from spiders.extract.location import country_of, currency_at
from spiders.extract.markdown import from_html
from spiders.extract.price import parse_money, parse_price
from spiders.extract.swap_post import SwapItem, items_of, price_of_all
from spiders.extract.swap_title import SwapTitle, is_payment, read_swap_title
from spiders.extract.time import from_epoch, from_iso
from tracker.domain.listing import PriceKind

# Country and currency of a subreddit's people; None where it spans several.
_HOMES = {
    "hardwareswap": ("US", "USD"), "homelabsales": ("US", "USD"), "appleswap": ("US", "USD"),
    "canadianhardwareswap": ("CA", "CAD"), "hardwareswapuk": ("GB", "GBP"), "homelabsalesuk": ("GB", "GBP"),
    "hardwareswapeu": (None, "EUR"), "homelabsaleseu": (None, "EUR"), "hardwareswapaustralia": ("AU", "AUD"),
}  # fmt: skip
_MARKET = re.compile(r"swap|sales|market|bst|trade", re.IGNORECASE)
_SOLD_FLAIR = re.compile(r"sold|closed|complete|expired|trade ?d\b|gone", re.IGNORECASE)
_PENDING_FLAIR = re.compile(r"pending|hold", re.IGNORECASE)
_BUYING_FLAIR = re.compile(r"buying|wanted|wtb", re.IGNORECASE)
_TALK_FLAIR = re.compile(r"\bmod\b|\bmeta\b|price ?check|announcement|discussion|scam|\bpsa\b", re.IGNORECASE)
_SEVERAL = re.compile(r",|/|&|\+|\band\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Post:
    """One post; `body` is Markdown."""

    id: str
    title: str
    body: str
    subreddit: str
    author: str
    url: str
    created: datetime | None
    flair: str = ""
    is_moderator: bool = False


def posts_of_json(data: Any) -> list[Post] | None:
    """The posts of a listing, or of a post's own page (a list of listings); None where the JSON is neither."""
    listing = data[0] if isinstance(data, list) and data else data
    if not isinstance(dig(listing, "data", "children"), list):
        return None
    return [
        _post(dig(child, "data") or {}) for child in dicts(listing, "data", "children") if child.get("kind") == "t3"
    ]


def _post(data: dict[str, Any]) -> Post:
    body = data.get("selftext")
    gone = bool(data.get("removed_by_category")) or body in ("[removed]", "[deleted]")
    return Post(
        id=words(data.get("id")),
        title=clean(unescape(words(data.get("title")))),
        body=unescape(body) if isinstance(body, str) and not gone else "",
        subreddit=words(data.get("subreddit")),
        author=words(data.get("author")),
        url=words(data.get("permalink")),
        created=from_epoch(data.get("created_utc")),
        flair="removed" if gone else unescape(words(data.get("link_flair_text"))),
        is_moderator=bool(data.get("stickied")) or data.get("distinguished") == "moderator" or gone,
    )


def posts_of_atom(text: str) -> list[Post] | None:
    """The posts of an Atom feed; None where the text is no feed. A cut feed gives the entries that are whole."""
    if "<feed" not in text[:2000]:
        return None
    feed = Selector(text=text, type="xml")
    feed.remove_namespaces()
    return [post for entry in feed.xpath("/feed/entry") if (post := _entry(entry)) is not None]


def _entry(entry: Selector) -> Post | None:
    def said(path: str) -> str:
        return entry.xpath(path).get(default="")

    number, url = said("id/text()").removeprefix("t3_"), said("link/@href")
    if not (number and url and entry.xpath("content")):
        return None
    return Post(
        id=number,
        title=clean(said("title/text()")),
        body=from_html(said("content/text()").partition("<!-- SC_ON -->")[0]),
        subreddit=said("category/@term"),
        author=said("author/name/text()").removeprefix("/u/"),
        url=url,
        created=from_iso(said("published/text()") or said("updated/text()")),
    )


def is_market(post: Post) -> bool:
    """Whether the post stands in a subreddit where things are sold."""
    return bool(_MARKET.search(post.subreddit))


def offers_of(post: Post) -> Iterator[dict[str, Any]]:
    """What the post sells, as fields of RawListing; a post that only buys gives one wanted listing, talk gives none.

    Items are numbered as they stand in the body, the sold ones too, so that an edit moves no other's id.
    """
    swap = read_swap_title(post.title)
    if swap is None or post.is_moderator or not is_market(post) or _TALK_FLAIR.search(post.flair):
        return
    if swap.is_wanted or _BUYING_FLAIR.search(post.flair):
        wanted = swap.have if is_payment(swap.want) else swap.want or swap.have
        yield _fields(post, swap, 1) | {"title": wanted, "wanted": True}
        return
    items = _items(post, swap)
    if not items:
        yield _fields(post, swap, 1) | {"title": swap.have}
    for number, item in enumerate(items, start=1):
        title = _title_of(item, swap, is_only=len(items) == 1)
        if title:
            yield _fields(post, swap, number) | _priced(post, swap, item) | _counted(title, item)


def _items(post: Post, swap: SwapTitle) -> tuple[SwapItem, ...]:
    """What the body prices; where nothing in it has a name, one thing; else what the title prices, or all of it together."""
    items = items_of(post.body)
    is_for_money = not swap.want or is_payment(swap.want)
    if not items and is_for_money:
        return items_of(swap.have) or price_of_all(post.body) or items_of(swap.want)
    asked = items[0].asking if items else None
    if asked and len(items) == 1 and asked.is_each and asked.quantity is None and not without_count(swap.have)[1]:
        return price_of_all(post.body) or items
    return items if any(item.name or item.above for item in items) else items[:1]


def _title_of(item: SwapItem, swap: SwapTitle, *, is_only: bool) -> str:
    """What the item is called: of a post's only item the title knows best, unless the title names several things."""
    if is_only and not (item.name and (_SEVERAL.search(swap.have) or item.asking.price in swap.have)):
        return swap.have
    return item.name or item.above


def _counted(title: str, item: SwapItem) -> dict[str, Any]:
    """The title, without its count where the price is for each of them ("5x SSD", "$40 ea")."""
    if not item.asking.is_each:
        return {"title": title}
    bare, count = without_count(title)
    return {"title": bare, "quantity": item.asking.quantity or count}


def _fields(post: Post, swap: SwapTitle, number: int) -> dict[str, Any]:
    texts = {"title": post.title, "flair": post.flair, "location": swap.place or ""}
    return {
        "external_id": f"{post.id}-{number}",
        "url": post.url,
        "sold": bool(_SOLD_FLAIR.search(post.flair)),
        "reserved": bool(_PENDING_FLAIR.search(post.flair)),
        "location": swap.place,
        "country": country_of(swap.place or "", _home(post)[0]),
        "seller": post.author or None,
        "listed_at": post.created,
        "description": post.title,
        "texts": {name: text for name, text in texts.items() if text},
    }


def _home(post: Post) -> tuple[str | None, str | None]:
    return _HOMES.get(post.subreddit.casefold(), (None, None))


def _priced(post: Post, swap: SwapTitle, item: SwapItem) -> dict[str, Any]:
    """Price, postage and state of one item; the currency is the seller's country's, else the subreddit's."""
    country, usual = _home(post)
    currency = currency_at(country_of(swap.place or "", country)) or usual
    asking, fields = item.asking, _fields(post, swap, 1)
    written = f"{asking.price} {currency}" if currency and asking.price.isdigit() else asking.price
    shipping = parse_money(asking.shipping, currency) if asking.shipping not in (None, "", "0") else None
    return {
        "price": parse_price(written, currency).price,
        "price_kind": PriceKind.NEGOTIABLE if asking.negotiable else PriceKind.FIXED,
        "best_offer": asking.negotiable,
        "shipping": parse_money(f"0 {currency}") if asking.shipping == "0" and currency else shipping,
        "pickup_only": asking.pickup_only,
        "quantity": asking.quantity,
        "sold": item.sold or fields["sold"],
        "reserved": item.reserved or fields["reserved"],
        "description": f"{post.title}\n{item.line}",
        "texts": fields["texts"] | {"price": asking.price, "line": item.line[:400]},
    }
