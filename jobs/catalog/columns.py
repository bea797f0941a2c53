"""One column of a catalog file: its type, what that type asks for, where its values come from."""

from __future__ import annotations

from dataclasses import replace

from jobs.catalog import keys
from jobs.catalog.model import Column, Kind
from jobs.catalog.types import ColumnType, read_type
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.objects import Fields
from jobs.syntax.spelling import ID_EXPECTED, is_id

RESERVED = {"delivery_no": "the lake keeps the number of the delivery under this name"}


def read_columns(node: Node, kind: Kind, problems: Problems) -> dict[str, Column | None]:
    """The columns by name; None for one with a problem, so that others that name it are not blamed."""
    columns: dict[str, Column | None] = {}
    for name in node.keys():
        place = node.child(name)
        if not is_id(name):
            problems.add(
                place,
                f'found the column name "{name}", expected {ID_EXPECTED}; '
                'say what it is called in the data with "column"',
            )
        elif name in RESERVED:
            problems.add(place, f'"{name}" cannot be a column\'s name: {RESERVED[name]}; choose another, with "column"')
        columns[name] = _read_column(place, name, kind, problems)
    return columns


def _read_column(node: Node, name: str, kind: Kind, problems: Problems) -> Column | None:
    before = len(problems.errors)
    computed = kind == "computed"
    fields = (keys.COMPUTED_COLUMN if computed else keys.ROW_COLUMN).read(node, problems, _type_name(node))
    if not computed:
        _check_raw(fields, problems)
    return _column(name, fields) if len(problems.errors) == before else None


def _type_name(node: Node) -> str | None:
    """The column's type, None where it cannot be known."""
    written = node.get(keys.COLUMN_TYPE.name)
    try:
        return None if written is None else read_type(written.value).name
    except ValueError:
        return None


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
