"""Whether a listing says that its seller sends several things in one parcel."""

import re

from tracker.domain.listing import RawListing

_WORDS = (
    r"(?:combined? (?:shipping|postage|delivery)|(?:shipping|postage) (?:can be )?combined|kombiversand|"
    r"versand(?:kosten)? (?:kann|können|wird|werden) (?:zusammengefasst|kombiniert)|envois? group[ée]s?|"
    r"(?:frais de )?ports? group[ée]s?|gecombineerd verzenden|spedizion[ei] combinat[ae]|env[ií]os? combinados?)"
)
_SAID = re.compile(_WORDS, re.IGNORECASE)
_DENIED = re.compile(
    rf"\b(?:(?:no|not|don.?t|cannot|can.?t|keine?n?|nicht|pas de?|geen|niente|sin) |pas d.){_WORDS}", re.IGNORECASE
)


def shares_shipping(raw: RawListing) -> bool:
    """Whether title, description or shipping line say so: "combined shipping", "Kombiversand", "envoi groupé"."""
    said = " ".join(filter(None, (raw.title, raw.description, raw.texts.get("shipping"))))
    return _SAID.search(said) is not None and _DENIED.search(said) is None
