"""One column of a catalog file: its type, what that type asks for, where its values come from."""

from __future__ import annotations

from dataclasses import replace

from jobs.catalog import keys
from jobs.catalog.model import Column, Kind
from jobs.catalog.types import ColumnType, TypeName, read_type
from jobs.catalog.written import AS_USUAL, WrittenForm
from jobs.catalog.written_keys import read_written, written_of_column
from jobs.syntax.nodes import Node, Problems, shown
from jobs.syntax.objects import Fields
from jobs.syntax.spelling import ID_EXPECTED, is_id

RESERVED = {"delivery_no": "the lake keeps the number of the delivery under this name"}


def read_columns(node: Node, kind: Kind, written: Fields | None, problems: Problems) -> dict[str, Column | None]:
    """The columns by name; None for one with a problem, so that others that name it are not blamed.

    `written` is what their source says of how texts are written.
    """
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
        columns[name] = _read_column(place, name, kind, written, problems)
    return columns


def _read_column(node: Node, name: str, kind: Kind, source: Fields | None, problems: Problems) -> Column | None:
    before = len(problems.errors)
    computed = kind == "computed"
    fields = (keys.COMPUTED_COLUMN if computed else keys.ROW_COLUMN).read(node, problems, _type_name(node))
    written = AS_USUAL
    if not computed:
        _check_raw(fields, problems)
        written = _read_written(fields, source, problems)
    return _column(name, fields, written) if len(problems.errors) == before else None


def _read_written(fields: Fields, source: Fields | None, problems: Problems) -> WrittenForm:
    kind = fields.get(keys.COLUMN_TYPE)
    own = read_written(fields.get(keys.COLUMN_WRITTEN), None if kind is None else kind.name, problems)
    if kind is None:
        return AS_USUAL
    if fields.wrote(keys.DERIVE):
        if own is not None:
            problems.add(own.node, 'a derived column is not written in the data; leave out "written" or "derive"')
        return AS_USUAL
    written = written_of_column(own, source, kind, problems)
    for place, value in enumerate(fields.get(keys.CHOICES) or ()):
        if written.separator and written.separator in value:
            at = fields.at(keys.CHOICES).child(place)
            expected = f"expected a value without {shown(written.separator)}, which stands between several choices"
            problems.add(at, f"found {at.found()}, {expected}")
    return written


def _type_name(node: Node) -> TypeName | None:
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


def _column(name: str, fields: Fields, written: WrittenForm) -> Column:
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
        written=written,
        derive=derive,
        value=fields.get(keys.VALUE),
        cases=fields.get(keys.CASES),
    )


def _complete(kind: ColumnType, fields: Fields) -> ColumnType:
    return replace(kind, fold=fields.get(keys.FOLD) or False, values=fields.get(keys.CHOICES) or ())
