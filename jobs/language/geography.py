"""Places on a map: a circle around a point, and areas drawn as GeoJSON (RFC 7946, longitude first).

An area is checked until nothing about it is open: rings closed, on the globe, not across the antimeridian, with an area.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from jobs.language.arguments import Asked, Subject
from jobs.language.atoms import Inside, Radius
from jobs.language.key_checks import check_keys
from jobs.language.phrases import number
from jobs.language.suggestions import suggestion
from jobs.syntax.literals import read_number
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.objects import is_object
from jobs.syntax.shapes import read_scalar

Position = tuple[float, float]
Ring = tuple[Position, ...]
Polygon = tuple[Ring, ...]

KINDS = ("Polygon", "MultiPolygon")


def radius(node: Node, subject: Subject, problems: Problems) -> Asked | None:
    """`{"latitude": 48.2, "longitude": 16.37, "km": 25}`."""
    keys = ("latitude", "longitude", "km")
    if not is_object(node, 'an object like {"latitude": 48.2, "longitude": 16.37, "km": 25}', problems):
        return None
    fine = check_keys(node, keys, problems, required=keys, of="within_radius")
    latitude = _number(node, "latitude", problems, -90, 90)
    longitude = _number(node, "longitude", problems, -180, 180)
    km = _number(node, "km", problems, 0, None)
    if km is not None and km <= 0:
        problems.add(node.child("km"), f"found {node.child('km').found()}, expected more than 0 km")
        return None
    if not fine or latitude is None or longitude is None or km is None:
        return None
    test = Radius(float(latitude), float(longitude), float(km))
    return Asked(test, (number(km, "km"), f"{number(latitude)}, {number(longitude)}"))


def _number(node: Node, key: str, problems: Problems, low: int, high: int | None) -> int | Decimal | None:
    written = node.get(key)
    return None if written is None else read_scalar(written, lambda value: _between(value, low, high), problems)


def _between(value: Json, low: int, high: int | None) -> int | Decimal:
    found = read_number(value)
    if high is not None and not low <= found <= high:
        raise ValueError(f"found {shown(value)}, expected a number from {low} to {high}")
    return found


def inside(node: Node, subject: Subject, problems: Problems) -> Asked | None:
    """A GeoJSON Polygon or MultiPolygon."""
    if not is_object(node, "a GeoJSON Polygon or MultiPolygon", problems):
        return None
    if not check_keys(node, ("type", "coordinates"), problems, required=("type", "coordinates"), of="a polygon"):
        return None
    kind = node.child("type")
    if kind.value not in KINDS:
        hint = suggestion(kind.value, KINDS) if isinstance(kind.value, str) else ""
        problems.add(
            kind, f'found {kind.found()}, expected "Polygon" or "MultiPolygon"{hint if "mean" in hint else ""}'
        )
        return None
    coordinates = node.child("coordinates")
    if kind.value == "Polygon":
        one = _polygon(coordinates, problems)
        polygons = None if one is None else (one,)
    else:
        polygons = _polygons(coordinates, problems)
    if polygons is None:
        return None
    corners = sum(len(ring) - 1 for polygon in polygons for ring in polygon)
    area = "the drawn area" if len(polygons) == 1 else f"the {len(polygons)} drawn areas"
    return Asked(Inside(polygons), (f"{area} ({corners:,} corners)",))


def _polygons(node: Node, problems: Problems) -> tuple[Polygon, ...] | None:
    if not isinstance(node.value, list) or not node.value:
        problems.add(node, f"found {node.found()}, expected a list of polygons, at least one")
        return None
    found = [_polygon(child, problems) for child in node.items()]
    return None if None in found else tuple(polygon for polygon in found if polygon is not None)


def _polygon(node: Node, problems: Problems) -> Polygon | None:
    if not isinstance(node.value, list) or not node.value:
        problems.add(node, f"found {node.found()}, expected a list of rings, the outer one first")
        return None
    rings = [_ring(child, problems) for child in node.items()]
    return None if None in rings else tuple(ring for ring in rings if ring is not None)


def _ring(node: Node, problems: Problems) -> Ring | None:
    if not isinstance(node.value, list) or len(node.value) < 4:
        found = f"{len(node.value)} positions" if isinstance(node.value, list) and node.value else node.found()
        problems.add(node, f"found {found}, expected a ring of at least 4 positions, the last like the first")
        return None
    positions = [_position(child, problems) for child in node.items()]
    if None in positions:
        return None
    ring = tuple(position for position in positions if position is not None)
    wrong = _wrong_ring(ring)
    if wrong:
        problems.add(node, wrong)
        return None
    return ring


def _wrong_ring(ring: Ring) -> str:
    if ring[0] != ring[-1]:
        return "found a ring whose last position is not its first, expected a closed one"
    if any(abs(one[0] - other[0]) > 180 for one, other in pairwise(ring)):
        return (
            "found an edge across the antimeridian (more than 180 degrees of longitude), expected two polygons instead"
        )
    first = ring[0]
    if all(_cross(first, one, other) == 0 for one, other in pairwise(ring)):
        return "found a ring without an area, expected at least three corners that are not on one line"
    return ""


def _cross(origin: Position, one: Position, other: Position) -> float:
    return (one[0] - origin[0]) * (other[1] - origin[1]) - (one[1] - origin[1]) * (other[0] - origin[0])


def _position(node: Node, problems: Problems) -> Position | None:
    if not isinstance(node.value, list) or len(node.value) != 2:
        found = f"a list of {len(node.value)}" if isinstance(node.value, list) and node.value else node.found()
        problems.add(node, f"found {found}, expected a position, [longitude, latitude]")
        return None
    longitude = read_scalar(node.child(0), lambda value: _between(value, -180, 180), problems)
    latitude = read_scalar(node.child(1), lambda value: _between(value, -90, 90), problems)
    return None if longitude is None or latitude is None else (float(longitude), float(latitude))
