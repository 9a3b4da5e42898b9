"""Main memory in a sale: its type, all its gigabytes, and the modules it is made of."""

import re
from dataclasses import dataclass, field, replace

from tracker.matching.lexicon import Reading
from tracker.matching.sizes import Of, Size

_TYPE = re.compile(r" (?:lp)?ddr ?([2345]) ?l?(?=[ a-z])| pc ([2345]) ?l?(?= )")
_OLDEST = re.compile(r" ddr (?:1(?= )|200|266|333|400) | pc (?:1600|2100|2700|3200) |(?<!g) ddr (?!\d)")
_SPEEDS = """800 1066 1333 1600 1866 2133 2400 2666 2667 2800 2933 3000 3200 3333 3466 3600 3733 4000 4133 4266 4400 4800 5200
5600 6000 6200 6400 6600 6800 7200 7600 8000"""  # MT/s
_SPEED = re.compile(rf" (?:ddr [2345] |pc [2345] )?({'|'.join(_SPEEDS.split())}) (?:mhz|mts?|m|p|t|v|u|y|aa)? ?")
_REGISTERED = frozenset({"rdimm", "lrdimm", "reg", "recc", "registered", "rgistered"})
_LARGEST_BARE = 64
_BARE_SIZES = frozenset(
    {0.5, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 36, 40, 48, 64, 72, 96, 128, 192, 256, 384, 512, 768}
)
_SHORT_SIZES = frozenset({4, 8, 16, 32, 64, 128, 256})
_SERVER = re.compile(r" (?:server|workstation|xeon|epyc|threadripper) | e [57] \d{4} | z ?\d{3} ")


@dataclass(frozen=True, slots=True)
class Memory:
    """`part` is the id ("ram:ddr4:64"), `facts` what is said of the modules; the span is that of the deciding size."""

    part: str
    first: int
    last: int
    is_labelled: bool  # the title says that the size is memory
    facts: dict[str, int | bool | str] = field(default_factory=dict)

    def times(self, count: int) -> "Memory":
        """A lot of `count` such modules: "lot of 8 Samsung 32GB" is 256 GB."""
        kind, _, gb = self.part.rpartition(":")
        if "modules" in self.facts:
            return self  # "lot of 4, 64GB (4x16GB)": counted already
        return replace(self, part=f"{kind}:{float(gb) * count:g}", facts={**self.facts, "modules": count})


def memory_type(reading: Reading) -> str:
    """As in "ddr4", "sodimm-ddr3", "unknown"."""
    text = reading.spaced
    match = _TYPE.search(text)
    kind = f"ddr{match[1] or match[2]}" if match else ("ddr" if _OLDEST.search(text) else "unknown")
    is_small = reading.has("laptop_memory") or (reading.has("laptop") and reading.has("ram_noun"))
    return f"sodimm-{kind}" if kind != "unknown" and is_small else kind


def says_memory(reading: Reading) -> bool:
    """Whether a title says that it is about memory: by a noun, "DDR4", or "PC4-2400T-R"."""
    return reading.has("ram_noun") or "ddr" in reading.words or memory_type(reading) != "unknown"


def total_memory(
    reading: Reading, sizes: list[Size], *, take_unlabelled: bool, is_large: bool, in_system: bool
) -> Memory | None:
    """The memory that `sizes` add up to, or None. `take_unlabelled`: a bare "16GB" counts too."""
    labelled = [
        size
        for size in sizes
        if size.of is Of.RAM and not (_is_excluded(reading, size) or (size.is_short and size.gb not in _SHORT_SIZES))
    ]  # the "10G" of a board's network is short
    chosen = labelled or (
        [size for size in sizes if _may_be_memory(size, sizes, reading, is_large)] if take_unlabelled else []
    )
    if not chosen:
        return None
    best, modules = _resolve(reading, chosen, sizes, are_all_memory=bool(labelled) and not in_system)
    kind = memory_type(reading)
    if in_system and kind.startswith("sodimm-"):
        kind = kind.removeprefix("sodimm-")
    gb = best.total
    text = f"{gb:g}"
    return Memory(f"ram:{kind}:{text}", best.first, best.last, bool(labelled), _facts(reading, modules))


def _may_be_memory(size: Size, sizes: list[Size], reading: Reading, is_large: bool) -> bool:
    """A size with no word beside it: memory comes in these sizes; over 64 GB only a server's is."""
    if size.of is not Of.UNKNOWN or _is_excluded(reading, size) or size.gb not in _BARE_SIZES:
        return False
    if (size.gb <= 1 and len({other.gb for other in sizes}) > 1) or (size.is_short and size.gb not in _SHORT_SIZES):
        return False
    if size.total > _LARGEST_BARE and "mac" in reading.words:
        return False
    return is_large or size.total <= _LARGEST_BARE or reading.has("system_line") or bool(_SERVER.search(reading.spaced))


def _is_excluded(reading: Reading, size: Size) -> bool:
    """As in "up to 512GB RAM", "no 16GB", "max. 64 GB"."""
    gaps = reading.tokens.gaps
    said = [
        last
        for _, last in reading.spans("up_to")
        if (last == size.first or (last == size.first - 1 and not reading.tokens.words[last].isdigit()))
        and not any(char in gaps[size.first] for char in ",+&|")  # "B450 Tomahawk Max + 16GB"
    ]
    return bool(said) or any(last == size.first for _, last in reading.spans("without"))


def _resolve(
    reading: Reading, chosen: list[Size], sizes: list[Size], *, are_all_memory: bool
) -> tuple[Size, int | None]:
    """The size that is the whole: "32GB (2x16GB)" is 32, "4x 8GB" alone is 32 too; and the modules, where told."""
    kits = [size for size in sizes if size.count > 1 and size.of in {Of.RAM, Of.UNKNOWN}]
    for kit in kits:
        whole = next(
            (size for size in sizes if size.count == 1 and size.gb == kit.total and size.of is not Of.DISK), None
        )
        if whole is not None:
            return whole, kit.count
        if any(size.count == 1 and size.gb == kit.gb and size in chosen for size in sizes):
            return kit, kit.count
    if are_all_memory and len(chosen) > 1:
        largest = max(chosen, key=lambda size: size.gb)
        if largest.count == 1 and all(size.total <= largest.gb and largest.gb % size.gb == 0 for size in chosen):
            return largest, None
    for size in sorted(chosen, key=lambda size: not size.has_unit):
        if size.count > 1:
            return size, size.count
    # Of two bare sizes the smaller is the memory: "32GB 512GB".
    is_first = chosen[0].of is Of.RAM or reading.has("laptop")  # "8GB 256GB SSD Quadro 4GB": a laptop's comes first
    return (chosen[0] if is_first else min(chosen, key=lambda size: size.gb)), None


def _facts(reading: Reading, modules: int | None) -> dict[str, int | bool | str]:
    facts: dict[str, int | bool | str] = {}
    if modules is not None:
        facts["modules"] = modules
    if not _REGISTERED.isdisjoint(reading.words) or re.search(r" pc [34] l? ?\d{4,5} ?[a-z]{0,2} r ", reading.spaced):
        facts["registered"] = True
    elif "udimm" in reading.words or " non ecc " in reading.spaced:
        facts["registered"] = False
    speed = _SPEED.search(reading.spaced)
    if speed:
        facts["speed"] = int(speed[1])
    return facts
