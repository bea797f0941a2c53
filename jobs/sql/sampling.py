"""The stable random number of a contact (spec-language 6.7) in SQL: SHA-256 and splitmix64 in whole numbers.

Engines stop at an overflow where splitmix64 wraps, so its products are taken in two 32-bit halves of wide
numbers, modulo 2^64. Each step is a SELECT of its own, or the text would grow eightfold.
"""

from __future__ import annotations

import hashlib
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from jobs.language.atoms import Sample
from jobs.sql.fragments import Engine
from jobs.sql.literals import number
from jobs.sql.relations import CONTACT, column

if TYPE_CHECKING:
    from jobs.sql.twin import Scope, Statement

WRAP = 1 << 64
HALF = 1 << 32
GAMMA = 0x9E3779B97F4A7C15
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB

HASHED = {
    "duckdb": "CAST(CONCAT('0x', SUBSTRING(SHA256(:x), 1, 16)) AS HUGEINT)",
    "spark": "CAST(CONV(SUBSTRING(SHA2(:x, 256), 1, 16), 16, 10) AS DECIMAL(38, 0))",
}
XOR = "CAST(XOR(CAST(:x AS UBIGINT), CAST(:y AS UBIGINT)) AS HUGEINT)"


def _floor(value: exp.Expr, divisor: int, engine: Engine) -> exp.Expr:
    from jobs.sql.exact import quotient

    return quotient(value, number(divisor), engine)


def _modulo(value: exp.Expr, divisor: int) -> exp.Expr:
    return exp.paren(exp.Mod(this=exp.paren(value.copy()), expression=number(divisor)))


def _product(value: exp.Expr, factor: int, engine: Engine) -> exp.Expr:
    """value * factor modulo 2^64, from two products that stay under 38 digits."""
    high = exp.Mul(this=_floor(value, HALF, engine), expression=number(factor))
    low = exp.Mul(this=_modulo(value, HALF), expression=number(factor))
    shifted = exp.Mul(this=_modulo(high, HALF), expression=number(HALF))
    return _modulo(exp.Add(this=shifted, expression=low), WRAP)


def _xor(left: exp.Expr, right: exp.Expr, engine: Engine) -> exp.Expr:
    """Exclusive or of two numbers under 2^64; Spark's is of signed ones, so they go below zero and come back."""
    if engine == "duckdb":
        return exp.replace_placeholders(sqlglot.parse_one(XOR), x=left.copy(), y=right.copy())
    both = exp.BitwiseXor(this=_signed(left), expression=_signed(right))
    wide = exp.cast(exp.paren(both), "DECIMAL(38, 0)")
    return exp.paren(exp.Mod(this=exp.paren(exp.Add(this=wide, expression=number(WRAP))), expression=number(WRAP)))


def _signed(value: exp.Expr) -> exp.Expr:
    low = exp.Sub(this=value.copy(), expression=number(WRAP))
    return exp.cast(
        exp.Case().when(exp.GTE(this=value.copy(), expression=number(1 << 63)), low).else_(value.copy()), "BIGINT"
    )


def throws(statement: Statement, seed: str) -> str:
    """The CTE of every contact's number for a seed, column `value`, from 0 to 2^64 - 1."""
    from jobs.sql.twin import PEOPLE

    engine = statement.engine
    hashed = exp.replace_placeholders(sqlglot.parse_one(HASHED[engine]), x=column("z", CONTACT))
    seeded = number(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big"))
    z = column("z", "value")
    steps: list[exp.Expr] = [
        hashed,
        _xor(z, seeded, engine),
        _modulo(exp.Add(this=z, expression=number(GAMMA)), WRAP),
        _xor(z, _floor(z, 1 << 30, engine), engine),
        _product(z, FIRST, engine),
        _xor(z, _floor(z, 1 << 27, engine), engine),
        _product(z, SECOND, engine),
        _xor(z, _floor(z, 1 << 31, engine), engine),
    ]
    source: exp.Expr = exp.table_(PEOPLE, quoted=True)
    for step in steps:
        inner = exp.alias_(source, "z", quoted=True, table=True)
        query = exp.select(column("z", CONTACT), exp.alias_(step, "value", quoted=True)).from_(inner)
        source = exp.Subquery(this=query)
    return statement.named(("throws", seed), "sample", query)  # pyright: ignore[reportPossiblyUnboundVariable]


def place(scope: Scope, seed: str) -> exp.Expr:
    """A contact's number for a seed: `keep` by random takes the smallest first."""
    name = throws(scope.statement, seed)
    scope.joins.left(name, name, column(name, CONTACT).eq(scope.contact.copy()))
    return column(name, "value")


def falls_in(scope: Scope, sample: Sample) -> exp.Expr:
    """low * 2^64 <= 100 * x < high * 2^64, with both ends brought to whole numbers of x."""
    x = place(scope, sample.seed)
    low, high = (number(ceil(Fraction(end) * WRAP / 100)) for end in (sample.low, sample.high))
    return exp.and_(exp.GTE(this=x, expression=low), exp.LT(this=x.copy(), expression=high))
