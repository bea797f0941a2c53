"""What stands beside a condition in `why`: the value that was found, so that its verdict can be checked by eye.

Some values need more than the condition itself asks: how far a sequence got, what a computed column was before it was
rounded, whether an average is exact. These are further questions to the same rows (`beside`), read with the answers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jobs.answers.formula_verdicts import FormulaVerdict, compared_values
from jobs.answers.readable_values import DIGITS, FINER, Seen
from jobs.catalog.types import INTEGER, ColumnType
from jobs.language import atoms
from jobs.language.phrases import number
from jobs.plan.resolution import value_type

PRESENT = atoms.Missing(False)


@dataclass(frozen=True)
class Reading:
    """One value in words and for JSON. `unrounded`: what a computed column was before its scale cut it."""

    words: str
    json: Any
    unrounded: Decimal | None = None


def beside(formula: atoms.Formula) -> tuple[atoms.Formula, ...]:
    """The further questions whose answers `readings` needs."""
    match positive(formula):
        case atoms.Chain(steps) as chain:
            return tuple(replace(chain, steps=steps[:reached]) for reached in range(1, len(steps)))
        case _:
            return tuple(question for value in compared_values(formula) for question in _beside(value))


def readings(formula: atoms.Formula, verdict: FormulaVerdict, answers: Sequence[FormulaVerdict]) -> tuple[Reading, ...]:
    """The values of a condition, from its verdict and the answers to what is asked `beside` it."""
    holds = (verdict.verdict == "true") != isinstance(formula, atoms.NotOf)
    match positive(formula):
        case atoms.Chain(steps):
            reached = len(steps) if holds else sum(answer.verdict == "true" for answer in answers)
            return (Reading(f"{reached} of {len(steps)} steps", reached),)
        case atoms.InSegment():
            return (Reading("a member" if holds else "not a member", holds),)
        case atoms.InList():
            return (Reading("on it" if holds else "not on it", holds),)
        case atoms.Sample():
            return (Reading("in it" if holds else "not in it", holds),)
        case _:
            waiting = list(answers)
            values = zip(compared_values(formula), verdict.values, strict=True)
            return tuple(_reading(value, seen, [waiting.pop(0) for _ in _beside(value)]) for value, seen in values)


def positive(formula: atoms.Formula) -> atoms.Formula:
    """The formula without the `not` around it."""
    return positive(formula.child) if isinstance(formula, atoms.NotOf) else formula


def _beside(value: atoms.Value) -> tuple[atoms.Formula, ...]:
    match value:
        case atoms.Computed(type=kind, value=atoms.Arithmetic() | atoms.Aggregate(function="average") as exact):
            finer = ColumnType("decimal", precision=DIGITS, scale=min(kind.scale + FINER, DIGITS))
            return (atoms.Compare(atoms.Computed("", f"{value.source}.{value.column}", finer, exact), PRESENT),)
        case atoms.Aggregate(function="average", of=of) if of is not None:
            present = atoms.Compare(of, PRESENT)
            where = present if value.rows.where is None else atoms.AllOf((value.rows.where, present))
            counted = atoms.Aggregate(replace(value.rows, where=where), "count", None, INTEGER)
            return (atoms.Compare(replace(value, function="sum"), PRESENT), atoms.Compare(counted, PRESENT))
        case _:
            return ()


def _reading(value: atoms.Value, seen: Seen, answers: Sequence[FormulaVerdict]) -> Reading:
    words, values = _words(seen, value_type(value)), [answer.values[0] for answer in answers]
    match value, seen, values:
        case atoms.Computed(), Decimal() | int(), [Decimal() as unrounded] if unrounded != seen:
            return Reading(f"{words}, rounded from {number(unrounded)}", _json(seen), unrounded)
        case atoms.Aggregate(), Decimal(), [Decimal() | int() as total, int() as count] if (
            Fraction(seen) * count != total
        ):
            return Reading(f"about {words}", _json(seen))
        case _:
            return Reading(words, _json(seen))


def _words(seen: Seen, kind: ColumnType) -> str:
    match seen:
        case None:
            return "missing"
        case bool():
            return "true" if seen else "false"
        case int() | Decimal():
            return number(seen)
        case tuple():
            return ", ".join(map(str, seen)) or "none"
        case datetime():
            return seen.isoformat(" ")
        case str() if kind.name == "text":
            return json.dumps(seen, ensure_ascii=False)
        case _:
            return str(seen)


def _json(seen: Seen) -> Any:
    """Missing is null; decimals, dates and times are text."""
    match seen:
        case datetime():
            return seen.isoformat()
        case Decimal():
            return format(seen, "f")
        case tuple():
            return list(seen)
        case _:
            return seen
