"""The small closed set that every condition is lowered to. Plan, kernel and SQL each know exactly these classes.

A formula is three-valued (true, false, unknown; Kleene). A value is one thing a contact or a row has, or is missing; a test
of a missing value is unknown, except `Missing`. Negative operators (`is_not`, `not_in`, `not_contains`, `has_none`) are
`NotOf` around the positive test, which keeps unknown unknown. All classes are frozen and hashable, so equal atoms of a
thousand specs are one.

Symbolic until the plan has an as_of: `TimeTest`, `Moment` literals, and the windows `Last`, `DaySpan`, `DaysAgo`,
`Periods`.
One file, because the set is closed: what is not on this page, plan, kernel and SQL need not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from jobs.catalog.types import ColumnType
from jobs.syntax.durations import Duration
from jobs.syntax.literals import Moment

# --- windows -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Last:
    """From the midnight that begins (as_of's day - duration), or as_of - hours, up to as_of."""

    duration: Duration


@dataclass(frozen=True)
class DaySpan:
    """Local days, both in."""

    first: date
    last: date


@dataclass(frozen=True)
class DaysAgo:
    """Rows whose local day is `nearest` to `farthest` days before as_of's day, both in."""

    nearest: int
    farthest: int


CalendarUnit = Literal["week", "month", "quarter", "year"]


@dataclass(frozen=True)
class Periods:
    """Whole weeks (from Monday), months, quarters or years, both ends in; 0 is the one of as_of's day, -1 that before it."""

    unit: CalendarUnit
    first: int
    last: int


@dataclass(frozen=True)
class Instants:
    """Resolved: low <= t < high, microseconds UTC. `low` None: no lower end. `high` is never after as_of."""

    low: int | None
    high: int


Window = Last | DaySpan | DaysAgo | Periods | Instants

# --- values ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowColumn:
    """A column of the row at hand: `amount`, `ordered_at`, `product.brand.name`."""

    path: str
    type: ColumnType


@dataclass(frozen=True)
class ContactColumn:
    """A column of a contacts or attributes source: `country`, `home_city.country`."""

    source: str
    path: str
    type: ColumnType


@dataclass(frozen=True)
class Rows:
    """A contact's rows of a source for which `where` is true, inside the window. None: all (the plan sets a window)."""

    source: str
    where: Formula | None = None
    window: Window | None = None


Function = Literal["count", "days", "distinct", "sum", "average", "minimum", "maximum", "first", "last", "latest"]


@dataclass(frozen=True)
class Aggregate:
    """One number (or date, instant, word) a contact's rows give.

    `type` is the result's: integer for count, days, distinct; the column's for sum, minimum, maximum, latest; timestamp
    for first, last. An average has the column's type but is the exact fraction sum/count, never rounded. `of` is None for
    count, days, first, last.
    """

    rows: Rows
    function: Function
    of: RowColumn | None
    type: ColumnType


@dataclass(frozen=True)
class Having:
    """Keeps a group whose rows' aggregate satisfies the test (unknown does not)."""

    function: Function
    of: RowColumn | None
    type: ColumnType
    test: Test


@dataclass(frozen=True)
class GroupCount:
    """How many groups of rows, equal in the `per` columns (rows with one missing left out), `having` keeps."""

    rows: Rows
    per: tuple[RowColumn, ...]
    having: Having | None
    type: ColumnType


@dataclass(frozen=True)
class Arithmetic:
    """Exact over integers and decimals; missing if an operand is missing or a divisor is zero. Rounded by `Computed`."""

    operator: Literal["add", "subtract", "multiply", "divide"]
    operands: tuple[Value | Decimal, ...]


Literal_ = str | int | Decimal | bool | date | Moment | tuple[str, ...] | tuple[int, ...] | float


@dataclass(frozen=True)
class Case:
    when: Formula
    value: Literal_


@dataclass(frozen=True)
class Cases:
    """The value of the first case that is true; none: missing. Type: that of the `Computed` around it."""

    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Quantile:
    """1 + floor(groups * s / n): n live contacts have a value, s of them a strictly smaller one. A second pass."""

    value: Value
    groups: int


@dataclass(frozen=True)
class Computed:
    """A named computed column: rounds half away from zero to its scale, and is an error where its type cannot hold it."""

    source: str
    column: str
    type: ColumnType
    value: Aggregate | GroupCount | Arithmetic | Cases | Quantile

    def __hash__(self) -> int:
        """By the name: columns made of columns made of columns would else be walked once for every way down."""
        return hash((self.source, self.column, self.type))


Value = RowColumn | ContactColumn | Aggregate | GroupCount | Arithmetic | Cases | Quantile | Computed

# --- tests of one value ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """is_empty: never unknown."""

    wanted: bool


@dataclass(frozen=True)
class Span:
    """An interval; None: no end on that side. int or Decimal, exact; days for dates, microseconds for timestamps."""

    low: Decimal | int | None
    high: Decimal | int | None
    low_in: bool = True
    high_in: bool = True


@dataclass(frozen=True)
class Spans:
    """In one of the intervals. Integers, decimals, counts, averages, booleans (0, 1), resolved dates and timestamps.

    For floats each end is rounded to the nearest double first.
    """

    spans: tuple[Span, ...]


@dataclass(frozen=True)
class VersionSpan:
    """Ends are version parts without trailing zeros, compared as tuples."""

    low: tuple[int, ...] | None
    high: tuple[int, ...] | None
    low_in: bool = True
    high_in: bool = True


@dataclass(frozen=True)
class VersionSpans:
    spans: tuple[VersionSpan, ...]


@dataclass(frozen=True)
class Words:
    """On text, choice, choices. `in` (any of), `contains`, `starts_with`, `ends_with` one literal, `has_any`, `has_all`.

    Literals are sorted, and already folded where the column folds.
    """

    operator: Literal["in", "contains", "starts_with", "ends_with", "has_any", "has_all"]
    literals: tuple[str, ...]


@dataclass(frozen=True)
class Calendar:
    """A field of the local day or hour: weekday 0 (Monday)-6, month 1-12, day 1-31, hour 0-23, month_day month*100+day.

    month_day is the anniversary's: 29 February also matches where 28 February stands in a year without one (the plan
    puts 229 into `allowed` then).
    """

    field: Literal["weekday", "month", "day", "hour", "month_day"]
    allowed: frozenset[int]


TimeOperator = Literal[
    "on", "before", "on_or_before", "after", "on_or_after", "between",
    "within_last", "within_next", "more_than_ago", "more_than_ahead",
    "days_ago", "years_ago", "in_calendar",
    "anniversary_days_ahead", "anniversary_within_next", "anniversary_within_last",
]  # fmt: skip


@dataclass(frozen=True)
class TimeTest:
    """Symbolic, of a date or timestamp; the plan turns it into Spans or Calendar.

    Argument: a date or Moment for on ... on_or_after, a pair of them for between, a Duration for the relative ones,
    Spans over whole days or years for days_ago, years_ago and anniversary_days_ahead, Periods for in_calendar.
    """

    operator: TimeOperator
    argument: date | Moment | tuple[date | Moment, date | Moment] | Duration | Spans | Periods


@dataclass(frozen=True)
class Radius:
    latitude: float
    longitude: float
    km: float


@dataclass(frozen=True)
class Inside:
    """Polygons, each rings (outer first) of (longitude, latitude); edges are in, a hole's edge too."""

    polygons: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]


