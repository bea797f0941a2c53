"""What a condition admits of the value it tests, as intervals or words, and whether two of them have nothing in common.

Only what is certain is found. Relative dates are compared as days around as_of's day where both are written in days or
weeks, written dates as days, calendar periods of one unit as periods.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from jobs.catalog.types import EXACT, ColumnType
from jobs.language.atoms import (
    Aggregate,
    Calendar,
    Compare,
    Computed,
    ContactColumn,
    Formula,
    GroupCount,
    Missing,
    NotOf,
    Pair,
    Periods,
    RowColumn,
    Spans,
    Test,
    TimeTest,
    Value,
    VersionSpans,
    Words,
)
from jobs.syntax.durations import Duration

End = tuple[Any, int] | None
"""A bound and -1 (just below), 0 (at) or 1 (just above) it; None: no bound."""
Interval = tuple[End, End]

FIELDS = {"weekday": (0, 6), "month": (1, 12), "day": (1, 31), "hour": (0, 23)}
COUNTS = ("count", "days", "distinct")


@dataclass(frozen=True)
class Admitted:
    """What a test admits of a value. `family` says which tests can be compared: intervals of one kind, words, one test.

    `denied`: all but the words, or the opposite of the test.
    """

    family: str
    spans: tuple[Interval, ...] = ()
    words: frozenset[str] = frozenset()
    denied: bool = False
    test: Hashable = None
    values: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Line:
    """The numbers that a value can be: multiples of `step` (None: any) between the ends."""

    step: Fraction | None = None
    least: int | None = None
    most: int | None = None

    def cut(self, intervals: tuple[Interval, ...], negative: bool) -> tuple[Interval, ...]:
        """The intervals, or what lies outside them, with ends that the value can have; none that is empty."""
        spans = (self._tight(interval) for interval in (_outside(intervals) if negative else intervals))
        return tuple(span for span in spans if _meet(span, (None, None)))

    def _tight(self, interval: Interval) -> Interval:
        low, high = interval
        if self.step is not None and low is not None:
            steps = low[0] / self.step
            low = ((floor(steps) + 1 if low[1] > 0 else ceil(steps)) * self.step, 0)
        if self.step is not None and high is not None:
            steps = high[0] / self.step
            high = ((ceil(steps) - 1 if high[1] < 0 else floor(steps)) * self.step, 0)
        if self.least is not None:
            low = max(low or (self.least, 0), (self.least, 0))
        if self.most is not None:
            high = min(high or (self.most, 0), (self.most, 0))
        return low, high


WHOLE = _Line(Fraction(1))
ANYTHING = _Line()


def tested_value(formula: Formula, negative: bool) -> tuple[Hashable, Admitted]:
    """What is tested, and what of it is admitted; a formula that tests no value stands for itself."""
    while isinstance(formula, NotOf):
        negative, formula = not negative, formula.child
    match formula:
        case Compare(value, test):
            return value, _admitted(value, test, negative)
        case Pair(left, comparison, right):
            # As the sign of left - right.
            span = _around(_AS_DAYS[comparison], 0)
            return (left, right), Admitted("pair", ANYTHING.cut((span,), negative))
        case _:
            return formula, Admitted("other", denied=negative)


_AS_DAYS = {
    "is": "on",
    "less_than": "before",
    "at_most": "on_or_before",
    "more_than": "after",
    "at_least": "on_or_after",
}


def _admitted(value: Value, test: Test, negative: bool) -> Admitted:
    match test:
        case Missing(wanted):
            return Admitted("missing" if wanted != negative else "known")
        case Spans(spans) | VersionSpans(spans):
            exact = _as_doubles if _type(value) == "float" else _exact
            intervals = tuple((_low(exact(s.low), s.low_in), _high(exact(s.high), s.high_in)) for s in spans)
            return Admitted("numbers", _line(value).cut(intervals, negative))
        case Words("in", literals):
            words, values = frozenset(literals), _values(value)
            if values:
                return Admitted("words", words=values - words if negative else values & words)
            return Admitted("words", words=words, denied=negative)
        case Words("has_any" | "has_all", literals):
            family = "has_all" if test.operator == "has_all" and len(literals) > 1 else "has_any"
            return Admitted(family, words=frozenset(literals), denied=negative, values=_values(value))
        case Calendar(field, allowed) if field in FIELDS:
            days = tuple(((number, 0), (number, 0)) for number in sorted(allowed))
            return Admitted(field, _Line(Fraction(1), *FIELDS[field]).cut(days, negative))
        case TimeTest():
            return _days(test, negative)
        case _:
            return Admitted("other", denied=negative, test=test)


def _column_type(value: Value) -> ColumnType | None:
    match value:
        case RowColumn() | ContactColumn() | Aggregate() | GroupCount() | Computed():
            return value.type
        case _:
            return None


def _type(value: Value) -> str:
    column = _column_type(value)
    return "" if column is None else column.name


def _values(value: Value) -> frozenset[str]:
    column = _column_type(value)
    return frozenset() if column is None else frozenset(column.values)


def _line(value: Value) -> _Line:
    column = _column_type(value)
    if isinstance(value, GroupCount) or (isinstance(value, Aggregate) and value.function in COUNTS):
        return _Line(Fraction(1), 0)
    if column is None or (isinstance(value, Aggregate) and value.function == "average"):
        return ANYTHING
    if column.name == "boolean":
        return _Line(Fraction(1), 0, 1)
    return _Line(Fraction(1, 10**column.scale)) if column.name in EXACT else ANYTHING


def _low(end: Any, inside: bool) -> End:
    return None if end is None else (end, 0 if inside else 1)


def _high(end: Any, inside: bool) -> End:
    return None if end is None else (end, 0 if inside else -1)


def _exact(end: Any) -> Any:
    return Fraction(end) if isinstance(end, int | Decimal) else end


def _as_doubles(end: Any) -> Any:
    return None if end is None else Fraction(float(end))


def _outside(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """Everything but the intervals, which ascend and do not overlap."""
    gaps: list[Interval] = []
    start: End = None
    for low, high in intervals:
        if low is not None:
            gaps.append((start, (low[0], low[1] - 1)))
        if high is None:
            return tuple(gaps)
        start = high[0], high[1] + 1
    return (*gaps, (start, None))


def _days(test: TimeTest, negative: bool) -> Admitted:
    """Days counted from as_of's day, or written days, or periods; any other test of time is comparable with itself."""
    argument, line = test.argument, WHOLE
    if isinstance(argument, Duration) and argument.unit in ("d", "w") and not test.operator.startswith("anniversary"):
        days = argument.count * (7 if argument.unit == "w" else 1)
        family, spans = "days from as_of", (_relative(test.operator, days),)
    elif isinstance(argument, Periods):
        family, spans = f"calendar {argument.unit}", (((argument.first, 0), (argument.last, 0)),)
    elif isinstance(argument, Spans):
        family = test.operator
        spans = tuple((_low(_exact(s.low), s.low_in), _high(_exact(s.high), s.high_in)) for s in argument.spans)
        line = _Line(Fraction(1), 0, 365) if test.operator == "anniversary_days_ahead" else WHOLE
    elif type(argument) is date:
        family, spans = "written days", (_around(test.operator, argument.toordinal()),)
    elif isinstance(argument, tuple) and all(type(end) is date for end in argument):
        low, high = (end.toordinal() for end in argument if isinstance(end, date))
        family, spans = "written days", (((low, 0), (high, 0)),)
    else:
        return Admitted("other", denied=negative, test=test)
    return Admitted(family, line.cut(spans, negative))


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


