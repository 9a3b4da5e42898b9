"""Kind: one component, several, a whole computer, an accessory, or anything else."""

import re
from dataclasses import dataclass

from tracker.domain.match import Kind, Role
from tracker.matching.lexicon import Reading, Span
from tracker.matching.mentions import LAPTOP_CPU, Mention
from tracker.matching.roles import Scope, is_governed
from tracker.matching.sizes import Of, Size

_SERVER_MODEL = re.compile(
    r" (?:dl|ml|bl|sl|sr|st|td|rd) ?\d{2,3} ?(?:p|r|e|c|t|pg|rg|tg)? | [rtc] ?[4-9]\d0 ?(?:xd)? "
    r"| t ?[3579][4-8]\d0 | m ?[679]\d\d ?[qst] | z ?[4-8][02-4]0 | z ?[468] g ?[1-5] | \d{4} m \d "
)
COMPONENTS = ("gpu_noun", "cpu_noun", "board_noun", "ram_noun", "psu_noun")
_PC_WORDS = (
    *COMPONENTS,
    "gpu_brand",
    "cpu_brand",
    "system",
    "system_weak",
    "laptop",
    "not_system",
    "cooling_brand",
    "storage",
)
_SET_WORDS = frozenset(
    {
        "bundle",
        "combo",
        "комплект",
        "комплекты",
        "комплекти",
        "aufrustkit",
        "aufrustset",
        "oppgraderingspakke",
        "связка",
        "сет",
        "набор",
        "konvolut",
    }
)
_JOINTS = frozenset(",+&")
_SHORT_TITLE = 7  # "HP DL380p Gen8" and nothing else is the machine
BOARD_MAKERS = frozenset({"asrock", "biostar", "supermicro", "tyan", "huananzhi", "machinist"})
_SERVER_MAKERS = frozenset(
    {
        "hp",
        "hpe",
        "dell",
        "lenovo",
        "xeon",
        "server",
        "ibm",
        "poweredge",
        "proliant",
        "fujitsu",
        "workstation",
        "precision",
        "gen",
        "g",
    }
)
_PC_MAKERS = frozenset({"hp", "dell", "lenovo", "fujitsu", "acer", "medion", "apple"})
_PC_TOKENS = frozenset({"gpu", "cpu", "psu", "vga", "pci", "pcie", "molex", "atx", "sff", "hdd", "ssd"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind, the words that decided, and how sure (0..1) that rule is."""

    kind: Kind
    why: str


def system_word(
    reading: Reading, mentions: list[Mention], sizes: list[Size], scopes: list[Scope], *, is_list: bool
) -> str:
    """The word that makes the ad a whole computer, "" where none does. `is_list`: a swap post, where parts stand apart."""
    goods = _Goods.of(reading, mentions, sizes)
    is_kit = "kit" in reading.words and goods.has_cpu and not (goods.has_memory or goods.has_disk or goods.has_size)
    if _powers_only(reading, goods) or (is_kit and not reading.has("system", "laptop")):
        return ""
    if goods.has_memory and not (goods.sold or goods.has_disk) and reading.has("laptop_memory"):
        return ""  # "32GB SODIMM 2x16 laptop"
    if _is_machines_component(reading, goods) or _is_drive(reading, goods):
        return ""
    for name in ("laptop", "system"):
        for span in reading.spans(name):
            if _is_modules_ad(reading, goods, span[0]):
                return ""
            if not is_governed(scopes, span[0]) and not _is_absent(reading, span[0]):
                return reading.text(span)
    return (
        _machine_line(reading, goods, scopes)
        or _weak_word(reading, goods, scopes)
        or (_whole_list(reading, goods) if not is_list else "")
        or _soldered(reading, goods)
    )


@dataclass(slots=True)
class _Goods:
    """What of a computer a title names."""

    sold: list[Mention]
    has_cpu: bool
    has_card: bool
    has_memory: bool
    has_disk: bool
    sizes: int

    @property
    def has_size(self) -> bool:
        """Whether any size is told, of whatever."""
        return self.sizes > 0

    @classmethod
    def of(cls, reading: Reading, mentions: list[Mention], sizes: list[Size]) -> "_Goods":
        sold = [mention for mention in mentions if mention.role is Role.SOLD]
        categories = {mention.category for mention in sold}
        meanings = {size.of for size in sizes}
        return cls(
            sold,
            "cpu" in categories,
            "gpu" in categories,
            Of.RAM in meanings,
            Of.DISK in meanings or reading.has("storage"),
            len(sizes),
        )


def _machine_line(reading: Reading, goods: _Goods, scopes: list[Scope]) -> str:
    """A machine's own name ("OptiPlex 3070", "HP Z440", "DL380 G9") that no component stands before."""
    places = [span for span in reading.spans("system_line") if not is_governed(scopes, span[0])]
    places += [(m.first, m.last) for m in goods.sold if m.category == "system"]
    model = None if _SERVER_MAKERS.isdisjoint(reading.words) else _SERVER_MODEL.search(reading.spaced)
    if model:
        first = reading.spaced.count(" ", 0, model.start() + 1) - 1
        if not is_governed(scopes, first):
            places.append((first, first + 1))
    if not places:
        return ""
    place = min(places)
    parts = [m.first for m in goods.sold if m.category in {"gpu", "cpu", "board"}]
    leads = place[0] < min(parts + [first for first, _ in reading.spans("cpu_brand", "storage")], default=10**6)
    if (_is_headed(reading, goods, place[0]) and not (goods.has_cpu and leads)) or _is_modules_ad(
        reading, goods, place[0]
    ):
        return ""
    told = (
        goods.has_cpu or goods.has_memory or goods.has_disk or goods.has_size or reading.has("cpu_brand", "system_line")
    )
    is_bare = leads and len(reading.tokens) <= _SHORT_TITLE and not components(reading)
    is_told = (
        is_bare
        or _is_bare_machine(reading)
        or reading.has("system_weak")
        or (leads and told)
        or (goods.has_memory and goods.has_disk)
    )
    return reading.text(place) if is_told else ""


def _weak_word(reading: Reading, goods: _Goods, scopes: list[Scope]) -> str:
    """As in "PC", "server", "desktop" beside what a computer is made of, and no component's own ad."""
    weak = [span for span in reading.spans("system_weak") if _says_machine(reading, span, scopes)]
    if not weak or _is_headed(reading, goods, weak[0][0]) or has_set_word(reading):
        return ""
    cpus = [m.first for m in goods.sold if m.category == "cpu"]
    only_processor = cpus and not (goods.has_card or goods.has_disk or goods.has_size) and cpus[0] < weak[0][0]
    is_disk_ad = goods.has_disk and not (goods.sold or goods.has_memory) and reading.has("storage")
    if is_disk_ad and reading.tokens.words[weak[0][0]].startswith("win"):
        return ""  # "Intel 660p 2TB NVMe + Windows 11"
    only_memory = goods.has_memory and not (goods.sold or goods.has_disk or reading.has("cpu_brand"))
    if only_processor or (only_memory and ("ddr" in reading.words or weak[0][0] > 2)):  # noqa: PLR2004
        return ""
    told = (
        goods.has_cpu
        or goods.has_card
        or goods.has_memory
        or goods.has_disk
        or goods.has_size
        or reading.has("cpu_brand")
    )
    return reading.text(weak[0]) if told else ""


def _says_machine(reading: Reading, span: Span, scopes: list[Scope]) -> bool:
    """Whether a weak word is about a machine; the "PC" of "PC4-2133P" is not."""
    tokens = reading.tokens
    follows = tokens.word(span[1])
    is_memory = (
        tokens.words[span[0]] == "pc" and follows in {"2", "3", "4", "5"} and tokens.gap(span[1]) in {"", "-", " "}
    )
    return not (is_memory or is_governed(scopes, span[0]) or _is_absent(reading, span[0]))


def _whole_list(reading: Reading, goods: _Goods) -> str:
    """CPU, card and a disk (or memory without a board) listed together; no card where a maker of computers is named."""
    has_board = any(mention.category == "board" for mention in goods.sold)
    if not goods.has_cpu or has_set_word(reading):
        return ""
    if not goods.has_card:
        is_makers = goods.has_memory and goods.sizes > 1 and not (has_board or _PC_MAKERS.isdisjoint(reading.words))
        return "a maker's CPU, memory and disk" if is_makers and "+" not in reading.tokens.plain else ""
    return "CPU, GPU and a disk or memory together" if goods.has_disk or (goods.has_memory and not has_board) else ""


def _soldered(reading: Reading, goods: _Goods) -> str:
    """A laptop's processor with memory, a disk or a card beside it, where no board is spoken of."""
    if not (goods.has_cpu and (goods.has_size or goods.has_disk or goods.has_card)) or reading.has("board_noun"):
        return ""
    return "a laptop's processor" if any(LAPTOP_CPU.fullmatch(mention.part) for mention in goods.sold) else ""


def _is_headed(reading: Reading, goods: _Goods, place: int) -> bool:
    """Whether a component's own noun heads the ad: "graphics card for …", "server power supply", "DL380 processor kit"."""
    cards = [mention for mention in goods.sold if mention.category == "gpu"]
    if cards and not goods.has_cpu and (reading.has("gpu_noun", "vram") or cards[0].first < min(place, 3)):
        return True
    supplies = [first for first, _ in reading.spans("psu_noun")]
    if (
        supplies
        and all(mention.category in {"system", "psu"} for mention in goods.sold)
        and not reading.has("cpu_brand")
        and not (goods.has_memory or _is_bare_machine(reading))
    ):
        return supplies[0] < place or any(unit in reading.words for unit in ("w", "watt"))
    if not reading.has("board_noun") or goods.has_disk:
        return False
    named = any(mention.category == "board" for mention in goods.sold)
    return named or not (goods.has_cpu or goods.has_memory or goods.has_size or reading.has("cpu_brand"))


def _is_bare_machine(reading: Reading) -> bool:
    """As in "Z840 barebone, no CPU, no RAM, 1125W PSU": what only a computer can lack is said to be missing."""
    held = [first for first, _ in reading.spans("cpu_noun", "ram_noun")]
    lacks = any(first <= index <= last for first, last in reading.spans("without") for index in held)
    return lacks or not {"barebone", "barebones"}.isdisjoint(reading.words)


def _is_modules_ad(reading: Reading, goods: _Goods, place: int) -> bool:
    """As in "32GB DDR4 RDIMM … Cisco UCS": memory's own noun stands first, and nothing else of the machine is told."""
    nouns = [first for first, _ in reading.spans("ram_noun")]
    told = goods.sold or goods.has_disk or reading.has("cpu_brand")
    return goods.has_size and bool(nouns) and nouns[0] < place and not told


def _powers_only(reading: Reading, goods: _Goods) -> bool:
    """Whether an ad is a power supply's: the noun, watts, and nothing else of a computer."""
    nouns, machines = reading.spans("psu_noun"), reading.spans("system", "laptop")
    if not nouns or (machines and machines[0] < nouns[0]):
        return False
    has_watts = any(unit in reading.words for unit in ("w", "watt"))
    told = goods.sold or goods.has_size or reading.has("cpu_brand") or _is_bare_machine(reading)
    return has_watts and not told


def _is_machines_component(reading: Reading, goods: _Goods) -> bool:
    """As in "iMac A1419 power supply", "ThinkPad dock": a thing's noun behind the machine's, and nothing told of the machine."""
    nouns = reading.spans("board_noun", "psu_noun", "other_sure")
    machines = reading.spans("system", "system_line", "laptop")
    if not (nouns and machines) or goods.sold or goods.has_size or goods.has_disk or reading.has("bundle"):
        return False
    first = next((first for first, _ in nouns if first >= machines[-1][1]), None)
    if first is None:
        return reading.is_at("other_sure", 0)  # "Sacoche ordinateur portable"
    if any(cue < first for cue, _ in reading.spans("attached")):
        return False
    between = reading.tokens.gaps[machines[-1][1] : first + 1]
    return not _is_absent(reading, first) and all(_JOINTS.isdisjoint(gap) for gap in between)


def _is_drive(reading: Reading, goods: _Goods) -> bool:
    """As in "ThinkPad - solid state drive 512 GB": a drive's own noun, and nothing else of a machine."""
    drives = [first for first, _ in reading.spans("drive_noun") if not _is_absent(reading, first)]
    return bool(drives) and not (goods.sold or goods.has_memory or reading.has("cpu_brand"))


def _is_absent(reading: Reading, index: int) -> bool:
    return any(last == index for _, last in reading.spans("without"))


def has_set_word(reading: Reading) -> bool:
    """Whether a word says that things are sold together: "bundle", "комплект"."""
    return not _SET_WORDS.isdisjoint(reading.words)


def is_set(reading: Reading, categories: set[str]) -> bool:
    """Whether one processor or board named is sold with more: "upgrade bundle", "комплект"."""
    return has_set_word(reading) and bool(categories & {"cpu", "board"}) and "ram" not in categories


def is_component(reading: Reading) -> str:
    """The component a title without any known model is about ("Netzteil 12V", "motherboard"), "" for none."""
    return next(iter(components(reading)), "")


def components(reading: Reading) -> list[str]:
    """The kinds of component that a title has a noun for, those said to be absent left out."""
    found = [
        name.removesuffix("_noun")
        for name in COMPONENTS
        if any(_is_thing(reading, name, first) for first, _ in reading.spans(name))
    ]
    # Makers of boards write no noun: "ASRock J4105-ITX", "Supermicro H11SSL-i".
    return found or (["board"] if not BOARD_MAKERS.isdisjoint(reading.words) and not reading.has("other") else [])


def _is_thing(reading: Reading, name: str, first: int) -> bool:
    """Whether a component's noun is about a thing in the sale; "8 GPU" and "no PSU" are not."""
    if reading.is_at("weak_noun", first) and not reading.has("gpu_brand", "cpu_brand", "storage", "board_line", "vram"):
        return False
    return not _is_absent(reading, first) and not (name == "gpu_noun" and _is_count(reading, first - 1))


def _is_count(reading: Reading, index: int) -> bool:
    return reading.tokens.word(index).isdigit() and reading.tokens.gap(index) != ""


def is_computing(reading: Reading) -> bool:
    """Whether anything in the title has to do with computers; an accessory's word alone may be a bicycle's."""
    if reading.has("accessory_sure") or not _PC_TOKENS.isdisjoint(reading.words):
        return True
    return reading.has(*_PC_WORDS) or _SERVER_MODEL.search(reading.spaced) is not None
