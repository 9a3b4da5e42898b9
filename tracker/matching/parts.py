"""What a listing names, put together: mentions with roles and quantities, memory, and watts."""

from dataclasses import dataclass, field

from tracker.domain.match import MatchedPart, Role
from tracker.matching.advert import missing_categories
from tracker.matching.lexicon import Reading
from tracker.matching.memory import total_memory
from tracker.matching.mentions import Mention, MentionReader, Rejected
from tracker.matching.names import Strength
from tracker.matching.power import Power, coded_watts, model_watts, read_watts
from tracker.matching.quantity import Counter
from tracker.matching.roles import Scope, assign_roles, for_scopes, mark_stuffing
from tracker.matching.sizes import Size, read_sizes


@dataclass(slots=True)
class Sale:
    """All that was read of a listing, before anything is decided."""

    mentions: list[Mention]
    rejected: list[Rejected]
    sizes: list[Size]
    watts: list[Power]
    scopes: list[Scope]
    is_stuffed: bool = False
    facts: dict[str, int | bool | str] = field(default_factory=dict)
    is_swap: bool = False
    lot: int = 0  # "lot of 8", where no part is named
    more: list[MatchedPart] = field(default_factory=list)  # memory and supplies of the text's priced lines

    @property
    def sold(self) -> list[Mention]:
        """The mentions that are in the sale."""
        return [mention for mention in self.mentions if mention.role is Role.SOLD]


class PartReader:
    """Reads a title into a Sale."""

    def __init__(self, mentions: MentionReader, counter: Counter) -> None:
        self._mentions = mentions
        self._counter = counter

    def read(self, reading: Reading, lines: list[Reading]) -> Sale:
        """All that `reading` names; `lines` are the priced lines of a swap post's text, for what its title leaves open."""
        sizes = read_sizes(reading)
        mentions, rejected = self._mentions.read(reading, sizes)
        mentions = _without_cut_end(reading, mentions)
        scopes = for_scopes(reading, mentions)
        is_stuffed = False
        if mentions:
            assign_roles(reading, mentions, scopes)
            self._count(reading, mentions)
            if len(mentions) > 1:
                mentions = _merged(reading, mentions)
            is_stuffed = mark_stuffing(reading, mentions)
        watts = [power for power in read_watts(reading) if not any(m.first <= power.first < m.last for m in mentions)]
        if not watts and (reading.has("psu_noun") or (reading.has("psu_brand") and not mentions)):
            model = model_watts(reading)
            watts = [model] if model else []
        elif not watts and mentions and reading.has("psu_brand"):
            watts = coded_watts(reading)
        sale = Sale(mentions, rejected, sizes, watts, scopes, is_stuffed)
        if not mentions:
            sale.lot = self._counter.lot(reading, sizes)
        missing = missing_categories(reading, mentions) if lines else frozenset()
        for line in lines if missing else ():
            self._add_line(sale, line, missing)
        return sale

    def _add_line(self, sale: Sale, line: Reading, missing: frozenset[str]) -> None:
        """What one line of the text adds to what the title leaves open."""
        told = self.read(line, [])
        for mention in told.sold:
            if mention.category in missing and mention.strength is not Strength.BARE:
                mention.quoted = " ".join(line.tokens.words[mention.first : mention.last])
                sale.mentions.append(mention)
        memory = total_memory(line, told.sizes, take_unlabelled=False, is_large=True, in_system=False)
        if "ram" in missing and memory is not None and (memory.facts.get("modules") or line.has("ram_noun")):
            sale.more.append(MatchedPart(memory.part))
        if "psu" in missing and told.watts and line.has("psu_noun"):
            sale.more.append(MatchedPart(f"psu:{told.watts[0].watts}"))

    def _count(self, reading: Reading, mentions: list[Mention]) -> None:
        sold = [
            mention for mention in mentions if mention.role is Role.SOLD and mention.category in {"gpu", "cpu", "board"}
        ]
        taken = {index for mention in mentions for index in range(mention.first, mention.last)}
        one = bool(sold) and all(_is_same(reading, sold[0], mention) for mention in sold)
        for mention in sold:
            mention.qty = self._counter.of(
                reading, (mention.first, mention.last), taken, category=mention.category, is_only=one
            )
            if 1 < mention.qty == mention.devices and _counts_chips(reading, mention):
                mention.qty = 1


