"""Who is a member: the source, the `where`, then `keep`; references to segments and lists are worked out on the way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle import conditions, samples, world
from tests.oracle.clock import Clock
from tests.oracle.logic import Verdict
from tests.oracle.sources import Catalog, Data
from tests.oracle.world import Lists, World, contact_cell

Spec = Mapping[str, Any]


def members(
    specs: Sequence[Spec], catalog: Catalog, data: Data, lists: Lists, as_of: str, time_zone: str
) -> dict[str, list[str]]:
    """The members of every spec, ids in code point order.

    `lists` maps `name` or `name@date` to contact ids; `as_of` without an offset is local to the zone.
    """
    built = world.build({spec["id"]: spec for spec in specs}, catalog, data, lists, Clock.at(as_of, time_zone))
    return {spec["id"]: sorted(segment(built, spec["id"])) for spec in specs}


def verdicts(
    where: Mapping[str, Any],
    catalog: Catalog,
    data: Data,
    lists: Lists,
    as_of: str,
    time_zone: str,
    specs: Sequence[Spec] = (),
) -> dict[str, Verdict]:
    """True, False or None for each live contact; `specs` are those that `where` refers to."""
    built = world.build({spec["id"]: spec for spec in specs}, catalog, data, lists, Clock.at(as_of, time_zone))
    return {contact: conditions.verdict(built, where, contact) for contact in built.live}


def segment(run: World, name: str) -> list[str]:
    """A segment's members after its `keep`."""
    if name not in run.answers:
        spec = run.specs[name]
        matched = [one for one in _source(run, spec) if conditions.verdict(run, spec["where"], one) is True]
        run.answers[name] = _kept(run, spec["keep"], matched) if "keep" in spec else matched
    return run.answers[name]


def _source(run: World, spec: Spec) -> list[str]:
    """The contacts inside which everything is evaluated."""
    chosen = spec.get("from")
    if chosen is None:
        return run.live
    inside = set(segment(run, chosen["segment"]) if "segment" in chosen else listed(run, chosen))
    return [one for one in run.live if one in inside]


def listed(run: World, reference: Mapping[str, Any]) -> set[str]:
    """The ids on a list: of the date named, else the newest not after as_of's day, else the undated one."""
    name = reference["list"]
    if "date" in reference:
        return set(run.lists[f"{name}@{reference['date']}"])
    dates = [key.partition("@")[2] for key in run.lists if key.startswith(f"{name}@")]
    past = [day for day in dates if date.fromisoformat(day) <= run.clock.today]
    return set(run.lists[f"{name}@{max(past, key=date.fromisoformat)}" if past else name])


def _kept(run: World, keep: Mapping[str, Any], matched: list[str]) -> list[str]:
    """The first so many of the members in the order of `by`."""
    by = keep["by"]
    if isinstance(by, dict):
        ordered = sorted(matched, key=lambda one: (samples.draw(one, by["random"]), one))
    else:
        ordered = _ordered(run, by, bool(keep.get("lowest", False)), sorted(matched))
    if "count" in keep:
        return ordered[: int(keep["count"])]
    return ordered[: math.ceil(len(matched) * Fraction(keep["percent"]) / 100)]


def _ordered(run: World, by: str, lowest: bool, matched: list[str]) -> list[str]:
    """By value, ties by contact_id (both sorts are stable), missing ones last."""
    value = {one: contact_cell(run, one, by).value for one in matched}
    present = [one for one in matched if value[one] is not None]
    present.sort(key=lambda one: value[one], reverse=not lowest)
    return present + [one for one in matched if value[one] is None]
