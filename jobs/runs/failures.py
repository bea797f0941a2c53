"""Which segments cannot be evaluated tonight, and why: their source failed, a column is unread, a list is gone, or a segment
they refer to cannot be.

Known before any tile is read. A segment reaches a source through its own conditions, computed columns and lookups, through
the segments it refers to, and through the lists it names; it is never evaluated on yesterday's rows of a failed source. It
reaches a column the same way, but not through lists, which are what they were: a column that was not read as the catalog
says is never taken for one without values.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

from jobs.language.atoms import InList
from jobs.language.specs import Spec
from jobs.runs.run import Run

Status = Literal["published", "held", "failed", "retired"]


def list_key(asked: InList) -> str:
    """Under which a run pins the version of a list that a spec asks for."""
    return f"{asked.name}@{asked.on}" if asked.on else asked.name


def reached_sources(specs: Mapping[str, Spec], lists: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """For each segment every source it reaches; `specs` stand in an order in which references come first."""
    reached: dict[str, frozenset[str]] = {}
    for id_, spec in specs.items():
        through = [reached[other] for other in spec.depends.segments if other in reached]
        through += [frozenset(lists[list_key(asked)].get("sources", ())) for asked in spec.depends.lists]
        reached[id_] = spec.depends.sources.union(*through)
    return reached


def failures_before(specs: Mapping[str, Spec], run: Run) -> dict[str, str]:
    """The reason for each segment that cannot be evaluated, those that refer to such a one included."""
    reached = reached_sources(specs, run.lists)
    failures: dict[str, str] = {}
    for id_, spec in specs.items():
        reason = _reason(spec, reached[id_], run, failures)
        if reason:
            failures[id_] = reason
    return failures


def _reason(spec: Spec, sources: frozenset[str], run: Run, failures: Mapping[str, str]) -> str:
    for asked in spec.depends.lists:
        problem = run.lists[list_key(asked)].get("problem")
        if problem:
            return problem
    if data := bad_data(spec, sources, run):
        return data
    for other in spec.depends.segments:
        if other in failures:
            return refers_to_failed(other, "failed", failures[other])
    return ""


def bad_data(spec: Spec, sources: Collection[str], run: Run) -> str:
    """Why a run has no answer about a spec that reaches these sources; empty where its rows could be read."""
    for source in sorted(run.failed_sources.keys() & set(sources)):
        return f"source {source} failed: {run.failed_sources[source]}"
    for source, column in sorted(spec.depends.stored & run.unread.keys()):
        return f"column {source}.{column} is unread: {run.unread[source, column]}"
    return ""


def overflowed(column: str) -> str:
    """The reason of segments above a computed column that could not hold somebody's value."""
    return (
        f"computed column {column} has a value that its type cannot hold. "
        "Give it a wider type in the catalog, or another value; then run the night again"
    )


def refers_to_failed(id_: str, status: Status, reason: str) -> str:
    """The reason of a segment that refers to one that was not published."""
    return f"refers to segment {id_}, which {'was held back' if status == 'held' else 'failed'}: {reason}"
