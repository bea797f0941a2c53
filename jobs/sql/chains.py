"""Sequences in SQL: the rows each step reaches, one CTE a step, and the contacts of the last.

A row of step k is reached when a strictly earlier reached row of step k-1 stands within the gap (and equals it in the `same`
columns). An absent last step asks, from the last reached row (for each combination of `same`), that no such row followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from jobs.language.atoms import Chain, Instants, Rows, Step
from jobs.sql.aggregates import R, comparable, from_rows, rows_scope
from jobs.sql.fragments import fill
from jobs.sql.literals import number
from jobs.sql.relations import CONTACT, column

if TYPE_CHECKING:
    from jobs.sql.twin import Statement


def followers(chain: Chain, statement: Statement) -> exp.Expr:
    """A query of the contacts who went through the chain."""
    assert chain.window is None or isinstance(chain.window, Instants)
    reached = ""
    for index, step in enumerate(chain.steps):
        after = chain.steps[index + 1] if index + 1 < len(chain.steps) else None
        window = Instants(None, statement.plan.clock.as_of_us) if step.absent else chain.window
        matched = _matched(step, after, window, statement)
        if step.absent:
            return _unanswered(step, reached, matched, statement)
        name = statement.named(
            (chain, index), "step", matched if not index else _reached(step, after, reached, matched)
        )
        reached = name
    return exp.select(column(reached, CONTACT)).distinct().from_(exp.table_(reached, quoted=True))


def _matched(step: Step, after: Step | None, window: Instants | None, statement: Statement) -> exp.Select:
    """A step's own rows: contact, instant, its `same` columns, and those the next step compares with."""
    scope, tests = rows_scope(Rows(step.source, step.where, window), statement)
    time = statement.plan.catalog.sources[step.source].time
    chosen = [column(R, CONTACT), exp.alias_(fill("epoch_us", statement.engine, x=column(R, time)), "at", quoted=True)]
    chosen += [exp.alias_(comparable(scope, later), f"same_{n}", quoted=True) for n, (_, later) in enumerate(step.same)]
    if after is not None:
        chosen += [
            exp.alias_(comparable(scope, earlier), f"next_{n}", quoted=True)
            for n, (earlier, _) in enumerate(after.same)
        ]
    return from_rows(scope, tests, *chosen)


def _follows(step: Step, earlier: str, later: str, earlier_columns: str) -> exp.Expr:
    at, then = column(earlier, "at"), column(later, "at")
    tests: list[exp.Expr] = [
        column(later, CONTACT).eq(column(earlier, CONTACT)),
        exp.GT(this=then, expression=at),
    ]
    if step.gap_us is not None:
        tests.append(exp.LTE(this=then.copy(), expression=exp.Add(this=at.copy(), expression=number(step.gap_us))))
    tests += [column(later, f"same_{n}").eq(column(earlier, f"{earlier_columns}_{n}")) for n in range(len(step.same))]
    return exp.and_(*tests)


def _reached(step: Step, after: Step | None, before: str, matched: exp.Select) -> exp.Expr:
    kept = [CONTACT, "at", *(f"next_{n}" for n in range(len(after.same) if after is not None else 0))]
    return (
        exp.select(*(column("m", name) for name in kept))
        .distinct()
        .from_(exp.alias_(exp.Subquery(this=matched), "m", quoted=True, table=True))
        .join(
            exp.alias_(exp.table_(before, quoted=True), "b", quoted=True, table=True),
            on=_follows(step, "b", "m", "next"),
        )
    )


def _unanswered(step: Step, before: str, matched: exp.Select, statement: Statement) -> exp.Expr:
    assert step.gap_us is not None
    same = [f"next_{n}" for n in range(len(step.same))]
    keys = [column("b", name) for name in (CONTACT, *same)]
    last = (
        exp.select(*keys, exp.alias_(exp.Max(this=column("b", "at")), "at", quoted=True))
        .from_(exp.alias_(exp.table_(before, quoted=True), "b", quoted=True, table=True))
        .where(*(column("b", name).is_(exp.null()).not_() for name in same), copy=False)
        .group_by(*keys)
    )
    answered = (
        exp.select(number(1))
        .from_(exp.alias_(exp.Subquery(this=matched), "m", quoted=True, table=True))
        .where(_follows(step, "l", "m", "next"))
    )
    ended = exp.LTE(
        this=exp.Add(this=column("l", "at"), expression=number(step.gap_us)),
        expression=number(statement.plan.clock.as_of_us),
    )
    return (
        exp.select(column("l", CONTACT))
        .distinct()
        .from_(exp.alias_(exp.Subquery(this=last), "l", quoted=True, table=True))
        .where(ended, exp.not_(exp.Exists(this=answered)))
    )
