"""Points in SQL: great-circle distance, and the even-odd rule for polygons with their edges in.

The engine computes in doubles, so a point within a millimetre of an edge, of a circle or a polygon, may fall either way.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import sqlglot
from sqlglot import exp

from jobs.language.atoms import Inside, Radius
from jobs.language.geography import Ring
from jobs.sql.constants import double
from jobs.sql.expressions import any_of, equal, known, modulo, unknown
from jobs.sql.fragments import Engine, fill, replaced

EARTH_KM = "6371.0088"
"""Mean radius of the earth (IUGG), as the language says."""

HAVERSINE = (
    f"2 * CAST('{EARTH_KM}' AS DOUBLE) * ASIN(LEAST(CAST(1 AS DOUBLE), SQRT(POWER(SIN(RADIANS(:lat - :at_lat) / 2), 2) + "
    "COS(RADIANS(:lat)) * COS(RADIANS(:at_lat)) * POWER(SIN(RADIANS(:lon - :at_lon) / 2), 2)))) <= :km"
)
# One edge from (x1, y1) to (x2, y2): does a ray to the right of the point cross it?
CROSSES = "((:y1 > :lat) <> (:y2 > :lat)) AND :lon < (:x2 - :x1) * (:lat - :y1) / (:y2 - :y1) + :x1"
ON_EDGE = (
    "(:x2 - :x1) * (:lat - :y1) = (:y2 - :y1) * (:lon - :x1) AND :lon BETWEEN LEAST(:x1, :x2) AND GREATEST(:x1, :x2) "
    "AND :lat BETWEEN LEAST(:y1, :y2) AND GREATEST(:y1, :y2)"
)


def within_radius(point: exp.Expr, test: Radius, engine: Engine) -> exp.Expr:
    """Whether the point is at most so many kilometres away."""
    centre = {"at_lat": double(test.latitude), "at_lon": double(test.longitude), "km": double(test.km)}
    return _of_known(point, _filled(HAVERSINE, **_coordinates(point, engine), **centre))


def inside_polygons(point: exp.Expr, test: Inside, engine: Engine) -> exp.Expr:
    """Inside or on the edge of one of the polygons; a hole's edge is in, its inside is out."""
    coordinates = _coordinates(point, engine)
    return _of_known(point, any_of(_inside_one(rings, coordinates) for rings in test.polygons))


def _of_known(point: exp.Expr, test: exp.Expr) -> exp.Expr:
    """Said, because LEAST passes over what is missing."""
    return exp.Case().when(known(point), test).else_(unknown())


def _coordinates(point: exp.Expr, engine: Engine) -> dict[str, exp.Expr]:
    return {"lat": fill("latitude", engine, x=point), "lon": fill("longitude", engine, x=point)}


def _inside_one(rings: tuple[Ring, ...], coordinates: dict[str, exp.Expr]) -> exp.Expr:
    edges = [
        {"x1": double(x1), "y1": double(y1), "x2": double(x2), "y2": double(y2), **coordinates}
        for ring in rings
        for (x1, y1), (x2, y2) in pairwise(ring)
    ]
    on_edge = [_filled(ON_EDGE, **edge) for edge in edges]
    # A level edge is crossed by no ray, and would divide by zero.
    crossed = [_filled(CROSSES, **edge) for edge in edges if edge["y1"] != edge["y2"]]
    return any_of([*on_edge, *([_odd(crossed)] if crossed else [])])


def _odd(tests: list[exp.Expr]) -> exp.Expr:
    """Whether an odd number of them is true."""
    zero, unit, two = (exp.Literal.number(digit) for digit in range(3))
    count, *others = [exp.Case().when(test, unit).else_(zero) for test in tests]
    for other in others:
        count = exp.Add(this=count, expression=other)
    return equal(modulo(count, two), unit)


def _filled(template: str, **parts: exp.Expr) -> exp.Expr:
    return exp.paren(replaced(_parsed(template), parts), copy=False)


@cache
def _parsed(template: str) -> exp.Expr:
    return sqlglot.parse_one(template, dialect="duckdb")
