"""What a template asks for: each parameter's type, what it means, and which values the catalog admits.

A value stays as JSON writes it: `"30d"`, `2`, `["US", "CA"]`. What the language checks once the spec is filled (limits of
durations, an operator's own values) is not asked here a second time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from jobs.catalog.model import Catalog
from jobs.catalog.types import TYPE_NAMES, ColumnType, TypeName
from jobs.syntax.durations import read_duration
from jobs.syntax.json_layout import one_line
from jobs.syntax.literals import (
    read_boolean,
    read_date,
    read_date_or_moment,
    read_number,
    read_text,
    read_version,
    read_whole,
)
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.objects import Key, KeyTable
from jobs.syntax.shapes import TEXT, as_written, listed, one_of, read_id, read_label, read_scalar
from jobs.syntax.spelling import did_you_mean
from jobs.syntax.strict_json import read_json_text
from jobs.syntax.word_lists import alternatives

ParameterType = Literal[
    "integer", "decimal", "text", "boolean", "duration", "date", "value", "values", "segment", "list", "column", "polygon"
]  # fmt: skip
PARAMETER_TYPES: tuple[ParameterType, ...] = get_args(ParameterType)

TYPE: Key[ParameterType] = Key("type", "What its values are.", one_of(PARAMETER_TYPES), required=True)
DEFAULT = Key("default", "Its value where nobody says another.", as_written({}), required=True)
MEANING = Key("meaning", "What it is, in a sentence.", TEXT, required=True)
OF = Key(
    "of",
    "The column whose values it takes, as source.column; of a column its source.",
    TEXT,
    only=("value", "values", "column"),
    required=("value", "values", "column"),
)
TYPES: Key[tuple[TypeName, ...]] = Key(
    "types", "The types of columns that it admits.", listed(one_of(TYPE_NAMES), "types"), only=("column",)
)
PARAMETER = KeyTable(
    "a parameter", (TYPE, DEFAULT, MEANING, OF, TYPES), "an object with type, default and meaning", kinds="type"
)


@dataclass(frozen=True)
class Parameter:
    """One parameter. `of`: the column, or of a column the source; `{other}` in it stands for another parameter's value."""

    name: str
    type: ParameterType
    default: Node
    meaning: str
    of: str = ""
    types: tuple[TypeName, ...] = ()


def read_parameter(name: str, node: Node, problems: Problems) -> Parameter | None:
    """The parameter that stands here; None and its problems otherwise. Its default is judged with all values."""
    written = node.get(TYPE.name)
    kind = next((word for word in PARAMETER_TYPES if written is not None and written.value == word), None)
    fields = PARAMETER.read(node, problems, kind)
    type_, default, meaning = fields.get(TYPE), fields.get(DEFAULT), fields.get(MEANING)
    if not fields.fine or type_ is None or default is None or meaning is None:
        return None
    return Parameter(name, type_, default, meaning, fields.get(OF) or "", fields.get(TYPES) or ())


# --- what the catalog admits ---------------------------------------------------------------------------------------------


def column_type(path: str, catalog: Catalog) -> ColumnType | None:
    """The type of `source.column`, lookups followed; of the contact's also by the bare name. None: there is no such one."""
    head, _, rest = path.partition(".")
    source = catalog.sources.get(head)
    place = catalog.row_column(source, rest) if source is not None and rest else None
    place = place or catalog.row_column(catalog.contacts, path)
    return None if place is None else place.column.type


def columns_of(source: str, types: Iterable[str], catalog: Catalog) -> list[str]:
    """The columns of a source that are of one of these types, of any where none is said."""
    at = catalog.sources[source]
    wanted = tuple(types) or TYPE_NAMES
    names = dict.fromkeys(catalog.row_names(at))
    return [name for name in names if (place := catalog.row_column(at, name)) and place.column.type.name in wanted]


def admitted(parameter: Parameter, of: str, catalog: Catalog) -> tuple[str, ...]:
    """The values that it can have, where the catalog lists them."""
    if parameter.type == "column":
        return tuple(columns_of(of, parameter.types, catalog)) if of in catalog.sources else ()
    if parameter.type == "boolean":
        return "true", "false"
    kind = column_type(of, catalog) if parameter.type in ("value", "values") else None
    if kind is not None and kind.name == "boolean":
        return "true", "false"
    return () if kind is None else kind.values


def wrong_of(parameter: Parameter, of: str, catalog: Catalog) -> str:
    """What is wrong with `of`; empty where the catalog knows it."""
    if parameter.type == "column" and of not in catalog.sources:
        return f"found {shown(of)}, expected a source of the catalog{did_you_mean(of, catalog.sources)}"
    if parameter.type in ("value", "values"):
        kind = column_type(of, catalog)
        if kind is None:
            return f"found {shown(of)}, expected source.column of the catalog{did_you_mean(of, _columns(catalog))}"
        if kind.name == "point":
            return f"found {shown(of)}, a point, expected a column with values that can be written"
    return ""


def _columns(catalog: Catalog) -> list[str]:
    return [f"{source.name}.{name}" for source in catalog.sources.values() for name in catalog.row_names(source)]


# --- values --------------------------------------------------------------------------------------------------------------


def read_value(parameter: Parameter, node: Node, of: str, catalog: Catalog, problems: Problems) -> Json:
    """The value as it is written, when it is one of the parameter's; None and a problem otherwise.

    `of` is the parameter's, with values in the place of other parameters, and known to the catalog.
    """
    before = len(problems.found)
    if parameter.type == "values":
        if not isinstance(node.value, list) or not node.value:
            problems.add(node, f"found {node.found()}, expected a list of values, at least one")
        else:
            for child in node.items():
                _read_one(parameter, child, of, catalog, problems)
    else:
        _read_one(parameter, node, of, catalog, problems)
    return node.value if len(problems.found) == before else None


