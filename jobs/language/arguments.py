"""The values that stand behind operators: each reader gives the test of the atoms and the value in English, or problems.

Here numbers become intervals, words are folded where the column folds, and nothing is guessed. What is compared stands in
a `Subject`; which operator takes which reader is the table in operators.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from jobs.catalog.types import ColumnType, fold
from jobs.language.atoms import (
    Calendar,
    Missing,
    Span,
    Spans,
    Test,
    TimeOperator,
    TimeTest,
    VersionSpan,
    VersionSpans,
    Words,
)
from jobs.language.intervals import plain, points
from jobs.language.phrases import moment, number, stretch, word
from jobs.language.suggestions import suggestion
from jobs.syntax.durations import Duration, Unit, read_duration
from jobs.syntax.durations import words as duration_words
from jobs.syntax.literals import (
    Moment,
    read_boolean,
    read_date,
    read_date_or_moment,
    read_number,
    read_text,
    read_version,
)
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.shapes import read_list, read_scalar, whole

T = TypeVar("T")

ANNIVERSARY_DAYS = 183
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """What is compared: its name for messages, its type, its unit for English."""

    name: str
    type: ColumnType
    unit: str = ""


@dataclass(frozen=True)
class Argument:
    """An operator's value, read: the positive test of the atoms, and the value's parts in English."""

    test: Test
    words: tuple[str, ...]


Reader = Callable[[Node, Subject, Problems], Argument | None]

# --- is_empty, booleans -------------------------------------------------------------------------------------------------


def emptiness(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    wanted = read_scalar(node, read_boolean, problems)
    return None if wanted is None else Argument(Missing(wanted), ("not known" if wanted else "known",))


def truth(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    wanted = read_scalar(node, read_boolean, problems)
    return (
        None if wanted is None else Argument(Spans((Span(int(wanted), int(wanted)),)), ("true" if wanted else "false",))
    )


# --- words --------------------------------------------------------------------------------------------------------------


def one_word(operator: str) -> Reader:
    """`is` (as `in` of one), `contains`, `starts_with`, `ends_with`."""

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        text = _text(node, subject, problems)
        return None if text is None else _words(operator, [text], subject)

    return read


def several_words(operator: str) -> Reader:
    """`in`, `has_any`, `has_all`: a list of words."""

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        texts = read_list(node, lambda child: _text(child, subject, problems), problems)
        return None if texts is None else _words(operator, texts, subject)

    return read


def _words(operator: str, texts: Sequence[str], subject: Subject) -> Argument:
    # Folded here, once, and not where rows are read: the same literals serve a thousand tiles.
    folded = {fold(text) for text in texts} if subject.type.fold else set(texts)
    named: Sequence[str] = list(dict.fromkeys(map(word, texts)))
    return Argument(Words(operator, tuple(sorted(folded))), tuple(named))  # pyright: ignore[reportArgumentType]


def _text(node: Node, subject: Subject, problems: Problems) -> str | None:
    text = read_scalar(node, read_text, problems)
    if text is None:
        return None
    if not text:
        problems.add(
            node, 'found an empty text, which is a missing value and never equal to anything — did you mean "is_empty"?'
        )
        return None
    if subject.type.values and text not in subject.type.values:
        problems.add(
            node,
            f"found {shown(text)}, expected one of the values of {subject.name}{suggestion(text, subject.type.values)}",
        )
        return None
    return text


# --- numbers and versions -----------------------------------------------------------------------------------------------

Threshold = tuple[bool, bool, bool]
"""Whether the value is the low end, whether the high end, and whether it is in itself."""

THRESHOLDS: dict[str, Threshold] = {
    "is": (True, True, True),
    "less_than": (False, True, False),
    "at_most": (False, True, True),
    "more_than": (True, False, False),
    "at_least": (True, False, True),
}


def one_number(operator: str) -> Reader:
    low, high, inside = THRESHOLDS[operator]

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        value = _number(node, problems)
        if value is None:
            return None
        # A threshold is an interval with one end, so that every number test is one kind of test below.
        span = Span(value if low else None, value if high else None, inside or not low, inside or not high)
        return Argument(Spans((span,)), (number(value, subject.unit),))

    return read


def several_numbers(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    values = read_list(node, lambda child: _number(child, problems), problems, "numbers")
    words = () if values is None else tuple(number(value, subject.unit) for value in dict.fromkeys(values))
    return None if values is None else Argument(points(values), words)


def number_range(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    ends = _pair(node, lambda child: _number(child, problems), problems, lambda low, high: low <= high)
    return None if ends is None else Argument(Spans((Span(*ends),)), (number(ends[0]), number(ends[1], subject.unit)))


def _number(node: Node, problems: Problems) -> int | Decimal | None:
    value = read_scalar(node, read_number, problems)
    return None if value is None else plain(value)


def one_version(operator: str) -> Reader:
    low, high, inside = THRESHOLDS[operator]

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        value = read_scalar(node, read_version, problems)
        if value is None:
            return None
        span = VersionSpan(value if low else None, value if high else None, inside or not low, inside or not high)
        return Argument(VersionSpans((span,)), (str(node.value),))

    return read


def several_versions(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    values = read_list(node, lambda child: read_scalar(child, read_version, problems), problems, "versions")
    if values is None:
        return None
    spans = tuple(VersionSpan(value, value) for value in sorted(set(values)))
    return Argument(VersionSpans(spans), tuple(str(child.value) for child in node.items()))


def version_range(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    ends = _pair(
        node, lambda child: read_scalar(child, read_version, problems), problems, lambda low, high: low <= high
    )
    words = tuple(str(child.value) for child in node.items()) if ends is not None else ()
    return None if ends is None else Argument(VersionSpans((VersionSpan(*ends),)), words)


# --- dates and timestamps -----------------------------------------------------------------------------------------------


def time_point(operator: TimeOperator) -> Reader:
    """`on`, `before` and the like: a day; of a timestamp also an instant."""

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        value = _when(node, subject, problems)
        return None if value is None else Argument(TimeTest(operator, value), (moment(value),))

    return read


def time_range(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    ends = _pair(node, lambda child: _when(child, subject, problems), problems, _in_order)
    return None if ends is None else Argument(TimeTest("between", ends), (moment(ends[0]), moment(ends[1])))


def span_of_time(operator: TimeOperator) -> Reader:
    """`within_last` and the like; dates take no hours."""

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        # A date has no hour, and guessing one (midnight? noon?) would move people between segments by a day.
        units: tuple[Unit, ...] = ("d", "w", "mo", "y") if subject.type.name == "date" else ("h", "d", "w", "mo", "y")
        length = read_scalar(node, lambda value: read_duration(value, units), problems)
        return (
            None if length is None else Argument(TimeTest(operator, length), (duration_words(length), stretch(length)))
        )

    return read


def anniversary(operator: TimeOperator) -> Reader:
    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        length = read_scalar(node, _anniversary_length, problems)
        return (
            None if length is None else Argument(TimeTest(operator, length), (duration_words(length), stretch(length)))
        )

    return read


def _anniversary_length(value: Json) -> Duration:
    length = read_duration(value, ("d", "w"))
    if length.count * (7 if length.unit == "w" else 1) > ANNIVERSARY_DAYS:
        raise ValueError(f'found {shown(value)}, expected at most "{ANNIVERSARY_DAYS}d" (half a year)')
    return length


DAYS_FROM_AS_OF = {"today": 0, "now": 0, "yesterday": 1, "tomorrow": -1}
"""Words that people write for a day, as `days_ago` counts it."""


def _when(node: Node, subject: Subject, problems: Problems) -> date | Moment | None:
    ago = DAYS_FROM_AS_OF.get(node.value.strip().casefold()) if isinstance(node.value, str) else None
    if ago is not None:
        asked = f'a day that moves with as_of is asked for by "days_ago": {{"is": {ago}}}'
        problems.add(node, f"found {node.found()}, expected a date as YYYY-MM-DD; {asked}")
        return None
    return read_scalar(node, read_date if subject.type.name == "date" else read_date_or_moment, problems)


def _in_order(low: date | Moment, high: date | Moment) -> bool:
    """Whether some instant can lie between; where the account's zone would have to decide, yes."""
    offsets = {end.offset for end in (low, high) if isinstance(end, Moment)}
    if len(offsets) > 1 or (
        offsets != {None} and not (isinstance(low, Moment) and isinstance(high, Moment)) and offsets
    ):
        if all(isinstance(end, Moment) and end.offset is not None for end in (low, high)):
            return _clock(low, last=False) <= _clock(high, last=True)
        return True
    return _clock(low, last=False) <= _clock(high, last=True)


