"""Small random markets, their catalog and targets: every fact may be unknown, every rule may bite."""

from dataclasses import dataclass, replace
from random import Random

from tracker.domain.build import Offer
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money
from tracker.domain.part import (
    BoardFacts,
    Catalog,
    Category,
    CpuFacts,
    GpuFacts,
    Part,
    PsuFacts,
    SystemFacts,
)
from tracker.domain.target import AllowancePrice, LaterStage, Target

YES, NO = True, False
ALLOWANCES = ("ssd", "open-frame", "shroud", "eps-adapter", "cpu-cooler", "display-card", "breakout")
HARDENED = (
    "processor",
    "memory","bios", "above_4g", "memory_slots", "memory_registered", "cuda_support", "slots", "psu_connectors", "power",
            "cpu_count", "case", "display", "memory_channels")  # fmt: skip


class Dice(Random):
    """In half of the markets much is unknown and few rules bite, so that there are machines to compare."""

    unknown = 0.15


@dataclass(frozen=True)
class Market:
    catalog: Catalog
    offers: tuple[Offer, ...]
    target: Target


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def market(seed: int, size: int = 7) -> Market:
    dice = Dice(seed)
    dice.unknown = 0.15 if seed % 2 else 0.5
    catalog = random_catalog(dice)
    ids = {
        kind: [part for part in catalog.parts if part.startswith(f"{kind}:")]
        for kind in ("gpu", "cpu", "board", "system")
    }
    offers = [offer(dice, number, ids) for number in range(size)]
    return Market(catalog, tuple(offers), random_target(dice, ids))


def random_catalog(dice: Dice) -> Catalog:
    parts = [gpu(dice, n) for n in range(3)] + [cpu(dice, n) for n in range(3)]
    parts += [Part(f"board:b{n}", Category.BOARD, f"board b{n}", facts=board(dice)) for n in range(2)]
    parts += [system(dice, 0)]
    parts += [
        Part(f"psu:{watts}", Category.PSU, f"{watts} W", facts=PsuFacts(watts=watts)) for watts in (450, 750, 1300)
    ]
    models = {
        "server-1200": Part("model:server-1200", Category.PSU, "server 1200 W",
                            facts=PsuFacts(watts=1200, is_server=True, needs_breakout=True, eps8=0, pcie8=0)),
        "b0-ws": Part("model:b0-ws", Category.BOARD, "b0 ws", facts=board(dice), variant_of="board:b0", unverified=("above_4g",)),
    }  # fmt: skip
    return Catalog({part.id: part for part in parts}, models)


def maybe(dice: Dice, *values: object) -> object:
    return None if dice.random() < dice.unknown else dice.choice(values)


def gpu(dice: Dice, n: int) -> Part:
    tesla = dice.random() < 0.5
    devices = dice.choice((1, 1, 2))
    vram = dice.choice((8, 11, 12, 24))
    facts = GpuFacts(
        vendor=dice.choice(("NVIDIA", "NVIDIA", "AMD")),
        devices=devices,
        vram_gb=maybe(dice, vram),
        vram_gb_per_device=vram / devices,
        tdp_w=maybe(dice, 75, 250, 300),
        slot_width=maybe(dice, 1, 2, 2, 3),
        length_mm=267,
        eps8=maybe(dice, int(tesla)),
        pcie8=maybe(dice, 0 if tesla else 1),
        pcie6=0 if tesla else dice.choice((0, 1)),
        pcie16=dice.choice((0, 0, 0, 1)),
        passive=maybe(dice, tesla),
        blower=maybe(dice, NO, YES),
        sxm=maybe(dice, *[NO] * 7, YES),
        pcie_lanes=maybe(dice, 16, 4),
        has_display_output=maybe(dice, not tesla),
        needs_above_4g=maybe(dice, tesla),
        last_cuda=maybe(dice, "11.x", "12.x", "ongoing"),
        compute_capability=maybe(dice, "3.7", "6.1", "8.6"),
    )
    return Part(f"gpu:g{n}", Category.GPU, f"card g{n}", facts=facts)


