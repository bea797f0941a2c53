"""A `where`, read as it stands: one function for a contact's conditions, one for those over a row's own columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.oracle import logic
from tests.oracle.comparing import holds
from tests.oracle.logic import Verdict
from tests.oracle.sources import Row, Source
from tests.oracle.values import Cell
from tests.oracle.world import World, contact_cell, row_cell

Condition = Mapping[str, Any]


def verdict(world: World, condition: Condition, contact: str) -> Verdict:
    """What a condition says of a contact: True, False, or None for unknown."""
    from tests.oracle import answers, rows, samples, sequences  # each of them asks for verdicts again

    match next(word for word in WORDS if word in condition):
        case "all":
            return logic.all_of(verdict(world, child, contact) for child in condition["all"])
        case "any":
            return logic.any_of(verdict(world, child, contact) for child in condition["any"])
        case "not":
            return logic.not_(verdict(world, condition["not"], contact))
        case "everyone":
            return True
        case "attribute":
            operator, wanted = operator_of(condition)
            if isinstance(wanted, dict) and "attribute" in wanted:
                wanted = contact_cell(world, contact, wanted["attribute"])
            return holds(contact_cell(world, contact, condition["attribute"]), operator, wanted, world.clock)
        case "event" | "related":
            return rows.rows_hold(world, condition, contact)
        case "sequence":
            return sequences.sequence_holds(world, condition, contact)
        case "segment":
            return contact in answers.segment(world, condition["segment"])
        case "list":
            return contact in answers.listed(world, condition)
        case "sample":
            return samples.in_sample(contact, condition["sample"]) if world.falls is None else fall(world, condition)
        case word:
            raise AssertionError(word)


def fall(world: World, condition: Condition) -> bool:
    """How a sample was decided to fall for the contact without data."""
    assert world.falls is not None
    return world.falls[repr(condition["sample"])]


WORDS = ("all", "any", "not", "everyone", "attribute", "sequence", "event", "related", "segment", "list", "sample")


def operator_of(condition: Condition) -> tuple[str, Any]:
    """The one operator beside `attribute`."""
    ((operator, wanted),) = [(key, value) for key, value in condition.items() if key != "attribute"]
    return operator, wanted


def row_verdict(world: World, condition: Condition, source: Source, row: Row, contact: str) -> Verdict:
    """What a row's `where` says of the row."""

    def of(child: Condition) -> Verdict:
        return row_verdict(world, child, source, row, contact)

    if "all" in condition:
        return logic.all_of(of(child) for child in condition["all"])
    if "any" in condition:
        return logic.any_of(of(child) for child in condition["any"])
    if "not" in condition:
        return logic.not_(of(condition["not"]))
    operator, wanted = operator_of(condition)
    cell = row_cell(world, source, row, condition["attribute"])
    return holds(cell, operator, _other(world, wanted, source, row, contact), world.clock)


def _other(world: World, wanted: Any, source: Source, row: Row, contact: str) -> Any | Cell:
    """The literal itself, or the cell of the column it names: the row's own or the contact's."""
    if isinstance(wanted, dict) and "attribute" in wanted:
        return row_cell(world, source, row, wanted["attribute"])
    if isinstance(wanted, dict) and "contact" in wanted:
        return contact_cell(world, contact, wanted["contact"])
    return wanted
