"""Roles: whether a mention is sold, or only fits, is compared with, is absent, wanted, traded against or stuffed in."""

from dataclasses import dataclass

from tracker.domain.match import Role
from tracker.matching.lexicon import Reading, Span
from tracker.matching.mentions import Mention

_HEADS = ("accessory", "accessory_weak", "psu_noun", "board_noun", "cooling_brand", "ram_noun", "storage", "other")
_MAKERS = ("gpu_brand", "cpu_brand", "gpu_line", "board_line")
_ARTICLES = frozenset({"the", "a", "an", "die", "der", "das", "den", "la", "le", "el", "il", "de", "het"})
_ENDS = frozenset("|+;")
_BREAKS = frozenset(",|+;/():")
_REACH = 3
_SHORTEST_NOUN = 4
_OUT_OF = frozenset({"from", "out", "aus"})
_STUFFED = 4
_CUES = (("compared", Role.COMPARED), ("traded", Role.TRADED), ("without", Role.ABSENT))


@dataclass(slots=True)
class Scope:
    """Tokens first..last that a "for" governs: what stands there is what the thing fits."""

    first: int
    last: int


def is_governed(scopes: list[Scope], index: int) -> bool:
    """Whether a token stands behind a "for"."""
    return any(scope.first <= index < scope.last for scope in scopes)


def for_scopes(reading: Reading, mentions: list[Mention]) -> list[Scope]:
    """What the "for"s of a title govern. One that opens a title, with no thing before it, governs nothing ("New for Nvidia …")."""
    if "suits" not in reading.lists:
        return []
    scopes = []
    for first, last in reading.spans("suits"):
        has_head = _has_head(reading, mentions, first) or _is_for(reading, mentions, (first, last))
        if not has_head:
            scopes += _pulled_from(reading, mentions, (first, last))
        if not has_head or reading.is_at("defect", first) or reading.is_at("traded", first):
            continue
        end = _scope_end(reading, last)
        if not any(last <= mention.first < end for mention in mentions):
            end = _scope_end(reading, end)  # "Fan for Gigabyte - GeForce GTX 1060"
        scopes.append(Scope(last, end))
    return scopes


def _has_head(reading: Reading, mentions: list[Mention], index: int) -> bool:
    if any(mention.last <= index for mention in mentions) or "ddr" in reading.tokens.words[:index]:
        return True
    return any(span[1] <= index for name in _HEADS for span in reading.spans(name))


def _pulled_from(reading: Reading, mentions: list[Mention], cue: Span) -> list[Scope]:
    """The machine that a thing came out of, where that opens the title: "Pulled from Dell R730, Xeon E5-2680 v4"."""
    first, last = cue
    parts = [mention.first for mention in mentions if mention.first >= last and mention.category != "system"]
    is_out_of = not _OUT_OF.isdisjoint(reading.tokens.words[first:last])
    return [Scope(last, parts[0])] if is_out_of and parts else []


def _is_for(reading: Reading, mentions: list[Mention], cue: Span) -> bool:
    """As in "SLI HB bridge for GTX 1080": an unknown noun before the "for", the name right behind it."""
    first, last = cue
    if reading.is_at("fresh", first - 1) or reading.is_at("not_system", first):
        return False  # "New for Nvidia Tesla A40" is the card, "Upgrade for PC: GTX 1070" too
    thing = any(len(word) >= _SHORTEST_NOUN and word.isalpha() for word in _unlisted(reading, first))
    return thing and any(last <= mention.first and _is_left_out(reading, last, mention) for mention in mentions)


def _unlisted(reading: Reading, end: int) -> list[str]:
    """The words before `end` that no list knows."""
    known = {index for spans in reading.lists.values() for first, last in spans for index in range(first, last)}
    return [word for index, word in enumerate(reading.tokens.words[:end]) if index not in known]


def _scope_end(reading: Reading, first: int) -> int:
    gaps = reading.tokens.gaps
    for index in range(first + 1, len(gaps)):
        gap = gaps[index]
        if not _ENDS.isdisjoint(gap) or " - " in gap:
            return index
    return len(gaps)


