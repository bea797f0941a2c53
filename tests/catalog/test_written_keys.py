"""`written` in catalog files: what is refused, what cannot be built, and what changes how a column is read."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.catalog.time_patterns import TimePattern
from jobs.catalog.written import AS_USUAL, WrittenForm
from jobs.lake.stored_source import StoredSource
from tests.catalog.made import good, said
from tests.catalog.refused_written import OF_A_COLUMN, OF_A_SOURCE


@pytest.mark.parametrize("case", OF_A_SOURCE)
def test_what_a_source_cannot_say_is_refused(case: str) -> None:
    written, message = OF_A_SOURCE[case]
    columns = "{d: {type: date}, n: {type: integer}, f: {type: float}, b: {type: boolean}}"
    assert said(s=f"version: 1\nsource: s\nkind: related\nwritten: {written}\ncolumns: {columns}\n") == [
        f"s.yaml#/written{message}"
    ]


@pytest.mark.parametrize("case", OF_A_COLUMN)
def test_what_a_column_cannot_say_is_refused(case: str) -> None:
    keys, message = OF_A_COLUMN[case]
    text = f"version: 1\nsource: s\nkind: related\ncolumns: {{c: {keys}, n: {{type: integer}}}}\n"
    assert said(s=text) == [f"s.yaml#/columns/c{message}"]


def test_a_value_with_the_separator_of_the_source_is_refused_at_the_value() -> None:
    text = 'version: 1\nsource: s\nkind: related\nwritten: {separator: "/"}\ncolumns: {c: {type: choices, values: [a/b]}}\n'
    assert said(s=text) == [
        's.yaml#/columns/c/values/0: found "a/b", expected a value without "/", which stands between several choices'
    ]


def test_computed_columns_and_sources_are_not_written() -> None:
    computed = "version: 1\nsource: s\nkind: computed\n"
    value = "value: {event: x, count: rows}"
    assert said(s=f"{computed}columns: {{c: {{type: integer, {value}, written: {{trim: true}}}}}}\n") == [
        (
            's.yaml#/columns/c/written: the key "written" does not belong in a computed column: only columns that are '
            "delivered have it"
        )
    ]
    assert said(s=f"{computed}written: {{trim: true}}\ncolumns: {{}}\n")[0].startswith("s.yaml#/written: the key")


def test_a_group_mark_of_a_column_may_need_the_decimal_mark_of_its_source() -> None:
    text = (
        'version: 1\nsource: s\nkind: related\nwritten: {decimal_mark: ","}\n'
        'columns: {c: {type: float, written: {group_mark: "."}}}\n'
    )
    assert good(s=text).sources["s"].columns["c"].written == WrittenForm(decimal_mark=",", group_mark=".")


@pytest.mark.parametrize(
    "values",
    [{"group_mark": "."}, {"decimal_mark": ",", "group_mark": ","}, {"true": ("a",), "false": ("a",)}, {"true": ("FALSE",)},
     {"date": TimePattern("DD.MM.YYYY HH:mm")}],
)  # fmt: skip
def test_a_form_that_contradicts_itself_cannot_be_built(values: Any) -> None:
    with pytest.raises(ValueError, match="found"):
        WrittenForm(**values)
    with pytest.raises(ValueError, match="expected a year"):
        TimePattern("DD.MM.")


def readings(text: str) -> dict[str, str]:
    catalog = good(s=f"version: 1\nsource: s\n{text}")
    return StoredSource(catalog, catalog.sources["s"], "UTC").readings


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ("{date: DD.MM.YYYY}", {"d"}),
        ("{trim: true}", {"contact_id", "at", "d", "n", "k", "_key", "m", "deleted"}),
        ("{trim: false}", set[str]()),
        ('{decimal_mark: ","}', {"n", "m"}),
        ("{timestamp: epoch_seconds}", {"at"}),
        ("{true: [Ja]}", {"deleted"}),
        ('{separator: ";"}', set[str]()),
    ],
)
def test_how_a_column_was_read_is_known_to_be_another_once_its_texts_are(written: str, changed: set[str]) -> None:
    keys = (
        "kind: events\ntime: at\nkey: k\ndelivery: changes\n{}columns: {{d: {{type: date}}, n: {{type: integer}}, "
        "m: {{type: integer, derive: {{add: [n, 1]}}}}}}\n"
    )
    before, after = readings(keys.format("")), readings(keys.format(f"written: {written}\n"))
    assert {name for name in before if before[name] != after[name]} == changed


def test_a_form_is_told_as_the_catalog_writes_it() -> None:
    written = WrittenForm(TimePattern("D.M.YYYY"), "epoch_seconds", ",", ".", ("Ja", "1"), missing=('"',), trim=True)
    assert str(written) == (
        'written: {date: "D.M.YYYY", timestamp: epoch_seconds, decimal_mark: ",", group_mark: ".", true: ["Ja", "1"], '
        'missing: ["\\""], trim: true}'
    )
    assert AS_USUAL.is_default
