"""The addresses of the web pages: built in one place, every piece quoted."""

from urllib.parse import quote


class Paths:
    """Where each thing has its page."""

    def part(self, part: str) -> str:
        """A part's page."""
        return f"/parts/{quote(part, safe='')}"

    def machine(self, target: str) -> str:
        """A machine's page."""
        return f"/machines/{quote(target, safe='')}"

    def listing(self, marketplace: str, external_id: str) -> str:
        """A listing's page."""
        return f"/listings/{quote(marketplace, safe='')}/{quote(external_id, safe='')}"

    def offer(self, offer: str) -> str:
        """The page of the listing that an offer is."""
        marketplace, _, external_id = offer.partition(":")
        return self.listing(marketplace, external_id)

    def past(self, key: str) -> str:
        """A past report's page."""
        return f"/archive/{quote(key, safe='')}"
