"""Swap posts: "[USA-TX] [H] GTX 1080 [W] PayPal" sells what stands behind [H]; behind [W] stands what is asked for."""

import re

_HAVE = re.compile(r"[\[(] ?(?:h|s|have|selling|fs|offering) ?[\])](?:ave )?")
_WANT = re.compile(r"[\[(] ?(?:w|want|wanted|wtb|b) ?[\])]")
_MODEL = re.compile(r"(?<![$\u20ac\u00a3\d])[1-9]\d{3}(?!\d)")  # "[H] Cash [W] 3090 or 4090"
_WORD = re.compile(r"[^\W_]+")
_MONEY_WORDS = """local cash paypal pp venmo zelle emt etransfer e transfer interac google wallet gpay crypto bitcoin btc ltc eth
money verified offer offers g and s gs fnf f apple pay square revolut bank funds or usd cad eur gbp more only in trade trades
goods services us usa canada shipped obo monies etc via cashapp app"""
_MONEY = frozenset(_MONEY_WORDS.split())


_NAMELESS = frozenset(
    {"random", "computer", "parts", "part", "stuff", "misc", "other", "various", "hardware", "items", "pc"}
)


def split_swap(plain: str) -> tuple[str, bool]:
    """(what is offered, whether the post only asks). A title that is no swap post comes back as it is."""
    if "[" not in plain and "(" not in plain:
        return plain, False
    want, have = _WANT.search(plain), _HAVE.search(plain)
    is_square = plain.count("[") > 0
    if (want is None and have is None) or not (is_square or (want and have)):
        return plain, False
    if have is None:
        assert want is not None
        offered = plain[: want.start()]
        return (offered, False) if _says_something(offered) else (plain[want.end() :], True)
    end = want.start() if want is not None and want.start() > have.start() else len(plain)
    offered = plain[have.end() : end]
    if want is None or (_says_something(offered) and not _is_money_or_parts(offered)):
        return offered, False
    asked = plain[want.end() :] if want.start() > have.start() else plain[want.end() : have.start()]
    is_model = "$" not in asked and _MODEL.search(asked) is not None
    return (asked, True) if is_model or _says_something(asked) else (offered, False)


def _is_money_or_parts(text: str) -> bool:
    """Whether only money, or else nameless parts, is offered: "$$ or parts"."""
    words = _WORD.findall(text)
    has_money = "$" in text or not _MONEY.isdisjoint(words)
    return has_money and all(word in _MONEY or word in _NAMELESS or word.isdigit() for word in words)


def _says_something(text: str) -> bool:
    """Whether more than money, places and polite words stands in it."""
    without_place = re.sub(r"\[[^\]]{0,40}\]", " ", text)
    return any(word not in _MONEY and not word.isdigit() for word in _WORD.findall(without_place))
