"""What may reach a terminal: text from pages and files with its control and direction characters made visible."""

import re

# C0 and C1 controls but tab and newline, and the bidirectional overrides and isolates (CVE-2021-42574).
_DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """`text` with every character that could steer a terminal or turn its direction shown as U+FFFD."""
    return _DANGEROUS.sub("\N{REPLACEMENT CHARACTER}", text)
