"""Tests of a value in the kernel's own units, and conditions on a row made of them."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.catalog.types import ColumnType
from jobs.language.atoms import Calendar, Inside, Missing, PairOperator, Radius, Spans, VersionSpans, Words


@dataclass(frozen=True)
class Ranges:
    """`Spans` as closed intervals in the column's own units (doubles for floats); `exact` for fractions."""

    low: tuple[int, ...] | tuple[float, ...]
    high: tuple[int, ...] | tuple[float, ...]
    exact: Spans


KernelTest = Missing | Ranges | VersionSpans | Words | Calendar | Radius | Inside

# --- conditions on a row -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Operand:
    """A column of the row by path, or (contact >= 0) a value of the row's contact."""

    type: ColumnType
    path: str = ""
    contact: int = -1


@dataclass(frozen=True)
class RowAll:
    children: tuple[RowFormula, ...]


@dataclass(frozen=True)
class RowAny:
    children: tuple[RowFormula, ...]


@dataclass(frozen=True)
class RowNot:
    child: RowFormula


@dataclass(frozen=True)
class RowTest:
    operand: Operand
    test: KernelTest


@dataclass(frozen=True)
class RowPair:
    left: Operand
    comparison: PairOperator
    right: Operand


RowFormula = RowAll | RowAny | RowNot | RowTest | RowPair


@dataclass(frozen=True)
class Conjunct:
    """One of the conditions that must all be true, and what makes an index of the rows by a column worth it.

    `path`: the one column of words that it is about, or the column of numbers that `ranges` are about; else "".
    """

    condition: RowFormula
    path: str
    ranges: Ranges | None
