"""The verdict: kind, parts in the sale, and the doubts that lower the confidence, from what was read."""

from dataclasses import dataclass, field, replace

from tracker.domain.match import Kind, MatchedPart, Reason, Role
from tracker.matching.accessory import accessory_word, heading_word, machines_word
from tracker.matching.doubts import find_doubts
from tracker.matching.kind import (
    BOARD_MAKERS,
    components,
    has_set_word,
    is_component,
    is_computing,
    is_set,
    system_word,
)
from tracker.matching.lexicon import Reading
from tracker.matching.memory import Memory, says_memory, total_memory
from tracker.matching.mentions import Mention
from tracker.matching.names import Strength
from tracker.matching.parts import Sale
from tracker.matching.power import Power
from tracker.matching.roles import is_governed
from tracker.matching.sizes import Of, Size

_OPENING = 3
_WANTED_ENDS = frozenset({"gesucht", "wanted", "gezocht", "sokes", "onskes", "keresek", "szukam"})  # "RTX 3080 gesucht"
_NOUN_REACH = 3  # tokens between watts and the word for a power supply
_LEAST_SYSTEM_WATTS = 250
_MODULE_WORDS = frozenset({"ddr", "dimm", "dimms", "udimm", "rdimm", "lrdimm", "sodimm", "sodimms"})
_DISKS = frozenset({"ssd", "hdd", "nvme"})
_LEAST_DISK = 60  # GB
_LARGEST_CARD = 24  # GB of a card beside which no word says whose they are
_CARD_REACH = 5
_LARGE = ("cpu:xeon", "cpu:threadripper", "cpu:epyc", "board:x99", "board:c6", "board:x399", "board:trx40", "board:x79")
_JOINTS = frozenset("+&,")


@dataclass(slots=True)
class Verdict:
    """What was decided, and why."""

    kind: Kind
    why: str = ""
    parts: list[MatchedPart] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    reason: Reason | None = None
    is_wanted: bool = False


def judge(reading: Reading, sale: Sale, *, is_asking: bool) -> Verdict:
    """The verdict on one listing."""
    if not reading.tokens.words:
        return Verdict(Kind.OTHER, "no words", reason=Reason.EMPTY_TITLE)
    if is_asking or _is_wanted(reading):
        return Verdict(Kind.OTHER, "asks for it", reason=Reason.WANTED, is_wanted=True)
    verdict = _judge_kind(reading, sale)
    if verdict.reason is None and not verdict.parts:
        verdict.reason = _why_nothing(reading, sale)
    return verdict


def _is_wanted(reading: Reading) -> bool:
    for first, last in reading.spans("wanted"):
        if first < _OPENING and (
            first == reading.start or last - first > 1 or reading.tokens.words[0] in {"i", "we", "wir", "ich", "je"}
        ):
            return True
    return "wtb" in reading.words or "куплю" in reading.words or reading.tokens.words[-1] in _WANTED_ENDS


def _judge_kind(reading: Reading, sale: Sale) -> Verdict:
    sold = sale.sold
    named = _names_hardware(sold)
    if reading.has("service_sure") or (
        reading.has("service") and (not named or heading_word(reading, ("service",), sold, sale.scopes))
    ):
        return Verdict(Kind.OTHER, "service", reason=Reason.SERVICE_OR_RENTAL)
    system = system_word(reading, sale.mentions, sale.sizes, sale.scopes, is_list=sale.is_swap)
    goods = heading_word(reading, ("goods",), sold, sale.scopes) if sale.mentions and not system else ""
    if goods:
        return Verdict(Kind.OTHER, goods, reason=Reason.NOT_HARDWARE)
    accessory = accessory_word(reading, sale.mentions, sale.scopes) if not system else _opening_accessory(reading, sale)
    if accessory and any(size.of is Of.DISK for size in sale.sizes) and not (sale.mentions or is_component(reading)):
        return Verdict(Kind.OTHER, "a disk")
    if (
        accessory
        and (
            is_computing(reading)
            or reading.has("psu_brand")
            or sale.mentions
            or sale.rejected
            or (system and not _is_joined(reading))
        )
        and (reading.has("accessory_sure") or not _is_other(reading, sale))
    ):
        return Verdict(Kind.ACCESSORY, accessory, reason=Reason.ACCESSORY)
    if system and (reading.has("laptop", "system") or not (_is_other(reading, sale) and not sold)):
        return _system(reading, sale, system)
    return _components(reading, sale)


def _is_joined(reading: Reading) -> bool:
    """As in "OptiPlex 3070 + power cable", where "OptiPlex 3070 power cable" is the cable alone."""
    return reading.has("attached") or not _JOINTS.isdisjoint(reading.tokens.plain)


