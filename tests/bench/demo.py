"""`rigscout demo`: wall time and peak memory (aim: under 60 s on 2 cores and 400 MB)."""

import sys
import tempfile

from tests.bench.process_tree import measure


def main() -> None:
    """One demo from nothing, and once more over the finished one."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("from nothing", "again"):
            seconds, peak, code = measure([sys.executable, "-m", "tracker.cli", "demo", "--out", folder])
            print(
                f"rigscout demo, {name}: {seconds:.1f} s, peak {peak / 2**20:.0f} MB (PSS, process tree), exit {code}"
            )


if __name__ == "__main__":
    main()
