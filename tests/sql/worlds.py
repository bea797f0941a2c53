"""A folder of catalog, rows, lists and specs as what an engine needs: a plan, and tables as the statements expect them.

Rows come from the one parser. A table stands under its source's name with the columns of `sources/<source>`; beside each
column of text stands its folded form. A list is `list_<name>`, or `list_<name>_<yyyymmdd>` where a spec names its date.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.answers.folder_files import files_of
from jobs.catalog.catalog_files import read_catalog
from jobs.catalog.model import Catalog, Source
from jobs.catalog.types import fold
from jobs.catalog.values import arrow_schema, read_batches, read_contact_ids, settle
from jobs.catalog.values.layout import PROBLEMS
from jobs.language.computed_columns import bind_catalog
from jobs.language.specs import Spec, read_specs
from jobs.plan.clock import date_of, make_clock
from jobs.plan.planner import make_plan
from jobs.plan.run_plan import Plan
from jobs.sql.relations import folded_name
from jobs.sql.statement import list_name
from jobs.syntax.literals import read_moment
from jobs.syntax.nodes import Problems
from jobs.syntax.zones import zone_transitions

if TYPE_CHECKING:
    from tests.meaning.tables import Table


@dataclass(frozen=True)
class World:
    """`tables` by the names that statements use."""

    plan: Plan
    specs: Mapping[str, Spec]
    tables: Mapping[str, pa.Table]


def read_world(folder: Path, paths: Sequence[Path], as_of: str, time_zone: str) -> World:
    """The world of a folder with `catalog` and `data`, and of these specs."""
    problems = Problems()
    bound = bind_catalog(read_catalog(folder / "catalog"), problems)
    assert bound is not None, problems.errors
    found = read_specs(paths, bound)
    assert not found.errors, found.errors
    clock = make_clock(read_moment(as_of), zone_transitions(time_zone))
    plan = make_plan((spec.meaning() for spec in found.valid.values()), bound.catalog, clock)
    tables = {
        source.name: _rows(source, bound.catalog, folder / "data", time_zone)
        for source in bound.catalog.of_kind("contacts", "attributes", "events", "related", "lookup")
    }
    return World(plan, found.valid, {**tables, **_lists(folder / "data" / "lists", plan)})


def _rows(source: Source, catalog: Catalog, data: Path, time_zone: str) -> pa.Table:
    schema = arrow_schema(source, catalog)
    table = schema.empty_table()
    for path, form in files_of(data, source):
        table = pa.Table.from_batches(read_batches(source, catalog, path, form, time_zone), schema)
    settled = settle(source, table)
    assert not settled.problems, settled.problems
    return with_folded(source, settled.rows)


def with_folded(source: Source, rows: pa.Table) -> pa.Table:
    """The rows as a statement expects them, every text's folded form beside it."""
    rows = rows.drop_columns([PROBLEMS])
    for column in {column.name: column for column in (*source.columns.values(), *source.key_columns)}.values():
        if column.type.name == "text":
            rows = rows.append_column(folded_name(column.name), _folded(rows[column.name].combine_chunks()))
    return rows


def _folded(texts: pa.Array) -> pa.Array:
    """Each different text is folded once: of a million page views there are few."""
    different = texts.dictionary_encode()
    words = pa.array([fold(text) for text in different.dictionary.to_pylist()], pa.string())
    return words.take(different.indices)


def _lists(folder: Path, plan: Plan) -> dict[str, pa.Table]:
    """Each list that a spec names: of the date it says, else the newest not after as_of's day, else the undated one."""
    today = date_of(plan.clock.day)
    tables: dict[str, pa.Table] = {}
    for wanted in plan.lists:
        dates = [date.fromisoformat(path.stem.partition("@")[2]) for path in folder.glob(f"{wanted.name}@*.csv")]
        on = wanted.on or max((day for day in dates if day <= today), default=None)
        path = folder / (f"{wanted.name}.csv" if on is None else f"{wanted.name}@{on}.csv")
        tables[list_name(wanted)] = pa.table({"contact_id": pa.array(read_contact_ids(path), pa.string())})
    return tables


def world_of(table: Table) -> World:
    """The world of a meaning table."""
    with tempfile.TemporaryDirectory() as place:
        return read_world(Path(place), table.write(Path(place)), table.as_of, table.time_zone)