def _clock(end: date | Moment, last: bool) -> datetime:
    if isinstance(end, Moment):
        return end.local - (end.offset or timedelta(0))
    return datetime.combine(end, time.max if last else time.min)


# --- the calendar -------------------------------------------------------------------------------------------------------


HOUR = whole(0, 24)


def weekdays(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    days = read_list(node, lambda child: read_scalar(child, _weekday, problems), problems, "weekdays")
    return None if days is None else _calendar("weekday", days, [WEEKDAY_NAMES[day] for day in sorted(set(days))])


def _weekday(value: Json) -> int:
    if not isinstance(value, str) or value not in WEEKDAYS:
        hint = suggestion(value[:3], WEEKDAYS) if isinstance(value, str) else ""
        raise ValueError(f"found {shown(value)}, expected one of {', '.join(WEEKDAYS)}{hint if 'mean' in hint else ''}")
    return WEEKDAYS.index(value)


def months(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    numbers = _whole_list(node, 12, problems, "months")
    return None if numbers is None else _calendar("month", numbers, [MONTH_NAMES[month - 1] for month in numbers])


def days_of_month(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    days = _whole_list(node, 31, problems, "days")
    return None if days is None else _calendar("day", days, [str(day) for day in days])


def hours(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    """`[8, 12]` is the local hours 8 to 11; over midnight is `any` of two."""
    hint = '; over midnight write "any" of two'
    ends = _pair(node, lambda child: HOUR.read(child, problems), problems, lambda low, high: low < high, hint)
    return None if ends is None else _calendar("hour", range(*ends), [f"{end:02}:00" for end in ends])


def _calendar(field: str, allowed: Sequence[int], words: Sequence[str]) -> Argument:
    return Argument(Calendar(field, frozenset(allowed)), tuple(words))  # pyright: ignore[reportArgumentType]


def _whole_list(node: Node, most: int, problems: Problems, what: str) -> list[int] | None:
    number = whole(1, most)
    numbers = read_list(node, lambda child: number.read(child, problems), problems, what)
    return None if numbers is None else sorted(set(numbers))


def _pair(
    node: Node,
    read: Callable[[Node], T | None],
    problems: Problems,
    in_order: Callable[[T, T], bool],
    hint: str = "",
) -> tuple[T, T] | None:
    """`[low, high]`; None and a problem when there are not two, one is wrong, or nothing lies between."""
    if not isinstance(node.value, list) or len(node.value) != 2:
        what = f"a list of {len(node.value)}" if isinstance(node.value, list) and node.value else node.found()
        problems.add(node, f"found {what}, expected a list of two, [lowest, highest]")
        return None
    low, high = (read(child) for child in node.items())
    if low is None or high is None:
        return None
    if not in_order(low, high):
        first, second = (child.found() for child in node.items())
        problems.add(node, f"found {first} before {second}, expected the lower one first, or nothing can match{hint}")
        return None
    return low, high
