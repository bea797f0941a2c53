"""The stable random number of a contact in SQL: SHA-256 and splitmix64 in whole numbers.

Engines stop at an overflow where splitmix64 wraps, so its products are taken in two 32-bit halves of wide
numbers, modulo 2^64. Each step uses the number before it several times, so it is a SELECT of its own; or, as Spark puts
SELECTs into each other when it moves a filter, and the steps would multiply, a function of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction
from math import ceil

from sqlglot import exp

from jobs.language.atoms import Sample
from jobs.sql.constants import number
from jobs.sql.exact_sql import decimal, quotient, wide
from jobs.sql.expressions import CONTACT, all_of, column, compared, minus, modulo, named, plus, subquery, table, times
from jobs.sql.fragments import Engine, fill
from jobs.sql.scopes import Scope
from jobs.sql.statement import Statement

WRAP = 1 << 64
HALF = 1 << 32
GAMMA = 0x9E3779B97F4A7C15
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB


def place(scope: Scope, seed: str) -> exp.Expr:
    """A contact's number for a seed, 0 to 2^64 - 1: `keep` by random takes the smallest first."""
    statement = scope.statement
    name = statement.part(("draw", seed), "draw", lambda: _draws(statement, seed), f"a number drawn with {seed!r}")
    return column(scope.joins.left(name, name, scope.contact, CONTACT), "value")


def falls_in(scope: Scope, sample: Sample) -> exp.Expr:
    """low * 2^64 <= 100 * x < high * 2^64, with both ends brought to whole numbers of x."""
    x = place(scope, sample.seed)
    low, high = (number(ceil(Fraction(end) * WRAP / 100)) for end in (sample.low, sample.high))
    return all_of([compared(exp.GTE, x, low), compared(exp.LT, x, high)])


def _draws(statement: Statement, seed: str) -> exp.Expr:
    engine = statement.engine
    contacts = statement.plan.catalog.contacts.name
    statement.reads.add(contacts, CONTACT)
    seeded = wide(number(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")), engine)
    hashed = fill("hashed", engine, x=column("z", CONTACT))
    if engine == "spark":
        z: exp.Expr = exp.column("z", quoted=True)
        for step in _steps(seeded, engine):
            hashed = fill("let", engine, x=hashed, body=step(z))
        return _select(hashed, table(contacts, "z"))
    query = _select(hashed, table(contacts, "z"))
    for step in _steps(seeded, engine):
        query = _select(step(column("z", "value")), subquery(query, "z"))
    return query


def _steps(seeded: exp.Expr, engine: Engine) -> tuple[Callable[[exp.Expr], exp.Expr], ...]:
    return (
        lambda z: _xor(z, seeded, engine),
        lambda z: modulo(plus(z, wide(number(GAMMA), engine)), wide(number(WRAP), engine)),
        lambda z: _xor(z, _shifted(z, 30, engine), engine),
        lambda z: _product(z, FIRST, engine),
        lambda z: _xor(z, _shifted(z, 27, engine), engine),
        lambda z: _product(z, SECOND, engine),
        lambda z: _xor(z, _shifted(z, 31, engine), engine),
    )


def _select(value: exp.Expr, source: exp.Expr) -> exp.Select:
    return exp.select(column("z", CONTACT), named(value, "value")).from_(source)


def _shifted(value: exp.Expr, bits: int, engine: Engine) -> exp.Expr:
    return quotient(value, wide(number(1 << bits), engine), engine)


def _product(value: exp.Expr, factor: int, engine: Engine) -> exp.Expr:
    """value * factor modulo 2^64, from two products that stay under 38 digits."""
    half, by = wide(number(HALF), engine), wide(number(factor), engine)
    high = modulo(times(quotient(value, half, engine), by), half)
    low = times(modulo(value, half), by)
    return modulo(plus(times(high, half), low), wide(number(WRAP), engine))


def _xor(left: exp.Expr, right: exp.Expr, engine: Engine) -> exp.Expr:
    """Exclusive or of two numbers under 2^64; Spark's is of signed ones, so they go below zero and come back."""
    if engine != "spark":
        return fill("xor", engine, x=left, y=right)
    wrap = wide(number(WRAP), engine)
    return modulo(plus(fill("xor", engine, x=_signed(left), y=_signed(right)), wrap), wrap)


def _signed(value: exp.Expr) -> exp.Expr:
    wrapped = minus(value, decimal(number(WRAP), 38, 0))
    return exp.cast(exp.Case().when(compared(exp.GTE, value, number(1 << 63)), wrapped).else_(value.copy()), "BIGINT")
