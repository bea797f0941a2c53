"""Points in SQL: great-circle distance, and the even-odd rule for polygons with their edges in.

Distances are computed in doubles by the engine, so a point within a millimetre of a circle's edge may fall either way.
"""

from __future__ import annotations

from itertools import pairwise

import sqlglot
from sqlglot import exp

from jobs.language.atoms import Inside, Radius
from jobs.sql.fragments import Engine, fill
from jobs.sql.literals import double

EARTH_KM = "6371.0088"
"""Mean radius of the earth (IUGG), as the language says."""

HAVERSINE = (
    f"2 * {EARTH_KM} * ASIN(LEAST(1.0, SQRT(POWER(SIN(RADIANS(:lat - :at_lat) / 2), 2) + COS(RADIANS(:lat)) * "
    "COS(RADIANS(:at_lat)) * POWER(SIN(RADIANS(:lon - :at_lon) / 2), 2)))) <= :km"
)
# One edge from (x1, y1) to (x2, y2): does a ray to the right of the point cross it?
CROSSES = "((:y1 > :lat) <> (:y2 > :lat)) AND :lon < (:x2 - :x1) * (:lat - :y1) / (:y2 - :y1) + :x1"
ON_EDGE = (
    "(:x2 - :x1) * (:lat - :y1) = (:y2 - :y1) * (:lon - :x1) AND :lon BETWEEN LEAST(:x1, :x2) AND GREATEST(:x1, :x2) "
    "AND :lat BETWEEN LEAST(:y1, :y2) AND GREATEST(:y1, :y2)"
)


def _filled(template: str, **parts: exp.Expr) -> exp.Expr:
    return exp.paren(exp.replace_placeholders(sqlglot.parse_one(template), **parts))


def within_radius(point: exp.Expr, test: Radius, engine: Engine) -> exp.Expr:
    return _filled(
        HAVERSINE,
        lat=fill("latitude", engine, x=point.copy()),
        lon=fill("longitude", engine, x=point.copy()),
        at_lat=double(test.latitude),
        at_lon=double(test.longitude),
        km=double(test.km),
    )


def inside_polygons(point: exp.Expr, test: Inside, engine: Engine) -> exp.Expr:
    """Inside or on the edge of one of the polygons; a hole's edge is in, its inside is out."""
    return exp.or_(*(_inside_one(point, rings, engine) for rings in test.polygons))


def _inside_one(point: exp.Expr, rings: tuple[tuple[tuple[float, float], ...], ...], engine: Engine) -> exp.Expr:
    latitude, longitude = (fill(name, engine, x=point.copy()) for name in ("latitude", "longitude"))
    edges = [
        {"x1": double(x1), "y1": double(y1), "x2": double(x2), "y2": double(y2), "lat": latitude, "lon": longitude}
        for ring in rings
        for (x1, y1), (x2, y2) in pairwise(ring)
    ]
    crossings: exp.Expr | None = None
    for edge in edges:
        # A level edge is crossed by no ray, and would divide by zero.
        if edge["y1"] == edge["y2"]:
            continue
        one = exp.Case().when(_filled(CROSSES, **edge), exp.Literal.number(1)).else_(exp.Literal.number(0))
        crossings = one if crossings is None else exp.Add(this=crossings, expression=one)
    assert crossings is not None, "a ring has at least three corners"
    odd = exp.EQ(
        this=exp.Mod(this=exp.paren(crossings), expression=exp.Literal.number(2)), expression=exp.Literal.number(1)
    )
    known = point.copy().is_(exp.null()).not_()
    on_edge = exp.or_(*(_filled(ON_EDGE, **edge) for edge in edges))
    unknown = exp.cast(exp.null(), "BOOLEAN")
    return exp.Case().when(known, exp.or_(odd, on_edge)).else_(unknown)
