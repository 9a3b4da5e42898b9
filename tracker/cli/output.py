"""Where a command's data go: stdout, or the file of --out."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def text_out(file: Path | None) -> Iterator[IO[str]]:
    """A stream for text as it is, newlines untouched."""
    if file is None:
        yield sys.stdout
        return
    with file.open("w", encoding="utf-8", newline="") as stream:
        yield stream


@contextlib.contextmanager
def binary_out(file: Path | None) -> Iterator[IO[bytes]]:
    """A stream for bytes."""
    if file is None:
        yield sys.stdout.buffer
        return
    with file.open("wb") as stream:
        yield stream
