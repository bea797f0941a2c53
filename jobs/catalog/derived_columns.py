"""Derived columns: their arithmetic names the source's own listed columns, whole or decimal ones, without cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jobs.catalog.arithmetic import Name, Operation, check_unit, names, read_arithmetic
from jobs.catalog.model import Column, Source
from jobs.catalog.types import EXACT
from jobs.syntax.nodes import Problems
from jobs.syntax.reference_order import in_order, way_round
from jobs.syntax.spelling import did_you_mean


def check_derived(source: Source, unread: frozenset[str], problems: Problems) -> None:
    """Adds what is wrong with the derived columns of a source; names in `unread` have a problem of their own."""
    needs: dict[str, set[str]] = {}
    for column in source.columns.values():
        if column.derive is None:
            continue
        operation = read_arithmetic(column.derive, problems)
        if operation is not None:
            needs[column.name] = _check_names(operation, source, unread, problems)
            check_unit(operation, lambda name: _unit(name, source), column.unit, column.derive, problems)
    for cycle in in_order({name: others & needs.keys() for name, others in needs.items()})[1]:
        _report_cycle(cycle, source, problems)


def _unit(name: Name, source: Source) -> str:
    column = source.columns.get(name.name)
    return "" if column is None else column.unit


def _report_cycle(cycle: Sequence[str], source: Source, problems: Problems) -> None:
    for name in cycle:
        derive = source.columns[name].derive
        assert derive is not None
        problems.add(derive, f"found a cycle of derived columns, {way_round(cycle, name)}, expected none")


def _check_names(operation: Operation, source: Source, unread: frozenset[str], problems: Problems) -> set[str]:
    """The derived columns that an operation needs."""
    derived: set[str] = set()
    for name in names(operation):
        column = source.columns.get(name.name)
        if column is None:
            if name.name not in unread:
                problems.add(name.at, _unknown(name.name, source.columns))
        elif column.type.name not in EXACT:
            problems.add(name.at, f'"{name.name}" is a {column.type} column, expected integer or decimal')
        elif column.derive is not None:
            derived.add(name.name)
    return derived


def _unknown(name: str, columns: Mapping[str, Column]) -> str:
    if "." in name:
        return f'found "{name}", expected a column of this source; a lookup\'s columns cannot be derived from'
    numbers = [column.name for column in columns.values() if column.type.name in EXACT]
    return f'this source lists no column "{name}"{did_you_mean(name, numbers)}'


def derivations(source: Source) -> dict[str, Operation]:
    """The arithmetic of each derived column of a checked source, in an order in which each finds what it needs."""
    operations: dict[str, Operation] = {}
    for column in source.columns.values():
        if column.derive is not None:
            operation = read_arithmetic(column.derive, Problems())
            assert operation is not None, "a source is built only once its derived columns are checked"
            operations[column.name] = operation
    order, _ = in_order(
        {
            name: [operand.name for operand in names(operation) if operand.name in operations]
            for name, operation in operations.items()
        }
    )
    return {name: operations[name] for name in order}
