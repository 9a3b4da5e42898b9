"""What a site of the demo market may be told to do wrong, for tests and drills."""

from dataclasses import dataclass


@dataclass(slots=True)
class Behaviour:
    """How a site answers at present; a test switches it between two crawls.

    `blocked`: 403 and a challenge page. `empty`: an answer of 200 without a byte. `delay`: seconds before every answer.
    `needs_script`: a shell whose script fetches the results, so that only a browser sees them. `disallowed`: robots.txt
    forbids everything. `down`: the connection is closed without an answer. `changes`: a redesign of the result page:
    "classes" (renamed), "price" (moved elsewhere), "divider" (of another kind).
    """

    blocked: bool = False
    empty: bool = False
    delay: float = 0.0
    needs_script: bool = False
    disallowed: bool = False
    down: bool = False
    changes: frozenset[str] = frozenset()
