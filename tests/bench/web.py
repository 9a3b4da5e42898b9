"""Report render, and the latency of pages under 50 concurrent readers: `rigscout serve` over the demo's data, by HTTP.

`python -m tests.bench.web [DATA]`: with a data folder, that one in place of a new demo's.
"""

import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

import httpx

READERS, SECONDS = 50, 20
PAUSE_S = 1.0  # a reader reads: between two pages, on average
PAGES = ("/", "/deals", "/parts", "/parts/gpu%3Atesla-p40", "/parts/gpu%3Atesla-p40?country=DE&condition=used", "/sources",
         "/rent-or-buy", "/review", "/archive", "/api/v1/parts", "/api/v1/parts/gpu%3Atesla-p40/history")  # fmt: skip


def render(data: Path) -> None:
    """Milliseconds of the daily report's page, and of its mail, from the report that the data make."""
    from reports.kinds.daily import render_daily
    from reports.kinds.page import render_page
    from tracker.jobs.serving import report_of_now
    from tracker.workspace import Workspace

    started = time.perf_counter()
    report = report_of_now(Workspace(data=data))
    assert report is not None
    print(f"report: composed and solved in {time.perf_counter() - started:.1f} s")
    for name, made in (("page", lambda: render_page(report)), ("mail with its pictures", lambda: render_daily(report))):
        made()
        started, times = time.process_time(), [_timed(made) for _ in range(5)]
        cpu = 200 * (time.process_time() - started)
        print(
            f"report: {name} rendered in {statistics.median(times):.0f} ms, {cpu:.0f} ms of them processor", flush=True
        )


def _timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return 1000 * (time.perf_counter() - started)


def read(address: str, number: int, until: float, found: dict[str, list[float]], wrong: list[str]) -> None:
    """One reader: pages in an order of its own, with pauses, until time is up."""
    dice = random.Random(number)
    with httpx.Client(base_url=address, timeout=60) as client:
        while time.monotonic() < until:
            page = dice.choice(PAGES)
            started = time.perf_counter()
            answer = client.get(page)
            found[page].append(1000 * (time.perf_counter() - started))
            if answer.status_code != 200:
                wrong.append(f"{page}: {answer.status_code}")
            time.sleep(dice.expovariate(1 / PAUSE_S))


def serve(data: Path) -> None:
    """Start the server, warm each page once, then let the readers in."""
    command = [sys.executable, "-m", "tracker.cli", "serve", "--port", "0"]
    with subprocess.Popen(
        command, env=os.environ | {"RIGSCOUT_DATA": str(data)}, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr
            line = next(line for line in server.stderr if "http://" in line)
            address = re.findall(r"http://[\d.:]+", line)[0]
            first = {page: _timed(lambda page=page: httpx.get(address + page, timeout=120)) for page in PAGES}
            print("first reader: " + ", ".join(f"{page} {ms:.0f} ms" for page, ms in first.items()))
            found: dict[str, list[float]] = defaultdict(list)
            wrong: list[str] = []
            until = time.monotonic() + SECONDS
            readers = [threading.Thread(target=read, args=(address, n, until, found, wrong)) for n in range(READERS)]
            before = _cpu_s(server.pid)
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join()
            cpu = _cpu_s(server.pid) - before
        finally:
            server.terminate()
    for page in PAGES:
        _tell(page, found[page])
    everything = [ms for times in found.values() for ms in times]
    _tell(f"all pages, {READERS} readers, {len(everything) / SECONDS:.0f} a second", everything)
    print(f"server: {1000 * cpu / max(1, len(everything)):.0f} ms of processor a page")
    print(f"answers that were no 200: {len(wrong)} {wrong[:3]}")


def _cpu_s(pid: int) -> float:
    """Seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _tell(name: str, times: list[float]) -> None:
    if len(times) > 1:
        steps = statistics.quantiles(times, n=100)
        print(f"{name}: p50 {steps[49]:.0f} ms, p99 {steps[98]:.0f} ms, n {len(times)}", flush=True)


def main() -> None:
    """Both, over a demo made for it unless a data folder is named."""
    if len(sys.argv) > 1:
        render(Path(sys.argv[1]))
        serve(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "tracker.cli", "demo", "--out", folder], check=True, capture_output=True)
        render(Path(folder))
        serve(Path(folder))


if __name__ == "__main__":
    main()
