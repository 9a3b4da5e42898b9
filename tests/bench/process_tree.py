"""Wall time and peak memory of a command: the sum of PSS over its whole process tree, sampled every 100 ms."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

EVERY_S = 0.1


def pss_bytes(pid: int) -> int:
    """Proportional set size of one process; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def measure(command: Sequence[str], environment: dict[str, str] | None = None) -> tuple[float, int, int]:
    """(wall seconds, peak PSS in bytes, exit code) of `command`."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    peak = 0
    while child.poll() is None:
        try:
            tree = [child.pid, *(process.pid for process in psutil.Process(child.pid).children(recursive=True))]
        except psutil.NoSuchProcess:
            break
        peak = max(peak, sum(pss_bytes(pid) for pid in tree))
        time.sleep(EVERY_S)
    return time.monotonic() - began, peak, child.wait()


def main() -> None:
    """Help's start-up time, five runs after a warm one."""
    import sys

    command = [sys.executable, "-m", "tracker.cli", "--help"]
    times = []
    for _ in range(6):
        began = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.monotonic() - began)
    print(f"rigscout --help: median {sorted(times[1:])[2] * 1000:.0f} ms of 5 (aim: under 250 ms)")


if __name__ == "__main__":
    main()