def _opening_accessory(reading: Reading, sale: Sale) -> str:
    """An accessory's word in an ad that names a computer: it counts where nothing of the computer itself is told."""
    if any(mention.category in {"cpu", "gpu"} for mention in sale.sold) or any(
        size.of is Of.RAM for size in sale.sizes
    ):
        return ""
    word = accessory_word(reading, sale.mentions, sale.scopes)
    word = word or machines_word(reading)
    is_added = bool(word) and "+" in reading.tokens.plain.partition(word)[0]
    return "" if is_added else word  # "OptiPlex 3070 + power cable"


def _is_other(reading: Reading, sale: Sale) -> bool:
    return reading.has("other") and not _names_hardware(sale.mentions)


def _names_hardware(mentions: list[Mention]) -> bool:
    return any(mention.strength is not Strength.BARE for mention in mentions)


def _system(reading: Reading, sale: Sale, why: str) -> Verdict:
    verdict = Verdict(Kind.SYSTEM, why)
    sizes = _free_sizes(reading, sale)
    if not any(size.of is not Of.DISK for size in sizes) and "emmc" not in reading.words:
        # "i7 32GB NVMe SSD HDD": no disk of today is as small, the disks' own sizes are left out
        sizes = [replace(size, of=Of.UNKNOWN) if size.gb < _LEAST_DISK else size for size in sizes]
    is_rig = reading.has("mining_rig") and not any(
        mention.category == "cpu" for mention in sale.sold
    )  # "8GB" of its cards
    memory = total_memory(reading, sizes, take_unlabelled=not is_rig, is_large=_is_large(sale), in_system=True)
    verdict.parts = _parts(sale.sold)
    _take_memory(verdict, sale, memory)
    is_named = any(mention.category == "psu" for mention in sale.sold)
    for power in [] if is_named else sale.watts:
        if power.watts >= _LEAST_SYSTEM_WATTS and power.is_stated:
            verdict.parts.append(MatchedPart(f"psu:{power.watts}", _psu_count(reading, power)))
            break
    _take_doubts(verdict, reading, sale)
    return verdict


def _free_sizes(reading: Reading, sale: Sale) -> list[Size]:
    return [size for size in sale.sizes if not _is_cards_own(reading, sale, size)]


def _is_large(sale: Sale) -> bool:
    """Whether the processor or board is one that takes hundreds of gigabytes."""
    return any(mention.part.startswith(_LARGE) for mention in sale.sold)


def _is_cards_own(reading: Reading, sale: Sale, size: Size) -> bool:
    """Whether a size with no word beside it belongs to the card named before it ("GTX 1080 Gaming X 8GB")."""
    if size.of is not Of.UNKNOWN or size.count > 1:
        return False
    if any(mention.first <= size.first < mention.last for mention in sale.mentions):
        return True
    before = [mention for mention in sale.mentions if mention.last <= size.first]
    return bool(before) and before[-1].category == "gpu" and _is_told_of(reading, before[-1], size)


def _is_told_of(reading: Reading, card: Mention, size: Size) -> bool:
    """Whether a size behind a card is its memory: one that it comes in, near enough, nothing set between."""
    distance = size.first - card.last
    if card.part.endswith(f"-{size.gb:g}gb") and not reading.has("storage", "cpu_brand"):
        return True  # "ферма из 8 видеокарт; RX 480; 8GB"
    if card.memories and f"{size.gb:g}gb" not in card.memories:
        return False
    if distance > _CARD_REACH or size.gb > _LARGEST_CARD:
        return False
    gaps = reading.tokens.gaps[card.last : size.first + 1]
    return not any(char in gap for gap in gaps for char in ",|+;/") and not any(" - " in gap for gap in gaps)


def _take_memory(verdict: Verdict, sale: Sale, memory: Memory | None) -> None:
    if memory is None:
        return
    verdict.parts.append(MatchedPart(memory.part))
    sale.facts.update(memory.facts)
    if not memory.is_labelled:
        verdict.doubts.append("memory without a word")


def _psu_count(reading: Reading, power: Power) -> int:
    before = reading.tokens.word(power.first - 1)
    number = reading.tokens.word(power.first - 2)
    return int(number) if before == "x" and number.isdigit() and len(number) == 1 else 1


def _parts(sold: list[Mention]) -> list[MatchedPart]:
    return [MatchedPart(mention.part, mention.qty, mention.model) for mention in sold if mention.category != "system"]


