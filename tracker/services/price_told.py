"""A price that is not stored, held against the stored history: what `rigscout match` says of one."""

from datetime import date

from tracker.domain.match import Match
from tracker.domain.money import Money
from tracker.services.price_sense import Usual, sensed, usual_together
from tracker.services.usual_prices import UsualPrices
from tracker.storage.engine import Database


class PriceTold:
    """The history of a database as of one day, each part's looked up once."""

    def __init__(self, database: Database, today: date) -> None:
        self._database = database
        self._today = today
        self._usual: dict[str, Usual | None] = {}
        self._history: UsualPrices | None = None

    def of(self, match: Match, price: Money | None) -> Match:
        """The match in the light of its price; as it is where nothing is known of its parts. Raises StorageError."""
        if price is None or not match.parts or match.defect or match.wanted:
            return match
        new = {part.part for part in match.parts} - self._usual.keys()
        if new or self._history is None:
            self._look_up(new)
        assert self._history is not None
        asked = self._history.asked(price.minor, price.currency, None, None, self._today)
        worth = usual_together(match.parts, self._usual, match.kind)
        return match if worth is None or asked is None else sensed(match, Money(asked, self._history.currency), worth)

    def _look_up(self, parts: set[str]) -> None:
        with self._database.reading() as connection:
            self._history = UsualPrices(connection)
            self._usual |= {part: self._history.usual(part, self._today) for part in parts}