Test = Missing | Spans | VersionSpans | Words | Calendar | TimeTest | Radius | Inside

# --- formulas ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AllOf:
    children: tuple[Formula, ...]


@dataclass(frozen=True)
class AnyOf:
    children: tuple[Formula, ...]


@dataclass(frozen=True)
class NotOf:
    child: Formula


@dataclass(frozen=True)
class Everyone:
    """Every live contact."""


@dataclass(frozen=True)
class Compare:
    value: Value
    test: Test


PairOperator = Literal["is", "less_than", "at_most", "more_than", "at_least"]


@dataclass(frozen=True)
class Pair:
    """Value against value; unknown if either is missing. Date operators use the numeric names (on: is, before: less_than).

    Text folds if either side says so; a number beside a float is rounded to the nearest double first.
    """

    left: Value
    comparison: PairOperator
    right: Value


@dataclass(frozen=True)
class Step:
    """One step of a chain. `gap_us` None: any later row. `same`: (earlier step's column, this step's column) pairs."""

    source: str
    where: Formula | None = None
    gap_us: int | None = None
    absent: bool = False
    same: tuple[tuple[RowColumn, RowColumn], ...] = ()


@dataclass(frozen=True)
class Chain:
    """A sequence; never unknown. `window` holds for every step but an absent one, which sees all rows before as_of."""

    steps: tuple[Step, ...]
    window: Window | None = None


@dataclass(frozen=True)
class InSegment:
    id: str


@dataclass(frozen=True)
class InList:
    """`on` None: the newest date not after as_of's day."""

    name: str
    on: date | None = None


@dataclass(frozen=True)
class Sample:
    """low*2^64 <= 100*x < high*2^64, x the contact's stable random number for the seed."""

    low: Decimal
    high: Decimal
    seed: str


Formula = AllOf | AnyOf | NotOf | Everyone | Compare | Pair | Chain | InSegment | InList | Sample


@dataclass(frozen=True)
class Keep:
    """Only the first `count` or `percent` of the members: by `by` (None: by the random order of `seed`)."""

    count: int | None
    percent: Decimal | None
    by: Value | None
    seed: str | None = None
    lowest: bool = False


@dataclass(frozen=True)
class Meaning:
    """One segment, lowered: members = `base` and `where`, then `keep`. `base` is Everyone, InSegment or InList."""

    id: str
    base: Formula
    where: Formula
    keep: Keep | None = None