def _components(reading: Reading, sale: Sale) -> Verdict:
    """A part, a bundle, or nothing."""
    sold = [mention for mention in sale.sold if mention.category != "system"]
    verdict = Verdict(Kind.PART, parts=_parts(sold))
    categories = {mention.category for mention in sold}
    memory = _memory_in_sale(reading, sale, categories)
    if memory is not None and not categories and sale.lot:
        memory = memory.times(sale.lot)
    if memory is not None:
        _take_memory(verdict, sale, memory)
        categories.add("ram")
    for power in _powers_in_sale(reading, sale, categories):
        verdict.parts.append(MatchedPart(f"psu:{power.watts}", _psu_count(reading, power)))
        categories.add("psu")
    if _is_other(reading, sale) and categories == {"ram"} and reading.words.isdisjoint(_MODULE_WORDS):
        return Verdict(Kind.OTHER, "a thing that has memory")
    is_shell = reading.has("case_noun") and not reading.has("bundle")
    more = [part for part in sale.more if part.part.partition(":")[0] not in categories]
    if more:
        verdict.parts += more
        verdict.doubts.append("from the description")
    elif any(mention.quoted for mention in sold):
        verdict.doubts.append("from the description")
    if not verdict.parts and has_set_word(reading) and reading.has("board_noun", "cpu_noun", "cpu_brand"):
        return Verdict(Kind.BUNDLE, "a set with no model named")
    is_disk = reading.has("storage") and components(reading) == ["ram"]  # "SSD 2TB flash memory"
    nothing_known = not verdict.parts and (not is_component(reading) or is_shell or is_disk or _is_other(reading, sale))
    if nothing_known or (
        _is_other(reading, sale) and categories <= {"psu", "ram"} and not reading.has("ram_noun", "psu_noun")
    ):
        return Verdict(Kind.OTHER, "nothing known is named")
    if (
        len(verdict.parts) > 1
        or _has_disk_beside(reading, categories)
        or is_set(reading, categories)
        or _nouns(reading, categories) > 1
    ):
        verdict.kind = Kind.BUNDLE
    _take_doubts(verdict, reading, sale)
    return verdict


def _is_set_apart(reading: Reading, index: int) -> bool:
    """Whether a plus stands before the token at `index` or before its maker: "+ be quiet Dark Rock Pro"."""
    return any("+" in gap for gap in reading.tokens.gaps[max(1, index - 2) : index + 1])


def _is_added(reading: Reading, index: int) -> bool:
    """Whether a board is said to come with the processor: "TR4 board + 1920X", "2700X med hovedkort"."""
    gaps = reading.tokens.gaps
    if "+" in gaps[index] or "+" in reading.tokens.gap(index + 1) or "+" in reading.tokens.gap(index + 2):
        return True
    return reading.has("bundle") or reading.is_at("attached", index - 1)


def _has_makers_board(reading: Reading) -> bool:
    """As in "EPYC 7551P + Supermicro H11SSL-i": a maker of boards, joined to what else is sold."""
    makers = [index for index, word in enumerate(reading.tokens.words) if word in BOARD_MAKERS]
    is_joined = "+" in reading.tokens.plain or "&" in reading.tokens.plain
    return bool(makers) and (is_joined or any(_is_added(reading, index) for index in makers))


def _has_disk_beside(reading: Reading, categories: set[str]) -> bool:
    """Whether a disk is sold with the component: "TX850 PSU, Corsair Force SSD"."""
    if not (categories or components(reading)) or (_DISKS.isdisjoint(reading.words) and not reading.has("drive_noun")):
        return False
    for index, word in enumerate(reading.tokens.words):
        is_disk = word in _DISKS or reading.is_at("drive_noun", index)
        if is_disk and not reading.is_at("without", index - 1):
            return any(char in gap for gap in reading.tokens.gaps[max(0, index - 4) : index + 1] for char in ",+&")
    return False


def _nouns(reading: Reading, categories: set[str]) -> int:
    """How many kinds of component a title speaks of, beside the parts that it names."""
    named = set(categories)
    if categories & {"gpu", "cpu", "board", "ram"}:
        beside = [name for name in ("cpu", "board") if name not in categories]  # "P8H61 + процессор"
        named.update(
            name for name in beside if any(_is_added(reading, first) for first, _ in reading.spans(f"{name}_noun"))
        )
    if not categories:
        named.update(components(reading))
    elif "cpu" in categories and _has_makers_board(reading):
        named.add("board")
    if categories == {"cpu"} and any(_is_set_apart(reading, first) for first, _ in reading.spans("cooling_brand")):
        named.add("cooler")  # "Ryzen 5 3600 + Noctua NH-D15"; a maker's own cooler comes with the processor
    return len(named)


