"""Where a name is used, in words and as JSON: a segment's id, a source, a column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jobs.authoring.column_users import ColumnName, ColumnUsers, read_column_name, users_of
from jobs.authoring.filled_templates import specs_of_templates
from jobs.authoring.spec_references import Reference, SpecFolder, read_spec_folder
from jobs.errors import Problem, UsageError
from jobs.lake.list_registry import Listed, read_registry
from jobs.language.bound import BoundCatalog
from jobs.language.specs import SpecSet, read_specs
from jobs.settings import Settings
from jobs.syntax.nodes import shown
from jobs.syntax.spelling import did_you_mean
from jobs.syntax.word_lists import joined


@dataclass(frozen=True)
class SegmentUsage:
    """What refers to a segment; `through`: the segments that depend on it through others, with the way to it."""

    references: tuple[Reference, ...]
    through: Mapping[str, list[str]]
    lists: tuple[Listed, ...]

    def lines(self) -> Iterator[str]:
        for each in self.references:
            yield f"{each.role} {each.name}: {each.file}#{each.pointer}"
        for name, way in self.through.items():
            yield f"spec {name}, through {' → '.join(way)}"
        for each in self.lists:
            yield f"list {each.name} of {each.date}, version {each.version}, {each.state}"


@dataclass(frozen=True)
class Usage:
    """Where a name is used: of a segment, of a source or column, or of both where both are called so."""

    name: str
    segment: SegmentUsage | None = None
    column: ColumnUsers | None = None
    templates: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list[Problem])

    def as_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {"name": self.name}
        if self.segment is not None:
            document["references"] = [
                {"role": each.role, "name": each.name, "file": str(each.file), "pointer": each.pointer}
                for each in self.segment.references
            ]
            document["through"] = [{"id": name, "way": way} for name, way in self.segment.through.items()]
            document["lists"] = [
                {"name": each.name, "date": each.date.isoformat(), "version": each.version, "state": each.state}
                for each in self.segment.lists
            ]
        if self.column is not None:
            document["segments"] = list(self.column.segments)
            document["columns"] = list(self.column.columns)
            document["sources"] = list(self.column.sources)
            document["templates"] = list(self.templates)
        return document

    def lines(self) -> list[str]:
        lines = [] if self.segment is None else list(self.segment.lines())
        if self.column is not None:
            named = {"segments": self.column.segments, "columns": self.column.columns, "sources": self.column.sources,
                     "templates": self.templates}  # fmt: skip
            lines += [f"{what}: {', '.join(names)}" for what, names in named.items() if names]
        return lines or [f"Nothing uses {self.name}."]


def usage_of(name: str, settings: Settings, bound: BoundCatalog) -> Usage:
    """Where a segment, a source or a column is used. `UsageError` where it is none of them."""
    folder = read_spec_folder(settings.specs)
    column = read_column_name(name, bound.catalog)
    segment = _of_segment(name, folder, settings) if name in folder.specs or folder.to(name) else None
    if segment is None and column is None:
        near = did_you_mean(name, [*folder.specs, *bound.catalog.sources])
        raise UsageError(f"found {shown(name)}, expected a segment's id, a source or source.column{near}")
    if column is None:
        return Usage(name, segment, problems=folder.problems.found)
    specs = read_specs([settings.specs], bound)
    return Usage(
        name,
        segment,
        users_of(column, bound, specs.valid),
        _templates(column, settings, bound, specs),
        _left_out(specs),
    )


def _of_segment(id_: str, folder: SpecFolder, settings: Settings) -> SegmentUsage:
    lists = (listed for listed in read_registry(settings.lake) if listed.segment == id_)
    ordered = sorted(lists, key=lambda listed: (listed.name, listed.date, listed.version))
    return SegmentUsage(tuple(folder.to(id_)), folder.reaching(id_), tuple(ordered))


def _templates(column: ColumnName, settings: Settings, bound: BoundCatalog, specs: SpecSet) -> tuple[str, ...]:
    return users_of(column, bound, specs_of_templates(settings.specs, bound, specs)).segments


def _left_out(specs: SpecSet) -> list[Problem]:
    """What cannot be said: of a spec with problems nobody knows what it uses."""
    if not specs.broken:
        return []
    named = joined(sorted(specs.broken))
    return [Problem(named, "", "left out, for it has problems of its own; validate tells them", "warning")]
