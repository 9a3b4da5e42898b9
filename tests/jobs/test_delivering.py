"""The outbox over real sockets: a server that hangs, refuses, or drops after DATA, in the clear and by TLS, then one that works."""

import socket
import sqlite3
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.reports.test_smtp import certificate, server_context  # noqa: F401 - the fixture
from tests.soak.kill_drill import letterbox
from tracker.domain.report import Message
from tracker.jobs.delivering import deliver_due
from tracker.services.outbox import enqueue, states_of
from tracker.settings import MailSettings, Settings
from tracker.storage.engine import BUSY_TIMEOUT_S, Database
from tracker.workspace import Workspace

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
MESSAGE = Message("P40 box", "<p>312 €</p>", "312 €", report_key="daily:2026-11-21")
GOOD = ["220 hi", "250 hello", "250 sender", "250 recipient", "354 go", "250 taken"]
# What a server says, line by line; then it hangs up, or (None) says nothing more.
BAD: dict[str, list[str | None]] = {
    "drops before a greeting": [],
    "lets nobody in": ["554 no service"],
    "hangs before a greeting": [None],
    "hangs after the recipient": [*GOOD[:4], None],
    "drops after DATA": GOOD[:5],
    "hangs after DATA": [*GOOD[:5], None],
    "refuses for now": [*GOOD[:3], "451 later"],
    "refuses for good": [*GOOD[:3], "550 no such user"],
}


class Installed(Workspace):
    """One database, one recipient, one mail server, and a clock that the test sets."""

    moment = NOW

    def __init__(self, database: Database, port: int, security: str = "none") -> None:
        super().__init__()
        self.__dict__["database"] = database
        mail = MailSettings(host="127.0.0.1", port=port, security=security, sender="box@example.org", timeout_s=0.5)
        self.__dict__["settings"] = Settings(mail=mail)

    @property
    def now(self) -> datetime:
        return self.moment


def follow(line: socket.socket, script: list[str | None], done: threading.Event, *, greets: bool) -> None:
    """Answer line by line; at the end read the mail where it was asked for, and hang up."""
    with line, line.makefile("rb") as lines:
        for number, words in enumerate(script):
            if number:
                lines.readline()
            if words is None:
                done.wait(10)
                return
            if number or greets:
                line.sendall(f"{words}\r\n".encode())
        while script and script[-1] and script[-1].startswith("354") and lines.readline() not in (b".\r\n", b""):
            pass


@contextmanager
def server(script: list[str | None], security: str = "none", context: ssl.SSLContext | None = None) -> Iterator[int]:
    """One connection's worth of a server that follows the script, encrypted where there is a `context`; its port."""
    done = threading.Event()

    def serve() -> None:
        line, _ = listener.accept()
        if context and security == "starttls":
            for words in ("220 hi", "250-hello\r\n250 STARTTLS", "220 go"):
                line.sendall(f"{words}\r\n".encode())
                if words != "220 go":
                    line.recv(999)
        follow(
            context.wrap_socket(line, server_side=True) if context else line,
            script,
            done,
            greets=context is None or security == "tls",
        )

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield int(listener.getsockname()[1])
        done.set()
        thread.join(10)


@pytest.mark.parametrize("name", BAD)
def test_at_least_once_and_never_twice_where_the_server_answered(name: str, sqlite_database: Database) -> None:
    enqueue(sqlite_database, MESSAGE, ["you@example.org"], now=NOW)
    with server(BAD[name]) as port:
        (words,) = deliver_due(Installed(sqlite_database, port))
    assert words.startswith("mail to you@example.org: ")
    is_final = name == "refuses for good"
    assert states_of(sqlite_database, MESSAGE.report_key) == {"you@example.org": "refused" if is_final else "pending"}
    with letterbox() as (box, port):
        later = Installed(sqlite_database, port)
        later.moment = NOW + timedelta(hours=1)
        assert deliver_due(later) == deliver_due(later) == []
    assert len(box.mails["box@example.org"]) == (0 if is_final else 1)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("name", ["drops before a greeting", "hangs before a greeting"])
def test_the_same_by_tls(security: str, name: str, sqlite_database: Database) -> None:
    enqueue(sqlite_database, MESSAGE, ["you@example.org"], now=NOW)
    with server(BAD[name]) as port:
        (words,) = deliver_due(Installed(sqlite_database, port, security))
    assert f"127.0.0.1:{port} ({security})" in words
    assert states_of(sqlite_database, MESSAGE.report_key) == {"you@example.org": "pending"}


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    "name", ["hangs after the recipient", "drops after DATA", "hangs after DATA", "refuses for good"]
)
def test_the_same_once_it_is_encrypted(
    security: str,
    name: str,
    sqlite_database: Database,
    certificate: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    enqueue(sqlite_database, MESSAGE, ["you@example.org"], now=NOW)
    with server(BAD[name], security, server_context(certificate)) as port:
        (words,) = deliver_due(Installed(sqlite_database, port, security))
    assert ("before the data" in words) == (name == "hangs after the recipient")
    is_final = name == "refuses for good"
    assert states_of(sqlite_database, MESSAGE.report_key) == {"you@example.org": "refused" if is_final else "pending"}


def test_a_mail_that_came_twice_bears_one_id(sqlite_database: Database) -> None:
    """Taken, but its answer lost: it is sent again, as the same mail, which mail programs show once."""
    with letterbox() as (box, port):
        for database_before_the_answer in (True, False):
            enqueue(sqlite_database, MESSAGE, ["you@example.org"], now=NOW)
            assert deliver_due(Installed(sqlite_database, port)) == []
            if database_before_the_answer:
                with sqlite_database.writing() as connection:
                    connection.exec_driver_sql("UPDATE outbox SET state = 'pending'")
    first, second = box.mails["box@example.org"]
    assert first == second


def test_a_database_that_is_locked_for_a_while_is_waited_for(sqlite_database: Database) -> None:
    """Up to BUSY_TIMEOUT_S, which is more than a minute; tests/soak/test_locked.py waits for that minute."""
    assert BUSY_TIMEOUT_S > 60
    other = sqlite3.connect(str(sqlite_database.url.database), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.3, other.execute, ["COMMIT"])
    timer.start()
    assert enqueue(sqlite_database, MESSAGE, ["you@example.org"], now=NOW) == 1
    timer.join()
    other.close()