def excludes(first: Admitted, second: Admitted) -> bool:
    """Whether nothing is admitted by both."""
    families = {first.family, second.family}
    if "missing" in families:
        return len(families) > 1
    if families <= {"has_any", "has_all"}:
        return _sets_exclude(first, second)
    if first.family != second.family or first.family == "known":
        return False
    if first.family == "other":
        return first.test == second.test and first.denied != second.denied
    if first.family == "words":
        return _words_exclude(first, second)
    return not any(_meet(a, b) for a in first.spans for b in second.spans)


def _words_exclude(first: Admitted, second: Admitted) -> bool:
    if first.denied and second.denied:
        return False  # there is always another word
    if first.denied or second.denied:
        denied, named = (first, second) if first.denied else (second, first)
        return named.words <= denied.words
    return not first.words & second.words


def _sets_exclude(first: Admitted, second: Admitted) -> bool:
    """Of a set of choices, which is never empty."""
    if first.denied and second.denied:
        none_left = bool(first.values) and first.values <= first.words | second.words
        return none_left and first.family == second.family == "has_any"
    if not first.denied and not second.denied:
        return False
    denied, named = (first, second) if first.denied else (second, first)
    match named.family, denied.family:
        case "has_any", "has_any":
            return named.words <= denied.words
        case "has_all", "has_any":
            return bool(named.words & denied.words)
        case "has_all", "has_all":
            return denied.words <= named.words
        case _:
            return False


def _meet(first: Interval, second: Interval) -> bool:
    lows = [end for end in (first[0], second[0]) if end is not None]
    highs = [end for end in (first[1], second[1]) if end is not None]
    return not lows or not highs or max(lows) <= min(highs)
