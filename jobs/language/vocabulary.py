"""Every word of the language with what it means and an example: what `python -m jobs words [WORD]` shows.

Taken from the registries, so that a new condition, operator or aggregate is here as well. The examples speak of the shop
that segment_specs/README.md describes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jobs.catalog.types import TypeName
from jobs.errors import UsageError
from jobs.language.aggregates import AGGREGATES, AggregateWord
from jobs.language.audience import AUDIENCE
from jobs.language.calendar_periods import PERIOD
from jobs.language.comparisons import OTHER_ROW_COLUMN
from jobs.language.conditions import CONDITIONS
from jobs.language.definitions import FILE
from jobs.language.expect import GATES
from jobs.language.geography import AREA, CIRCLE
from jobs.language.keep import BY_CHANCE, KEEP
from jobs.language.operators import OPERATORS
from jobs.language.sample import DRAW
from jobs.language.sequence_steps import STEP
from jobs.language.spec_keys import OF
from jobs.language.suggestions import suggestion
from jobs.language.windows import SPAN
from jobs.syntax.durations import LIMITS, UNITS
from jobs.syntax.nodes import shown

COLUMNS: dict[TypeName, str] = {
    "text": "country",
    "choice": "loyalty.tier",
    "choices": "interests",
    "integer": "children",
    "decimal": "credit",
    "float": "score",
    "boolean": "opt_in",
    "version": "app",
    "date": "born",
    "timestamp": "seen_at",
    "point": "home",
}
"""A column of each type, for examples."""


@dataclass(frozen=True)
class Word:
    """`example` is the JSON of a whole condition, or of a spec's key with its value. `types`: of an operator.

    `sort`: condition, operator, aggregate, unit of time, or `key of` the object that has it.
    """

    word: str
    sort: str
    meaning: str
    example: str
    types: tuple[TypeName, ...] = ()


def words() -> tuple[Word, ...]:
    """All of them: conditions, operators, aggregates, keys, units. A word may have several meanings, one after another."""
    return (*_conditions(), *_operators(), *_aggregates(), *_keys(), *_units())


def find(word: str) -> tuple[Word, ...]:
    """The meanings of one word. `UsageError` with the nearest word when there is none."""
    meanings = tuple(entry for entry in words() if entry.word == word)
    if not meanings:
        every = {entry.word for entry in words()}
        raise UsageError(f"found {shown(word)}, expected a word of the language{suggestion(word, every)}")
    return meanings


def _conditions() -> Iterator[Word]:
    for word, condition in CONDITIONS.items():
        yield Word(word, "condition", condition.meaning, condition.example)


def _operators() -> Iterator[Word]:
    for row in OPERATORS:
        first = row.types[0]
        example = f'{{"attribute": "{COLUMNS[first]}", "{row.word}": {row.kind.example_for(first)}}}'
        yield Word(row.word, "operator", row.meaning, example, row.types)


def _aggregates() -> Iterator[Word]:
    for word, aggregate in AGGREGATES.items():
        asked = ", ".join(filter(None, [_of(aggregate), _asked(aggregate)]))
        yield Word(word, "aggregate", aggregate.meaning, f'{{"event": "order", "within": "1y", "{word}": {{{asked}}}}}')


def _of(aggregate: AggregateWord) -> str:
    if not aggregate.of:
        return ""
    return f'"of": "{"channel" if "choice" in aggregate.of else "amount"}"'


def _asked(aggregate: AggregateWord) -> str:
    if aggregate.word == "latest":
        return '"is": "web"'
    return (
        '"within_last": "90d"'
        if aggregate.result is not None and aggregate.result.name == "timestamp"
        else '"at_least": 2'
    )


TABLES = (FILE, AUDIENCE, KEEP, BY_CHANCE, GATES, SPAN, PERIOD, STEP, DRAW, OTHER_ROW_COLUMN, CIRCLE, AREA)
"""The objects of a spec that are no conditions."""


def _keys() -> Iterator[Word]:
    """The keys of the file, those of conditions, and those inside; one that several objects share, once."""
    tables = [*TABLES[:1], *(condition.keys("condition") for condition in CONDITIONS.values()), *TABLES[1:]]
    seen: set[str] = set()
    for table in tables:
        for key in table.keys:
            if key.example and key.example not in seen:
                seen.add(key.example)
                yield Word(key.name, f"key of {table.what}", key.meaning, key.example)
    yield Word(OF.name, "key of an aggregate", OF.meaning, OF.example)


_UNITS = {
    "h": "Hours, elapsed: 24h is exactly 24 hours. Not for dates.",
    "d": "Days of the calendar in the account's zone.",
    "w": "Weeks: seven days each.",
    "mo": "Calendar months: 31 March minus 1mo is the last day of February.",
    "y": "Calendar years.",
}


def _units() -> Iterator[Word]:
    for unit in UNITS:
        meaning = f"{_UNITS[unit]} At most {LIMITS[unit]:,}."
        yield Word(unit, "unit of time", meaning, f'{{"event": "order", "within": "2{unit}"}}')
