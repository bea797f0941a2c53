"""What stands for what in a template: parameters, other values, moments, repetitions; and what is told of a wrong one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jobs.authoring.filling import Filling
from jobs.authoring.parameters import Parameter, from_text, read_parameter, read_values
from jobs.catalog.catalog_files import load_catalog
from jobs.catalog.model import Catalog
from jobs.plan.clock import make_clock
from jobs.syntax.literals import read_moment
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.strict_json import read_json_text
from jobs.syntax.zones import zone_transitions

FILES = {
    "contacts": "version: 1\nsource: contacts\nkind: contacts\ncolumns:\n"
    "  country: {type: choice, values: [AT, DE, FR]}\n  city: {type: text}\n  born: {type: date}\n"
    "  joined: {type: date, written: {date: D.M.YYYY}}\n  opt_in: {type: boolean}\n  points: {type: integer}\n",
    "click": "version: 1\nsource: click\nkind: events\ntime: at\ntime_zone: Etc/UTC\nkey: id\ncolumns:\n"
    "  id: {type: text}\n  seen: {type: timestamp, written: {timestamp: 'DD.MM.YYYY HH:mm'}}\n"
    "  noted: {type: timestamp, written: {timestamp: epoch_seconds}}\n",
}
PARAMETERS = {
    "times": {"type": "integer", "default": 3, "meaning": "How often"},
    "sum": {"type": "decimal", "default": Decimal("9.90"), "meaning": "How much"},
    "window": {"type": "duration", "default": "2mo", "meaning": "How long"},
    "day": {"type": "date", "default": "2026-03-01", "meaning": "When"},
    "country": {"type": "value", "of": "contacts.country", "default": "AT", "meaning": "Where"},
    "countries": {"type": "values", "of": "country", "default": ["AT", "FR"], "meaning": "Where"},
    "city": {"type": "value", "of": "contacts.city", "default": "Graz", "meaning": "Where"},
    "opt_in": {"type": "value", "of": "contacts.opt_in", "default": True, "meaning": "Whether"},
    "column": {
        "type": "column",
        "of": "contacts",
        "types": ["choice", "text"],
        "default": "country",
        "meaning": "Which",
    },
    "word": {"type": "value", "of": "contacts.{column}", "default": "DE", "meaning": "What it says"},
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    problems = Problems()
    read = load_catalog([(f"{name}.yaml", text.encode()) for name, text in FILES.items()], problems, "catalog")
    assert read is not None, problems.found
    return read


def parameters(own: Mapping[str, Any] = PARAMETERS) -> dict[str, Parameter]:
    problems = Problems()
    every = {name: read_parameter(name, Node(tree, "t", f"/parameters/{name}"), problems) for name, tree in own.items()}
    assert problems.found == []
    return {name: parameter for name, parameter in every.items() if parameter is not None}


def filling(catalog: Catalog, problems: Problems, as_of: str = "2026-11-24T10:00") -> Filling:
    every = parameters()
    values = read_values(every, {}, catalog, problems)
    return Filling(every, values, catalog, make_clock(read_moment(as_of), zone_transitions("Europe/Vienna")), problems)


def filled(catalog: Catalog, text: str) -> Any:
    """What stands under `x` of a spec's `where`."""
    problems = Problems()
    node = read_json_text(f'{{"where": {{"x": {text}}}}}', "t", problems)
    assert node is not None
    spec: Any = filling(catalog, problems).spec(node)
    assert [str(problem) for problem in problems.found] == []
    return spec["where"]["x"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('{"parameter": "times"}', 3),
        ('{"parameter": "times", "plus": -1}', 2),
        ('{"parameter": "sum", "plus": -0.01}', Decimal("9.89")),
        ('{"parameter": "day", "plus": "-1d"}', "2026-02-28"),
        ('{"parameter": "countries", "item": 1}', "FR"),
        ('"{times} of {countries} in {window} for {sum}, {opt_in}"', "3 of AT and FR in 2mo for 9.90, true"),
        ('{"{column}": 1}', {"country": 1}),
        ('{"other_than": "country"}', "DE"),
        ('{"other_than": "countries"}', "DE"),
        ('{"other_than": "city"}', "not Graz"),
        ('{"other_than": "opt_in"}', False),
        ('{"other_than": "times"}', 4),
        (
            '[{"repeat": 2, "row": [{"number": true}, {"number": "c"}, "c{number}"]}, 7]',
            [[1, "c1", "c1"], [2, "c2", "c2"], 7],
        ),
        ('[{"repeat": {"parameter": "times", "plus": -3}, "row": 1}]', []),
        ('{"ago": "0d"}', "2026-11-24T00:00"),
        ('{"ago": {"parameter": "window"}}', "2026-09-24T00:00"),
        ('{"ago": "24h"}', "2026-11-23T10:00"),
        ('{"ahead": "1w", "as": "date"}', "2026-12-01"),
        ('{"ago": "30d", "plus": "1d -1s"}', "2026-10-25T23:59:59"),
        ('{"unit": "month", "ago": 1}', {"unit": "month", "ago": 1}),
        ('{"calendar": "month", "ago": [1, 3]}', {"calendar": "month", "ago": [1, 3]}),
    ],
)
def test_what_stands_for_something_else(catalog: Catalog, written: str, value: Any) -> None:
    assert filled(catalog, written) == value


