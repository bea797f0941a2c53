"""One column of a catalog file: its type, what that type asks for, where its values come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jobs.catalog import keys
from jobs.catalog.fields import Fields, Key, read_fields
from jobs.catalog.model import Column, Kind
from jobs.catalog.types import ColumnType, read_type
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.spelling import is_id

RESERVED = {"delivery_no": "the lake keeps the number of the delivery under this name"}


def read_columns(node: Node, kind: Kind, problems: Problems) -> dict[str, Column | None]:
    """The columns by name; None for one with a problem, so that others that name it are not blamed."""
    found: dict[str, Column | None] = {}
    for name in node.keys():
        place = node.child(name)
        if not is_id(name):
            problems.add(
                place,
                f'found the column name "{name}", expected small letters, digits and _, a letter first; '
                'say what it is called in the data with "column"',
            )
        elif name in RESERVED:
            problems.add(place, f'"{name}" cannot be a column\'s name: {RESERVED[name]}; choose another, with "column"')
        found[name] = _read_column(place, name, kind, problems)
    return found


def _read_column(node: Node, name: str, kind: Kind, problems: Problems) -> Column | None:
    before = len(problems.errors)
    if not isinstance(node.value, dict):
        problems.add(node, f'found {node.found()}, expected a column\'s keys, like {{type: text, meaning: "…"}}')
        return None
    computed = kind == "computed"
    table: Sequence[Key[object]] = keys.COMPUTED_COLUMN_KEYS if computed else keys.ROW_COLUMN_KEYS
    if _blame_other_kind(node, computed, problems):
        table = [*keys.ROW_COLUMN_KEYS, keys.VALUE, keys.CASES]  # they are told already, and are not unknown as well
    fields = read_fields(node, table, problems, sort=_type_name(node), what="column")
    if computed:
        _check_computed(fields, problems)
    else:
        _check_raw(fields, problems)
    return _column(name, fields) if len(problems.errors) == before else None


def _type_name(node: Node) -> str | None:
    """The column's type, None where it cannot be known."""
    written = node.get(keys.COLUMN_TYPE.name)
    try:
        return None if written is None else read_type(written.value).name
    except ValueError:
        return None


def _blame_other_kind(node: Node, computed: bool, problems: Problems) -> bool:
    """Keys that only the other sort of source gives its columns; True if there are any."""
    other = (keys.RAW, keys.LATITUDE, keys.LONGITUDE, keys.DERIVE) if computed else (keys.VALUE, keys.CASES)
    wrong = [key.name for key in other if node.get(key.name) is not None]
    for name in wrong:
        belongs = "columns that are delivered; this one is computed" if computed else "computed sources only"
        problems.add(node.key_place(name), f'"{name}" is for {belongs}')
    return bool(wrong)


def _check_computed(fields: Fields, problems: Problems) -> None:
    both = fields.wrote(keys.VALUE), fields.wrote(keys.CASES)
    if both == (True, True):
        problems.add(fields.node, 'found both "value" and "cases", expected one of them')
    if both == (False, False):
        problems.add(fields.node, 'a computed column needs "value" or "cases": how it is computed')


def _check_raw(fields: Fields, problems: Problems) -> None:
    kind = fields.get(keys.COLUMN_TYPE)
    if fields.wrote(keys.RAW) and kind is not None and kind.name == "point":
        problems.add(fields.at(keys.RAW), 'a point has two columns in the data, "latitude" and "longitude"')
    if fields.wrote(keys.RAW) and fields.wrote(keys.DERIVE):
        problems.add(fields.at(keys.RAW), 'a derived column has no name in the data; leave out "column" or "derive"')
    latitude, longitude = fields.get(keys.LATITUDE), fields.get(keys.LONGITUDE)
    if latitude is not None and latitude == longitude:
        problems.add(fields.at(keys.LONGITUDE), f"found {fields.at(keys.LONGITUDE).found()}, which is the latitude too")


def _column(name: str, fields: Fields) -> Column:
    kind = fields.get(keys.COLUMN_TYPE)
    assert kind is not None
    derive = fields.get(keys.DERIVE)
    delivered = derive is None and kind.name != "point" and not (fields.wrote(keys.VALUE) or fields.wrote(keys.CASES))
    return Column(
        name,
        _complete(kind, fields),
        raw=(fields.get(keys.RAW) or name) if delivered else "",
        latitude=fields.get(keys.LATITUDE) or "",
        longitude=fields.get(keys.LONGITUDE) or "",
        meaning=fields.get(keys.COLUMN_MEANING) or "",
        unit=fields.get(keys.UNIT) or "",
        sensitive=fields.get(keys.SENSITIVE) or False,
        derive=derive,
        value=fields.get(keys.VALUE),
        cases=fields.get(keys.CASES),
    )


def _complete(kind: ColumnType, fields: Fields) -> ColumnType:
    return replace(kind, fold=fields.get(keys.FOLD) or False, values=fields.get(keys.CHOICES) or ())
