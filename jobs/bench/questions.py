"""What the random specs ask, read from their JSON anew: a tree over distinct tests, each in SQL and for Polars.

Knows only the forms that `random_segments.py` draws, and nothing of the language, the plan or the kernel: whoever counts by
these statements is a second opinion on all of it. Missing is NULL, and AND, OR, NOT are SQL's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from jobs.bench.seeded_company import FIRST_NIGHT

AS_OF = datetime(FIRST_NIGHT.year, FIRST_NIGHT.month, FIRST_NIGHT.day)
TIME = {"order": "ordered_at", "click": "clicked_at", "visit": "visited_at"}
Tree = tuple[str, tuple["Tree", ...]] | int
"""`("and" | "or" | "not", children)`, or the place of a test; `("and", ())` is everybody."""


@dataclass(frozen=True)
class Literals:
    """How an engine writes the midnight (UTC) of a day, and a day."""

    midnight: str = "TIMESTAMPTZ '{} 00:00:00+00'"
    day: str = "DATE '{}'"


SQL = Literals()


@dataclass(frozen=True)
class ValueTest:
    """A test of one column: one of these values, at least this, a day up to this one, or from it until the night's own."""

    column: str
    operator: str
    values: tuple[str | int | bool, ...]

    def sql(self, literals: Literals = SQL) -> str:
        match self.operator:
            case "in":
                return f'"{self.column}" IN ({", ".join(map(_literal, self.values))})'
            case "since":
                first, last = literals.day.format(self.values[0]), literals.day.format(f"{AS_OF:%Y-%m-%d}")
                return f'("{self.column}" >= {first} AND "{self.column}" <= {last})'
            case "until":
                return f'"{self.column}" <= {literals.day.format(self.values[0])}'
            case _:
                return f'"{self.column}" >= {self.values[0]}'

    def polars(self) -> pl.Expr:
        column = pl.col(self.column)
        match self.operator:
            case "in":
                return column.is_in(list(self.values))
            case "since":
                first = datetime.fromisoformat(str(self.values[0])).date()
                return (column >= pl.lit(first)) & (column <= pl.lit(AS_OF.date()))
            case "until":
                return column <= pl.lit(datetime.fromisoformat(str(self.values[0])).date())
            case _:
                return column >= self.values[0]


@dataclass(frozen=True)
class RowsTest:
    """So many rows of a source, or a sum or maximum of at least so much, in the time from `since` until the night."""

    source: str
    since: datetime
    row: ValueTest | None
    function: str
    of: str
    at_least: int

    def sql(self, literals: Literals = SQL) -> str:
        """An aggregate over all rows of one contact; one without such rows has 0 of them, and no maximum."""
        rows = f'"{TIME[self.source]}" >= {literals.midnight.format(f"{self.since:%Y-%m-%d}")}'
        rows += f" AND {self.row.sql(literals)}" if self.row else ""
        what = "count(*)" if self.function == "count" else f'{self.function[:3]}("{self.of}")'
        compared = f"{what} FILTER (WHERE {rows}) >= {self.at_least}"
        return compared if self.function == "maximum" else f"coalesce({compared}, false)"

    def polars(self) -> pl.Expr:
        rows = pl.col(TIME[self.source]) >= pl.lit(self.since).dt.replace_time_zone("UTC")
        rows = rows & self.row.polars() if self.row else rows
        if self.function == "count":
            return rows.fill_null(value=False).sum() >= self.at_least
        amount = pl.when(rows).then(pl.col(self.of))
        least = self.at_least * (100 if self.of == "amount" else 1)
        return (amount.sum() if self.function == "sum" else amount.max()) >= least


