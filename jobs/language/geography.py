"""Places on a map: a circle around a point, and areas drawn as GeoJSON (RFC 7946, longitude first).

An area is checked until nothing about it is open: rings closed, on the globe, not across the antimeridian, with an area,
and a polygon of them valid, as Shapely says.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from jobs.language.arguments import Argument, Subject
from jobs.language.atoms import Inside, Radius
from jobs.language.phrases import number
from jobs.language.spec_keys import table
from jobs.syntax.literals import read_number
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.objects import Key
from jobs.syntax.shapes import Schema, Shape, as_written, one_of, scalar, whole_list

Position = tuple[float, float]
Ring = tuple[Position, ...]
Polygon = tuple[Ring, ...]

KINDS = ("Polygon", "MultiPolygon")


def _between(value: Json, low: int, high: int) -> int | Decimal:
    degrees = read_number(value)
    if not low <= degrees <= high:
        raise ValueError(f"found {shown(value)}, expected a number from {low} to {high}")
    return degrees


def _read_km(value: Json) -> int | Decimal:
    km = read_number(value)
    if km <= 0:
        raise ValueError(f"found {shown(value)}, expected more than 0 km")
    return km


def _degrees(most: int) -> Shape[int | Decimal]:
    return scalar(lambda value: _between(value, -most, most), {"type": "number", "minimum": -most, "maximum": most})


DEGREES_NORTH, DEGREES_EAST = _degrees(90), _degrees(180)
_AROUND = '{"attribute": "home", "within_radius": {"latitude": 48.2, "longitude": 16.37, "km": %s}}'
_WITHIN_LINES = '{"attribute": "home", "inside": {"type": "%s", "coordinates": %s}}'
_TRIANGLE = "[[[16.2, 48.1], [16.6, 48.1], [16.4, 48.3], [16.2, 48.1]]]"
LATITUDE = Key("latitude", "Degrees north of the equator.", DEGREES_NORTH, required=True, example=_AROUND % "25")
LONGITUDE = Key("longitude", "Degrees east of Greenwich.", DEGREES_EAST, required=True, example=_AROUND % "2.5")
KM = Key(
    "km",
    "How far around, in kilometres.",
    scalar(_read_km, {"type": "number", "exclusiveMinimum": 0}),
    required=True,
    example=_AROUND % "0.3",
)
CIRCLE = table(
    "within_radius", LATITUDE, LONGITUDE, KM, expected='an object like {"latitude": 48.2, "longitude": 16.37, "km": 25}'
)

_POSITION: Schema = {
    "type": "array",
    "prefixItems": [DEGREES_EAST.schema, DEGREES_NORTH.schema],
    "items": False,
    "minItems": 2,
}
_POLYGON: Schema = {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 4, "items": _POSITION}}
_POLYGONS: Schema = {"type": "array", "minItems": 1, "items": _POLYGON}
KIND = Key(
    "type",
    "Polygon or MultiPolygon.",
    one_of(KINDS),
    required=True,
    example=_WITHIN_LINES % ("MultiPolygon", f"[{_TRIANGLE}]"),
)
COORDINATES = Key(
    "coordinates",
    "Rings of [longitude, latitude], the outer one first; of a MultiPolygon a list of such polygons.",
    as_written({"type": "array"}),
    required=True,
    example=_WITHIN_LINES % ("Polygon", _TRIANGLE),
)
AREA = table("a polygon", KIND, COORDINATES, expected="a GeoJSON Polygon or MultiPolygon")
AREA_SCHEMA: Schema = {
    **AREA.schema(),
    "if": {"properties": {"type": {"const": KINDS[0]}}},
    "then": {"properties": {"coordinates": _POLYGON}},
    "else": {"properties": {"coordinates": _POLYGONS}},
}


def radius(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    """`{"latitude": 48.2, "longitude": 16.37, "km": 25}`."""
    fields = CIRCLE.read(node, problems)
    latitude, longitude, km = fields.get(LATITUDE), fields.get(LONGITUDE), fields.get(KM)
    if not fields.fine or latitude is None or longitude is None or km is None:
        return None
    test = Radius(float(latitude), float(longitude), float(km))
    return Argument(test, (number(km, "km"), f"{number(latitude)}, {number(longitude)}"))


def inside(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    """A GeoJSON Polygon or MultiPolygon."""
    fields = AREA.read(node, problems)
    kind, coordinates = fields.get(KIND), fields.get(COORDINATES)
    if not fields.fine or coordinates is None:
        return None
    polygons = _polygons(coordinates, problems) if kind == "MultiPolygon" else _only(_polygon(coordinates, problems))
    if polygons is None:
        return None
    corners = sum(len(ring) - 1 for polygon in polygons for ring in polygon)
    area = "the drawn area" if len(polygons) == 1 else f"the {len(polygons)} drawn areas"
    return Argument(Inside(polygons), (f"{area} ({corners:,} corners)",))


def _only(polygon: Polygon | None) -> tuple[Polygon, ...] | None:
    return None if polygon is None else (polygon,)


def _polygons(node: Node, problems: Problems) -> tuple[Polygon, ...] | None:
    if not isinstance(node.value, list) or not node.value:
        problems.add(node, f"found {node.found()}, expected a list of polygons, at least one")
        return None
    polygons = whole_list(_polygon(child, problems) for child in node.items())
    return None if polygons is None else tuple(polygons)


def _polygon(node: Node, problems: Problems) -> Polygon | None:
    if not isinstance(node.value, list) or not node.value:
        problems.add(node, f"found {node.found()}, expected a list of rings, the outer one first")
        return None
    rings = whole_list(_ring(child, problems) for child in node.items())
    if rings is None:
        return None
    wrong = _invalid(tuple(rings))
    if wrong:
        problems.add(node, wrong)
        return None
    return tuple(rings)


_MENDED_BY = {
    "Hole lies outside shell": "expected every hole inside the outer ring",
    "Holes are nested": "expected no hole inside another; leave the inner one out",
    "Interior is disconnected": "expected one piece; draw each piece as a polygon of a MultiPolygon",
}
"""What GEOS says is wrong with a polygon -> what is expected; anything else is about lines that meet."""


def _invalid(polygon: Polygon) -> str:
    """What is wrong with a polygon whose rings are right by themselves; empty where nothing is.

    A ring that crosses itself (a bow-tie) has no inside that everybody agrees on, and neither has a hole that sticks out.
    Each polygon is asked by itself: those of a MultiPolygon may touch and overlap, for a point is in it if it is in one.
    """
    import shapely  # costs a tenth of a second, and few specs draw polygons

    reason: str = shapely.is_valid_reason(shapely.Polygon(polygon[0], polygon[1:]))
    what, _, place = reason.rstrip("]").partition("[")
    if what == "Valid Geometry":
        return ""
    crossing = (
        "expected lines that do not meet; put the corners in the order in which one walks around the area, or draw "
    )
    expected = _MENDED_BY.get(what, f"{crossing}each part as a polygon of a MultiPolygon")
    return f"found a polygon that is not valid ({what} at [{place.replace(' ', ', ')}]), {expected}"


def _ring(node: Node, problems: Problems) -> Ring | None:
    if not isinstance(node.value, list) or len(node.value) < 4:
        what = f"{len(node.value)} positions" if isinstance(node.value, list) and node.value else node.found()
        problems.add(node, f"found {what}, expected a ring of at least 4 positions, the last like the first")
        return None
    positions = whole_list(_position(child, problems) for child in node.items())
    if positions is None:
        return None
    ring = tuple(positions)
    wrong = _wrong_ring(ring)
    if wrong:
        problems.add(node, wrong)
        return None
    return ring


def _wrong_ring(ring: Ring) -> str:
    if ring[0] != ring[-1]:
        return "found a ring whose last position is not its first, expected a closed one"
    if any(abs(corner[0] - following[0]) > 180 for corner, following in pairwise(ring)):
        return (
            "found an edge across the antimeridian (more than 180 degrees of longitude), expected two polygons instead"
        )
    first = ring[0]
    if all(_cross(first, corner, following) == 0 for corner, following in pairwise(ring)):
        return "found a ring without an area, expected at least three corners that are not on one line"
    return ""


def _cross(origin: Position, first_corner: Position, second_corner: Position) -> float:
    return (first_corner[0] - origin[0]) * (second_corner[1] - origin[1]) - (first_corner[1] - origin[1]) * (
        second_corner[0] - origin[0]
    )


def _position(node: Node, problems: Problems) -> Position | None:
    if not isinstance(node.value, list) or len(node.value) != 2:
        what = f"a list of {len(node.value)}" if isinstance(node.value, list) and node.value else node.found()
        problems.add(node, f"found {what}, expected a position, [longitude, latitude]")
        return None
    longitude = DEGREES_EAST.read(node.child(0), problems)
    latitude = DEGREES_NORTH.read(node.child(1), problems)
    return None if longitude is None or latitude is None else (float(longitude), float(latitude))
