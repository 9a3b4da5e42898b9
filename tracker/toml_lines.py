"""On which line of a TOML text a dotted key stands: the parser keeps no places, and a user who mistypes needs one."""

import re

_STEP = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_PATH = rf"{_STEP}(?:\s*\.\s*{_STEP})*"
_HEADING = re.compile(rf"\s*\[\[?\s*({_PATH})\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_PATH})\s*=")


def line_of(text: str, dotted: str) -> int | None:
    """The line of the key ("rent.region"), else of the nearest above or below it; None where there is neither."""
    table, longest, found = "", 0, None
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _HEADING.match(line):
            path = table = _plain(heading[1])
        elif key := _KEY.match(line):
            path = f"{table}.{_plain(key[1])}".removeprefix(".")
        else:
            continue
        shared = min(len(path), len(dotted))  # a table may stand only as the beginning of its own tables' headings
        if f"{dotted}."[: shared + 1] == f"{path}."[: shared + 1] and shared > longest:
            longest, found = shared, number
    return found


def _plain(path: str) -> str:
    """A written path without quotes and spaces: `area . "EU"` → area.EU."""
    return ".".join(step.strip("\"'") for step in re.findall(_STEP, path))
