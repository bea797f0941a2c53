"""Conditions side by side that leave nothing to choose: in an `all` they exclude each other, in an `any` one always holds.

Both are one question: A or B holds for every known value just when no value satisfies neither.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from jobs.language.admitted_values import Admitted, excludes, tested_value
from jobs.language.all_of import AllConditions
from jobs.language.any_of import AnyCondition
from jobs.language.condition import Condition
from jobs.language.not_of import NotCondition
from jobs.language.rows_condition import RowsCondition
from jobs.language.sequence import Sequence


def contradictions(where: Condition) -> Iterator[tuple[str, str, str]]:
    """(pointer, pointer, what is tested) of every two conditions that can never hold together, side by side in an `all`."""
    for beside in _side_by_side(where, AllConditions):
        yield from _excluding(beside, denied=False)


def certainties(where: Condition) -> Iterator[tuple[str, str, str]]:
    """The same of every two in an `any` one of which holds for every known value."""
    for beside in _side_by_side(where, AnyCondition):
        yield from _excluding(beside, denied=True)


def _side_by_side(where: Condition, kind: type[AllConditions | AnyCondition]) -> Iterator[list[Condition]]:
    waiting = [where]
    while waiting:
        condition = waiting.pop()
        match condition:
            case AllConditions() | AnyCondition():
                beside = list(_beside(condition))
                if isinstance(condition, kind):
                    yield beside
                waiting += beside
            case NotCondition():
                waiting.append(condition.child)
            case RowsCondition():
                waiting += [inner for inner in (condition.question.matching.where,) if inner is not None]
            case Sequence():
                waiting += [step.matching.where for step in condition.steps if step.matching.where is not None]
            case _:
                pass


def _beside(condition: AllConditions | AnyCondition) -> Iterator[Condition]:
    for child in condition.children:
        if isinstance(child, AllConditions | AnyCondition) and type(child) is type(condition):
            yield from _beside(child)
        else:
            yield child


def _excluding(beside: list[Condition], denied: bool) -> Iterator[tuple[str, str, str]]:
    """Those that exclude each other; `denied`: whose opposites do."""
    by_value: dict[Hashable, list[tuple[Admitted, Condition]]] = {}
    for condition in beside:
        value, admitted = tested_value(condition.lower(), denied)
        by_value.setdefault(value, []).append((admitted, condition))
    for tests in by_value.values():
        for place, (admitted, condition) in enumerate(tests):
            other = next((other for before, other in tests[:place] if excludes(before, admitted)), None)
            if other is not None:
                yield other.pointer, condition.pointer, _subject(condition)


def _subject(condition: Condition) -> str:
    return f"“{condition.describe().text}”"
