"""Pages of the demo sites that show no listing: robots.txt, challenges, shells that only a browser fills, 404."""

from spiders.demo.pages.view import META

_ROBOTS = "# Rigscout demo market\nUser-agent: *\n"

_CHALLENGES = {
    "ebay": ("Pardon Our Interruption...", '<div id="captcha">Checking your browser before you access eBay.</div>'),
    "leboncoin": ("leboncoin.fr", '<script src="https://geo.captcha-delivery.com/captcha/demo"></script>'),
    "kleinanzeigen": ("Access Denied", "<p>IP-Bereich gesperrt</p>"),
}
# What a browser makes of such a page: it fetches the results and puts them in the page's place.
_FETCH = (
    "const address = new URL(location.href); address.searchParams.set('rendered', '1');"
    "fetch(address).then(answer => answer.text()).then(text => {document.open(); document.write(text); document.close();});"
)


def robots(*, disallowed: bool) -> str:
    """The site's robots.txt."""
    return _ROBOTS + ("Disallow: /\n" if disallowed else "Disallow: /myb/\nDisallow: /s-kontakt/\n")


def challenge(marketplace: str) -> str:
    """The page behind a 403."""
    title, body = _CHALLENGES[marketplace]
    return f"<!DOCTYPE html><html><head>{META}<title>{title}</title></head><body>{body}</body></html>"


def needs_script(marketplace: str) -> str:
    """A page without results, whose script fetches them."""
    data = ""
    if marketplace == "leboncoin":
        data = '<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"searchData":null}}}</script>'
    return (
        f'<!DOCTYPE html><html><head>{META}<title>{marketplace}</title></head><body><div id="root"></div>{data}'
        f"<script>{_FETCH}</script></body></html>"
    )


def not_found() -> str:
    """The page behind a 404."""
    return f"<!DOCTYPE html><html><head>{META}<title>404</title></head><body><h1>404</h1></body></html>"
