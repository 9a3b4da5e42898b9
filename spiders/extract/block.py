"""Is this body a challenge, a CAPTCHA or a refusal instead of the page that was asked for?"""

import re

# A block page is small next to a real one, or its title is the refusal itself. Marks inside scripts of a real page
# (eBay's "splashui", a bot sensor's address) and titles of real searches ("Challenge coin for sale") must not count.
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_WHOLE_TITLES = re.compile(
    (
        r"\s*(?:pardon our interruption|just a moment|attention required!?|security measure|captcha interception"
        r"|access (?:to this page has been )?denied|robot check|are you a robot|(?:429 )?too many requests|403 forbidden"
        r"|checking your browser|error page \| ebay|ddos-guard|whoa there, pardner"
        r"|zugriff verweigert|zu viele anfragen|einen moment(?:,? bitte)?|sicherheitsmaßnahme"
        r"|accès (?:refusé|temporairement restreint)|un instant|(?:mesure|vérification) de sécurité"
        r"|acceso denegado|medida de seguridad|accesso negato|misura di sicurezza|toegang geweigerd"
        r")[ .!?|…-]*(?:\| *[\w. -]+)?\s*"
    ).encode(),
    re.IGNORECASE,
)
_SMALL_TITLES = re.compile(
    rb"captcha|security measure|human verification|robot or human|sicherheits(?:ma\xc3\x9fnahme|\xc3\xbcberpr\xc3\xbcfung)"
    rb"|are you (?:a )?human|verify you|challenge|blocked|forbidden|unusual traffic|interruption|nicht erlaubt",
    re.IGNORECASE,
)
_SKELETONS = (
    (b"geo.captcha-delivery.com", "DataDome challenge"),
    (b"captcha-delivery.com/captcha", "DataDome challenge"),
    (b"/cdn-cgi/challenge-platform/h/", "Cloudflare challenge"),
    (b"cf-browser-verification", "Cloudflare challenge"),
    (b"/_Incapsula_Resource", "Incapsula challenge"),
    (b"px-captcha", "PerimeterX challenge"),
    (b"/splashui/captcha", "eBay CAPTCHA"),
    (b"/splashui/challenge", "eBay challenge"),
    (b'"serviceName":"splashui"', "eBay challenge"),
    (b"Checking your browser before you access", "eBay challenge"),
    (b"ak-challenge", "Akamai challenge"),
    (b"IP-Bereich", "IP range blocked"),
    (b"This IP has been automatically blocked", "Craigslist's block"),
    (b"whoa there, pardner", "Reddit's block"),
    (b"Incapsula incident ID", "Incapsula's refusal"),
)
# Above this a body with a challenge's address in it is a real page that carries a bot sensor.
_SKELETON_BYTES = 60_000
_HEAD_BYTES = 20_000
# A search for what such words name: "Challenge coin for sale | eBay".
_SEARCHES = re.compile(rb"for sale|kaufen|en vente|\bvendre|in vendita|en venta", re.IGNORECASE)


def block_reason(body: bytes) -> str | None:
    """Why `body` is a block page, in words; None where it is not one."""
    is_small = len(body) <= _SKELETON_BYTES
    found = _TITLE.search(body[:_HEAD_BYTES])
    if found:
        title = found[1]
        names_a_block = is_small and _SMALL_TITLES.search(title) and not _SEARCHES.search(title)
        if names_a_block or _WHOLE_TITLES.fullmatch(title):
            return f"the page's title is {title.decode('utf-8', 'replace').strip()!r}"
    if is_small:
        return next((reason for mark, reason in _SKELETONS if mark in body), None)
    return None
