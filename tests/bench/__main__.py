"""`make bench [ONLY=name]`: run every benchmark beside this file, each in a process of its own, and print its figures."""

import pkgutil
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run the benchmarks that are named, or all; 1 where one failed."""
    here = Path(__file__).parent
    names = [info.name for info in pkgutil.iter_modules([str(here)]) if not info.name.startswith("_")]
    wanted = sys.argv[1:] or names
    failed = 0
    for name in wanted:
        print(f"\n== {name}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False).returncode
    return int(bool(failed))


sys.exit(main())
