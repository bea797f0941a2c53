"""What the value of a key may be: how it is read, and how JSON Schema says the same, in one statement.

Hand-written over `Node` rather than pydantic models: every problem carries the JSON pointer and the nearest right word,
and `try` has to start in well under a second, a tenth of which importing pydantic alone would take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from jobs.syntax.durations import LIMITS, UNITS, Duration, Unit, read_duration
from jobs.syntax.literals import read_boolean, read_date, read_text, read_whole
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.spelling import ID_EXPECTED, ID_PATTERN, is_id, nearest
from jobs.syntax.zones import read_zone_name

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Schema = dict[str, Any]

LIST_LIMIT = 10_000
"""Values in one list."""


@dataclass(frozen=True, eq=False)
class Shape(Generic[T_co]):
    """`read` gives the value, or None and a problem; `schema` is JSON Schema for what may be written."""

    read: Callable[[Node, Problems], T_co | None]
    schema: Mapping[str, Any]


def read_scalar(node: Node, read: Callable[[Json], T], problems: Problems) -> T | None:
    """The value by a reader that raises ValueError; None and a problem where it does."""
    try:
        return read(node.value)
    except ValueError as error:
        problems.add(node, str(error))
        return None


def scalar(read: Callable[[Json], T], schema: Mapping[str, Any]) -> Shape[T]:
    """A shape from a reader of one value that raises ValueError with what was found and expected."""
    return Shape(lambda node, problems: read_scalar(node, read, problems), schema)


def as_written(schema: Mapping[str, Any]) -> Shape[Node]:
    """The node itself: something nested, which its own reader takes apart."""
    return Shape(lambda node, problems: node, schema)


# --- texts --------------------------------------------------------------------------------------------------------------


def read_label(value: Json) -> str:
    """A text with something in it."""
    text = read_text(value, None)
    if not text.strip():
        raise ValueError(f"found {shown(value)}, expected a text with something in it")
    return text


def read_id(value: Json, of: str = "") -> str:
    """A name that specs can use; `of` says of what, in messages: `a segment`."""
    if not isinstance(value, str) or not is_id(value):
        expected = f"the id of {of}: {ID_EXPECTED}" if of else ID_EXPECTED
        raise ValueError(f"found {shown(value)}, expected {expected}")
    return value


def one_of(words: Sequence[T]) -> Shape[T]:
    """One of a few words."""

    def read(value: Json) -> T:
        for word in words:
            if word == value and isinstance(value, str):
                return word
        near = nearest(value, map(str, words)) if isinstance(value, str) else None
        hint = "" if near is None else f" — did you mean {shown(near)}?"
        raise ValueError(f"found {shown(value)}, expected one of {', '.join(map(str, words))}{hint}")

    return scalar(read, {"enum": list(words)})


TEXT = scalar(read_label, {"type": "string", "pattern": r"\S"})
ANY_TEXT = scalar(lambda value: read_text(value, None), {"type": "string"})
ID_SCHEMA: Schema = {"type": "string", "pattern": f"^{ID_PATTERN.pattern}$"}
ID = scalar(read_id, ID_SCHEMA)
ZONE = scalar(read_zone_name, {"type": "string", "examples": ["Europe/Vienna", "Etc/UTC"]})

# --- numbers, flags, time -----------------------------------------------------------------------------------------------

FLAG = scalar(read_boolean, {"type": "boolean"})
DATE = scalar(read_date, {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})


def whole(low: int, high: int | None = None) -> Shape[int]:
    """A whole number from `low`, up to `high` where there is one."""
    most = {} if high is None else {"maximum": high}
    return scalar(lambda value: read_whole(value, low, high), {"type": "integer", "minimum": low, **most})


def version_of(what: str) -> Shape[int]:
    """The key `version` of a file, which is always 1."""

    def read(value: Json) -> int:
        if type(value) is not int or value != 1:
            raise ValueError(f"found {shown(value)}, expected 1, the only version of {what} there is")
        return value

    return scalar(read, {"const": 1})


def duration(*units: Unit) -> Shape[Duration]:
    """A length of time in one of the units."""
    digits = max(len(str(LIMITS[unit])) for unit in units) - 1
    pattern = f"^[1-9][0-9]{{0,{digits}}}({'|'.join(units)})$"
    return scalar(lambda value: read_duration(value, units), {"type": "string", "pattern": pattern})


ANY_DURATION = duration(*UNITS)


def per_cent(highest: int | None = None) -> Shape[Decimal]:
    """A share written in per cent, `"60%"`, as 0-1, exactly."""
    upto = "" if highest is None else f" to {highest}%"

    def read(value: Json) -> Decimal:
        number = _per_cent(value)
        if number is None or (highest is not None and number > highest):
            hint = f'; write "{shown(value)}%"' if isinstance(value, (int, Decimal)) and type(value) is not bool else ""
            raise ValueError(
                f'found {shown(value)}, expected per cent from 0%{upto} as text, like "1%" or "0.5%"{hint}'
            )
        return number / 100

    pattern = r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?%$"
    return scalar(read, {"type": "string", "pattern": pattern, "examples": ["1%", "0.5%"]})


def _per_cent(value: Json) -> Decimal | None:
    if not isinstance(value, str) or not value.endswith("%"):
        return None
    before, point, after = value[:-1].partition(".")
    digits = [before, after] if point else [before]
    if not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in digits):
        return None
    return None if len(before) > 1 and before.startswith("0") else Decimal(value[:-1])


# --- lists --------------------------------------------------------------------------------------------------------------


def read_list(node: Node, read: Callable[[Node], T | None], problems: Problems, what: str = "values") -> list[T] | None:
    """One or more elements, at most 10,000; None when one of them is a problem (all of them are reported)."""
    if not isinstance(node.value, list) or not node.value:
        bare = isinstance(node.value, str | int) and not isinstance(node.value, bool)
        hint = f"; put it in brackets: [{node.found()}]" if bare else ""
        problems.add(node, f"found {node.found()}, expected a list of {what}, at least one{hint}")
        return None
    if len(node.value) > LIST_LIMIT:
        problems.add(
            node,
            f"found {len(node.value):,} {what}, expected at most {LIST_LIMIT:,}; "
            "beyond that make a contact list or a related source of them",
        )
        return None
    return whole_list(read(child) for child in node.items())


def whole_list(elements: Iterable[T | None]) -> list[T] | None:
    """All of the elements; None when one of them is missing, once all have been asked for."""
    asked = list(elements)
    there = [element for element in asked if element is not None]
    return there if len(there) == len(asked) else None


def listed(element: Shape[T], what: str) -> Shape[tuple[T, ...]]:
    """A list of one or more different values, each read by itself."""

    def read(node: Node, problems: Problems) -> tuple[T, ...] | None:
        values = read_list(node, lambda child: element.read(child, problems), problems, what)
        if values is None:
            return None
        twice = [place for place, value in enumerate(values) if value in values[:place]]
        for place in twice[:1]:
            child = node.child(place)
            problems.add(child, f"found {child.found()} a second time, expected each once")
        return None if twice else tuple(values)

    return Shape(read, {"type": "array", "items": element.schema, "minItems": 1, "uniqueItems": True})


# --- objects ------------------------------------------------------------------------------------------------------------


def mapping(schema: Mapping[str, Any]) -> Shape[Node]:
    """An object whose keys are names that somebody gave, read one by one by its own reader."""

    def read(node: Node, problems: Problems) -> Node | None:
        if isinstance(node.value, dict):
            return node
        problems.add(node, f"found {node.found()}, expected keys with values")
        return None

    return Shape(read, schema)
