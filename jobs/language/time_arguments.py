"""The values that stand behind the operators on time: days, instants, lengths, and what a calendar shows.

The account's zone and as_of are not known here, so a test keeps what was written; plan/times.py makes instants of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from jobs.language.arguments import Argument, Reader, Subject, read_pair
from jobs.language.atoms import Calendar, TimeOperator, TimeTest
from jobs.language.calendar_periods import named_period, period_json
from jobs.language.phrases import moment, stretch
from jobs.language.suggestions import suggestion
from jobs.syntax.durations import Duration, Unit, read_duration
from jobs.syntax.durations import words as duration_words
from jobs.syntax.literals import Moment, read_date, read_date_or_moment
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.shapes import read_list, read_scalar, whole

ANNIVERSARY_DAYS = 183
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# --- dates and timestamps -----------------------------------------------------------------------------------------------


def time_point(operator: TimeOperator) -> Reader:
    """`on`, `before` and the like: a day; of a timestamp also an instant."""

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        value = _when(node, subject, problems)
        return None if value is None else Argument(TimeTest(operator, value), (moment(value),))

    return read


def time_range(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    ends = read_pair(node, lambda child: _when(child, subject, problems), problems, _in_order)
    return None if ends is None else Argument(TimeTest("between", ends), (moment(ends[0]), moment(ends[1])))


def span_of_time(operator: TimeOperator) -> Reader:
    """`within_last` and the like; dates take no hours."""

    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        # A date has no hour, and guessing one (midnight? noon?) would move people between segments by a day.
        units: tuple[Unit, ...] = ("d", "w", "mo", "y") if subject.type.name == "date" else ("h", "d", "w", "mo", "y")
        length = read_scalar(node, lambda value: read_duration(value, units), problems)
        return None if length is None else _of_length(operator, length)

    return read


def anniversary(operator: TimeOperator) -> Reader:
    def read(node: Node, subject: Subject, problems: Problems) -> Argument | None:
        length = read_scalar(node, _anniversary_length, problems)
        return None if length is None else _of_length(operator, length)

    return read


def _of_length(operator: TimeOperator, length: Duration) -> Argument:
    return Argument(TimeTest(operator, length), (duration_words(length), stretch(length)))


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
    period = named_period(node.value)
    if period is not None:
        asked = f'a whole {period.unit} is asked for by "in_calendar": {period_json("unit", period)}'
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
    ends = read_pair(node, lambda child: HOUR.read(child, problems), problems, lambda low, high: low < high, hint)
    return None if ends is None else _calendar("hour", range(*ends), [f"{end:02}:00" for end in ends])


def _calendar(field: str, allowed: Sequence[int], words: Sequence[str]) -> Argument:
    return Argument(Calendar(field, frozenset(allowed)), tuple(words))  # pyright: ignore[reportArgumentType]


def _whole_list(node: Node, most: int, problems: Problems, what: str) -> list[int] | None:
    number = whole(1, most)
    numbers = read_list(node, lambda child: number.read(child, problems), problems, what)
    return None if numbers is None else sorted(set(numbers))
