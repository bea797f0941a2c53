"""Computed columns: a value over rows, arithmetic, quantiles, or the first case that is true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle import conditions, rows
from tests.oracle.arithmetic import WORDS, computed_number, fitted
from tests.oracle.clock import instant
from tests.oracle.sources import Source
from tests.oracle.values import Cell, Column, version
from tests.oracle.world import World, contact_cell


def cell(world: World, source: Source, name: str, contact: str) -> Cell:
    """A computed column of a contact."""
    column = source.columns[name]
    asked = (source.name, name, contact)
    if asked not in world.computed:
        world.computed[asked] = _value(world, source, column, contact)
    return Cell(column, world.computed[asked])


def _value(world: World, source: Source, column: Column, contact: str) -> Any:
    if "cases" in column.computed:
        for case in column.computed["cases"]:
            if conditions.verdict(world, case["when"], contact) is True:
                return _literal(column, case["is"], world)
        return None
    value = column.computed["value"]
    if "quantile_of" in value:
        return _group(world, source, column.name, value, contact)
    if any(word in value for word in WORDS):
        return computed_number(column, value, lambda name: contact_cell(world, contact, name).value)
    return _over_rows(world, column, value, contact)


def _literal(column: Column, written: Any, world: World) -> Any:
    match column.kind:
        case "integer":
            return int(written)
        case "decimal":
            return Fraction(written)
        case "float":
            return float(Fraction(written))
        case "version":
            return version(written)
        case "date":
            return date.fromisoformat(written)
        case "timestamp":
            return instant(written, world.clock.zone)
        case "choices":
            return frozenset(written)
        case _:
            return written


def _over_rows(world: World, column: Column, value: Mapping[str, Any], contact: str) -> Any:
    """`count: rows`, `sum: amount`, `first: time` and the like."""
    source = rows.source_of(world, value)
    matched = rows.matching(world, value, contact)
    if "per" in value:
        return rows.kept_groups(world, value, matched)
    word = next(word for word in rows.AGGREGATES if word in value)
    of = None if word in ("count", "days", "first", "last") else value[word]
    found = rows.aggregate(world, source, matched, word, of).value
    return fitted(Fraction(found), column) if word in ("sum", "average") and found is not None else found


def _group(world: World, source: Source, name: str, value: Mapping[str, Any], contact: str) -> int | None:
    """1 + floor(groups × s / n): n live contacts have a value, s of them a strictly smaller one."""
    if world.falls is not None:  # the contact without data is in the first group of whatever it has
        return None if contact_cell(world, contact, value["quantile_of"]).value is None else 1
    asked = (source.name, name)
    if asked not in world.ranks:
        found = {one: contact_cell(world, one, value["quantile_of"]).value for one in world.live}
        present = {one: v for one, v in found.items() if v is not None}
        world.ranks[asked] = {
            one: 1 + value["groups"] * sum(1 for other in present.values() if other < v) // len(present)
            for one, v in present.items()
        }
    return world.ranks[asked].get(contact)
