"""Places on the globe as (latitude, longitude) in degrees, and how far they lie apart."""

import math

Place = tuple[float, float]
_EARTH_KM = 6371


def place_of(text: str) -> Place | None:
    """A place from "45.76,4.84"; None for what is none."""
    try:
        latitude, longitude = (float(number) for number in text.split(","))
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None  # noqa: PLR2004 - degrees


def kilometres(one: Place, other: Place) -> float:
    """Between two places, as the crow flies (haversine)."""
    (lat1, lon1), (lat2, lon2) = [(math.radians(lat), math.radians(lon)) for lat, lon in (one, other)]
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))
