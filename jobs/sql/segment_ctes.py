"""CTEs of segments: who is in one, after its `keep`; segments it refers to stand before it."""

from __future__ import annotations

from fractions import Fraction

from sqlglot import exp

from jobs.language.atoms import Everyone, Keep, Meaning
from jobs.plan.planner import references
from jobs.sql import sample_numbers
from jobs.sql.constants import number
from jobs.sql.exact_sql import quotient, wide
from jobs.sql.expressions import CONTACT, column, compared, named, plus, subquery, table, times
from jobs.sql.fragments import Engine
from jobs.sql.scopes import Scope


def members(scope: Scope, id_: str) -> exp.Select:
    """The whole statement of a segment: its members' ids, in the order of their code points."""
    name = segment(scope, id_)
    contact = column(name, CONTACT)
    return scope.statement.with_parts(exp.select(contact).from_(table(name)).order_by(contact.copy()))


def segment(scope: Scope, id_: str) -> str:
    """The CTE of a segment's members."""
    statement = scope.statement
    meaning = statement.meanings[id_]
    return statement.part(("segment", id_), id_, lambda: _members(scope, meaning), statement.titles.get(id_, id_))


def _members(asking: Scope, meaning: Meaning) -> exp.Expr:
    for reference in references(meaning):
        segment(asking, reference)
    scope = asking.over()
    with scope.statement.about(""):  # its conditions speak for themselves
        tests = [scope.formula(part) for part in (meaning.base, meaning.where) if not isinstance(part, Everyone)]
        if meaning.keep is None:
            return scope.select(scope.contact, where=tests)
        place = named(_place(meaning.keep, scope), "place")
        return _kept(meaning.keep, scope.select(scope.contact, place, where=tests), scope.engine)


def _place(keep: Keep, scope: Scope) -> exp.Expr:
    if keep.by is None:
        assert keep.seed is not None
        by = exp.Ordered(this=sample_numbers.place(scope, keep.seed), desc=False)
    else:
        by = exp.Ordered(this=scope.value(keep.by), desc=not keep.lowest, nulls_first=False)
    order = exp.Order(expressions=[by, exp.Ordered(this=scope.contact.copy(), desc=False)])
    return exp.Window(this=exp.RowNumber(), order=order)


def _kept(keep: Keep, placed: exp.Select, engine: Engine) -> exp.Expr:
    place = column("members", "place")
    limit = number(keep.count) if keep.count is not None else _share(keep, engine)
    counted = exp.select(column("members", CONTACT), place, named(limit, "places"))
    return (
        exp.select(column("counted", CONTACT))
        .from_(subquery(counted.from_(subquery(placed, "members")), "counted"))
        .where(compared(exp.LTE, column("counted", "place"), column("counted", "places")))
    )


def _share(keep: Keep, engine: Engine) -> exp.Expr:
    """ceil(m * p / 100) of m members, in whole numbers: (m * top + bottom - 1) / bottom, rounded down."""
    assert keep.percent is not None
    share = Fraction(keep.percent) / 100
    top, bottom = (wide(number(part), engine) for part in (share.numerator, share.denominator))
    everyone = wide(exp.Window(this=exp.Count(this=exp.Star())), engine)
    return quotient(plus(times(everyone, top), number(share.denominator - 1)), bottom, engine)