def cpu(dice: Dice, n: int) -> Part:
    facts = CpuFacts(
        socket=maybe(dice, *["LGA2011-3"] * 7, "LGA1151"),
        cores=maybe(dice, 4, 8, 14),
        tdp_w=maybe(dice, 65, 120, 145),
        pcie_lanes=maybe(dice, 16, 28, 40),
        memory_channels=maybe(dice, 2, 4),
        memory_max_gb=maybe(dice, 32, 768, 768),
        max_sockets=maybe(dice, 1, 2),
        has_igpu=maybe(dice, NO, YES),
        generation=maybe(dice, "v3", "v3", "v4", "v4", "v5", "Skylake"),
    )
    return Part(f"cpu:c{n}", Category.CPU, f"cpu c{n}", facts=facts)


def board(dice: Dice) -> BoardFacts:
    return BoardFacts(
        chipset=maybe(dice, "X99", "X99", "Z170"),
        socket=maybe(dice, *["LGA2011-3"] * 5, "LGA1151 Narrow"),
        sockets=maybe(dice, 1, 1, 1, 1, 1, 2),
        memory_type=maybe(dice, *["DDR4"] * 5, "DDR3"),
        memory_slots=maybe(dice, 2, 8, 8, 8),
        memory_max_gb=maybe(dice, 32, 128, 256, 256),
        takes_registered=maybe(dice, YES, YES, NO),
        x16_slots=maybe(dice, 1, 2, 4, 4),
        double_width_gpus=maybe(dice, 1, 2, 4, 4),
        above_4g=maybe(dice, YES, YES, NO),
        has_plx=maybe(dice, NO, YES),
        has_video=maybe(dice, NO, YES),
    )


def system(dice: Dice, n: int) -> Part:
    facts = SystemFacts(
        board=board(dice),
        psu_watts=dice.choice(((), (685,), (425, 825), (1300,))),
        eps8=maybe(dice, 0, 1),
        pcie8=maybe(dice, 0, 2, 4),
        pcie6=maybe(dice, 0, 2),
        gpu_power_limit_w=maybe(dice, 300, 600),
        cools_passive_cards=maybe(dice, NO, YES),
    )
    return Part(f"system:s{n}", Category.SYSTEM, f"system s{n}", facts=facts)


def offer(dice: Dice, number: int, ids: dict[str, list[str]]) -> Offer:
    kind = ("gpu", "board", "psu", "cpu", "ram", "combo", "system")[number % 7] if number < 7 else "any"
    kind = (
        dice.choice(("gpu", "gpu", "board", "psu", "cpu", "ram", "combo", "combo", "system"))
        if kind == "any" or dice.random() < 0.15
        else kind
    )
    parts, facts = contents(dice, kind, ids)
    shared = dice.random() < 0.3
    price = dice.randrange(500, 12000, 100)
    return Offer(
        id=f"{dice.randrange(1000):03d}-{number}",
        parts=tuple(parts),
        landed=euros(price),
        available=dice.choice((1, 1, 1, 2)),
        facts=facts,
        seller=dice.choice(("anna", "bert")),
        shipping=euros(min(price, dice.choice((0, 500, 900)))) if shared else None,
        shipping_shared=shared,
    )


def contents(dice: Dice, kind: str, ids: dict[str, list[str]]) -> tuple[list[MatchedPart], dict]:
    facts: dict = {}
    some = {name: MatchedPart(dice.choice(parts)) for name, parts in ids.items()}
    ram = MatchedPart(
        f"ram:{dice.choice(('ddr4',) * 8 + ('ddr3', 'unknown', 'sodimm-ddr4'))}:{dice.choice((8, 16, 16, 32, 64))}"
    )
    host = MatchedPart("board:b0", 1, "b0-ws") if dice.random() < 0.2 else some["board"]
    many = MatchedPart(some["cpu"].part, dice.choice((1, 1, 2)))
    psu = f"psu:{dice.choice((450, 750, 1300, 1300, 1300, 'unknown'))}"
    server = MatchedPart("psu:1200", 1, "server-1200")
    extras = [part for part in (ram, some["gpu"]) if dice.random() < 0.4]
    parts = {
        "gpu": [MatchedPart(some["gpu"].part, dice.choice((1, 1, 1, 2)))],
        "board": [host],
        "psu": [server if dice.random() < 0.25 else MatchedPart(psu)],
        "cpu": [many],
        "ram": [ram],
        "combo": [host, many, *extras],
        "system": [some["system"], *([many] if dice.random() < 0.5 else []), *extras],
    }[kind]
    if dice.random() < 0.5:
        facts["modules"] = dice.choice((1, 2, 4))
    if dice.random() < 0.5:
        facts["registered"] = dice.random() < 0.5
    if dice.random() < 0.5 and kind == "psu":
        facts |= {"eps": dice.choice((0, 1, 2, 2)), "pcie8": dice.choice((0, 2, 4, 6))}
    if dice.random() < 0.2:
        facts["cooler"] = True
    return parts, facts


