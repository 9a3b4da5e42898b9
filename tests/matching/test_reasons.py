"""The list of Reasons is closed and documented: docs/reasons.md has each of them, and no other."""

import re
from pathlib import Path

from tracker.domain.match import Reason

DOCUMENT = Path(__file__).parents[2] / "docs" / "reasons.md"


def test_each_reason_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w[\w ]*) \| (.+) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name, _, _ in rows] == [reason.value for reason in Reason]
    assert {end for _, end, _ in rows} <= {"reject", "review", "review or reject"}
