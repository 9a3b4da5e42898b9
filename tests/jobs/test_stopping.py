"""SIGTERM ends every long command within ten seconds, its children too, and everything collected is kept."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from spiders.demo.server import DemoMarket
from spiders.demo.world import make_world

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
WITHIN_S = 10


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)


def start(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = os.environ | {"RIGSCOUT_DATA": str(tmp_path / "data"), "RIGSCOUT_CONFIG": str(tmp_path / "config")}
    return subprocess.Popen(
        [sys.executable, "-m", "tracker.cli", *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    """SIGTERM; the exit code and stderr. Fails where any process of the tree lives on after ten seconds."""
    tree = psutil.Process(process.pid).children(recursive=True)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    _, alive = psutil.wait_procs(tree, timeout=max(0.0, WITHIN_S - (time.monotonic() - began)))
    assert not alive
    assert time.monotonic() - began < WITHIN_S
    return process.returncode, errors


def lines_in(folder: Path, pattern: str) -> int:
    return sum(file.read_bytes().count(b"\n") for file in folder.glob(pattern))


@pytest.mark.parametrize("command", ["crawl", "run", "schedule"])
def test_a_site_that_hangs_holds_nobody_up(command: str, tmp_path: Path) -> None:
    feeds = tmp_path / "data" / "feeds"
    with DemoMarket(make_world(days=3, listings=40)) as market:
        configure(tmp_path, market.url("ebay"))
        process = start(tmp_path, command)
        wait_until(lambda: lines_in(feeds, "*.part") > 0)
        market.behaviour["ebay"].delay = 120
        asked = market.requests["ebay"]
        wait_until(lambda: market.requests["ebay"] > asked)
        collected = lines_in(feeds, "*.part")
        code, errors = end(process)
    assert code == {"crawl": 143, "run": 143, "schedule": 0}[command]
    assert "Traceback" not in errors
    assert lines_in(feeds, "*.jsonl") >= collected > 0
    (outcome,) = (json.loads(file.read_text()) for file in feeds.glob("*.outcome.json"))
    assert not all(search["complete"] for search in outcome["searches"])


def configure(tmp_path: Path, base_url: str) -> None:
    folder = tmp_path / "config" / "marketplaces"
    folder.mkdir(parents=True)
    for name in ("leboncoin", "kleinanzeigen"):
        (folder / f"{name}.toml").write_text("enabled = false\n")
    lines = f'base_url = "{base_url}"\nways = ["html"]\nseconds_between_requests = 0\n'
    (folder / "ebay.toml").write_text(lines + 'searches = ["k80", "x99", "e5", "gtx", "p40", "ddr4"]\n')


def test_serve_ends_though_a_visitor_stays(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    process = start(tmp_path, "serve", "--port", "0")
    assert process.stderr
    port = int(process.stderr.readline().split("/")[2].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as visitor:
        visitor.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        code, errors = end(process)
    assert code in (0, 143, -signal.SIGTERM)
    assert "Traceback" not in errors
