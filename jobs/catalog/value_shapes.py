"""What the value of a catalog's key may be: how it is read, and how JSON Schema says the same.

Hand-written over `Node` rather than pydantic models: every problem carries the JSON pointer and the nearest right word,
and `try` has to start in well under a second, a tenth of which importing pydantic alone would take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from jobs.catalog.types import PRECISION_LIMIT, TYPE_NAMES, ColumnType, read_type
from jobs.syntax.durations import UNITS, Duration, Unit, read_duration
from jobs.syntax.literals import read_boolean, read_whole
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.spelling import ID_PATTERN, did_you_mean, is_id
from jobs.syntax.zones import read_zone_name

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Schema = Mapping[str, object]


@dataclass(frozen=True)
class Shape(Generic[T_co]):
    """`read` gives the value, or None and a problem; `schema` is JSON Schema for what may be written."""

    read: Callable[[Node, Problems], T_co | None]
    schema: Schema


def scalar(read: Callable[[Json], T], schema: Schema) -> Shape[T]:
    """A shape from a reader of one value that raises ValueError with what was found and expected."""

    def read_node(node: Node, problems: Problems) -> T | None:
        try:
            return read(node.value)
        except ValueError as error:
            problems.add(node, str(error))
            return None

    return Shape(read_node, schema)


# --- texts --------------------------------------------------------------------------------------------------------------


def read_text(value: Json) -> str:
    """A text that is not empty."""
    if not isinstance(value, str):
        hint = f'; put it in quotes: "{shown(value)}"' if isinstance(value, (bool, int, Decimal)) else ""
        raise ValueError(f"found {shown(value)}, expected a text{hint}")
    if not value.strip():
        raise ValueError(f"found {shown(value)}, expected a text with something in it")
    return value


def read_id(value: Json) -> str:
    """A name that specs can use."""
    if not is_id(read_text(value)):
        raise ValueError(
            f"found {shown(value)}, expected small letters, digits and _, a letter first, at most 63 of them"
        )
    return str(value)


def one_of(words: Sequence[T]) -> Shape[T]:
    """One of a few words."""

    def read(value: Json) -> T:
        for word in words:
            if word == value and isinstance(value, str):
                return word
        listed = ", ".join(map(str, words))
        hint = did_you_mean(value, map(str, words)) if isinstance(value, str) else ""
        raise ValueError(f"found {shown(value)}, expected one of {listed}{hint if 'did you mean' in hint else ''}")

    return scalar(read, {"enum": list(words)})


TEXT = scalar(read_text, {"type": "string", "pattern": r"\S"})
ID = scalar(read_id, {"type": "string", "pattern": f"^{ID_PATTERN.pattern}$"})
ZONE = scalar(read_zone_name, {"type": "string", "examples": ["Europe/Vienna", "Etc/UTC"]})

# --- numbers, flags, lengths of time ------------------------------------------------------------------------------------

FLAG = scalar(read_boolean, {"type": "boolean"})


def whole(low: int) -> Shape[int]:
    """A whole number from `low`."""
    return scalar(lambda value: read_whole(value, low), {"type": "integer", "minimum": low})


def _read_version(value: Json) -> int:
    if type(value) is not int or value != 1:
        raise ValueError(f"found {shown(value)}, expected 1, the only version of the catalog there is")
    return value


VERSION = scalar(_read_version, {"const": 1})


def duration(*units: Unit) -> Shape[Duration]:
    """A length of time in one of the units."""
    pattern = f"^[1-9][0-9]*({'|'.join(units)})$"
    return scalar(lambda value: read_duration(value, units), {"type": "string", "pattern": pattern})


ANY_DURATION = duration(*UNITS)
DAYS_OR_LONGER = duration("d", "w", "mo", "y")


def share(highest: int | None) -> Shape[float]:
    """A share written in per cent, `"60%"`, as 0-1: the double nearest to it, so that n/m compares with it as written."""
    upto = "" if highest is None else f" to {highest}%"

    def read(value: Json) -> float:
        number = _per_cent(value)
        if number is None or number < 0 or (highest is not None and number > highest):
            hint = f'; write "{shown(value)}%"' if isinstance(value, (int, Decimal)) and type(value) is not bool else ""
            raise ValueError(
                f'found {shown(value)}, expected per cent from 0%{upto} as text, like "1%" or "0.5%"{hint}'
            )
        return float(number / 100)

    return scalar(read, {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,9})?%$", "examples": ["1%", "0.5%"]})


def _per_cent(value: Json) -> Decimal | None:
    if not isinstance(value, str) or not value.endswith("%"):
        return None
    before, point, after = value[:-1].partition(".")
    digits = [before, after] if point else [before]
    if not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in digits):
        return None
    return Decimal(value[:-1])


# --- types and their values ---------------------------------------------------------------------------------------------

_SIMPLE_TYPES = [name for name in TYPE_NAMES if name != "decimal"]
TYPE: Shape[ColumnType] = scalar(
    read_type,
    {
        "anyOf": [
            {"enum": _SIMPLE_TYPES},
            {"type": "string", "pattern": r"^decimal\(([1-9]|1[0-8]), ?[0-9]{1,2}\)$", "examples": ["decimal(12,2)"]},
        ],
        "description": f"{', '.join(_SIMPLE_TYPES)}, or decimal(digits,decimals) of at most {PRECISION_LIMIT} digits.",
    },
)


def _read_choice(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError(f'found {shown(value)}, expected a text; put it in quotes: "{shown(value)}"')
    if not value:
        raise ValueError("found an empty text, which is how a missing value is written; leave it out")
    if "|" in value:
        raise ValueError(f'found {shown(value)}, expected a value without "|", which stands between several choices')
    return value


def listed(read: Callable[[Json], str], what: str, schema: Schema) -> Shape[tuple[str, ...]]:
    """A list of one or more different texts, each read by itself."""
    one = scalar(read, schema)

    def read_list(node: Node, problems: Problems) -> tuple[str, ...] | None:
        if not isinstance(node.value, list) or not node.value:
            problems.add(node, f"found {node.found()}, expected a list of {what}, at least one")
            return None
        found = [one.read(child, problems) for child in node.items()]
        for place, (child, value) in enumerate(zip(node.items(), found, strict=True)):
            if value is not None and value in found[:place]:
                problems.add(child, f"found {child.found()} a second time, expected each once")
                return None
        return tuple(value for value in found if value is not None) if None not in found else None

    return Shape(read_list, {"type": "array", "items": schema, "minItems": 1, "uniqueItems": True})


VALUES = listed(_read_choice, "the values that may occur", {"type": "string", "pattern": "^[^|]+$"})
_KEY_LIST = listed(read_id, "columns", ID.schema)


def _read_key(node: Node, problems: Problems) -> tuple[str, ...] | None:
    if isinstance(node.value, list):
        return _KEY_LIST.read(node, problems)
    one = ID.read(node, problems)
    return None if one is None else (one,)


KEY: Shape[tuple[str, ...]] = Shape(_read_key, {"anyOf": [ID.schema, _KEY_LIST.schema]})

# --- what is read by its own hands --------------------------------------------------------------------------------------


def as_written(schema: Schema) -> Shape[Node]:
    """The node itself: something nested, which its own reader takes apart."""
    return Shape(lambda node, problems: node, schema)


def table(schema: Schema) -> Shape[Node]:
    """An object whose keys are read by their own reader."""

    def read(node: Node, problems: Problems) -> Node | None:
        if isinstance(node.value, dict):
            return node
        problems.add(node, f"found {node.found()}, expected keys with values")
        return None

    return Shape(read, schema)
