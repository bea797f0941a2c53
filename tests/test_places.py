"""How many places of `jobs/` one more of each thing touches: counted on one that stands there already.

A place is a file in which a name of that thing must be written. The README's "How to add things" tells these numbers.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PYTHON = {path.relative_to(CHECKOUT).as_posix(): path.read_text("utf-8") for path in (CHECKOUT / "jobs").rglob("*.py")}

THINGS = {
    # what: (the names that the thing brings along, the files in which they stand)
    "condition": (
        r"jobs\.language\.everyone\b|^class EveryContact\(Condition",
        {"language/everyone", "language/conditions"},
    ),
    "operator": (r'"has_none"', {"language/value_operators", "language/suggestions"}),
    "origin": (
        r"\bRelation\b",
        {
            "catalog/model",
            "catalog/origins",
            "intake/inlets",
            "intake/databases/database_rows",
            "answers/drafts/delivered_things",
        },
    ),
    "table": (r"^CLAIMS\b", {"lake/tables"}),
    "verb": (r"^def lists\(", {"commands/list_verbs"}),
    "step": (r"jobs\.steps import pack\b|from jobs\.steps import .*\bpack\b", {"commands/night_verbs", "steps/run"}),
}


@pytest.mark.parametrize("thing", THINGS)
def test_one_more_touches_as_few_places_as_the_readme_says(thing: str) -> None:
    names, places = THINGS[thing]
    files = {file for file, text in PYTHON.items() if re.search(names, text, re.MULTILINE)}
    assert files == {f"jobs/{place}.py" for place in places}
