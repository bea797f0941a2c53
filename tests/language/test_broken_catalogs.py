"""A catalog with many things wrong: every file is told at once, computed columns too, and nobody for another's fault."""

from __future__ import annotations

from typing import Any

from jobs.errors import Problem
from jobs.language.bound_files import load_bound_catalog
from jobs.syntax.nodes import Problems
from tests.language.shop import MONEY

GOOD = """
version: 1
source: {name}
kind: {kind}
{keys}
columns: {columns}
"""


def file(name: str, kind: str, columns: str, keys: str = "") -> tuple[str, bytes]:
    return f"{name}.yaml", GOOD.format(name=name, kind=kind, keys=keys, columns=columns).encode()


def computed(name: str, columns: str) -> tuple[str, bytes]:
    return file(name, "computed", columns)


CONTACTS = file("contacts", "contacts", "{country: {type: text}, children: {type: integer}}")
ORDER = file("order", "events", f'{{amount: {{type: "{MONEY}"}}}}', "time: at")


def problems_of(*files: tuple[str, bytes]) -> list[Problem]:
    problems = Problems()
    assert load_bound_catalog(files, problems, "catalog") is None or not problems.errors
    return problems.errors


def places(*files: tuple[str, bytes]) -> list[str]:
    return sorted(f"{problem.file.removesuffix('.yaml')}{problem.pointer}" for problem in problems_of(*files))


COUNT = "{type: integer, value: {event: order, count: rows}}"


def test_eleven_broken_files_are_eleven_files_told() -> None:
    told = places(
        CONTACTS,
        ORDER,
        ("unreadable.yaml", b"a: ["),
        file("misspelled", "attributes", "{n: {type: integr}}"),
        file("lookups", "events", "{t: {type: text}}", "time: at\nlookups: {p: {source: prodct, on: t}}"),
        file("derived", "attributes", "{a: {type: integer, derive: {add: [a, 1]}}}"),
        file("keys", "attributes", "{}", "tiem: at"),
        computed("one", "{x: {type: integer, value: {add: [two.x, 1]}}}"),
        computed("two", "{x: {type: integer, value: {add: [one.x, 1]}}}"),
        computed("three", "{x: {type: integer, value: {event: ordr, count: rows}}}"),
        computed("four", "{x: {type: integer, value: {add: [childs, 1]}}}"),
        computed("five", "{x: {type: text, value: {event: order, sum: amount}}}"),
        computed("six", "{x: {type: integer, cases: [{is: 1, when: {attribute: country, iss: DE}}]}}"),
    )
    assert told == [
        "derived/columns/a/derive",
        "five/columns/x/value/sum",
        "four/columns/x/value/add/0",
        "keys/tiem",
        "lookups/lookups/p/source",
        "misspelled/columns/n/type",
        "one/columns/x/value",
        "six/columns/x/cases/0/when/iss",
        "three/columns/x/value/event",
        "two/columns/x/value",
        "unreadable",
    ]


def test_what_names_a_broken_file_column_or_lookup_is_not_blamed_for_it() -> None:
    uses: dict[str, Any] = {
        "a_file": "{event: order, count: rows}",
        "its_column": "{event: order, sum: amount}",
        "an_attribute": "{add: [loyalty.points, 1]}",
        "a_lookups_column": "{event: view, where: {attribute: product.price, more_than: 1}, count: rows}",
        "a_broken_column": "{event: view, sum: pieces}",
        "a_computed_one": "{add: [c.a_file, 1]}",
    }
    columns = ", ".join(f"{name}: {{type: integer, value: {value}}}" for name, value in uses.items())
    assert places(
        CONTACTS,
        ("order.yaml", b"a: ["),
        ("loyalty.yaml", b"kind: attributes: x"),
        file(
            "view",
            "events",
            "{pieces: {type: integr}, t: {type: text}}",
            "time: at\nlookups: {product: {source: product, on: t}}",
        ),
        ("product.yaml", b"- 1"),
        computed("c", f"{{{columns}}}"),
    ) == ["loyalty", "order", "product", "view/columns/pieces/type"]


def test_a_name_that_stands_nowhere_is_told_beside_them() -> None:
    told = places(
        CONTACTS,
        ("order.yaml", b"a: ["),
        computed("c", "{x: {type: integer, value: {add: [order_count, loyalti.points]}}}"),
    )
    assert told == ["c/columns/x/value/add/0", "c/columns/x/value/add/1", "order"]


def test_without_a_file_of_contacts_the_rest_of_the_files_is_told_still() -> None:
    assert places(
        ("contacts.yaml", b"a: ["), file("s", "attributes", "{n: {type: integr}}"), computed("c", f"{{x: {COUNT}}}")
    ) == [
        "contacts",
        "s/columns/n/type",
    ]


def test_a_good_catalog_is_bound() -> None:
    problems = Problems()
    bound = load_bound_catalog([CONTACTS, ORDER, computed("c", f"{{x: {COUNT}}}")], problems, "catalog")
    assert problems.found == []
    assert bound is not None
    assert bound.attribute("c.x") is not None