def test_a_moment_in_a_row_is_written_as_its_column_wants_it(catalog: Catalog) -> None:
    ago = {"ago": "1mo"}
    rows: Any = {
        "contacts": [{"contact_id": "a", "born": ago, "joined": ago, "city": {"ago": "1mo", "as": "date"}}],
        "click": [{"repeat": 2, "row": {"id": {"number": "c"}, "at": {"ago": "{number}d"}, "seen": ago, "noted": ago}}],
    }
    problems = Problems()
    test = Node({"name": "in {window}", "data": rows, "members": []}, "t", "/tests/0")
    made: Any = filling(catalog, problems).test(test)
    assert problems.found == []
    assert made["name"] == "in 2 months"
    assert made["data"]["contacts"] == [
        {"contact_id": "a", "born": "2026-10-24", "joined": "24.10.2026", "city": "2026-10-24"}
    ]
    # Midnight of 24 October in Vienna is 22:00 of the 23rd in UTC, by which clicks are written: 20,749 days and 22 hours.
    seconds = str(20_749 * 86_400 + 22 * 3_600)
    assert made["data"]["click"] == [
        {"id": f"c{n}", "at": at, "seen": "23.10.2026 22:00", "noted": seconds}
        for n, at in ((1, "2026-11-23T00:00+01:00"), (2, "2026-11-22T00:00+01:00"))
    ]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('{"parameter": "time"}', '/where/x/parameter: found "time", expected a parameter of the template — did you'),
        ('{"parameter": "times", "add": 1}', '/where/x/add: unknown key "add" in a parameter\'s value'),
        ('{"parameter": "city", "plus": 1}', '/where/x/plus: found "Graz" plus 1, expected two numbers, or a date and days'),
        ('{"parameter": "times", "item": 0}', '/where/x/item: found an item of "times", expected a parameter with several'),
        ('"in {windw}"', '/where/x: found "windw", expected a parameter of the template — did you mean "window"?'),
        ('{"ago": "30"}', '/where/x/ago: found "30", expected a duration like "30d"'),
        ('{"ago": "1d", "plus": "-1"}', '/where/x/ago: found "-1", expected a shift like "-1s"'),
        ('{"ago": "1d", "ahead": "1d"}', '/where/x: found "ago" and "ahead", expected exactly one of "ago" or "ahead"'),
        ('[{"repeat": "3", "row": 1}]', '/where/x/0/repeat: found "3", expected a whole number up to 10,000'),
        ('[{"repeat": 10001, "row": 1}]', "/where/x/0/repeat: found 10001, expected a whole number up to 10,000"),
        ('[{"repeat": 1}]', '/where/x/0: the key "row" is missing in a repetition'),
        ('{"other_than": "day"}', '/where/x: found "day", of whose column no other value can be named; write one'),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_its_place(catalog: Catalog, written: str, told: str) -> None:
    problems = Problems()
    node = read_json_text(f'{{"where": {{"x": {written}}}}}', "t", problems)
    assert node is not None
    filling(catalog, problems).spec(node)
    assert any(str(problem).startswith(f"t#{told}") for problem in problems.found), problems.found