@dataclass(frozen=True)
class AskedTests:
    """The distinct tests of all segments, and each segment as a tree over their places."""

    tests: tuple[ValueTest | RowsTest, ...]
    trees: dict[str, Tree]

    def of(self, ids: Sequence[str]) -> AskedTests:
        """Those of these segments alone."""
        used = sorted({place for id_ in ids for place in _places(self.trees[id_])})
        moved = {place: number for number, place in enumerate(used)}
        return AskedTests(
            tuple(self.tests[place] for place in used), {id_: _renumbered(self.trees[id_], moved) for id_ in ids}
        )


def read_questions(folder: Path) -> AskedTests:
    """Of every spec in `folder/all`."""
    places: dict[ValueTest | RowsTest, int] = {}
    specs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "all").glob("*.json"))]
    trees = {spec["id"]: _tree(spec["where"], places) for spec in specs}
    return AskedTests(tuple(places), trees)


def _tree(condition: dict[str, Any], places: dict[ValueTest | RowsTest, int]) -> Tree:
    if "everyone" in condition:
        return ("and", ())
    if "not" in condition:
        return ("not", (_tree(condition["not"], places),))
    for word, connective in (("all", "and"), ("any", "or")):
        if word in condition:
            return (connective, tuple(_tree(child, places) for child in condition[word]))
    test = _rows_test(condition) if "event" in condition else _value_test(condition)
    return places.setdefault(test, len(places))


def _rows_test(condition: dict[str, Any]) -> RowsTest:
    row = _value_test(condition["where"]) if "where" in condition else None
    since = back(condition["within"])
    for function in ("sum", "maximum"):
        if function in condition:
            asked = condition[function]
            return RowsTest(condition["event"], since, row, function, asked["of"], asked["at_least"])
    return RowsTest(condition["event"], since, row, "count", "", condition["count"]["at_least"])


def _value_test(condition: dict[str, Any]) -> ValueTest:
    column = condition["attribute"]
    match condition:
        case {"in": values}:
            return ValueTest(column, "in", tuple(values))
        case {"is": value}:
            return ValueTest(column, "in", (value,))
        case {"years_ago": {"at_least": years}}:
            return ValueTest(column, "until", (f"{back(f'{years}y'):%Y-%m-%d}",))
        case {"within_last": window}:
            return ValueTest(column, "since", (f"{back(window):%Y-%m-%d}",))
        case {"at_least": least}:
            return ValueTest(column, "at_least", (least,))
        case _:
            raise ValueError(f"no form that is drawn: {condition}")


def back(window: str) -> datetime:
    """The instant so long before the night; its day of the month is in every month."""
    if window.endswith("d"):
        return AS_OF - timedelta(days=int(window[:-1]))
    months = int(window[:-2]) if window.endswith("mo") else 12 * int(window[:-1])
    year, month = divmod(AS_OF.year * 12 + AS_OF.month - 1 - months, 12)
    return AS_OF.replace(year=year, month=month + 1)


def _literal(value: str | int | bool) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


def tree_sql(tree: Tree) -> str:
    """Over columns `q0`, `q1`, …"""
    if isinstance(tree, int):
        return f"q{tree}"
    connective, children = tree
    if connective == "not":
        return f"(NOT {tree_sql(children[0])})"
    return f"({f' {connective.upper()} '.join(map(tree_sql, children))})" if children else "true"


def tree_polars(tree: Tree) -> pl.Expr:
    """Over columns `q0`, `q1`, …"""
    if isinstance(tree, int):
        return pl.col(f"q{tree}")
    connective, children = tree
    if connective == "not":
        return ~tree_polars(children[0])
    result = pl.lit(connective == "and")
    for child in children:
        result = result & tree_polars(child) if connective == "and" else result | tree_polars(child)
    return result


def _places(tree: Tree) -> list[int]:
    return [tree] if isinstance(tree, int) else [place for child in tree[1] for place in _places(child)]


def _renumbered(tree: Tree, moved: dict[int, int]) -> Tree:
    return moved[tree] if isinstance(tree, int) else (tree[0], tuple(_renumbered(child, moved) for child in tree[1]))
