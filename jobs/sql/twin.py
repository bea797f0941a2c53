"""`segment_sql`: the statement for one segment of a plan, under its English, with what it expects of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect, Dialects
from sqlglot.errors import ErrorLevel
from sqlglot.generator import Generator

from jobs.language.atoms import Formula
from jobs.language.phrases import Phrase
from jobs.language.specs import Spec
from jobs.plan.planned import Plan
from jobs.plan.resolving import Resolver
from jobs.sql.expressions import Noted
from jobs.sql.fragments import Engine
from jobs.sql.literals import writable
from jobs.sql.statement import Statement

EXECUTED = ("duckdb", "spark")
"""Engines whose statements the tests execute; other dialects of sqlglot are translations."""

WIDTH = 100


def segment_sql(plan: Plan, segment: str, dialect: str, specs: Mapping[str, Spec] | None = None) -> str:
    """One SELECT of the members' contact ids. `specs`: whose conditions are told in English."""
    known = specs or {}
    engine: Engine = "spark" if dialect == "spark" else "duckdb"
    statement = Statement(plan, engine, english(plan, known.values()))
    text, unsupported = written(statement.members(segment), engine, dialect)
    head = [*_title(known.get(segment)), *_run(plan), *_tables(statement)]
    if dialect not in EXECUTED:
        head.append(f"Translated from DuckDB's SQL to {dialect}; not executed here.")
        head += [f"{dialect}: {message}" for message in unsupported]
    return "".join(f"-- {line}\n" for text_ in head for line in text_.splitlines()) + text + "\n"


def english(plan: Plan, specs: Iterable[Spec]) -> dict[Formula, str]:
    """What the conditions of these specs say, by what they are in the plan."""
    resolver = Resolver(plan.clock, plan.catalog)
    told: dict[Formula, str] = {}
    for spec in specs:
        for phrase in spec.where.describe().walk():
            if phrase.formula is not None and not phrase.children:
                told.setdefault(resolver.formula(phrase.formula), _said(phrase))
    return told


def _said(phrase: Phrase) -> str:
    """Spark would put a variable's value in the place of ${name}, in a comment as well."""
    return phrase.text.replace("${", "$ {")


def written(tree: exp.Expr, engine: Engine, dialect: str) -> tuple[str, list[str]]:
    """The text of a statement in a dialect, and what the dialect could not say."""
    tree = tree.transform(lambda node: writable(node, engine), copy=False)
    found = Dialect.get_or_raise(dialect)
    generator = _with_notes(found.generator_class)(
        dialect=found, pretty=True, identify=True, max_text_width=WIDTH, unsupported_level=ErrorLevel.IGNORE
    )
    return generator.generate(tree, copy=False), list(dict.fromkeys(generator.unsupported_messages))


@cache
def _with_notes(kind: type[Generator]) -> type[Generator]:
    """A dialect's generator that knows `Noted`."""
    return type(f"Noted{kind.__name__}", (kind,), {"TRANSFORMS": {**kind.TRANSFORMS, Noted: _noted}})


def _noted(generator: Generator, expression: exp.Expr) -> str:
    words = generator.sanitize_comment(expression.args["words"])
    return f"/*{words}*/\n{generator.sql(expression, 'this')}"


def _title(spec: Spec | None) -> Iterator[str]:
    if spec is not None:
        yield spec.name
        if spec.description:
            yield spec.description


def _run(plan: Plan) -> Iterator[str]:
    yield f"As of {plan.clock.as_of_us} µs"


def _tables(statement: Statement) -> Iterator[str]:
    for name, columns in statement.reads.columns.items():
        yield f"{name}: {', '.join(columns)}"


def dialects() -> list[str]:
    """Every dialect sqlglot can write."""
    return sorted(dialect.value for dialect in Dialects if dialect.value)
