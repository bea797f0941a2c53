"""Areas that are drawn in specs: what is no area is refused with Shapely's reason, what only looks odd is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.language.shop import problems_of

BOX = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
SPIKE = [[0, 0], [2, 0], [2, 2], [3, 2], [2, 2], [0, 2], [0, 0]]
OUTSIDE = [[6, 6], [7, 6], [7, 7], [6, 6]]
HOLE, INNER = [[1, 1], [3, 1], [3, 3], [1, 1]], [[2, 1.2], [2.8, 1.2], [2.8, 1.6], [2, 1.2]]
DIAMOND = [[2, 0], [4, 2], [2, 4], [0, 2], [2, 0]]
INVALID: list[tuple[str, Any, str, str]] = [
    (
        "Polygon",
        [BOW_TIE],
        "",
        "(Self-intersection at [0.5, 0.5]), expected lines that do not meet; put the corners in the",
    ),
    ("Polygon", [SPIKE], "", "(Ring Self-intersection at [2, 2]), expected lines that do not meet"),
    ("Polygon", [BOX, OUTSIDE], "", "(Hole lies outside shell at [6, 6]), expected every hole inside the outer ring"),
    ("Polygon", [BOX, HOLE, INNER], "", "(Holes are nested"),
    ("Polygon", [BOX, DIAMOND], "", "(Interior is disconnected"),
    ("MultiPolygon", [[BOX], [BOW_TIE]], "/1", "(Self-intersection at [0.5, 0.5])"),
]


@pytest.mark.parametrize(("kind", "coordinates", "pointer", "message"), INVALID, ids=[m[:24] for *_, m in INVALID])
def test_an_area_that_is_not_valid_is_refused_with_the_reason(
    kind: str, coordinates: Any, pointer: str, message: str
) -> None:
    ((place, told),) = problems_of({"attribute": "home", "inside": {"type": kind, "coordinates": coordinates}})
    assert place == f"/inside/coordinates{pointer}"
    assert told.startswith("found a polygon that is not valid ")
    assert message in told


ODD: dict[str, tuple[str, Any]] = {
    "a hole that touches the outer ring in one point": ("Polygon", [BOX, [[0, 2], [2, 1], [2, 3], [0, 2]]]),
    "a corner written twice": ("Polygon", [[[0, 0], [0, 0], [1, 0], [1, 1], [0, 0]]]),
    "the ring the other way round": ("Polygon", [BOX[::-1]]),
    "a corner on a straight line": ("Polygon", [[[0, 0], [1, 0], [4, 0], [4, 4], [0, 4], [0, 0]]]),
    "two polygons that share an edge": ("MultiPolygon", [[BOX], [[[4, 0], [8, 0], [8, 4], [4, 4], [4, 0]]]]),
    "two polygons that overlap": ("MultiPolygon", [[BOX], [[[2, 2], [6, 2], [6, 6], [2, 6], [2, 2]]]]),
    "one polygon in the other's hole": (
        "MultiPolygon",
        [[BOX, [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]], [[[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]]],
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_area_that_only_looks_odd_is_accepted(name: str) -> None:
    kind, coordinates = ODD[name]
    assert problems_of({"attribute": "home", "inside": {"type": kind, "coordinates": coordinates}}) == []


def test_shapely_is_loaded_for_a_polygon_and_for_nothing_else() -> None:
    program = (
        "import sys\nfrom tests.language.shop import problems_of\n"
        "radius = {'latitude': 1, 'longitude': 2, 'km': 3}\n"
        "problems_of({'attribute': 'home', 'within_radius': radius})\nprint('shapely' in sys.modules)\n"
        f"problems_of({{'attribute': 'home', 'inside': {{'type': 'Polygon', 'coordinates': [{BOX}]}}}})\n"
        "print('shapely' in sys.modules)"
    )
    checkout = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=checkout)
    assert done.stdout.split() == ["False", "True"]
