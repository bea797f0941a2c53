"""Conditions side by side in an `all` that exclude each other: `at_most 0` beside `at_least 1` on one column or aggregate.

Only what is certain is found: tests of one value whose admitted values have nothing in common. Relative dates are compared
as days around as_of's day where both are written in days or weeks, written dates as days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jobs.language.all_of import AllConditions
from jobs.language.any_of import AnyCondition
from jobs.language.atoms import Compare, Missing, NotOf, Spans, Test, TimeTest, Value, VersionSpans, Words
from jobs.language.condition import Condition
from jobs.language.not_of import NotCondition
from jobs.syntax.durations import Duration

End = tuple[Any, int] | None
"""A bound and -1 (just below), 0 (at) or 1 (just above) it; None: no bound."""


@dataclass(frozen=True)
class _Admitted:
    """What a test admits of a value. `family` says which tests can be compared: intervals of one kind, or words."""

    family: str
    spans: tuple[tuple[End, End], ...] = ()
    words: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()


def contradictions(where: Condition) -> Iterator[tuple[str, str, str]]:
    """(pointer, pointer, what is tested) of every two conditions that can never hold together."""
    waiting = [where]
    while waiting:
        condition = waiting.pop()
        match condition:
            case AllConditions():
                beside = list(_beside(condition))
                yield from _excluding(beside)
                waiting += [child for child in beside if not isinstance(child, AllConditions)]
            case AnyCondition():
                waiting += condition.children
            case NotCondition():
                waiting.append(condition.child)
            case _:
                pass


def _beside(condition: AllConditions) -> Iterator[Condition]:
    for child in condition.children:
        if isinstance(child, AllConditions):
            yield from _beside(child)
        else:
            yield child


def _excluding(beside: list[Condition]) -> Iterator[tuple[str, str, str]]:
    by_value: dict[Value, list[tuple[_Admitted, Condition]]] = {}
    for condition in beside:
        tested = _tested(condition)
        if tested is not None:
            by_value.setdefault(tested[0], []).append((tested[1], condition))
    for tests in by_value.values():
        for place, (admitted, condition) in enumerate(tests):
            other = next((other for before, other in tests[:place] if _excludes(before, admitted)), None)
            if other is not None:
                yield other.pointer, condition.pointer, _subject(condition)


def _subject(condition: Condition) -> str:
    return f"“{condition.describe().text}”"


def _tested(condition: Condition) -> tuple[Value, _Admitted] | None:
    formula = condition.lower()
    negative = isinstance(formula, NotOf)
    inner = formula.child if isinstance(formula, NotOf) else formula
    while isinstance(inner, NotOf):
        negative, inner = not negative, inner.child
    if not isinstance(inner, Compare):
        return None
    admitted = _admitted(inner.test, negative)
    return None if admitted is None else (inner.value, admitted)


def _admitted(test: Test, negative: bool) -> _Admitted | None:
    match test:
        case Missing(wanted):
            return _Admitted("missing" if wanted != negative else "known")
        case Spans(spans) | VersionSpans(spans):
            intervals = tuple((_low(s.low, s.low_in), _high(s.high, s.high_in)) for s in spans)
            return _Admitted("numbers", _outside(intervals) if negative else intervals)
        case Words("in", literals):
            words = frozenset(literals)
            return _Admitted("words", excluded=words) if negative else _Admitted("words", words=words)
        case TimeTest():
            return _days(test, negative)
        case _:
            return _Admitted("other")


def _low(end: Any, inside: bool) -> End:
    return None if end is None else (_exact(end), 0 if inside else 1)


def _high(end: Any, inside: bool) -> End:
    return None if end is None else (_exact(end), 0 if inside else -1)


def _exact(end: Any) -> Any:
    return Fraction(end) if isinstance(end, int | Decimal) else end


def _outside(intervals: tuple[tuple[End, End], ...]) -> tuple[tuple[End, End], ...]:
    """Outside of one interval; of several only what lies beyond them all, which is enough to be certain."""
    if len(intervals) != 1:
        return ((None, None),)
    ((low, high),) = intervals
    gaps: list[tuple[End, End]] = []
    if low is not None:
        gaps.append((None, (low[0], low[1] - 1)))
    if high is not None:
        gaps.append(((high[0], high[1] + 1), None))
    return tuple(gaps)


def _days(test: TimeTest, negative: bool) -> _Admitted:
    """Days counted from as_of's day, or written days; other tests of time are comparable with nothing."""
    argument = test.argument
    family, span = "other", (None, None)
    if isinstance(argument, Duration) and argument.unit in ("d", "w") and not test.operator.startswith("anniversary"):
        days = argument.count * (7 if argument.unit == "w" else 1)
        family, span = "days from as_of", _relative(test.operator, days)
    elif type(argument) is date:
        family, span = "written days", _around(test.operator, argument.toordinal())
    elif isinstance(argument, tuple) and all(type(end) is date for end in argument):
        low, high = (end.toordinal() for end in argument if isinstance(end, date))
        family, span = "written days", ((low, 0), (high, 0))
    if family == "other":
        return _Admitted("other")
    return _Admitted(family, _outside((span,)) if negative else (span,))


def _relative(operator: str, days: int) -> tuple[End, End]:
    match operator:
        case "within_last":
            return (-days, 0), (0, 0)
        case "within_next":
            return (0, 0), (days, 0)
        case "more_than_ago":
            return None, (-days, -1)
        case _:
            return (days, 1), None


def _around(operator: str, day: int) -> tuple[End, End]:
    match operator:
        case "on":
            return (day, 0), (day, 0)
        case "before":
            return None, (day, -1)
        case "on_or_before":
            return None, (day, 0)
        case "after":
            return (day, 1), None
        case _:
            return (day, 0), None


def _excludes(first: _Admitted, second: _Admitted) -> bool:
    """Whether nothing is admitted by both."""
    families = {first.family, second.family}
    if "missing" in families:
        return len(families) > 1
    if first.family != second.family or first.family in ("known", "other"):
        return False
    if first.family == "words":
        if first.words and second.words:
            return not first.words & second.words
        return bool(
            (first.words and first.words <= second.excluded) or (second.words and second.words <= first.excluded)
        )
    return not any(_meet(a, b) for a in first.spans for b in second.spans)


def _meet(first: tuple[End, End], second: tuple[End, End]) -> bool:
    lows = [end for end in (first[0], second[0]) if end is not None]
    highs = [end for end in (first[1], second[1]) if end is not None]
    return not lows or not highs or max(lows) <= min(highs)