def assign_roles(reading: Reading, mentions: list[Mention], scopes: list[Scope]) -> None:
    """Set the role of each mention, in place, from the cues before and after it."""
    before: Mention | None = None
    fitted: dict[str, str] = {}
    for mention in mentions:
        role, rule = _role(reading, mention, scopes)
        if role is Role.COMPATIBLE:
            fitted[mention.part] = rule
        elif role is Role.SOLD and mention.part in fitted:
            role, rule = Role.COMPATIBLE, fitted[mention.part]  # "Fan for i7-7700 | BX80677I77700"
        if (
            role is Role.SOLD
            and before is not None
            and before.role is not Role.SOLD
            and _is_listed(reading, before, mention)
        ):
            role, rule = before.role, before.rule
        if role is not Role.SOLD:
            mention.role, mention.rule = role, rule
        before = mention


def _is_listed(reading: Reading, one: Mention, other: Mention) -> bool:
    """As in "better than M40 / K80": the second stands in one list with the first."""
    return one.last == other.first and reading.tokens.gaps[other.first].strip() in {"/", ",", ""}


def _role(reading: Reading, mention: Mention, scopes: list[Scope]) -> tuple[Role, str]:
    for name, role in _CUES:
        if name not in reading.lists:
            continue
        cue = _cue_before(reading, name, mention.first, 2 if role is Role.ABSENT else _REACH)
        if cue is not None and not (role is Role.ABSENT and not _is_left_out(reading, cue[1], mention)):
            return role, f"{name}: {reading.text(cue)}"
    for first, last in reading.spans("compared_after"):
        if mention.last <= first <= mention.last + 1:
            return Role.COMPARED, f"compared: {reading.text((first, last))}"
    if _belongs_to_accessory(reading, mention):
        return Role.COMPATIBLE, "names what comes with the thing"
    for scope in scopes:
        if scope.first <= mention.first < scope.last:
            return Role.COMPATIBLE, f"suits: {reading.text((scope.first - 1, scope.first))}"
    return Role.SOLD, ""


def _is_left_out(reading: Reading, last: int, mention: Mention) -> bool:
    """Whether only a maker's word or an article stands between "no" and the name: "no OVP RTX 3080" leaves out the OVP."""
    own = (*_MAKERS, f"{mention.category}_noun")
    return all(
        reading.tokens.words[index] in _ARTICLES or reading.is_any_at(own, index)
        for index in range(last, mention.first)
    )


def _belongs_to_accessory(reading: Reading, mention: Mention) -> bool:
    """As in "with GTX 1080 Ti FE shroud": the card only tells which shroud comes with it."""
    if "attached" not in reading.lists:
        return False
    behind = any(mention.last <= first <= mention.last + 1 for first, _ in reading.spans("accessory", "accessory_sure"))
    return behind and any(
        last <= mention.first and last - first <= 1 and _is_left_out(reading, last, mention)
        for first, last in reading.spans("attached")
    )


def _cue_before(reading: Reading, name: str, index: int, reach: int) -> tuple[int, int] | None:
    """The nearest cue of a list that ends at most `reach` tokens before `index`, with nothing but blanks between."""
    for first, last in reversed(reading.spans(name)):
        if last <= index <= last + reach:
            gaps = reading.tokens.gaps[last : index + 1]
            if all(_BREAKS.isdisjoint(gap) and " - " not in gap for gap in gaps):
                return first, last
    return None


def mark_stuffing(reading: Reading, mentions: list[Mention]) -> bool:
    """Whether a title names so many cards in a row that they are search words, not wares; marks them, in place."""
    if len(mentions) < _STUFFED:
        return False
    cards = [mention for mention in mentions if mention.category == "gpu" and mention.role is Role.SOLD]
    if len({card.part for card in cards}) < _STUFFED:
        return False
    listed = sum(not _ENDS.isdisjoint(gap) or "&" in gap for gap in reading.tokens.gaps)
    if listed or any(card.qty > 1 for card in cards):
        return False
    for card in cards:
        card.role, card.rule = Role.STUFFED, "many cards in a row"
    return True
