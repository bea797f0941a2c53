"""`segment_sql`: the statement for one segment of a plan, each condition under its English, and what it expects of tables.

Local days and hours are the engine's own: its zone data may be of another year than the pinned tzdata, and where a clock
went back over midnight it counts the repeated minutes to the day that had ended, we to the one that had begun. Windows and
comparisons with dates are instants of the plan and do not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from sqlglot import exp

from jobs.errors import visible
from jobs.language.atoms import Everyone, Formula
from jobs.language.audience import audience_english
from jobs.language.specs import Spec
from jobs.plan.clock import EPOCH
from jobs.plan.planner import references
from jobs.plan.resolution import Resolver
from jobs.plan.run_plan import Plan
from jobs.sql import segment_ctes
from jobs.sql.formulas import FormulaScope
from jobs.sql.fragments import engine_of
from jobs.sql.relations import FOLDED
from jobs.sql.sql_text import written
from jobs.sql.statement import Statement

EXECUTED = ("duckdb", "spark")
"""Engines whose statements the tests execute; other dialects of sqlglot are translations."""


def segment_sql(plan: Plan, segment: str, dialect: str, specs: Mapping[str, Spec] | None = None) -> str:
    """One SELECT of the members' contact ids. `specs`: by id, those whose conditions are told in English.

    `dialect` is a name of `sql_text.dialects()`. The tables it reads are those of `jobs/sql/relations.py`.
    """
    engine = engine_of(dialect)
    explained = [spec for id_ in _reached(plan, segment) if (spec := (specs or {}).get(id_)) is not None]
    titles = {spec.id: _members_english(spec) for spec in explained}
    statement = Statement(plan, engine, english(plan, explained), titles)
    tree = segment_ctes.members(FormulaScope(statement, plan.catalog.contacts), segment)
    notes = [*_title(explained, segment), *_about(statement, tree)]
    text, unsupported = written(tree, engine, dialect)
    if dialect not in EXECUTED:
        notes.append(f"Translated to {dialect} by sqlglot, and not executed here.")
        notes += [f"Not sure in {dialect}: {message}" for message in [*_doubts(tree), *unsupported]]
    return "".join(f"-- {_plain(note)}\n" for note in notes) + text + "\n"


def english(plan: Plan, specs: Iterable[Spec]) -> dict[Formula, str]:
    """What the conditions of these specs say, by what they are in the plan."""
    resolver = Resolver(plan.clock, plan.catalog)
    words: dict[Formula, str] = {}
    for spec in specs:
        for phrase in spec.where.describe().walk():
            if phrase.formula is not None and not phrase.children:
                words.setdefault(resolver.formula(phrase.formula), _plain(phrase.text))
        if not isinstance(spec.origin, Everyone):
            words.setdefault(spec.origin, f"of {audience_english(spec.origin)}")
    return words


def _members_english(spec: Spec) -> str:
    kept = "" if spec.keep is None else f"; of these {spec.keep.english()}"
    return _plain(f"{spec.name}{kept}")


def _plain(text: str) -> str:
    """On one line, nothing invisible in it, and nothing that Spark would replace by a variable's value."""
    return visible(text).replace("${", "$ {")


def _reached(plan: Plan, segment: str) -> list[str]:
    """The segment and those it refers to, however far."""
    meanings = {meaning.id: meaning for meaning in plan.segments}
    ids: dict[str, None] = {}
    waiting = [segment]
    while waiting:
        id_ = waiting.pop()
        if id_ not in ids:
            ids[id_] = None
            waiting += references(meanings[id_])
    return list(ids)


def _title(specs: list[Spec], segment: str) -> Iterator[str]:
    for spec in specs:
        if spec.id == segment:
            yield spec.name
            yield from [spec.description] if spec.description else []


def _doubts(tree: exp.Expr) -> Iterator[str]:
    if any(node.this == exp.DType.UBIGINT for node in tree.find_all(exp.DataType)):
        yield "random numbers are drawn with whole numbers of 64 bits without a sign."


def _about(statement: Statement, tree: exp.Expr) -> Iterator[str]:
    clock = statement.plan.clock
    as_of = EPOCH + timedelta(microseconds=clock.as_of_us)
    yield f"As of {as_of.isoformat(sep=' ')}; the days are those of {clock.zone.name}."
    columns = statement.reads.columns
    yield "Reads " + "; ".join(f"{name} ({', '.join(names)})" for name, names in columns.items()) + "."
    read = [name for names in columns.values() for name in names]
    if any(name.startswith(FOLDED) for name in read):
        yield f"{FOLDED}x is the column x after Unicode NFC and case folding."
    if any(node.is_string and node.name == statement.zone for node in tree.find_all(exp.Literal)):
        yield "Local days and hours are those of the engine's own time zone data."