def _memory_in_sale(reading: Reading, sale: Sale, categories: set[str]) -> Memory | None:
    """The memory that is sold; a size beside a card alone is the card's own."""
    if categories == {"gpu"} and not _is_memory_apart(reading, sale):
        return None
    if categories == {"cpu"} and not any(size.of is Of.RAM or _is_listed(reading, size) for size in sale.sizes):
        return None
    has_noun = reading.has("ram_noun") if reading.has("gpu_noun") else says_memory(reading)
    if not categories and not has_noun:
        return None  # "radeon r4890 1gb ddr5 graphics card" is a card, known or not
    memory = total_memory(
        reading,
        _free_sizes(reading, sale),
        take_unlabelled=has_noun or bool(categories),
        is_large=_is_large(sale),
        in_system=False,
    )
    if memory is not None and is_governed(sale.scopes, memory.first) and not _heads_for(reading, sale):
        return None
    return memory


def _is_listed(reading: Reading, size: Size) -> bool:
    """Whether a size stands in a list by itself: "EPYC 7302P + board + 128GB"."""
    return "+" in reading.tokens.gaps[size.first]


def _heads_for(reading: Reading, sale: Sale) -> bool:
    """Whether memory's own noun stands before the "for": "RAM for iMac 2017 16GB"."""
    start = min(scope.first for scope in sale.scopes)
    return any(first < start for first, _ in reading.spans("ram_noun"))


def _is_memory_apart(reading: Reading, sale: Sale) -> bool:
    """Whether memory stands beside a card as a thing of its own: in modules, behind a plus with its own noun, too large for it."""
    card = max(mention.last for mention in sale.sold)
    made = frozenset[str]().union(*(mention.memories for mention in sale.sold))
    plus = [index for index, gap in enumerate(reading.tokens.gaps) if "+" in gap and index >= card]
    return any(
        size.of is Of.RAM
        and (
            size.count > 1
            or any(reading.is_at("ram_noun", index) for index in plus)
            or (made and f"{size.gb:g}gb" not in made and "," in reading.tokens.gaps[size.first])
        )
        for size in sale.sizes
    )


def _powers_in_sale(reading: Reading, sale: Sale, categories: set[str]) -> list[Power]:
    """The power supplies that are sold; a processor's or a card's own watts are none."""
    if not sale.watts or not reading.has("psu_noun", "psu_brand"):
        return []
    if any(mention.category == "psu" for mention in sale.sold):
        return []  # its model names its watts: "HP 1200W DPS-1200FB" is one supply
    free = [power for power in sale.watts if not is_governed(sale.scopes, power.first)]
    if not reading.has("psu_noun"):
        return _branded(reading, sale, free, categories)
    nouns = [first for first, _ in reading.spans("psu_noun")]
    each = [power for power in free if any(first - power.last in {0, 1} for first in nouns)]
    if len({power.watts for power in each}) > 1:
        return list({power.watts: power for power in each}.values())  # "1200W PSU, 750W PSU"
    if categories and not any(_is_psu_noun_near(reading, power) for power in free):
        return []
    return free[:1]


def _branded(reading: Reading, sale: Sale, free: list[Power], categories: set[str]) -> list[Power]:
    """A supply that only its maker's name tells: alone in the ad, or right before its watts ("Seasonic 750W, GTX 1070")."""
    large = [power for power in free if power.watts >= _LEAST_SYSTEM_WATTS]
    beside = [power for power in large if power.is_stated and reading.is_at("psu_brand", power.first - 1)]
    if categories:
        return beside[:1]
    is_other = _is_other(reading, sale) or reading.has("gpu_noun", "cpu_noun", "case_noun")
    is_other = is_other or bool(accessory_word(reading, sale.mentions, sale.scopes))  # "be quiet 600W Kabel"
    return [] if is_other else large[:1]


def _is_psu_noun_near(reading: Reading, power: Power) -> bool:
    return any(
        abs(first - power.last) <= _NOUN_REACH or abs(power.first - last) <= _NOUN_REACH
        for first, last in reading.spans("psu_noun")
    )


def _take_doubts(verdict: Verdict, reading: Reading, sale: Sale) -> None:
    doubts, reason = find_doubts(reading, sale, verdict.kind, len(verdict.parts))
    verdict.doubts += doubts
    verdict.reason = verdict.reason or reason


def _why_nothing(reading: Reading, sale: Sale) -> Reason:
    if sale.is_stuffed:
        return Reason.ONLY_MENTIONED
    if any(mention.role is not Role.SOLD for mention in sale.mentions):
        return Reason.ONLY_MENTIONED
    if sale.rejected and reading.has("other"):
        return Reason.COLLIDING_NAME
    return Reason.NO_PART_NAMED if is_computing(reading) else Reason.NOT_HARDWARE
