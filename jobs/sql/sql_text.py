"""A statement's tree as text: sqlglot's generators, taught to write the words above a condition."""

from __future__ import annotations

from functools import cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect, Dialects
from sqlglot.errors import ErrorLevel
from sqlglot.generator import Generator

from jobs.sql.constants import writable
from jobs.sql.expressions import Noted
from jobs.sql.fragments import Engine

WIDTH = 100


def written(tree: exp.Expr, engine: Engine, dialect: str) -> tuple[str, list[str]]:
    """The text of a statement, made for `engine`, in a dialect, and what the dialect could not say."""

    def spelled(node: exp.Expr) -> exp.Expr:
        return writable(node, engine)

    tree = tree.transform(spelled, copy=False)
    spelling = Dialect.get_or_raise(dialect)
    generator = _with_notes(spelling.generator_class)(
        dialect=spelling, pretty=True, identify=True, max_text_width=WIDTH, unsupported_level=ErrorLevel.IGNORE
    )
    return generator.generate(tree, copy=False), list(dict.fromkeys(generator.unsupported_messages))


NO_SQL = ("dax", "prql", "solr", "tableau")
"""sqlglot's dialects of what is no SQL, or has no statements of this kind."""
WRITTEN_BY_ANOTHER = ("athena",)
"""Athena's queries are Trino's."""


def dialects() -> list[str]:
    """Every dialect a statement can be written in."""
    return sorted(
        dialect.value for dialect in Dialects if dialect.value and dialect.value not in NO_SQL + WRITTEN_BY_ANOTHER
    )


@cache
def _with_notes(kind: type[Generator]) -> type[Generator]:
    """A dialect's generator that knows `Noted`."""
    return type(f"Noted{kind.__name__}", (kind,), {"TRANSFORMS": {**kind.TRANSFORMS, Noted: _noted}})


def _noted(generator: Generator, expression: exp.Expr) -> str:
    words = generator.sanitize_comment(expression.args["words"])
    return f"/*{words}*/\n{generator.sql(expression, 'this')}"
