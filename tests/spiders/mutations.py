"""Broken forms of a page: cut, bytes flipped, re-encoded, nested 10,000 deep. The same seed gives the same pages."""

import random
from collections.abc import Iterator

DEPTH = 10_000


def mutations(body: bytes, *, seed: int, cuts: int) -> Iterator[tuple[str, bytes]]:
    """(what was done, the broken page), `cuts` cuts at random places and a handful of everything else."""
    dice = random.Random(seed)
    for _ in range(cuts):
        at = dice.randrange(len(body) + 1)
        yield f"cut at {at}", body[:at]
    for share in (0.0001, 0.01, 0.2):
        yield f"{share:.2%} of the bytes flipped", flipped(body, share, dice)
    yield from reencoded(body)
    yield from nested(body, dice)


def flipped(body: bytes, share: float, dice: random.Random) -> bytes:
    """Some bytes replaced by others."""
    broken = bytearray(body)
    for _ in range(max(1, int(len(body) * share))):
        if broken:
            broken[dice.randrange(len(broken))] = dice.randrange(256)
    return bytes(broken)


def reencoded(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The same text in encodings that the page doesn't name."""
    text = body.decode("utf-8", "replace")
    for encoding in ("utf-16", "latin-1", "cp1252", "utf-32-be"):
        yield f"as {encoding}", text.encode(encoding, "replace")
    yield "with a BOM", b"\xef\xbb\xbf" + body
    yield "of zeros", bytes(len(body))
    yield "twice", body + body


def nested(body: bytes, dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """Deep nesting, around the page, and in the midst of it."""
    if body.lstrip()[:1] in (b"{", b"["):
        yield "JSON nested", b"[" * DEPTH + body + b"]" * DEPTH
        yield "JSON nested in a value", body.replace(b": ", b": " + b"[" * DEPTH + b"]" * DEPTH + b', "x": ', 1)
    yield "nested around", b"<div>" * DEPTH + body
    at = body.find(b">", dice.randrange(len(body) + 1)) + 1
    yield "nested inside", body[:at] + b"<span>" * DEPTH + body[at:]
    for mark in (b'<div role="heading"', b"<h2", b"<a ", b"<li"):
        at = body.find(mark)
        if at >= 0:
            yield f"nested before {mark!r}", body[:at] + b"<div><b>" * DEPTH + body[at:]
