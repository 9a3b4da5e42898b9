"""GeoNames' postal code files in their form: a zip of one tab-separated table."""

import io
import zipfile

BERLIN = ("10115", "Berlin", "52.5323", "13.3846")
POTSDAM = ("14467", "Potsdam", "52.3988", "13.0656")
MUNICH = ("80331", "München", "48.1345", "11.571")


def geonames(country: str, *places: tuple[str, str, str, str]) -> bytes:
    """A country's file, of (postcode, place, latitude, longitude)."""
    lines = [f"{country}\t{code}\t{name}" + "\t" * 7 + f"{lat}\t{lon}\t4\n" for code, name, lat, lon in places]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as folder:
        folder.writestr("readme.txt", "about")
        folder.writestr(f"{country}.txt", "".join(lines))
    return file.getvalue()
