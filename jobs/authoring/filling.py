"""Values in the place of parameters, anywhere in a template's spec and tests.

| written | stands for |
|---|---|
| `{"parameter": p}` | p's value; `"plus": n` a number plus n, a date moved on; `"item": k` one element of a list |
| `{p}` in a text or a key | how p's value is written; in names and descriptions a duration in words |
| `{"other_than": p}` | a value of p's column that is not p's, and none of them where p is a list |
| `{"ago": d}`, `{"ahead": d}` | a moment counted from as_of, see relative_moments.py; `"as": "date"` the day alone |
| `{"repeat": n, "row": x}` in a list | n times x |
| `{"number": true}`, `{"number": "c"}`, `c{number}` in it | 1, 2, 3 …; c1, c2, c3 … |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from jobs.authoring.parameters import Parameter, column_type
from jobs.authoring.relative_moments import as_date, in_rows, in_specs, moment_away
from jobs.catalog.model import Catalog, Column, Source
from jobs.plan.run_plan import Clock
from jobs.syntax.durations import read_duration, words
from jobs.syntax.literals import read_date
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.objects import Key, KeyTable, exactly_one
from jobs.syntax.shapes import TEXT, as_written, one_of, whole
from jobs.syntax.spelling import did_you_mean
from jobs.syntax.word_lists import joined

REPEAT_LIMIT = 10_000

_ANYTHING = as_written({})
PARAMETER = Key("parameter", "The parameter whose value stands here.", TEXT, required=True)
PLUS = Key("plus", "What is added: to a number a number, to a moment or a date a shift like -1d.", _ANYTHING)
ITEM = Key("item", "Which element of a list, the first being 0.", whole(0))
VALUE_OF = KeyTable("a parameter's value", (PARAMETER, PLUS, ITEM), "an object with parameter")

AGO = Key("ago", "How long before as_of.", _ANYTHING)
AHEAD = Key("ahead", "How long after as_of.", _ANYTHING)
AS = Key("as", "date: the day alone.", one_of(("date",)))
MOMENT = KeyTable(
    "a moment",
    (AGO, AHEAD, PLUS, AS),
    "an object with ago or ahead",
    rules=(exactly_one(AGO, AHEAD, says="on which side of as_of"),),
)
REPEAT = Key("repeat", "How often.", _ANYTHING, required=True)
ROW = Key("row", "What is repeated.", _ANYTHING, required=True)
REPEATED = KeyTable("a repetition", (REPEAT, ROW), "an object with repeat and row")
OTHER_THAN = Key("other_than", "The parameter whose value does not stand here.", TEXT, required=True)
OTHER = KeyTable("another value", (OTHER_THAN,), "an object with other_than")
NUMBER = "number"

_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True)
class _Place:
    """Where something stands. `number`: of the repetition; `source`: in its rows; `column`: in this one of them."""

    number: int | None = None
    source: Source | None = None
    columns: Mapping[str, Column] | None = None
    column: Column | None = None
    for_people: bool = False


@dataclass
class Filling:
    """The values of a template's parameters, put where they belong; `problems` get what does not fit."""

    parameters: Mapping[str, Parameter]
    values: Mapping[str, Json]
    catalog: Catalog
    clock: Clock
    problems: Problems
    used: set[str] = field(default_factory=set[str])

    def text(self, node: Node) -> str:
        """A text for people."""
        return self._text(str(node.value), node, _Place(for_people=True))

    def spec(self, node: Node) -> Json:
        """A spec's keys; its name and description are for people."""
        assert isinstance(node.value, dict)
        people = _Place(for_people=True)
        return {
            key: self._fill(node.child(key), people if key in ("name", "description") else _Place())
            for key in node.keys()
        }

    def test(self, node: Node) -> Json:
        """A test: rows by source under `data`, its name for people, everything else as it comes."""
        if not isinstance(node.value, dict):
            return node.value
        filled: dict[str, Json] = {}
        for key in node.keys():
            child = node.child(key)
            if key == "data" and isinstance(child.value, dict):
                filled[key] = {name: self._rows(name, child.child(name)) for name in child.keys()}
            else:
                filled[key] = self._fill(child, _Place(for_people=key == "name"))
        return filled

    def _rows(self, name: str, node: Node) -> Json:
        source = self.catalog.sources.get(name)
        return self._fill(node, _Place(source=source, columns=None if source is None else _by_raw_name(source)))

    # --- what stands for something ---------------------------------------------------------------------------------------

    def _fill(self, node: Node, place: _Place) -> Json:
        match node.value:
            case str() as text:
                return self._text(text, node, place)
            case list():
                return [filled for child in node.items() for filled in self._element(child, place)]
            case dict():
                return self._object(node, place)
            case value:
                return value

    def _object(self, node: Node, place: _Place) -> Json:
        keys = set(node.keys())
        if PARAMETER.name in keys:
            return self._value(node)
        if keys & {AGO.name, AHEAD.name} and keys <= {AGO.name, AHEAD.name, PLUS.name, AS.name}:
            return self._moment(node, place)
        if OTHER_THAN.name in keys:
            return self._other(node)
        if keys == {NUMBER} and place.number is not None:
            prefix = node.child(NUMBER).value
            return f"{prefix}{place.number}" if isinstance(prefix, str) else place.number
        return {
            (name := self._text(key, node.child(key), place)): self._fill(node.child(key), _inside(place, name))
            for key in node.keys()
        }

    def _element(self, node: Node, place: _Place) -> Iterator[Json]:
        if node.get(REPEAT.name) is None:
            yield self._fill(node, place)
            return
        fields = REPEATED.read(node, self.problems)
        times, row = fields.get(REPEAT), fields.get(ROW)
        count = None if times is None else self._fill(times, place)
        if times is None or row is None:
            return
        if not isinstance(count, int) or isinstance(count, bool) or count > REPEAT_LIMIT:
            self.problems.add(times, f"found {shown(count)}, expected a whole number up to {REPEAT_LIMIT:,}")
            return
        for number in range(1, count + 1):
            yield self._fill(row, replace(place, number=number))

    def _value(self, node: Node) -> Json:
        fields = VALUE_OF.read(node, self.problems)
        name, plus, item = fields.get(PARAMETER), fields.get(PLUS), fields.get(ITEM)
        if name is None or not self._there(name, fields.at(PARAMETER)):
            return None
        value = self.values[name]
        if item is not None:
            if not isinstance(value, list) or not value:
                message = f"found an item of {shown(name)}, expected a parameter with several values"
                self.problems.add(fields.at(ITEM), message)
                return None
            value = value[item % len(value)]
        return value if plus is None else self._plus(value, plus)

    def _plus(self, value: Json, plus: Node) -> Json:
        more = self._fill(plus, _Place())
        match value, more:
            case (bool(), _) | (_, bool()):
                pass
            case int() | Decimal(), int() | Decimal():
                return value + more
            case str(), str():
                try:
                    day = read_date(value)
                    # Days and weeks are all that a date needs to step over an edge.
                    step = re.fullmatch(r"([+-]?[0-9]{1,6})([dw])", more)
                    if step is not None:
                        return (day + timedelta(days=int(step[1]) * (7 if step[2] == "w" else 1))).isoformat()
                except (ValueError, OverflowError):
                    pass
            case _:
                pass
        self.problems.add(plus, f"found {shown(value)} plus {shown(more)}, expected two numbers, or a date and days")
        return value

    def _moment(self, node: Node, place: _Place) -> Json:
        fields = MOMENT.read(node, self.problems)
        word = AGO if fields.wrote(AGO) else AHEAD
        away = fields.get(word)
        if away is None or not fields.fine:
            return None
        plus = fields.get(PLUS)
        try:
            moment = moment_away(self._fill(away, place), -1 if word is AGO else 1, self.clock)
            if plus is not None:
                moment = moment.moved(str(self._fill(plus, place)))
        except ValueError as error:
            self.problems.add(away, str(error))
            return None
        if fields.get(AS):
            return as_date(moment)
        return in_specs(moment) if place.source is None else in_rows(moment, place.column, place.source)

    def _other(self, node: Node) -> Json:
        name = OTHER.read(node, self.problems).get(OTHER_THAN)
        if name is None or not self._there(name, node):
            return None
        value = self.values[name]
        these = value if isinstance(value, list) else [value]
        of = _NAME.sub(lambda other: str(self.values.get(other[1], other[0])), self.parameters[name].of)
        kind = column_type(of, self.catalog)
        free = [other for other in (() if kind is None else kind.values) if other not in these]
        if free:
            return free[0]
        match these[0]:
            case bool() as flag if len(these) == 1:
                return not flag
            case int() | Decimal():
                return max(each for each in these if isinstance(each, int | Decimal)) + 1
            case str() as text if self.parameters[name].type == "text" or (kind is not None and kind.name == "text"):
                return f"not {text}"
            case _:
                self.problems.add(node, f"found {shown(name)}, of whose column no other value can be named; write one")
                return None

    # --- texts -----------------------------------------------------------------------------------------------------------

    def _text(self, text: str, node: Node, place: _Place) -> str:
        if "{" not in text:
            return text

        def written(name: re.Match[str]) -> str:
            if name[1] == NUMBER and place.number is not None:
                return str(place.number)
            if not self._there(name[1], node):
                return name[0]
            return self._as_text(self.parameters[name[1]], self.values[name[1]], place.for_people)

        return _NAME.sub(written, text)

    def _as_text(self, parameter: Parameter, value: Json, for_people: bool) -> str:
        if parameter.type == "duration" and for_people:
            return words(read_duration(value))
        match value:
            case bool():
                return "true" if value else "false"
            case list():
                return joined((self._as_text(parameter, each, False) for each in value), "or" if for_people else "and")
            case _:
                return str(value)

    def _there(self, name: str, node: Node) -> bool:
        self.used.add(name)
        if name in self.values:
            return True
        if name not in self.parameters:
            message = f"found {shown(name)}, expected a parameter of the template{did_you_mean(name, self.parameters)}"
            self.problems.add(node, message)
        return False


def _inside(place: _Place, name: str) -> _Place:
    """The place under a key: of a row it is a column."""
    if place.columns is None or place.column is not None:
        return place
    return replace(place, column=place.columns.get(name))


def _by_raw_name(source: Source) -> dict[str, Column]:
    """The columns by the names that they have in the data."""
    columns = [*source.columns.values(), *source.key_columns]
    time = source.column(source.time) if source.time else None
    return {column.raw: column for column in (*columns, *([] if time is None else [time])) if column.raw}
