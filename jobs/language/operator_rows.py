"""One row of the table of operators, the types they are for, and the kinds of values that stand behind them.

An `ArgumentKind` says what a value looks like: to editors as JSON Schema, to people as examples. How one is read is in
arguments.py and time_arguments.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jobs.catalog.types import TYPE_NAMES, TypeName
from jobs.language import geography
from jobs.language.arguments import Reader
from jobs.language.atoms import PairOperator
from jobs.language.calendar_periods import PERIOD
from jobs.language.time_arguments import MONTH_NAMES, WEEKDAYS
from jobs.syntax.literals import TEXT_LIMIT
from jobs.syntax.shapes import LIST_LIMIT, Schema

Types = tuple[TypeName, ...]
ALL: Types = TYPE_NAMES
TEXT: Types = ("text",)
WORDS: Types = ("text", "choice")
CHOICES: Types = ("choices",)
EXACT: Types = ("integer", "decimal")
NUMBERS: Types = ("integer", "decimal", "float")
VERSION: Types = ("version",)
BOOLEAN: Types = ("boolean",)
DAYS: Types = ("date", "timestamp")
DATE: Types = ("date",)
TIMESTAMP: Types = ("timestamp",)
POINT: Types = ("point",)


@dataclass(frozen=True)
class ArgumentKind:
    """`name` of the schema's definition; `example` as JSON, with others for some types."""

    name: str
    schema: Schema = field(hash=False)
    example: str
    other_examples: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)

    def example_for(self, type_name: str) -> str:
        return self.other_examples.get(type_name, self.example)


@dataclass(frozen=True)
class Operator:
    """One operator on some types. `pair`: how two columns are compared by it; None: no column may stand there.

    `says` is the sentence's end, `denies` the end of its `not`. `negative` ones are lowered to NotOf the positive test, so
    that a missing value stays unknown; English then says "is known and". `amount` and `no_amount` say the same before a
    noun: "at least 2 orders", "fewer than 2 orders". Places in the English: {0} {1} the value's parts, {or} {and} all of
    them joined, {every} as "all of a and b".
    """

    word: str
    types: Types
    kind: ArgumentKind
    read: Reader
    says: str
    denies: str
    meaning: str
    negative: bool = False
    pair: PairOperator | None = None
    amount: str = ""
    no_amount: str = ""


def _list(item: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": LIST_LIMIT, **more}


def _two(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 2, "maxItems": 2}


def _length(units: str) -> Schema:
    return {"type": "string", "pattern": f"^[1-9][0-9]{{0,6}}({units})$"}


_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT}
_VERSION: Schema = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)*$"}
_TIME: Schema = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
}

FLAG = ArgumentKind("flag", {"type": "boolean"}, "true")
WORD = ArgumentKind("word", _TEXT, '"DE"', {"choice": '"gold"'})
SEVERAL_WORDS = ArgumentKind(
    "words", _list(_TEXT), '["DE", "AT"]', {"choice": '["gold", "platinum"]', "choices": '["news", "sale"]'}
)
NUMBER = ArgumentKind("number", {"type": "number"}, "2", {"decimal": "19.90", "float": "0.5"})
SEVERAL_NUMBERS = ArgumentKind("numbers", _list({"type": "number"}), "[1, 2]", {"decimal": "[9.90, 19.90]"})
TWO_NUMBERS = ArgumentKind(
    "two_numbers", _two({"type": "number"}), "[1, 3]", {"decimal": "[10, 99.99]", "float": "[0.2, 0.5]"}
)
A_VERSION = ArgumentKind("version", _VERSION, '"4.12.1"')
SEVERAL_VERSIONS = ArgumentKind("versions", _list(_VERSION), '["4.9", "4.10"]')
TWO_VERSIONS = ArgumentKind("two_versions", _two(_VERSION), '["4.9", "5.0"]')
TIME = ArgumentKind("time", _TIME, '"2026-11-24"', {"timestamp": '"2026-11-24T10:00"'})
TWO_TIMES = ArgumentKind("two_times", _two(_TIME), '["2026-11-01", "2026-11-30"]')
LENGTH = ArgumentKind("duration", _length("h|d|w|mo|y"), '"30d"')
ANNIVERSARY = ArgumentKind("anniversary_length", _length("d|w"), '"7d"')
WHOLE_TIME = ArgumentKind("whole_time", {"$ref": "#/$defs/numeric_operator"}, '{"at_least": 18}')
SEVERAL_WEEKDAYS = ArgumentKind("weekdays", _list({"enum": list(WEEKDAYS)}), '["sat", "sun"]')
SEVERAL_MONTHS = ArgumentKind(
    "months", _list({"type": "integer", "minimum": 1, "maximum": len(MONTH_NAMES)}), "[12, 1]"
)
SEVERAL_MONTH_DAYS = ArgumentKind("month_days", _list({"type": "integer", "minimum": 1, "maximum": 31}), "[1, 15]")
HOURS = ArgumentKind("hours", _two({"type": "integer", "minimum": 0, "maximum": 24}), "[8, 12]")
CALENDAR_PERIOD = ArgumentKind("calendar_period", PERIOD.schema(), '{"unit": "month", "ago": 1}')
CIRCLE = ArgumentKind("circle", geography.CIRCLE.schema(), '{"latitude": 48.2, "longitude": 16.37, "km": 25}')
AREA = ArgumentKind(
    "area",
    geography.AREA_SCHEMA,
    '{"type": "Polygon", "coordinates": [[[16.2, 48.1], [16.6, 48.1], [16.6, 48.3], [16.2, 48.3], [16.2, 48.1]]]}',
)
