"""The word lists of config/catalog/words: one file a language, the series of part names, and the board lines.

What a list is for (a phrase may stand in several):
  gpu_noun, cpu_noun, board_noun, ram_noun, psu_noun   what the thing is called
  accessory, accessory_sure, accessory_weak   heads that make an ad an accessory by themselves, or only beside a part or after "for"
  other, other_sure, drive_noun   things of no tracked kind; the last two head an ad even behind a machine's name
  goods   what a part's name is printed on or promised by: "poster", "gift card"; heads an ad like an accessory does
  attached, fitted, suits, without, up_to, compared, compared_after   cues before (or after) a mention that give its role
  wanted, traded, trade_offer, service, service_sure   ads that sell no part
  defect, not_defect, untested, mined, modified, repaired, incomplete   condition, and what looks like one but is none
  laptop, system, mining_rig, system_line, system_weak, not_system   whole machines; the weak ones need a CPU, memory or a disk beside them
  bundle, vague, lot, pieces, each, number_words, not_counted   sets and quantities, and words that only look like a number
  storage, vram, mobile, gpu_brand, gpu_line, cpu_brand, board_line, cooling_brand, cooler_line   context of sizes and of bare numbers
  scam   stock phrases of fake ads
  tail_<list>   ends of German compound words
  feature   what a card has and nobody sells by itself: "dual fan"
  source   the machine that a thing came out of: "from my gaming pc", "aus einem server"
  stem_<list>   what words of many endings begin with, six letters or more
  fresh   what opens titles and says nothing of the thing: "new", "top zustand", "fast shipping"
A phrase may hold choices: "(won't|does not) (boot|post)" stands for four phrases, "not working( anymore|)" for two.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.domain.errors import ConfigError, Problem
from tracker.settings import layered_names, read_layered

FOLDER = "catalog/words"


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """How the names of a series are spelled; see config/catalog/words/series.toml."""

    ids: re.Pattern[str]
    strong: tuple[str, ...] = ()
    medium: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()  # makers' codes, which a name beside them overrules


@dataclass(frozen=True, slots=True)
class OpenRule:
    """A pattern that names a part which stands in no table; `head` is the token that it starts with."""

    head: str
    pattern: re.Pattern[str]
    id: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """All word lists of all languages, merged, and the rules of names."""

    lists: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    codes: Mapping[str, str]  # S-spec or spare number of a board → part id
    card_memory: Mapping[str, frozenset[str]]  # a graphics card's slug → the memory sizes it comes in, "8gb"
    series: tuple[SeriesRule, ...]
    opens: tuple[OpenRule, ...]
    categories: Mapping[str, str]  # "marketplace:its category's id" → the word list that says the same ("gpu_noun")
    machine_boards: Mapping[str, tuple[str, ...]]  # chipset → patterns of the machines whose board has it


def load_words(layers: tuple[Path, ...]) -> Words:
    """The words of all config layers. Raises ConfigError for a wrong type or pattern, naming file and key."""
    lists: dict[str, list[str]] = {}
    numbers: dict[str, int] = {}
    codes: dict[str, str] = {}
    memory: dict[str, frozenset[str]] = {}
    rules: dict[str, list[Any]] = {"series": [], "open": []}
    machines: dict[str, tuple[str, ...]] = {}
    shelves: dict[str, str] = {}
    tables = {"s_specs": codes, "board_codes": codes, "categories": shelves}
    for name in layered_names(FOLDER, layers):
        content = read_layered(f"{FOLDER}/{name}.toml", layers)
        for key, value in content.items():
            if key in rules:
                rules[key].extend(value)
            elif key in tables:
                tables[key].update(value)
            elif key == "machine_boards":
                machines |= {chip: tuple(_strings(patterns, layers, name, chip)) for chip, patterns in value.items()}
            elif key == "card_memory":
                _add_sizes(memory, {size: _strings(cards, layers, name, key) for size, cards in value.items()})
            elif isinstance(value, Mapping):
                numbers.update(value)
            else:
                phrases = (one for phrase in _strings(value, layers, name, key) for one in _choices(phrase))
                lists.setdefault(key, []).extend(phrases)
    merged = {key: tuple(dict.fromkeys(phrases)) for key, phrases in lists.items()}
    series = tuple(_series_rule(rule, layers) for rule in rules["series"])
    opens = tuple(_open_rule(rule, layers) for rule in rules["open"])
    return Words(merged, numbers, codes, memory, series, opens, shelves, machines)


def _choices(phrase: str) -> Iterator[str]:
    """Every phrase that one with choices in brackets stands for."""
    pieces = [piece.split("|") for piece in re.split(r"[()]", phrase)]
    return map("".join, itertools.product(*pieces))


def _add_sizes(memory: dict[str, frozenset[str]], cards_of: Mapping[str, list[str]]) -> None:
    for size, cards in cards_of.items():
        for card in cards:
            memory[card] = memory.get(card, frozenset()) | {f"{size}gb"}


def _strings(value: Any, layers: tuple[Path, ...], name: str, key: str) -> list[str]:
    if isinstance(value, list) and all(isinstance(phrase, str) for phrase in value):
        return value
    file = layers[-1] / FOLDER / f"{name}.toml"
    raise ConfigError([Problem(file, key, "is no list of phrases", 'write ["one phrase", "another"]')])


def _series_rule(rule: Mapping[str, Any], layers: tuple[Path, ...]) -> SeriesRule:
    forms = {key: tuple(rule.get(key, ())) for key in ("strong", "medium", "bare", "near", "numbers")}
    return SeriesRule(_pattern(rule, "ids", layers), **forms)


def _open_rule(rule: Mapping[str, Any], layers: tuple[Path, ...]) -> OpenRule:
    pattern = _pattern(rule, "pattern", layers)
    return OpenRule(str(rule.get("head", "")), pattern, str(rule.get("id", "")), tuple(rule.get("near", ())))


def _pattern(rule: Mapping[str, Any], key: str, layers: tuple[Path, ...]) -> re.Pattern[str]:
    try:
        return re.compile(str(rule[key]))
    except (KeyError, re.error) as error:
        file = layers[-1] / FOLDER / "series.toml"
        raise ConfigError([Problem(file, key, f"{rule!r}: {error}", "write a regular expression")]) from error
