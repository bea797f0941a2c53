"""What a changed catalog does to specs: which break, and which mean something else, with what changed under them.

A spec's meaning is its own atoms and everything that they stand on: computed columns however deep, how its columns are
typed, read and derived, and of its sources whose rows are whose, of when, which of them exist and whence. Gates,
meanings and the values of choices are left out: they change no member.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jobs.catalog.model import Column, Source
from jobs.language.bound import BoundCatalog, named
from jobs.language.bound_files import read_bound_catalog
from jobs.language.canonical import canonical
from jobs.language.definitions import Spec
from jobs.language.specs import SpecSet, read_specs
from jobs.syntax.json_layout import one_line

CheckStatus = Literal["broken", "changed", "mended"]


@dataclass(frozen=True)
class CheckedSpec:
    """One spec that a changed catalog concerns. `what`: what is wrong with it now, or what changed under it."""

    id: str
    status: CheckStatus
    what: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "status": self.status, "what": list(self.what)}

    def lines(self) -> list[str]:
        says = {"broken": "breaks", "changed": "means something else", "mended": "is right again"}
        return [f"{self.id} {says[self.status]}", *(f"  {each}" for each in self.what)]


def compare_catalogs(old: Path, new: Path, specs: Path) -> list[CheckedSpec]:
    """The specs that the new catalog concerns, broken ones first. `CatalogError` where one of the two is no catalog."""
    before, after = read_bound_catalog(old), read_bound_catalog(new)
    specs_before, specs_after = read_specs([specs], before), read_specs([specs], after)
    own = _changes(specs_before, specs_after, before, after)
    every = [*_broken(specs_before, specs_after), *_changed(specs_after, own), *_mended(specs_before, specs_after)]
    return sorted(every, key=lambda each: (("broken", "changed", "mended").index(each.status), each.id))


def _broken(before: SpecSet, after: SpecSet) -> Iterator[CheckedSpec]:
    for id_, spec in before.valid.items():
        if id_ not in after.valid:
            problems = (problem for problem in after.errors if problem.file == spec.file)
            yield CheckedSpec(id_, "broken", tuple(map(str, problems)))


def _mended(before: SpecSet, after: SpecSet) -> Iterator[CheckedSpec]:
    for id_ in after.valid:
        if id_ not in before.valid:
            yield CheckedSpec(id_, "mended", ())


def _changed(after: SpecSet, own: Mapping[str, tuple[str, ...]]) -> Iterator[CheckedSpec]:
    """Those whose own meaning changed, and those that refer to one of them."""
    concerned: dict[str, tuple[str, ...]] = {}
    for id_, spec in after.valid.items():  # references come first
        through = tuple(f"through the segment {other}" for other in spec.depends.segments if other in concerned)
        if what := (*own.get(id_, ()), *through):
            concerned[id_] = what
            yield CheckedSpec(id_, "changed", what)


def _changes(before: SpecSet, after: SpecSet, old: BoundCatalog, new: BoundCatalog) -> dict[str, tuple[str, ...]]:
    changes: dict[str, tuple[str, ...]] = {}
    for id_ in before.valid.keys() & after.valid.keys():
        then, now = dict(_grounds(before.valid[id_], old)), dict(_grounds(after.valid[id_], new))
        names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
        if names:
            changes[id_] = tuple(_said(name, then.get(name), now.get(name)) for name in names)
    return changes


def _said(name: str, then: str | None, now: str | None) -> str:
    if then is None or now is None:
        return f"{name}: {'not asked before' if then is None else 'no longer asked'}"
    long = max(len(then), len(now)) > 60
    return f"{name} changed" if long else f"{name}: {then or 'none'} → {now or 'none'}"


# --- what a meaning stands on --------------------------------------------------------------------------------------------

_Ground = tuple[str, str]
"""What it is called, and what it is."""


def _grounds(spec: Spec, bound: BoundCatalog) -> Iterator[_Ground]:
    meaning = spec.meaning()
    yield "its own conditions", canonical((meaning.base, meaning.where, meaning.keep))
    for name in sorted(spec.depends.columns):
        head, _, column = name.partition(".")
        computed = bound.computed.get((head, column))
        if computed is not None:
            definition = getattr(computed.value, "value", None)
            yield f"how {name} is computed", canonical(definition)
            yield f"type of {name}", _type(bound.catalog.sources[head].columns[column])
    for source, column in sorted(spec.depends.stored):
        yield from _of_column(bound.catalog.sources[source], column)
    for source in sorted(spec.depends.sources):
        yield from _of_source(bound.catalog.sources[source])


def _of_column(source: Source, name: str) -> Iterator[_Ground]:
    column, at = source.column(name), named(source, name)
    if column is None:
        return
    yield f"type of {at}", _type(column)
    yield f"name of {at} in the data", "/".join(filter(None, [column.raw, column.latitude, column.longitude]))
    yield f"how {at} is written", str(column.written)
    yield f"how {at} is derived", "" if column.derive is None else one_line(column.derive.value)


def _type(column: Column) -> str:
    unit = f" in {column.unit}" if column.unit else ""
    return f"{column.type}{', folded' if column.type.fold else ''}{unit}"


def _of_source(source: Source) -> Iterator[_Ground]:
    facts = {
        "kind": source.kind,
        "contact": source.contact,
        "time": source.time,
        "key": ", ".join(source.key),
        "time_zone": source.time_zone or "",
        "keep": str(source.keep or ""),
        "delivery": source.delivery,
        "read": "" if source.origin is None else repr(source.origin),
        "written": str(source.written),
        "lookups": ", ".join(f"{each.name} = {each.source} on {each.on}" for each in source.lookups.values()),
    }
    for what, value in facts.items():
        yield f"{what} of {source.name}", value
