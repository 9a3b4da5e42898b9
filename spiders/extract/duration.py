"""Time left as auctions show it ("1 d 8 h", "Noch 2T 5Std", "残り3日 4時間") to a timedelta."""

import re
from datetime import timedelta

_PIECE = re.compile(
    r"(\d{1,3})\s?(?:(?P<d>days?|d\b|tage?n?|t\b|jours?|j\b|giorni|giorno|g\b|gg\b|d[ií]as?|dagen|dni|dzień|日)"
    r"|(?P<h>hours?|hrs?|h\b|std\b|stunden?|heures?|ore\b|ora\b|o\b|horas?|uur|u\b|godz|時間|小时)"
    r"|(?P<m>minutes?|mins?|min\b|m\b|minuten|minuti|minutos?|分)"
    r"|(?P<s>seconds?|secs?|sec\b|sek\b|s\b|seg\b|secondes?|秒))",
    re.IGNORECASE,
)
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def parse_duration(text: str) -> timedelta | None:
    """The duration that `text` states, all its pieces added; None where it states none."""
    total: timedelta | None = None
    # "1T 8Std": a letter may follow a digit directly, and the next digit the letter.
    for found in _PIECE.finditer(re.sub(r"(?<=[^\W\d_])(?=\d)", " ", text[:80])):
        unit = next(name for name in _UNITS if found[name])
        total = (total or timedelta()) + timedelta(**{_UNITS[unit]: int(found[1])})
    return total
