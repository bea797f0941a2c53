"""Points on the earth: great-circle distance, and polygons with exact arithmetic.

A polygon's edges are straight lines in longitude and latitude; its edge is inside, a hole's edge too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

RADIUS_KM = 6371.0088

Point = tuple[float, float]
Spot = tuple[Fraction, Fraction]


def distance_km(one: Point, other: Point) -> float:
    """Great circle between two (latitude, longitude), by the haversine formula."""
    lat1, lon1, lat2, lon2 = (math.radians(angle) for angle in (*one, *other))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


def within_radius(point: Point, wanted: Mapping[str, Any]) -> bool:
    centre = (float(wanted["latitude"]), float(wanted["longitude"]))
    return distance_km(point, centre) <= float(wanted["km"])


def inside(point: Point, shape: Mapping[str, Any]) -> bool:
    """Whether a point lies in a GeoJSON Polygon or MultiPolygon."""
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    spot = (Fraction(point[1]), Fraction(point[0]))
    return any(_in_polygon(spot, rings) for rings in polygons)


def _in_polygon(spot: Spot, rings: Sequence[Any]) -> bool:
    corners = [[(Fraction(float(x)), Fraction(float(y))) for x, y, *_ in ring] for ring in rings]
    if any(_on_edge(spot, ring) for ring in corners):
        return True
    return _enclosed(spot, corners[0]) and not any(_enclosed(spot, hole) for hole in corners[1:])


def _on_edge(spot: Spot, ring: list[Spot]) -> bool:
    x, y = spot
    for (x1, y1), (x2, y2) in pairwise(ring):
        straight = (x2 - x1) * (y - y1) == (y2 - y1) * (x - x1)
        if straight and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
    return False


def _enclosed(spot: Spot, ring: list[Spot]) -> bool:
    """Even or odd: how many edges a ray to the east crosses."""
    x, y = spot
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1
