"""Points: great circles and polygons; half a point is missing. One degree of a meridian is 111.19508 km."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice


def near(latitude: Any, longitude: Any, km: Any) -> dict[str, Any]:
    return {"attribute": "home", "within_radius": {"latitude": latitude, "longitude": longitude, "km": km}}


def inside(*rings: list[list[Any]]) -> dict[str, Any]:
    return {"attribute": "home", "inside": {"type": "Polygon", "coordinates": list(rings)}}


VIENNA = (Decimal("48.2"), Decimal("16.37"))
SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
HOLE = [[4, 4], [4, 6], [6, 6], [6, 4], [4, 4]]
TOUCHING = [[5, 5], [5, 6], [6, 6], [6, 5], [5, 5]]
AROUND_VIENNA = [[16, 48], [17, 48], [17, Decimal("48.5")], [16, 48]]
DATE_LINE = [[170, -5], [180, -5], [180, 5], [170, 5], [170, -5]]

POINTS = Table(
    "point",
    {"contacts": contacts(home={"type": "point", "latitude": "lat", "longitude": "lon"})},
    {
        "contacts": """
contact_id,lat,lon
q1,48.2,16.37
q2,49.2,16.37
q3,,
q4,48.2,
q5,0,180
q6,0,-179.9
q7,0,0
q8,90,0
q9,5,5
q10,,16.37
"""
    },
    [
        Case("point_radius", near(*VIENNA, 10), "q1"),
        Case("point_radius_degree", near(*VIENNA, Decimal("111.2")), "q1 q2"),
        Case("point_radius_short", near(*VIENNA, Decimal("111.19")), "q1"),
        Case("point_not_radius", {"not": near(*VIENNA, 10)}, "q2 q5 q6 q7 q8 q9", "half a point is missing"),
        Case("point_date_line", near(0, 180, 12), "q5 q6", "0.1 degrees of the equator: 11.12 km"),
        Case("point_date_line_short", near(0, 180, 11), "q5"),
        Case("point_date_line_negative", near(0, -180, 1), "q5"),
        Case("point_pole", near(90, 120, 1), "q8", "at the pole longitude says nothing"),
        Case("point_whole_earth", near(0, 90, 20016), "q1 q2 q5 q6 q7 q8 q9", "half its girth is 20015.1 km"),
        Case("point_exact", near(5, 5, Decimal("0.001")), "q9"),
        Case("point_inside", inside(SQUARE), "q7 q9", "a corner is on the edge: in"),
        Case("point_not_inside", {"not": inside(SQUARE)}, "q1 q2 q5 q6 q8"),
        Case("point_in_a_hole", inside(SQUARE, HOLE), "q7"),
        Case("point_on_a_holes_edge", inside(SQUARE, TOUCHING), "q7 q9"),
        Case("point_on_a_slanted_edge", inside([[0, 0], [10, 10], [0, 10], [0, 0]]), "q7 q9"),
        Case("point_longitude_first", inside([[48, 16], [49, 16], [49, 17], [48, 17], [48, 16]]), ""),
        Case("point_triangle", inside(AROUND_VIENNA), "", "its edge is at 48.185 where q1's longitude is"),
        Case(
            "point_multi",
            {
                "attribute": "home",
                "inside": {
                    "type": "MultiPolygon",
                    "coordinates": [[[[16, 48], [17, 48], [17, 49], [16, 49], [16, 48]]], [DATE_LINE], [SQUARE, HOLE]],
                },
            },
            "q1 q5 q7",
        ),
        Case("point_is_empty", anyone({"attribute": "home", "is_empty": True}), "q3 q4 q10"),
        Case("point_is_empty_false", {"attribute": "home", "is_empty": False}, "q1 q2 q5 q6 q7 q8 q9"),
    ],
)

TABLES = [POINTS]


@each_voice
@each_case(TABLES)
def test_points_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
