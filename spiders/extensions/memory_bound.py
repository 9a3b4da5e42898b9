"""End a crawl that holds too much memory together with its browser."""

import contextlib

import psutil

from spiders.extensions.watch import Watch


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
        """More than the crawl's bound."""
        most: int = self._crawler.settings["RIGSCOUT_SPEC"].max_memory
        return "too much memory" if tree_memory() > most else None
