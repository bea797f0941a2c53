"""Numbers, days, instants and words as SQL literals, exact; sqlglot writes and escapes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlglot import exp

from jobs.catalog.types import ColumnType, fold
from jobs.language.atoms import Literal_
from jobs.plan.clock import EPOCH, date_of
from jobs.sql.fragments import Engine

FIRST_US = (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
LAST_US = (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)

UNWRITABLE: dict[Engine, re.Pattern[str]] = {
    "duckdb": re.compile("(\0)"),  # its parser ends a text there
    "spark": re.compile(r"(\$(?=\{))"),  # its parser puts a variable's value in the place of ${name}
    "other": re.compile("(?!)"),
}


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
    at = EPOCH + timedelta(microseconds=min(max(us, FIRST_US), LAST_US))
    timespec = "microseconds" if at.microsecond else "seconds"
    return exp.cast(exp.Literal.string(at.isoformat(sep=" ", timespec=timespec)), "TIMESTAMPTZ")


def truth(value: bool) -> exp.Expr:
    return exp.Boolean(this=value)


def literal(value: Literal_, column: ColumnType, folded: bool = False) -> exp.Expr:
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
            return text(".".join(map(str, value or (0,))))
        case _:
            return text(fold(str(value)) if folded else str(value))


def writable(node: exp.Expr, engine: Engine) -> exp.Expr:
    """The same literal, put together from pieces where the engine's parser would not read it as it stands."""
    if not isinstance(node, exp.Literal) or not node.is_string:
        return node
    pieces = [piece for piece in UNWRITABLE[engine].split(node.name) if piece]
    if len(pieces) < 2 and "\0" not in node.name:
        return node
    parts = [exp.func("CHR", exp.Literal.number(0)) if piece == "\0" else text(piece) for piece in pieces]
    return exp.Concat(expressions=parts, safe=False, coalesce=False) if len(parts) > 1 else parts[0]
