"""The table of operators: for which types, how the value is read, what column may stand there, and the English.

`says` is the sentence's end, `denies` the end of its `not`. `negative` ones (`is_not`, `not_in`, `not_contains`,
`has_none`) are lowered to NotOf the positive test, so that a missing value stays unknown; English then says "is known
and". `amount` and `no_amount` say the same before a noun: "at least 2 orders", "fewer than 2 orders".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jobs.catalog.types import INTEGER, TYPE_NAMES, TypeName
from jobs.language import arguments, geography
from jobs.language.arguments import Asked, Reader, Subject
from jobs.language.atoms import Comparison, Spans, TimeOperator, TimeTest
from jobs.language.numbers import complement
from jobs.language.objects import and_list, is_object, or_list
from jobs.language.phrases import either
from jobs.language.suggestions import suggestion
from jobs.syntax.nodes import Node, Problems, shown


@dataclass(frozen=True)
class Operator:
    """One operator on some types. `pair`: how two columns are compared by it; None: no column may stand there.

    Places in the English: {0} {1} the value's parts, {or} {and} all of them joined, {every} as "all of a and b".
    """

    word: str
    types: tuple[TypeName, ...]
    read: Reader
    says: str
    denies: str
    meaning: str
    negative: bool = False
    pair: Comparison | None = None
    amount: str = ""
    no_amount: str = ""


ALL: tuple[TypeName, ...] = TYPE_NAMES
TEXT: tuple[TypeName, ...] = ("text",)
WORDS: tuple[TypeName, ...] = ("text", "choice")
CHOICES: tuple[TypeName, ...] = ("choices",)
EXACT: tuple[TypeName, ...] = ("integer", "decimal")
NUMBERS: tuple[TypeName, ...] = ("integer", "decimal", "float")
VERSION: tuple[TypeName, ...] = ("version",)
BOOLEAN: tuple[TypeName, ...] = ("boolean",)
DAYS: tuple[TypeName, ...] = ("date", "timestamp")
DATE: tuple[TypeName, ...] = ("date",)
TIMESTAMP: tuple[TypeName, ...] = ("timestamp",)
POINT: tuple[TypeName, ...] = ("point",)


def _ago(operator: TimeOperator) -> Reader:
    """`days_ago` and `years_ago`: a numeric operator over whole days or completed years."""

    def read(node: Node, subject: Subject, problems: Problems) -> Asked | None:
        if not is_object(node, 'an object with a numeric operator, like {"at_least": 30}', problems):
            return None
        days = Subject(operator, INTEGER)
        inner = pick(node, node.keys(), days, problems, AGGREGATED)
        asked = None if inner is None else inner.read(node.child(inner.word), days, problems)
        if inner is None or asked is None:
            return None
        assert isinstance(asked.test, Spans)
        spans = complement(asked.test) if inner.negative else asked.test
        return Asked(TimeTest(operator, spans), (fill(inner.amount, asked.words),))

    return read


_ORDERED = (
    # word, says, denies, amount, no_amount, meaning
    ("less_than", "is less than {0}", "is {0} or more", "fewer than {0}", "at least {0}", "Below the value."),
    ("at_most", "is at most {0}", "is more than {0}", "at most {0}", "more than {0}", "The value or below it."),
    ("more_than", "is more than {0}", "is {0} or less", "more than {0}", "at most {0}", "Above the value."),
    ("at_least", "is at least {0}", "is less than {0}", "at least {0}", "fewer than {0}", "The value or above it."),
)
_POINTS_IN_TIME: tuple[tuple[TimeOperator, Comparison, str, str, str], ...] = (
    ("on", "is", "is on {0}", "is not on {0}", "On that local day, or at that very instant."),
    ("before", "less_than", "is before {0}", "is on or after {0}", "Before the day begins, or before the instant."),
    ("on_or_before", "at_most", "is on or before {0}", "is after {0}", "That day, instant or earlier."),
    ("after", "more_than", "is after {0}", "is on or before {0}", "After the day has ended, or after the instant."),
    ("on_or_after", "at_least", "is on or after {0}", "is before {0}", "That day, instant or later."),
)  # fmt: skip


def _table() -> Iterable[Operator]:
    a = arguments
    yield Operator("is_empty", ALL, a.emptiness, "is {0}", "", "Whether the value is missing; never unknown itself.")
    is_, is_not = "Exactly this value.", "Known, and another value."
    in_, not_in = "One of these values.", "Known, and none of these values."
    for types, one, several in (
        (WORDS, a.one_word("in"), a.several_words("in")),
        (EXACT, a.one_number("is"), a.several_numbers),
        (VERSION, a.one_version("is"), a.several_versions),
    ):
        yield Operator("is", types, one, "is {0}", "is not {0}", is_, pair="is", amount="exactly {0}")
        yield Operator(
            "is_not", types, one, "is not {0}", "is {0}", is_not, True, "is", "anything but {0}", "exactly {0}"
        )
        yield Operator("in", types, several, "is {or}", "is not {or}", in_, amount="exactly {or}")
        yield Operator("not_in", types, several, "is not {or}", "is {or}", not_in, True, None, "anything but {or}")
    for word, says, denies, meaning in (
        (
            "contains",
            "contains {0}",
            "does not contain {0}",
            "The text occurs in it; % _ and * are ordinary characters.",
        ),
        ("starts_with", "starts with {0}", "does not start with {0}", "It begins with the text."),
        ("ends_with", "ends with {0}", "does not end with {0}", "It ends with the text."),
    ):
        yield Operator(word, TEXT, a.one_word(word), says, denies, meaning)
    yield Operator(
        "not_contains", TEXT, a.one_word("contains"), "does not contain {0}", "contains {0}",
        "Known, and the text does not occur in it.", True,
    )  # fmt: skip
    any_, all_ = a.several_words("has_any"), a.several_words("has_all")
    yield Operator(
        "has_any", CHOICES, any_, "includes {or}", "does not include {or}", "At least one of these is among its values."
    )
    yield Operator(
        "has_all", CHOICES, all_, "includes {and}", "does not include {every}", "All of these are among its values."
    )
    yield Operator(
        "has_none",
        CHOICES,
        any_,
        "does not include {or}",
        "includes {or}",
        "Known, and none of these is among its values.",
        True,
    )
    for word, says, denies, amount, no_amount, meaning in _ORDERED:
        pair: Comparison = word  # pyright: ignore[reportAssignmentType]
        yield Operator(word, NUMBERS, a.one_number(word), says, denies, meaning, False, pair, amount, no_amount)
        yield Operator(word, VERSION, a.one_version(word), says, denies, meaning, False, pair)
    for types, read in ((NUMBERS, a.number_range), (VERSION, a.version_range)):
        yield Operator(
            "between", types, read, "is between {0} and {1}", "is not between {0} and {1}",
            "From the first to the second, both in.", amount="between {0} and {1}",
        )  # fmt: skip
    yield Operator("is", BOOLEAN, a.truth, "is {0}", "is not {0}", "true or false.", pair="is")
    yield from _of_time()
    yield Operator(
        "within_radius", POINT, geography.radius, "is within {0} of {1}", "is not within {0} of {1}",
        "So many kilometres around a place, along the great circle, the edge in.",
    )  # fmt: skip
    yield Operator(
        "inside", POINT, geography.inside, "lies in {0}", "does not lie in {0}",
        "In a GeoJSON Polygon or MultiPolygon, longitude first, the edge in.",
    )  # fmt: skip


def _of_time() -> Iterable[Operator]:
    a = arguments
    for word, pair, says, denies, meaning in _POINTS_IN_TIME:
        yield Operator(word, DAYS, a.time_point(word), says, denies, meaning, pair=pair)
    yield Operator(
        "between",
        DAYS,
        a.time_range,
        "is from {0} to {1}",
        "is not from {0} to {1}",
        "From the first to the second, both in.",
    )
    last, next_ = a.span_of_time("within_last"), a.span_of_time("within_next")
    yield Operator(
        "within_last", DATE, last, "is today or in the last {1}", "is neither today nor in the last {1}",
        "as_of's day and so many days (weeks, months, years) before it.",
    )  # fmt: skip
    yield Operator(
        "within_last", TIMESTAMP, last, "is in the last {1}", "is not in the last {1}",
        "So many whole days before as_of's day, and what has passed of that; with h, elapsed hours.",
    )  # fmt: skip
    yield Operator(
        "within_next", DATE, next_, "is today or in the next {1}", "is neither today nor in the next {1}",
        "as_of's day and so many days after it.",
    )  # fmt: skip
    yield Operator(
        "within_next", TIMESTAMP, next_, "is in the next {1}", "is not in the next {1}",
        "From as_of to the end of so many days after as_of's day; with h, elapsed hours.",
    )  # fmt: skip
    beyond: tuple[tuple[TimeOperator, str, str], ...] = (
        ("more_than_ago", "more than {0} ago", "Before all that within_last covers."),
        ("more_than_ahead", "more than {0} ahead", "After all that within_next covers."),
    )
    for word, says, meaning in beyond:
        yield Operator(word, DAYS, a.span_of_time(word), f"is {says}", f"is not {says}", meaning)
    yield Operator(
        "days_ago", DAYS, _ago("days_ago"), "is {0} days ago", "is not {0} days ago",
        "How many days lie between its day and as_of's day, negative in the future.",
    )  # fmt: skip
    yield Operator(
        "years_ago", DAYS, _ago("years_ago"), "is {0} full years ago", "is not {0} full years ago",
        "How many years are completed since its day: an age.",
    )  # fmt: skip
    anniversaries: tuple[tuple[TimeOperator, str], ...] = (
        ("anniversary_within_next", "anniversary today or in the next {1}"),
        ("anniversary_within_last", "anniversary today or in the last {1}"),
    )
    for word, says in anniversaries:
        yield Operator(
            word, DATE, a.anniversary(word), f"has its {says}", f"does not have its {says}",
            "Its day and month come round in that time, whatever the year; 29 February on 28 February.",
        )  # fmt: skip
    yield Operator(
        "weekday_in", DAYS, a.weekdays, "falls on {or}", "does not fall on {or}", "On one of these local weekdays."
    )
    yield Operator(
        "month_in", DAYS, a.months, "falls in {or}", "does not fall in {or}", "In one of these months, 1 to 12."
    )
    yield Operator(
        "day_of_month_in", DAYS, a.days_of_month, "falls on day {or} of the month", "does not fall on day {or} of the month",
        "On one of these days of the month.",
    )  # fmt: skip
    yield Operator(
        "hour_between", TIMESTAMP, a.hours, "falls between {0} and {1}", "does not fall between {0} and {1}",
        "In the local hours from the first up to the second.",
    )  # fmt: skip


OPERATORS: tuple[Operator, ...] = tuple(_table())
BY_TYPE: dict[TypeName, dict[str, Operator]] = {
    name: {operator.word: operator for operator in OPERATORS if name in operator.types} for name in TYPE_NAMES
}
WORDS_OF_ALL: frozenset[str] = frozenset(operator.word for operator in OPERATORS)
AGGREGATED: dict[TypeName, dict[str, Operator]] = {
    name: {word: operator for word, operator in operators.items() if word != "is_empty"}
    for name, operators in BY_TYPE.items()
}
"""The same without `is_empty`, which is asked of columns and of `latest` only (rulings.md 16)."""


def pick(
    node: Node,
    keys: Sequence[str],
    subject: Subject,
    problems: Problems,
    table: Mapping[TypeName, Mapping[str, Operator]] = BY_TYPE,
) -> Operator | None:
    """The one operator among an object's keys; None and problems where there is none, several, or one that does not fit."""
    known = table[subject.type.name]
    wrong = [key for key in keys if key not in known]
    for key in wrong:
        problems.add(node.key_place(key), _misfit(key, subject, known))
    if wrong:
        return None
    if len(keys) == 1:
        return known[keys[0]]
    if keys:
        found, hint = and_list(keys), '; put each into a condition of its own inside "all"'
    else:
        found, hint = "no operator", ""
    problems.add(node, f"found {found}, expected exactly one operator for {_named(subject)}: {or_list(known)}{hint}")
    return None


def _misfit(key: str, subject: Subject, known: Mapping[str, Operator]) -> str:
    if key == "is_empty":
        return f'found "is_empty", expected another operator: {subject.name} is asked by "count", like "count": {{"is": 0}}'
    hint = suggestion(key, known)
    if key not in WORDS_OF_ALL:
        return f"found {shown(key)}, expected an operator for {_named(subject)}{hint or f': {or_list(known)}'}"
    takes = "" if hint.startswith(" — known") else f": {or_list(known)}"
    return f"found {shown(key)}, expected an operator for {_named(subject)}{takes}{hint}"


def _named(subject: Subject) -> str:
    return f"{subject.name} ({subject.type})"


def fill(template: str, words: tuple[str, ...]) -> str:
    """The English template with the value's words in it."""
    every = f"all of {either(words, 'and')}" if len(words) > 1 else "".join(words)
    return template.format(*words[:2], **{"or": either(words), "and": either(words, "and"), "every": every})
