"""The Protocols by which one layer is handed to another that must not import it."""

from typing import Protocol

from tracker.domain.listing import Condition
from tracker.domain.match import Match
from tracker.domain.money import Money


class Matcher(Protocol):
    """Decides what a listing sells; pure: equal input, equal answer. `version` changes with the catalog and the rules."""

    @property
    def version(self) -> str:
        """A digest of the catalog and rules: stored matches of another version are due for a rematch."""
        ...

    def match(
        self,
        title: str,
        *,
        description: str | None = None,
        price: Money | None = None,
        condition: Condition = Condition.UNKNOWN,
        marketplace: str | None = None,
        category: str | None = None,
    ) -> Match:
        """The Match of one listing; never raises, whatever the title holds."""
        ...
