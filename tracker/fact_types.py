"""Which facts a catalog table may give, of which plain types, read from the dataclasses of tracker.domain.part."""

import dataclasses
import types
import typing
from functools import lru_cache
from typing import Any

from tracker.domain.part import BoardFacts, Category, CpuFacts, Facts, GpuFacts, PsuFacts, SystemFacts

FACTS: dict[Category, type[Any]] = {
    Category.GPU: GpuFacts,
    Category.CPU: CpuFacts,
    Category.BOARD: BoardFacts,
    Category.PSU: PsuFacts,
    Category.SYSTEM: SystemFacts,
}
WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", tuple: "list of words"}


def types_of(cls: type[Any]) -> dict[str, tuple[tuple[type, ...], bool]]:
    """Field → the plain types that it takes, and whether None is one of them."""
    result = {}
    for name, hint in typing.get_type_hints(cls).items():
        options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
        plain = tuple(typing.get_origin(option) or option for option in options if option is not type(None))
        result[name] = (plain, type(None) in options)
    return result


@lru_cache
def fact_types(category: Category) -> dict[str, tuple[tuple[type, ...], bool]]:
    """The facts that a table of `category` may give; a system's board facts stand flat beside its own."""
    if category is not Category.SYSTEM:
        return types_of(FACTS[category])
    own = {name: kinds for name, kinds in types_of(SystemFacts).items() if name != "board"}
    return types_of(BoardFacts) | own


def coerced(value: Any, kinds: tuple[type, ...]) -> tuple[Any, bool]:
    """`value` as one of `kinds`, and whether it is one; no fact is negative, and true is no number."""
    if isinstance(value, list) and tuple in kinds:
        fits = all(isinstance(item, str | int) and not isinstance(item, bool) for item in value)
        return tuple(value), fits
    if type(value) is int and float in kinds:
        return float(value), value >= 0
    if type(value) not in kinds:
        return value, False
    return value, not (isinstance(value, int | float) and value < 0)


def make_facts(category: Category, values: dict[str, Any]) -> Facts:
    """The facts of a category from checked values; a system's board facts go into its board."""
    if category is not Category.SYSTEM:
        made: Facts = FACTS[category](**values)
        return made
    own = {item.name for item in dataclasses.fields(SystemFacts)}
    board = {key: value for key, value in values.items() if key not in own}
    return SystemFacts(board=BoardFacts(**board), **{key: value for key, value in values.items() if key in own})
