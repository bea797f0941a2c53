"""Numbers, days, instants and words as SQL literals, exact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlglot import exp

from jobs.catalog.types import ColumnType
from jobs.language.atoms import Literal_
from jobs.plan.clock import EPOCH, date_of


def text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def number(value: int | Decimal) -> exp.Expr:
    """An exact number; never written with an exponent, which engines read as a double."""
    plain = format(Decimal(value), "f")
    return exp.Neg(this=exp.Literal.number(plain[1:])) if plain.startswith("-") else exp.Literal.number(plain)


def double(value: int | Decimal | float) -> exp.Expr:
    """The double nearest to a written number."""
    return exp.cast(exp.Literal.string(repr(float(value))), "DOUBLE")


def day(value: int) -> exp.Expr:
    return exp.cast(exp.Literal.string(date_of(value).isoformat()), "DATE")


def instant(us: int) -> exp.Expr:
    """Microseconds UTC; instants before year 1 or after 9999 are cut off there, where no row can be."""
    first = (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    last = (datetime(9999, 12, 31, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    at = EPOCH + timedelta(microseconds=min(max(us, first), last))
    return exp.cast(exp.Literal.string(at.isoformat(sep=" ", timespec="microseconds")), "TIMESTAMPTZ")


def truth(value: bool) -> exp.Expr:
    return exp.Boolean(this=value)


def literal(value: Literal_, column: ColumnType) -> exp.Expr:
    """A resolved literal of a computed column's case."""
    match column.name:
        case "date":
            assert isinstance(value, int)
            return day(value)
        case "timestamp":
            assert isinstance(value, int)
            return instant(value)
        case "boolean":
            return truth(bool(value))
        case "float":
            assert isinstance(value, int | Decimal | float)
            return double(value)
        case "integer" | "decimal":
            assert isinstance(value, int | Decimal)
            return number(value)
        case "choices":
            assert isinstance(value, tuple)
            return exp.Array(expressions=[text(str(word)) for word in value])
        case "version" if isinstance(value, tuple):
            return text(".".join(map(str, value)))
        case _:
            return text(str(value))
