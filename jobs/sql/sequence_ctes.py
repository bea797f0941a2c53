"""Sequences in SQL: the rows each step reaches, one CTE a step, and the contacts of the last.

A row of step k is reached when a strictly earlier reached row of step k-1 stands within the gap (and equals it in the `same`
columns). An absent last step asks, from the last reached row (for each combination of `same`), that no such row followed.
"""

from __future__ import annotations

from sqlglot import exp

from jobs.language.atoms import Chain, Instants, Rows, Step, Window
from jobs.sql.constants import number
from jobs.sql.expressions import CONTACT, column, compared, equal, known, named, negated, plus, subquery, table
from jobs.sql.fragments import fill
from jobs.sql.scopes import Scope


def followers(scope: Scope, chain: Chain) -> exp.Expr:
    """A query of the contacts who went through the chain."""
    reached = ""
    for index, step in enumerate(chain.steps):
        after = chain.steps[index + 1] if index + 1 < len(chain.steps) else None
        if step.absent:
            return _unanswered(scope, step, reached)
        matched = _matched(scope, step, after, chain.window)
        query = _reached(step, after, reached, matched) if reached else matched
        reached = scope.statement.part((chain, index), f"{step.source}_step", lambda query=query: query)
    return exp.select(column(reached, CONTACT)).distinct().from_(table(reached))


def _matched(scope: Scope, step: Step, after: Step | None, window: Window | None) -> exp.Select:
    """A step's own rows: contact, instant, its `same` columns, and those that the next step compares with."""
    rows, tests = scope.over_rows(Rows(step.source, step.where, window))
    chosen = [rows.contact, named(fill("epoch_us", rows.engine, x=rows.time), "at_us")]
    for number_, (earlier, later) in enumerate(step.same):  # folded if the earlier step's column is
        chosen.append(named(rows.comparable(later, earlier.type.fold), f"same_{number_}"))
    for number_, (earlier, _) in enumerate(() if after is None else after.same):
        chosen.append(named(rows.comparable(earlier), f"next_{number_}"))
    return rows.select(*chosen, where=tests)


def _follows(step: Step, earlier: str, later: str) -> list[exp.Expr]:
    at, then = column(earlier, "at_us"), column(later, "at_us")
    tests = [equal(column(later, CONTACT), column(earlier, CONTACT)), compared(exp.GT, then, at)]
    if step.gap_us is not None:
        tests.append(compared(exp.LTE, then, plus(at, number(step.gap_us))))
    same = [equal(column(later, f"same_{n}"), column(earlier, f"next_{n}")) for n in range(len(step.same))]
    return [*tests, *same]


def _reached(step: Step, after: Step | None, before: str, matched: exp.Select) -> exp.Expr:
    kept = [CONTACT, "at_us", *(f"next_{n}" for n in range(len(after.same) if after is not None else 0))]
    return (
        exp.select(*(column("matched", name) for name in kept))
        .distinct()
        .from_(subquery(matched, "matched"))
        .join(table(before), on=exp.and_(*_follows(step, before, "matched"), copy=False))
    )


def _unanswered(scope: Scope, step: Step, before: str) -> exp.Expr:
    assert step.gap_us is not None
    as_of_us = scope.statement.plan.clock.as_of_us
    same = [f"next_{n}" for n in range(len(step.same))]
    keys = [column(before, name) for name in (CONTACT, *same)]
    last = exp.select(*keys, named(exp.Max(this=column(before, "at_us")), "at_us")).from_(table(before))
    for name in same:
        last = last.where(known(column(before, name)))
    matched = _matched(scope, step, None, Instants(None, as_of_us))
    answered = exp.select(number(1)).from_(subquery(matched, "matched")).where(*_follows(step, "last", "matched"))
    ended = compared(exp.LTE, plus(column("last", "at_us"), number(step.gap_us)), number(as_of_us))
    return (
        exp.select(column("last", CONTACT))
        .distinct()
        .from_(subquery(last.group_by(*keys), "last"))
        .where(ended, negated(exp.Exists(this=answered)))
    )