def _counts_chips(reading: Reading, mention: Mention) -> bool:
    """As in "Tesla A16 4 GPUs": the four are on the one card."""
    nouns = [first for first, _ in reading.spans("gpu_noun") if first > mention.last]
    return any(
        reading.tokens.words[first - 1] in {str(mention.devices), "two", "four", "dual", "quad"} for first in nouns
    )


def _without_cut_end(reading: Reading, mentions: list[Mention]) -> list[Mention]:
    """Without a name at the very end that a site cut off: "RTX 5070 Ti … RTX 5070" is one card."""
    if len(mentions) < 2 or mentions[-1].last < len(reading.tokens):  # noqa: PLR2004
        return mentions
    last = mentions[-1]
    if any(other.part.startswith(f"{last.part}-") for other in mentions[:-1]):
        return mentions[:-1]
    return mentions


def _merged(reading: Reading, mentions: list[Mention]) -> list[Mention]:
    """One mention a part: the same card named twice is one card, with the most exact id and the higher count."""
    merged: list[Mention] = []
    for mention in mentions:
        same = next(
            (other for other in merged if other.role is mention.role and _is_same(reading, other, mention)), None
        )
        if same is None:
            merged.append(mention)
            continue
        if len(mention.part) > len(same.part):
            same.part = mention.part
        same.model = same.model or mention.model
        same.qty = same.qty + mention.qty if _is_another(reading, same, mention) else max(same.qty, mention.qty)
        same.strength = Strength(max(same.strength, mention.strength))
        same.doubt = same.doubt and mention.doubt
    return merged


_CHIPSET = frozenset({"chipset", "chipsatz", "чипсет", "pch"})
_BOARD_MAKERS = frozenset({"asus", "asrock", "gigabyte", "msi", "evga", "biostar", "supermicro"})


def _is_another(reading: Reading, one: Mention, other: Mention) -> bool:
    """Whether two boards of one chipset are two boards: each with its maker, and a comma between them."""
    if one.category != "board" or one.part != other.part:
        return False
    words, gaps = reading.tokens.words, reading.tokens.gaps
    made = all(
        not _BOARD_MAKERS.isdisjoint(words[max(0, mention.first - 3) : mention.first]) for mention in (one, other)
    )
    return made and any("," in gap or "+" in gap for gap in gaps[one.last : other.first + 1])


def _is_same(reading: Reading, one: Mention, other: Mention) -> bool:
    if one.category != other.category:
        return False
    if one.part == other.part:
        return True
    if one.category == "board":
        return _is_same_board(reading, one, other)
    short, long = sorted((one.part, other.part), key=len)
    tail = long.removeprefix(short)
    return (
        tail != long
        and tail.startswith("-")
        and tail.rstrip("gb").lstrip("-").replace("sxm", "").replace("-", "").isdigit()
    )


def _is_same_board(reading: Reading, one: Mention, other: Mention) -> bool:
    """A board whose model tells its chipset, and a second chipset named beside it, are one board ("Z10PA-U8 … X99 … C612")."""
    coded = [mention for mention in (one, other) if mention.model or mention.rule == "series pattern"]
    return len(coded) == 1 or _is_chipset_told(reading, other)


def _is_chipset_told(reading: Reading, mention: Mention) -> bool:
    """As in "X99 Mainboard | Echter C612 Chipsatz": the second only says which chipset the board has."""
    return reading.tokens.word(mention.last) in _CHIPSET or reading.tokens.word(mention.first - 1) in _CHIPSET
