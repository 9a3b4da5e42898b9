"""Condition labels of all sites and languages, and eBay's condition ids, to our six conditions.

Ids: eBay developer documentation, ConditionType (about eight maps in public code agree). Labels vary by category and
language; what no table knows is UNKNOWN.
"""

import re
from functools import lru_cache

from spiders.extract.html import clean
from tracker.domain.listing import Condition

_IDS = {
    1000: Condition.NEW,
    1500: Condition.OPEN_BOX,
    1750: Condition.OPEN_BOX,  # new with defects
    2000: Condition.REFURBISHED,
    2010: Condition.REFURBISHED,
    2020: Condition.REFURBISHED,
    2030: Condition.REFURBISHED,
    2500: Condition.REFURBISHED,
    2750: Condition.USED,  # like new
    2990: Condition.USED,
    3000: Condition.USED,
    3010: Condition.USED,
    4000: Condition.USED,
    5000: Condition.USED,
    6000: Condition.USED,
    7000: Condition.FOR_PARTS,
}
_SCHEMA_ORG = {
    "newcondition": Condition.NEW,
    "usedcondition": Condition.USED,
    "refurbishedcondition": Condition.REFURBISHED,
    "damagedcondition": Condition.FOR_PARTS,
}
# In this order: "Excellent - Refurbished" before "Excellent", "New (Other)" before "New", "Nur Ersatzteile" before all.
_WORDS: tuple[tuple[Condition, re.Pattern[str]], ...] = tuple(
    (condition, re.compile(pattern))
    for condition, pattern in (
        (
            Condition.FOR_PARTS,
            (
                r"\bparts\b|not working|ersatzteil|\bdefekt|pour ?pi[èe]ces|pi[èe]ces d[ée]tach|\brepuestos\b"
                r"|(?:para|solo) piezas|\bdesguace\b"
                r"|no funciona\b|\bricambio?\b"
                r"|\bnon funzionant|部品|ジャンク|na części|uszkodzon|onderdelen|零件|damaged|en panne|\bhs\b"
            ),
        ),
        (
            Condition.REFURBISHED,
            (
                r"refurbish|general[üu]berholt|refurb|reconditionn|reacondicionad|ricondizionat|remis [àa] neuf|整備|再生|odnowion"
                r"|gereviseerd|翻新|recertified|renewed|wiederaufbereitet"
            ),
        ),
        (
            Condition.OPEN_BOX,
            (
                r"open(?:ed)? box|new \(?other|new[:,]? other|new without|new with defects|opened|neu \(?sonstige|neu: sonstige|neu ohne"
                r"|neu mit fehler|b-ware|neuf ?:? ?\(?autre|neuf (?:sans|avec d[ée]faut)|nuevo \(?otro|nuevo: otro|nuevo sin|nuovo \(?altro"
                r"|nuovo: altro|nuovo senza|caja abierta|scatola aperta|bo[îi]te ouverte|emballage ouvert|ge[öo]ffnet|開封"
                r"|新品\s?[(（]その他|未使用|odpakowan|geopend|拆封"
            ),
        ),
        (
            Condition.USED,
            (
                r"pre-?owned|\bused\b|gebraucht|occasion\b|segunda mano|\busad[oa]|\busat[oa]|seconda mano|中古|używan|gebruikt|tweedehands"
                r"|like new|wie neu|comme ?neuf|como nuevo|come nuovo|very good|sehr gut|tr[èe]s ?bon ?[ée]tat|\bgood\b|\bgut\b"
                r"|bon ?[ée]tat"
                r"|\bacceptable|akzeptabel|[ée]tat correct|[ée]tat satisfaisant|satisfaisant|aceptable|accettabile|excellent|in ordnung"
                r"|二手|\bfair\b|bueno|buen estado|ha dado todo|buon[eo]|zo goed als nieuw"
            ),
        ),
        (
            Condition.NEW,
            (
                r"\bnew\b|brand new|\bneu\b|brandneu|nagelneu|\bneuf\b|\bneuve\b|[ée]tat ?neuf|\bnuevo\b|\bnueva\b|\bnuovo\b|新品|全新"
                r"|\bnowy\b|\bnieuw\b|\bnovo\b"
            ),
        ),
    )
)


def condition_of_id(condition_id: str | int | None) -> Condition:
    """The condition of eBay's id ("3000"); UNKNOWN for one that the table lacks."""
    try:
        return _IDS.get(int(condition_id or 0), Condition.UNKNOWN)
    except (TypeError, ValueError):
        return Condition.UNKNOWN


def condition_of_schema(url: str | None) -> Condition:
    """schema.org's itemCondition ("https://schema.org/UsedCondition") as a condition."""
    return _SCHEMA_ORG.get((url or "").rstrip("/").rpartition("/")[2].lower(), Condition.UNKNOWN)


def condition_of(label: str) -> Condition:
    """A condition label as a condition; of "De segunda mano · Lenovo" and "Neu | Gewerblich" the part before the divider."""
    return _condition(clean(re.split(r"[·|]", label[:200], maxsplit=1)[0]).casefold())


@lru_cache(maxsize=1024)
def _condition(label: str) -> Condition:
    # Longer or louder than any label that marketplaces use: a subtitle of the seller's own.
    if not label or len(label) > 60 or "!" in label:  # noqa: PLR2004 - see above
        return Condition.UNKNOWN
    return next((condition for condition, words in _WORDS if words.search(label)), Condition.UNKNOWN)
