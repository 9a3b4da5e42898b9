"""End a crawl that holds too much memory together with its browser."""

import contextlib

import psutil

from spiders.extensions.watch import Watch

_MOST_BYTES = 1_200 * 2**20  # of the whole process tree, as PSS


def tree_memory() -> int:
    """Bytes of this process and all below it, shared pages divided among their holders."""
    me = psutil.Process()
    total = 0
    for process in (me, *me.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total


class MemoryBound(Watch):
    """On for crawls with a browser."""

    def reason(self) -> str | None:
        """More than the bound."""
        return "too much memory" if tree_memory() > _MOST_BYTES else None