def _read_one(parameter: Parameter, node: Node, of: str, catalog: Catalog, problems: Problems) -> None:
    match parameter.type:
        case "value" | "values":
            kind = column_type(of, catalog)
            assert kind is not None
            _read_of_column(node, kind, of, problems)
        case "column":
            columns = columns_of(of, parameter.types, catalog)
            if node.value not in columns:
                of_types = f" of type {alternatives(parameter.types)}" if parameter.types else ""
                near = did_you_mean(node.value, columns) if isinstance(node.value, str) else ""
                problems.add(node, f"found {node.found()}, expected a column of {of}{of_types}{near}")
        case "polygon":
            if not isinstance(node.value, dict):
                problems.add(node, f"found {node.found()}, expected a GeoJSON Polygon or MultiPolygon")
        case _:
            read_scalar(node, READERS[parameter.type], problems)


READERS: dict[str, Callable[[Json], Any]] = {
    "integer": read_whole,
    "decimal": read_number,
    "text": read_label,
    "boolean": read_boolean,
    "duration": read_duration,
    "date": read_date,
    "segment": lambda value: read_id(value, "a segment"),
    "list": lambda value: read_id(value, "a list"),
}
_OF_COLUMNS: dict[TypeName, Callable[[Json], Any]] = {
    "text": read_text,
    "integer": read_whole,
    "decimal": read_number,
    "float": read_number,
    "boolean": read_boolean,
    "version": read_version,
    "date": read_date,
    "timestamp": read_date_or_moment,
}


def _read_of_column(node: Node, kind: ColumnType, of: str, problems: Problems) -> None:
    if not kind.values:
        read_scalar(node, _OF_COLUMNS[kind.name], problems)
    elif node.value not in kind.values:
        near = did_you_mean(node.value, kind.values) if isinstance(node.value, str) else ""
        problems.add(node, f"found {node.found()}, expected a value of {of}{near}")


# --- as they are typed ---------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_NUMBERS = ("integer", "decimal", "float")


def from_text(parameter: Parameter, text: str, of: str, catalog: Catalog) -> Json:
    """What somebody typed, `key=text`, as JSON would write it; what does not fit stays text, and is told by its reader.

    Several values with commas between them, or as JSON; a polygon as GeoJSON, or `@file` that holds one.
    """
    kind = column_type(of, catalog) if parameter.type in ("value", "values") else None
    scalar = parameter.type if kind is None else kind.name
    if parameter.type == "polygon":
        text = Path(text[1:]).read_text("utf-8") if text.startswith("@") and Path(text[1:]).is_file() else text
        return _from_json(text)
    if parameter.type == "values":
        several = _from_json(text) if text.startswith("[") else text
        return several if isinstance(several, list) else [_scalar(part.strip(), scalar) for part in text.split(",")]
    return _scalar(text, scalar)


def _from_json(text: str) -> Json:
    node = read_json_text(text, "", Problems())
    return text if node is None else node.value


def _scalar(text: str, kind: str) -> Json:
    if kind in _NUMBERS and _NUMBER.fullmatch(text):
        return Decimal(text) if "." in text else int(text)
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text


# --- all of them at once -------------------------------------------------------------------------------------------------

_OTHER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def read_values(
    parameters: Mapping[str, Parameter], given: Mapping[str, Node | str], catalog: Catalog, problems: Problems
) -> dict[str, Json]:
    """Each parameter's value: the given one (a node, or text as somebody typed it), else its default.

    Those that are problems are left out; so are those whose `of` names one of them.
    """
    values: dict[str, Json] = {}
    waiting = list(parameters.values())
    # Those that other parameters choose the column of come after those.
    for parameter in sorted(waiting, key=lambda each: len(_OTHER.findall(each.of))):
        of = _OTHER.sub(lambda name: str(values.get(name[1], name[0])), parameter.of)
        if unknown := [name for name in _OTHER.findall(of) if name not in parameters]:
            problems.add(parameter.default, f"found {{{unknown[0]}}} in of, expected a parameter of the template")
        if _OTHER.search(of):
            continue
        if wrong := wrong_of(parameter, of, catalog):
            problems.add(_beside(parameter.default, "of"), wrong)
            continue
        value = given.get(parameter.name, parameter.default)
        if isinstance(value, str):
            value = Node(from_text(parameter, value, of, catalog), f"--set {parameter.name}")
        read = read_value(parameter, value, of, catalog, problems)
        if read is not None:
            values[parameter.name] = read
    return {name: values[name] for name in parameters if name in values}


def _beside(node: Node, key: str) -> Node:
    return Node(None, node.file, f"{node.pointer.rpartition('/')[0]}/{key}")


def described(parameters: Mapping[str, Parameter], catalog: Catalog) -> list[dict[str, str]]:
    """Each parameter in words: what it is, its default as somebody would type it, and what the catalog admits."""
    defaults = {name: parameter.default.value for name, parameter in parameters.items()}
    rows: list[dict[str, str]] = []
    for name, parameter in parameters.items():
        of = _OTHER.sub(lambda other: str(defaults.get(other[1], other[0])), parameter.of)
        about = f" of {parameter.of}" if parameter.of else ""
        values = admitted(parameter, of, catalog)
        rows.append({"parameter": name, "type": f"{parameter.type}{about}", "default": as_typed(parameter.default.value),
                     "meaning": parameter.meaning, "values": ", ".join(values)})  # fmt: skip
    return rows


def as_typed(value: Json) -> str:
    """A value as somebody would type it behind `key=`."""
    match value:
        case list():
            return ",".join(map(as_typed, value))
        case str():
            return value
        case _:
            return one_line(value)
