"""A large made-up market in realistic proportions and price levels, as JSON lines: for timing only.

Prices are drawn around the levels of figures F and of like parts; nothing here is an observation.
"""

import json
from collections.abc import Iterator
from math import exp
from random import Random
from typing import Any

from tracker.domain.part import BoardFacts, Catalog, Category, CpuFacts, GpuFacts, Tier

# Share of listings by what they sell.
SHARES = {"gpu": 38, "cpu": 14, "ram": 14, "psu": 10, "board": 8, "combo": 9, "system": 7}
_TURING, _MUCH_GB = 7.5, 24  # compute capability, VRAM
SERVER_SUPPLIES = ("hp-dps-1200fb", "delta-dps-1200ab")


class Generator:
    """Draws offers; equal seeds give equal markets."""

    def __init__(self, catalog: Catalog, seed: int = 1) -> None:
        self.dice = Random(seed)
        tracked = [part for part in catalog.parts.values() if part.tier is Tier.TRACKED]
        self.gpus = [part for part in tracked if part.category is Category.GPU and isinstance(part.facts, GpuFacts)]
        self.cpus = [part for part in tracked if part.category is Category.CPU]
        self.models = [(slug, part) for slug, part in catalog.models.items() if part.category is Category.BOARD]
        self.systems = [part for part in tracked if part.category is Category.SYSTEM]

    def lines(self, count: int) -> Iterator[str]:
        """So many offers, one JSON object a line."""
        kinds, weights = list(SHARES), list(SHARES.values())
        for number in range(count):
            kind = self.dice.choices(kinds, weights)[0]
            parts, facts, price = getattr(self, kind)()
            yield json.dumps(self._offer(number, parts, facts, price, count))

    def _offer(
        self, number: int, parts: list[dict[str, Any]], facts: dict[str, Any], price: float, count: int
    ) -> dict[str, Any]:
        dice, shipping = self.dice, self.dice.choice((0, 5, 7, 12, 18))
        record: dict[str, Any] = {
            "offer": f"m-{number:07d}",
            "parts": parts,
            "landed": _euros(max(1, price) + shipping),
        }
        record["seller"] = f"s{dice.randrange(max(10, count // 6))}"
        record["country"] = dice.choice(("DE", "FR", "GB", "US"))
        record["available"] = dice.choice((1, 1, 1, 1, 1, 2, 5))
        if facts:
            record["facts"] = facts
        if shipping:
            record["shipping"] = {**_euros(shipping), "shared": dice.random() < 0.25}
        return record

    def _near(self, middle: float) -> float:
        return middle * exp(self.dice.gauss(0, 0.35))

    def gpu(self) -> tuple[list[dict[str, Any]], dict[str, Any], float]:
        part = self.dice.choice(self.gpus)
        n = self.dice.choice((1,) * 18 + (2, 4))
        return [{"part": part.id, "qty": n}], {}, self._near(n * worth(part.facts))

    def cpu(self) -> tuple[list[dict[str, Any]], dict[str, Any], float]:
        part, n = self.dice.choice(self.cpus), self.dice.choice((1, 1, 1, 1, 2))
        return [{"part": part.id, "qty": n}], {}, self._near(n * self._cpu_worth(part.facts))

    def ram(self) -> tuple[list[dict[str, Any]], dict[str, Any], float]:
        kind, gb = self.dice.choice(("ddr4", "ddr4", "ddr3")), self.dice.choice((8, 16, 32, 64, 128))
        facts: dict[str, Any] = {}
        if self.dice.random() < 0.6:
            facts = {"modules": self.dice.choice((1, 2, 4)), "registered": self.dice.random() < 0.5}
        return [{"part": f"ram:{kind}:{gb}", "qty": 1}], facts, self._near(gb * (1.6 if kind == "ddr4" else 0.7))

    def psu(self) -> tuple[list[dict[str, Any]], dict[str, Any], float]:
        if self.dice.random() < 0.08:
            return [{"part": "psu:1200", "qty": 1, "model": self.dice.choice(SERVER_SUPPLIES)}], {}, self._near(25)
        watts = self.dice.choice((450, 500, 550, 600, 650, 700, 750, 850, 1000, 1200, 1300, 1600))
        stated = (
            {"eps": self.dice.choice((1, 2)), "pcie8": self.dice.choice((2, 4, 6))} if self.dice.random() < 0.2 else {}
        )
        return [{"part": f"psu:{watts}", "qty": 1}], stated, self._near(watts * 0.07)

    def board(self) -> tuple[list[dict[str, Any]], dict[str, Any], float]:
        return [self._board()], {}, self._near(70)

    def combo(self) -> tuple[list[dict[str, Any]], dict[str, Any], float]:
        slug, board = self.dice.choice(self.models)
        assert isinstance(board.facts, BoardFacts)
        fitting = [
            cpu for cpu in self.cpus if isinstance(cpu.facts, CpuFacts) and cpu.facts.socket == board.facts.socket
        ]
        parts = [self._named(slug, board)]
        price = 55.0
        if fitting:
            cpu = self.dice.choice(fitting)
            parts.append({"part": cpu.id, "qty": board.facts.sockets or 1})
            price += self._cpu_worth(cpu.facts) * (board.facts.sockets or 1)
        if self.dice.random() < 0.6:
            gb = self.dice.choice((16, 32, 64, 128))
            parts.append({"part": f"ram:{(board.facts.memory_type or 'unknown').lower()}:{gb}", "qty": 1})
            price += gb
        return parts, {}, self._near(price)

    def system(self) -> tuple[list[dict[str, Any]], dict[str, Any], float]:
        system = self.dice.choice(self.systems)
        parts: list[dict[str, Any]] = [{"part": system.id, "qty": 1}]
        price = 150.0
        if self.dice.random() < 0.7:
            cpu = self.dice.choice(self.cpus)
            parts.append({"part": cpu.id, "qty": 1})
            price += self._cpu_worth(cpu.facts)
        if self.dice.random() < 0.7:
            gb = self.dice.choice((16, 32, 64))
            parts.append({"part": f"ram:ddr4:{gb}", "qty": 1})
            price += 1.6 * gb
        if self.dice.random() < 0.3:
            gpu = self.dice.choice(self.gpus)
            parts.append({"part": gpu.id, "qty": 1})
            price += worth(gpu.facts)
        return parts, {}, self._near(price)

    def _board(self) -> dict[str, Any]:
        slug, board = self.dice.choice(self.models)
        return self._named(slug, board)

    def _named(self, slug: str, board: Any) -> dict[str, Any]:
        record = {"part": board.variant_of or "board:unknown", "qty": 1}
        return {**record, "model": slug} if self.dice.random() < 0.6 else record

    def _cpu_worth(self, facts: Any) -> float:
        return 8.0 + 4.0 * (facts.cores or 4) + (60 if facts.pcie_gen and facts.pcie_gen >= 4 else 0)


def worth(facts: Any) -> float:
    """A middle price of a card in euros: by speed and memory, old server cards far less, new ones of much memory far more."""
    base = 6 * (facts.vram_gb or 4) + 14 * (facts.fp32_tflops or 4)
    is_old = float(facts.compute_capability or 0) < _TURING
    if not is_old and (facts.vram_gb or 0) >= _MUCH_GB:
        return float(base * 2.2)
    return float(base * (0.35 if facts.passive and is_old else 1.0))


def _euros(amount: float) -> dict[str, str]:
    return {"amount": f"{amount:.2f}", "currency": "EUR"}
