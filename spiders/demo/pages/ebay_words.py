"""The labels of eBay's result page in the demo's three languages, and how an amount is written there."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.domain.listing import Condition
from tracker.domain.money import Money

_THIN = "\u00a0"  # between thousands, in French
_SYMBOLS = {"USD": "$", "GBP": "£"}


@dataclass(frozen=True, slots=True)
class EbayWords:
    """One language's labels; `point` is its decimal mark, `business` "" where the site doesn't say who sells."""

    results: str
    nothing: str
    fewer: str
    new: str
    window: str
    conditions: Mapping[Condition, str]
    business: str
    private: str
    best_offer: str
    accepted: str
    sold: str
    sold_date: str
    buy_now: str
    pickup: str
    unknown_shipping: str
    free: str
    shipping: str
    place: str
    to: str
    bid: str
    bids: str
    time_left: str
    days_left: str
    hours_left: str
    positive: str
    sponsored: str
    next: str
    point: str


WORDS: Mapping[str, EbayWords] = {
    "en": EbayWords(
        results="results for",
        nothing="No exact matches found",
        fewer="Results matching fewer words",
        new="New Listing",
        window="Opens in a new window or tab",
        conditions={
            Condition.NEW: "Brand New",
            Condition.OPEN_BOX: "Open Box",
            Condition.REFURBISHED: "Good - Refurbished",
            Condition.USED: "Pre-Owned",
            Condition.FOR_PARTS: "Parts Only",
        },
        business="",
        private="",
        best_offer="or Best Offer",
        accepted="Best offer accepted",
        sold="Sold",
        sold_date="MMM d, y",
        buy_now="Buy It Now",
        pickup="Free local pickup",
        unknown_shipping="Delivery not specified",
        free="Free delivery",
        shipping="+{price} delivery",
        place="Located in {place}",
        to="to",
        bid="1 bid",
        bids="{bids} bids",
        time_left="Time left",
        days_left="{days}d {hours}h left",
        hours_left="{hours}h {minutes}m left",
        positive="positive",
        sponsored="Sponsored",
        next="Go to next search page",
        point=".",
    ),
    "de": EbayWords(
        results="Ergebnisse für",
        nothing="Keine genau passenden Ergebnisse gefunden",
        fewer="Ergebnisse für weniger Suchbegriffe",
        new="Neues Angebot",
        window="Wird in neuem Fenster oder Tab geöffnet",
        conditions={
            Condition.NEW: "Neu",
            Condition.OPEN_BOX: "Neu (Sonstige)",
            Condition.REFURBISHED: "Gut - Refurbished",
            Condition.USED: "Gebraucht",
            Condition.FOR_PARTS: "Nur Ersatzteile",
        },
        business="Gewerblich",
        private="Privat",
        best_offer="oder Preisvorschlag",
        accepted="Preisvorschlag angenommen",
        sold="Verkauft",
        sold_date="d. MMM y",
        buy_now="Sofort-Kaufen",
        pickup="Nur Abholung",
        unknown_shipping="Versand nicht angegeben",
        free="Gratis Lieferung",
        shipping="+{price} Lieferung",
        place="aus {place}",
        to="bis",
        bid="1 Gebot",
        bids="{bids} Gebote",
        time_left="Restzeit",
        days_left="Noch {days}T {hours}Std",
        hours_left="Noch {hours}Std {minutes}Min",
        positive="positiv",
        sponsored="Anzeige",
        next="Zur nächsten Seite",
        point=",",
    ),
    "fr": EbayWords(
        results="résultats pour",
        nothing="Aucun résultat exact trouvé",
        fewer="Résultats correspondant à moins de mots",
        new="Nouvelle annonce",
        window="La page s'ouvre dans une nouvelle fenêtre ou un nouvel onglet",
        conditions={
            Condition.NEW: "Neuf",
            Condition.OPEN_BOX: "Neuf (autre)",
            Condition.REFURBISHED: "Bon état - Reconditionné",
            Condition.USED: "Occasion",
            Condition.FOR_PARTS: "Pour pièces détachées",
        },
        business="Professionnel",
        private="Particulier",
        best_offer="ou Offre directe",
        accepted="Offre directe acceptée",
        sold="Vendu le",
        sold_date="d MMM y",
        buy_now="Achat immédiat",
        pickup="Remise en main propre",
        unknown_shipping="Livraison non spécifiée",
        free="Livraison gratuite",
        shipping="+{price} de frais de livraison",
        place="de {place}",
        to="à",
        bid="1 enchère",
        bids="{bids} enchères",
        time_left="Temps restant",
        days_left="{days}j {hours}h",
        hours_left="{hours}h {minutes}min",
        positive="positif",
        sponsored="Sponsorisé",
        next="Page de résultats suivante",
        point=",",
    ),
}


def money(amount: Money, language: str) -> str:
    """An amount as the site writes it: "$1,234.50", "EUR 1.234,50", "1 234,50 EUR"."""
    if language == "en":
        symbol = _SYMBOLS.get(amount.currency, f"{amount.currency} ")
        return f"{symbol}{amount.amount:,.2f}"
    number = f"{amount.amount:,.2f}".replace(",", _THIN).replace(".", ",")
    if language == "fr":
        return f"{number} {amount.currency}"
    return f"{amount.currency} {number.replace(_THIN, '.')}"