def random_target(dice: Dice, ids: dict[str, list[str]]) -> Target:
    count = dice.choice((None, None, None, None, 1, 1, 1, 2))
    later = LaterStage(gpus=2, memory_gb=dice.choice((0, 64))) if count == 1 and dice.random() < 0.4 else None
    prices = {
        name: AllowancePrice(name, euros(dice.randrange(300, 2000, 100))) for name in ALLOWANCES if dice.random() < 0.95
    }
    return Target(
        name="random",
        vram_gb=dice.choice((0, 0, 8, 12, 24)),
        vram_per_device_gb=dice.choice((0, 0, 0, 0, 0, 11)),
        gpus=count,
        cards=tuple(ids["gpu"][:2]) if dice.random() < 0.15 else (),
        vendors=("NVIDIA",) if dice.random() < 0.1 else (),
        workload="train",
        least_speed=dice.choice((0, 0, 0, 0, 0.5)),
        speeds={ids["gpu"][0]: 0.3, ids["gpu"][1]: 0.6},
        cores=dice.choice((0, 0, 0, 0, 8)),
        memory_gb=dice.choice((8, 8, 16, 32)),
        cpu_lanes=dice.choice((0, 0, 0, 0, 0, 36)),
        lanes_per_gpu=dice.choice((8, 8, 16)),
        psu_watts=dice.choice((0, 0, 0, 0, 700)),
        headroom_percent=dice.choice((125, 110)),
        blower_only=dice.random() < 0.1,
        later=later,
        display=dice.choice(("allowance", "allowance", "required", "headless")),
        budget=euros(dice.randrange(15000, 40000, 1000)) if dice.random() < 0.15 else None,
        maximise=dice.choice(("vram", "vram", "speed")),
        open_frame=dice.random() < 0.7,
        always=dice.choice(((), ("ssd", "open-frame"))),
        owned_allowances=frozenset(name for name in (*ALLOWANCES, "sxm-carrier") if dice.random() < 0.1),
        refused_allowances=frozenset(name for name in ALLOWANCES if dice.random() < 0.05),
        owned_parts=(MatchedPart("psu:750"),) if dice.random() < 0.1 else (),
        owned_machine=owned(dice) if dice.random() < 0.08 else None,
        harden=frozenset(dice.sample(HARDENED, dice.choice((0, 0, 0, 0, 0, 0, 1, 2)))),
        prices=prices,
    )


def owned(dice: Dice) -> SystemFacts:
    facts = system(dice, 0).facts
    assert isinstance(facts, SystemFacts)
    return facts


def crowded(seed: int) -> Market:
    """A market in which offers of the same content stand at several prices, and lots of several cards."""
    small, dice = market(seed, size=6), Random(seed)
    cards = [each for each in small.offers if any(part.part.startswith("gpu:") for part in each.parts)]
    more = []
    for number in range(3):
        first, other = dice.choice(cards or small.offers), dice.choice(small.offers)
        added = tuple(part for part in other.parts if part.part.startswith(("gpu:", "ram:", "psu:")))
        parts = first.parts if dice.random() < 0.5 else (*first.parts, *added)
        price = euros(first.landed.minor + dice.randrange(0, 3000, 100))
        more.append(replace(first, id=f"{first.id}-{number}", parts=parts, landed=price, available=1))
    target = small.target
    if target.later is None and dice.random() < 0.4:
        target = replace(target, gpus=dice.choice((2, 3)), vram_gb=0)
    return Market(small.catalog, (*small.offers, *more), target)
