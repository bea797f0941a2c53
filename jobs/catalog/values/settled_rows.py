"""A whole delivery in memory, held to the rules of `jobs/catalog/row_rules.py`: what `try` does with a source's rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.model import Source
from jobs.catalog.row_rules import RowRule, row_rules, times_may_miss
from jobs.catalog.values.layout import CONTACT_ID, DELETED, PROBLEMS
from jobs.catalog.values.parsed import booleans


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


def settle(source: Source, table: pa.Table) -> Settled:
    """The rows of a delivery (columns of `arrow_schema`) that exist, in their order, and everything that is wrong."""
    problems = value_problems(source, table)
    keep = np.ones(table.num_rows, dtype=np.bool_)
    for rule in row_rules(source):
        repeated, different = _repeated(rule, table)
        if different:
            problems.append(f"{rule.message}; {different} too many" if rule.same is None else rule.message)
        keep &= ~repeated
    no_contact = _missing(table, CONTACT_ID) if source.contact else np.zeros(table.num_rows, dtype=np.bool_)
    no_time = _missing(table, source.time) if source.time else np.zeros(table.num_rows, dtype=np.bool_)
    allowed = source.gates.missing_time_at_most
    if allowed is not None and not times_may_miss(source, int(no_time.sum()), table.num_rows):
        problems.append(
            f"{source.name}: found {no_time.sum()} of {table.num_rows} rows without {source.time}, "
            f"expected at most {allowed * 100:g}% (missing_time_at_most)"
        )
    keep &= ~no_contact & ~no_time
    if source.delivery == "changes":
        keep &= ~pc.fill_null(table[DELETED], False).to_numpy()
    rows = table if keep.all() else table.filter(booleans(keep))
    return Settled(rows, tuple(problems), int(no_contact.sum()), int(no_time.sum()))


def value_problems(source: Source, table: pa.Table) -> list[str]:
    """`order: 3 rows with dollar_value: not a decimal(12,2)`, the most common first."""
    told = table[PROBLEMS].drop_null()
    counts = Counter(text for texts in told.to_pylist() for text in texts)
    return [
        f"{source.name}: {count} {'row' if count == 1 else 'rows'} with {text}" for text, count in counts.most_common()
    ]


def _missing(table: pa.Table, name: str) -> np.ndarray:
    return pc.is_null(table[name]).to_numpy()


def _repeated(rule: RowRule, table: pa.Table) -> tuple[np.ndarray, int]:
    """Which rows repeat an earlier one by the rule, and how many of them are a problem."""
    repeated = np.zeros(table.num_rows, dtype=np.bool_)
    candidates = _rows_of_repeated_keys(rule, table)
    same = rule.same or ()
    names = list(dict.fromkeys((*rule.by, *same)))
    first: dict[tuple[object, ...], tuple[object, ...]] = {}
    different = 0
    rows: list[dict[str, Any]] = table.select(names).take(candidates).to_pylist()
    places: list[int] = candidates.to_pylist()
    for place, row in zip(places, rows, strict=True):
        key, rest = tuple(row[name] for name in rule.by), tuple(_comparable(row[name]) for name in same)
        if key in first:
            repeated[place] = True
            different += rule.same is None or first[key] != rest
        else:
            first[key] = rest
    return repeated, different


def _comparable(value: object) -> object:
    """Choices and points as tuples, which can be compared and hashed."""
    match value:
        case list():
            return tuple(cast("list[object]", value))
        case dict():
            return tuple(cast("dict[str, object]", value).values())
        case _:
            return value


def _rows_of_repeated_keys(rule: RowRule, table: pa.Table) -> pa.Array:
    """The places of all rows whose key is there more than once: seldom many, so that the rest is left to Python."""
    keys = _as_texts(table, rule.by)
    if rule.present_only:
        for name in rule.by:
            keys = pc.if_else(pc.is_valid(table[name]), keys, pa.scalar(None, pa.string()))
    counts = keys.drop_null().value_counts()
    many = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    if not len(many):
        return pa.array([], pa.int64())
    return pa.array(np.flatnonzero(pc.is_in(keys, many).to_numpy()))


def _as_texts(table: pa.Table, by: tuple[str, ...]) -> pa.ChunkedArray:
    """One text a row, equal where the key is: each part behind its length, a missing part as -."""
    parts: list[pa.ChunkedArray] = []
    for name in by:
        length = pc.binary_length(table[name]).cast(pa.string())
        parts.append(pc.fill_null(pc.binary_join_element_wise(length, table[name], ":"), "-"))
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "/")
