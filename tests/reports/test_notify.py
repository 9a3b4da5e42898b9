"""Notes through Apprise to a real HTTP server on loopback, and truthful errors that tell no key."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr

from reports.delivery.notify import NotifyError, notify

# Apprise's PGP plugin imports a module that Python 3.11 and 3.12 call old; nothing of ours can change that.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


class Hook(ThreadingHTTPServer):
    """Keeps the notes that are posted to it; answers with `status`."""

    notes: list[dict[str, str]]
    status = 200


class Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.notes.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook(("127.0.0.1", 0), Handler)
    server.notes = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_note_arrives(hook: Hook) -> None:
    notify([SecretStr(f"json://127.0.0.1:{hook.server_port}/s3cret")], "Deal\x07: P40", "line one\nline \u202etwo")
    assert hook.notes[0]["title"] == "Deal : P40"
    assert hook.notes[0]["message"] == "line one\nline two"


def test_all_are_tried_and_those_that_failed_are_named_without_their_keys(hook: Hook) -> None:
    good = f"json://127.0.0.1:{hook.server_port}/"
    with pytest.raises(NotifyError) as caught:
        notify(["nonsense://s3cret", good], "t", "b")
    assert "notify[1] (nonsense) is no address that Apprise knows" in caught.value.message
    assert "s3cret" not in str(caught.value)
    assert len(hook.notes) == 1


def test_a_refusal_is_said(hook: Hook) -> None:
    hook.status = 500
    with pytest.raises(NotifyError, match="did not take the note"):
        notify([f"json://127.0.0.1:{hook.server_port}/"], "t", "b")
