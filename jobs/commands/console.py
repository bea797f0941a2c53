"""What the verbs print: tables for people, JSON for programs, problems on standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from jobs.errors import Problem, visible


class OneLine(logging.Formatter):
    """A log's line is one line, whatever is in it: nobody who may name a file writes a line of his own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        return visible(super().formatMessage(record))


def print_json(document: object) -> None:
    """One JSON document on standard output; Decimals and dates as text."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], numbers: Collection[str] = ()
) -> None:
    """A table; numbers stand right, with thousands marked, and so do the columns `numbers`, which are texts already."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left")
    lines = [list(row) for row in rows]
    for index, column in enumerate(columns):
        numeric = column in numbers or (bool(lines) and all(isinstance(row[index], int | None) for row in lines))
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in lines:
        table.add_row(*(Text(_shown(cell)) for cell in row))
    # A log has no width of its own: there a row should stay a row.
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    console.print(table)


def print_costs(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """What segments cost, or would cost."""
    from jobs.publication.cost_table import HEADINGS, cost_cells

    print_table(title, HEADINGS, map(cost_cells, rows), numbers=HEADINGS[1:5])


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else visible(str(cell))


def print_problems(problems: Iterable[Problem]) -> None:
    """Each problem a line on standard error: file, pointer, message."""
    for problem in problems:
        prefix = "" if problem.level == "error" else "warning: "
        print(f"{prefix}{problem}", file=sys.stderr)


def problem_rows(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """The shape of `validate --json`."""
    return [{"file": p.file, "pointer": p.pointer, "message": p.message, "level": p.level} for p in problems]


def say(text: str) -> None:
    """A line for people, on standard error, so that standard output stays the answer."""
    print(text, file=sys.stderr)
