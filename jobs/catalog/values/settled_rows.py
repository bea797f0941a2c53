"""A whole delivery in memory, held to the rules of `jobs/catalog/row_rules.py`: what `try` does with a source's rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.model import Source
from jobs.catalog.row_rules import CONTENT, RowRule, missing_times, row_rules
from jobs.catalog.values.equality import content, content_texts
from jobs.catalog.values.layout import CONTACT_ID, DELETED, PROBLEMS
from jobs.catalog.values.parsed import Mask, booleans
from jobs.catalog.values.proposals import Trials, hints
from jobs.catalog.values.typed_batches import possible_blames, settings_for


@dataclass(frozen=True, eq=False)
class Settled:
    """`rows` are those that exist; `problems` what stops the run; the counts are of rows that were dropped."""

    rows: pa.Table
    problems: tuple[str, ...] = ()
    without_contact: int = 0
    without_time: int = 0


def check_rows(source: Source, table: pa.Table) -> list[str]:
    """What is wrong with a delivery: values first, by column and how many rows, then the rules about its rows."""
    return list(settle(source, table).problems)


def settle(source: Source, table: pa.Table, trials: Trials | None = None) -> Settled:
    """The rows of a delivery (columns of `arrow_schema`) that exist, in their order, and everything that is wrong.

    `trials`: what was found out about wrong values while they were read.
    """
    problems = value_problems(source, table, trials or Trials())
    kept = np.ones(table.num_rows, dtype=np.bool_)
    for rule in row_rules(source):
        later, too_many = _repetitions(rule, source, table)
        if too_many:
            problems.append(f"{source.name}: {rule.complaint(too_many)}")
        if rule.merges:
            kept &= ~later
    no_contact = _missing(table, CONTACT_ID) if source.contact else np.zeros(table.num_rows, dtype=np.bool_)
    no_time = _missing(table, source.time) if source.time else np.zeros(table.num_rows, dtype=np.bool_)
    allowed = missing_times(source)
    if allowed is not None and no_time.sum() > allowed.most_of(table.num_rows):
        problems.append(f"{source.name}: {allowed.complaint(int(no_time.sum()), table.num_rows)}")
    kept &= ~no_contact & ~no_time
    if source.delivery == "changes":
        kept &= ~pc.fill_null(table[DELETED], False).to_numpy()
    rows = table if kept.all() else table.filter(booleans(kept))
    return Settled(rows, tuple(problems), int(no_contact.sum()), int(no_time.sum()))


def value_problems(source: Source, table: pa.Table, trials: Trials) -> list[str]:
    """`order: 3 rows with price: not a decimal(12,2) (the first is row 7)`, the most common first."""
    counts: dict[str, int] = {}
    first: dict[str, int] = {}
    wrong = np.flatnonzero(pc.is_valid(table[PROBLEMS]).to_numpy())
    problems: Sequence[Sequence[str]] = table[PROBLEMS].take(pa.array(wrong)).to_pylist()
    for row, texts in zip(wrong.tolist(), problems, strict=True):
        for text in texts:
            counts[text] = counts.get(text, 0) + 1
            first.setdefault(text, row + 1)
    blames = sorted((blame for blame in possible_blames(source) if str(blame) in counts), key=lambda b: -counts[str(b)])
    settings = settings_for(source, trials)
    complaints = [
        blame.complaint(counts[str(blame)], f"row {first[str(blame)]}", settings.get(blame, "")) for blame in blames
    ]
    return [f"{source.name}: {said}" for said in (*complaints, *(hints(source, trials) if complaints else ()))]


def _missing(table: pa.Table, name: str) -> Mask:
    return pc.is_null(table[name]).to_numpy()


def _repetitions(rule: RowRule, source: Source, table: pa.Table) -> tuple[Mask, int]:
    """Which rows repeat an earlier one's value in the rule's column, and how many are too many."""
    later = np.zeros(table.num_rows, dtype=np.bool_)
    places = _places_of_repeated(table[rule.by])
    repeated = table.take(pa.array(places))
    values: Sequence[str] = repeated[rule.by].to_pylist()
    different: dict[str, set[object]] = {}
    for place, value, same in zip(places.tolist(), values, _compared_by(rule, source, repeated), strict=True):
        later[place] = value in different
        different.setdefault(value, set()).add(place if same is None else same)
    return later, sum(len(rows) - 1 for rows in different.values())


def _compared_by(rule: RowRule, source: Source, rows: pa.Table) -> Sequence[str | None]:
    """What the rule wants to be the same; None for each row where nothing may be."""
    if rule.same is None:
        return [None] * rows.num_rows
    if rule.same == CONTENT:
        return content_texts(source, {name: _whole(rows[name]) for name in content(source)}).to_pylist()
    return rows[rule.same].to_pylist()


def _places_of_repeated(values: pa.ChunkedArray) -> np.ndarray:
    """Where values stand that are there more than once: seldom many, so that the rest is left to Python."""
    counts = values.drop_null().value_counts()
    many = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    if not len(many):
        return np.array([], dtype=np.int64)
    return np.flatnonzero(pc.is_in(values, many).to_numpy())


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """One array, of no chunks as well."""
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)
