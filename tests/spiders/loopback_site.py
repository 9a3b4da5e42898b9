"""A made-up site on loopback that a crawl in a child process can ask."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

EBAY = Path(__file__).parent.parent / "marketplaces" / "ebay"
ROBOTS_ALL = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nAllow: /\n")
Answer = tuple[int, dict[str, str], bytes]


def html(name: str) -> Answer:
    return 200, {"Content-Type": "text/html; charset=utf-8"}, (EBAY / name).read_bytes()


class Site:
    """A server on loopback: `answer` gives every answer, `asked` keeps what was asked, with its headers."""

    def __init__(self, answer: Callable[[str], Answer]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.url = ""

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if path != "/robots.txt"]


@contextmanager
def site(answer: Callable[[str], Answer], robots: Answer = ROBOTS_ALL) -> Iterator[Site]:
    served = Site(answer)

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            served.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = robots if self.path == "/robots.txt" else served.answer(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.respond()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.respond()

        def log_message(self, *_args: object) -> None:
            """Nothing to stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