@pytest.mark.parametrize(
    ("name", "typed", "value", "told"),
    [
        ("times", "5", 5, ""),
        ("times", "5.0", None, "--set times: found 5.0, expected a whole number"),
        ("sum", "1.50", Decimal("1.50"), ""),
        ("window", "2m", None, '--set window: found "2m", expected a whole number from 1 and a unit'),
        ("country", "Austria", None, '--set country: found "Austria", expected a value of contacts.country'),
        ("country", "at", None, '--set country: found "at", expected a value of contacts.country — did you mean "AT"?'),
        ("countries", "DE, FR", ["DE", "FR"], ""),
        ("countries", '["DE"]', ["DE"], ""),
        ("opt_in", "false", False, ""),
        ("opt_in", "no", None, '--set opt_in: found "no", expected true or false'),
        ("column", "born", None, '--set column: found "born", expected a column of contacts of type choice or text'),
        ("column", "city", "city", ""),
    ],
)
def test_a_value_is_read_as_somebody_types_it(catalog: Catalog, name: str, typed: str, value: Any, told: str) -> None:
    problems = Problems()
    values = read_values(parameters(), {name: typed}, catalog, problems)
    assert values.get(name) == value
    assert (told == "") == (problems.found == [])
    assert all(str(problem).startswith(told) for problem in problems.found), problems.found


def test_a_column_that_another_parameter_names_says_what_its_value_may_be(catalog: Catalog) -> None:
    problems = Problems()
    read_values(parameters(), {"word": "Graz"}, catalog, problems)
    assert [problem.message for problem in problems.found] == [
        'found "Graz", expected a value of contacts.country — known here: "AT", "DE", "FR"'
    ]
    values = read_values(parameters(), {"word": "Graz", "column": "city"}, catalog, Problems())
    assert (values["column"], values["word"]) == ("city", "Graz")


def test_a_polygon_may_lie_in_a_file(catalog: Catalog, tmp_path: Path) -> None:
    (polygon,) = parameters({"area": {"type": "polygon", "default": {"type": "Polygon"}, "meaning": "Where"}}).values()
    shape = {"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [5, 6], [1, 2]]]}
    (tmp_path / "area.json").write_text(json.dumps(shape))
    assert from_text(polygon, f"@{tmp_path / 'area.json'}", "", catalog) == shape
    assert from_text(polygon, json.dumps(shape), "", catalog) == shape
    assert from_text(polygon, "@nowhere.json", "", catalog) == "@nowhere.json"


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        ({"type": "integr", "default": 1, "meaning": "x"}, '/type: found "integr", expected one of integer'),
        ({"type": "value", "default": 1, "meaning": "x"}, 'the key "of" is missing in a parameter of type value'),
        (
            {"type": "text", "of": "contacts.city", "default": "x", "meaning": "x"},
            '/of: the key "of" does not belong in',
        ),
        ({"type": "text", "meaning": "x"}, 'the key "default" is missing in a parameter'),
    ],
)
def test_a_parameter_that_is_none_is_told(tree: Any, told: str) -> None:
    problems = Problems()
    assert read_parameter("p", Node(tree, "t", "/parameters/p"), problems) is None
    assert any(told in str(problem) for problem in problems.found), problems.found


def test_a_column_that_the_catalog_lacks_is_told_where_the_parameter_names_it(catalog: Catalog) -> None:
    own = {"x": {"type": "value", "of": "contacts.contry", "default": "AT", "meaning": "x"}}
    problems = Problems()
    assert read_values(parameters(own), {}, catalog, problems) == {}
    assert [str(problem) for problem in problems.found] == [
        (
            't#/parameters/x/of: found "contacts.contry", expected source.column of the catalog '
            '— did you mean "contacts.country"?'
        )
    ]
