"""The pages of `catalog`: the sources, or the columns of one, with what is in them and whom they serve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jobs.answers.source_facts import FilledColumn, LakeFacts, SourceFacts, lake_facts
from jobs.authoring.column_users import ColumnName, users_of
from jobs.catalog.model import Found, Source
from jobs.errors import UsageError
from jobs.lake.list_registry import read_registry
from jobs.language.bound import BoundCatalog, named
from jobs.language.definitions import Spec
from jobs.language.specs import read_specs
from jobs.settings import Settings
from jobs.syntax.spelling import did_you_mean

FEW = 3
"""Names in one cell of a table."""


@dataclass(frozen=True)
class Page:
    """`rows` as JSON has them; `headings` those of them that a table shows, `closing` what is said under it."""

    rows: Sequence[Mapping[str, Any]]
    headings: tuple[str, ...]
    closing: tuple[str, ...] = ()

    def cells(self) -> Iterator[list[object]]:
        for row in self.rows:
            yield [_cell(row[heading]) for heading in self.headings]


def sources_page(bound: BoundCatalog, settings: Settings, facts: bool) -> Page:
    """One row for each source. `facts`: with what the lake knows of it."""
    lake = _lake(settings, facts)
    known = {} if lake is None else lake.sources(bound.catalog.sources)
    specs = _specs(settings, bound)
    rows = [
        {"source": name, "kind": source.kind, "columns": len(source.columns), "meaning": source.meaning,
         **known.get(name, SourceFacts()).as_json(), "segments": list(users_of(ColumnName(name), bound, specs).segments)}
        for name, source in bound.catalog.sources.items()
    ]  # fmt: skip
    told = ("rows", "first_day", "last_day", "delivery", "age_hours") if known else ()
    failing = tuple(f"{name}: {each.failure}" for name, each in known.items() if each.failure)
    headings = ("source", "kind", "columns", *told, "segments", "meaning")
    return Page(rows, headings, (*failing, *([lake.basis] if lake else [])))


def source_page(name: str, bound: BoundCatalog, settings: Settings, facts: bool) -> Page:
    """One row for each column of a source and of its lookups. `UsageError` where there is no such source."""
    sources = bound.catalog.sources
    if name not in sources:
        raise UsageError(f"{name}: there is no such source{did_you_mean(name, sources)}")
    source = sources[name]
    lake = _lake(settings, facts)
    known = {} if lake is None else lake.columns(name)
    specs = _specs(settings, bound)
    rows = [_column(source, path, place, bound, specs, known) for path, place in _paths(source, bound)]
    headings = ("column", "type", "unit", "values", *(("filled", "words") if known else ()), "segments", "meaning")
    return Page(rows, headings, tuple(_closing(source, bound, settings, specs, lake)))


def _paths(source: Source, bound: BoundCatalog) -> Iterator[tuple[str, Found]]:
    for path in dict.fromkeys((*filter(None, [source.time]), *bound.catalog.row_names(source))):
        place = bound.catalog.row_column(source, path)
        if place is not None:
            yield path, place


def _column(
    source: Source,
    path: str,
    place: Found,
    bound: BoundCatalog,
    specs: Mapping[str, Spec],
    known: Mapping[str, FilledColumn],
) -> dict[str, Any]:
    facts = known.get(path, FilledColumn())
    if place.through:
        segments = sorted(id_ for id_, spec in specs.items() if named(source, path) in spec.depends.columns)
    else:
        segments = list(users_of(ColumnName(source.name, path), bound, specs).segments)
    return {
        "column": path,
        "type": str(place.column.type),
        "unit": place.column.unit,
        "values": list(place.column.type.values),
        "filled": facts.filled,
        "words": dict(facts.words),
        "segments": segments,
        "meaning": place.column.meaning,
    }


def _closing(
    source: Source, bound: BoundCatalog, settings: Settings, specs: Mapping[str, Spec], lake: LakeFacts | None
) -> Iterator[str]:
    users = users_of(ColumnName(source.name), bound, specs)
    lists = (
        {listed.name for listed in read_registry(settings.lake) if listed.segment in users.segments} if settings else ()
    )
    for what, names in (
        ("Segments", users.segments),
        ("Lists frozen from them", sorted(lists)),
        ("Columns made of it", users.columns),
        ("Looked up or read by", users.sources),
    ):
        if names:
            yield f"{what}: {', '.join(names)}."
    if lake is None:
        return
    facts = lake.sources([source.name]).get(source.name, SourceFacts())
    if facts.rows is not None:
        days = f", from {facts.first_day} to {facts.last_day}" if facts.first_day else ""
        newest = f"; newest delivery {facts.label}, {facts.age_hours} hours old" if facts.label else ""
        yield f"{facts.rows:,} rows{days}{newest}."
    if facts.failure:
        yield facts.failure
    yield f"{lake.basis} Filled and words are in per cent: of the rows, and of the values."


def _lake(settings: Settings, facts: bool) -> LakeFacts | None:
    return lake_facts(settings) if facts else None


def _specs(settings: Settings, bound: BoundCatalog) -> Mapping[str, Spec]:
    return read_specs([settings.specs], bound).valid


def _cell(value: object) -> object:
    match value:
        case list():
            names = [str(each) for each in value]
            return ", ".join(names) if len(names) <= FEW else f"{', '.join(names[:FEW])} and {len(names) - FEW} more"
        case dict():
            return ", ".join(f"{word} {share}" for word, share in list(value.items())[:FEW])
        case _:
            return value
