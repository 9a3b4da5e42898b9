"""Notes through Apprise to a real HTTP server on loopback, and truthful errors that tell no key."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from reports.delivery.notify import NotifyError, notify
from tests.web_hook import Hook, listening

# Apprise's PGP plugin imports a module that Python 3.11 and 3.12 call old; nothing of ours can change that.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as server:
        yield server


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
