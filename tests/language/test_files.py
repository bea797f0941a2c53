"""What a file's own keys refuse, and what of several files concerns each other: ids, references, cycles, lists, approvals."""

# ruff: noqa: E501

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jobs.language.atoms import InList, InSegment
from jobs.language.specs import KnownLists, SpecSet, read_specs
from jobs.syntax.nodes import Node
from tests.language.shop import node, read, shop, spec

COUNTRY = {"attribute": "country", "is": "DE"}
NOT_GIVEN = object()


def changed(**keys: Any) -> dict[str, Any]:
    """A good spec with these keys changed; NOT_GIVEN takes one out."""
    tree = {**spec(COUNTRY), **{("from" if key == "from_" else key): value for key, value in keys.items()}}
    return {key: value for key, value in tree.items() if value is not NOT_GIVEN}


def told(found: SpecSet) -> list[tuple[str, str, str]]:
    return [(problem.file, problem.pointer, problem.message) for problem in found.errors]


FILE_TABLE: list[tuple[dict[str, Any], str, str]] = [
    (changed(version=NOT_GIVEN), "", 'the key "version" is missing in a segment: the version of the language'),
    (changed(version=2), "/version", "found 2, expected 1, the only version"),
    (changed(version="1"), "/version", 'found "1", expected 1'),
    (changed(version=True), "/version", "found true, expected 1"),
    (changed(id="Big"), "/id", "expected the id of this segment: small letters"),
    (changed(id="other"), "/id", 'found "other", expected "s", as the file is named'),
    (changed(id="../x"), "/id", "expected the id of this segment"),
    (changed(id=5), "/id", "found 5, expected the id"),
    (changed(name=NOT_GIVEN), "", 'the key "name" is missing in a segment: its name for people'),
    (changed(name=""), "/name", "expected a text with something in it"),
    (changed(name=5), "/name", "found 5, expected a text"),
    (changed(description=5), "/description", "found 5, expected a text"),
    (changed(owner=""), "/owner", "expected a text with something in it"),
    (changed(tags="a"), "/tags", 'put it in brackets: ["a"]'),
    (changed(tags=[5]), "/tags/0", "found 5, expected a text"),
    (changed(where=NOT_GIVEN), "", 'the key "where" is missing in a segment: who is a member'),
    (changed(were=COUNTRY, where=NOT_GIVEN), "/were", 'did you mean "where"?'),
    (changed(title="x"), "/title", 'unknown key "title" in a segment — did you mean "name"?'),
    (changed(publish="row"), "/publish", 'did you mean "rows"?'),
    (changed(publish=True), "/publish", "found true, expected one of counts, rows"),
    (changed(approved_by=""), "/approved_by", "expected a text with something in it"),
    (changed(from_="x"), "/from", 'found "x", expected {"list": "<name>"} or {"segment": "<id>"}'),
    (changed(from_={}), "/from", 'found none, expected exactly one of "list" or "segment": inside whom everything is evaluated'),
    (changed(from_={"list": "a", "segment": "s2"}), "/from", 'found "list" and "segment"'),
    (changed(from_={"segment": "A"}), "/from/segment", "expected the id of a segment"),
    (changed(from_={"list": "a", "date": "26-01-01"}), "/from/date", "expected a date as YYYY-MM-DD"),
    (changed(keep=5), "/keep", "found 5, expected an object like"),
    (changed(keep={"count": 5}), "/keep", 'the key "by" is missing in keep: the attribute that orders them'),
    (changed(keep={"by": "children"}), "/keep", 'found none, expected exactly one of "count" or "percent": how many members are kept'),
    (changed(keep={"count": 5, "percent": 5, "by": "children"}), "/keep", 'found "count" and "percent"'),
    (changed(keep={"count": 0, "by": "children"}), "/keep/count", "found 0, expected a whole number from 1"),
    (changed(keep={"count": 1.5, "by": "children"}), "/keep/count", "expected a whole number from 1"),
    (changed(keep={"percent": 0, "by": "children"}), "/keep/percent", "expected a number above 0 and at most 100"),
    (changed(keep={"percent": 100.5, "by": "children"}), "/keep/percent", "expected a number above 0 and at most 100"),
    (changed(keep={"count": 5, "by": "country"}), "/keep/by", "found country (text), expected an attribute of type"),
    (changed(keep={"count": 5, "by": "app"}), "/keep/by", "found app (version)"),
    (changed(keep={"count": 5, "by": "childs"}), "/keep/by", "expected an attribute of the catalog"),
    (changed(keep={"count": 5, "by": {"random": "x"}, "lowest": True}), "/keep/lowest", 'found "lowest" beside "random"'),
    (changed(keep={"count": 5, "by": {"randm": "x"}}), "/keep/by/randm", 'did you mean "random"?'),
    (changed(keep={"count": 5, "by": {"random": 5}}), "/keep/by/random", "found 5, expected a text"),
    (changed(keep={"count": 5, "by": "children", "lowest": "yes"}), "/keep/lowest", "expected true or false"),
    (changed(expect={"at_least": "5"}), "/expect/at_least", "without quotes: 5"),
    (changed(expect={"at_least": -5}), "/expect/at_least", "expected a whole number from 0"),
    (changed(expect={"at_least": 5, "at_most": 4}), "/expect", 'found "at_least" 5 above "at_most" 4'),
    (changed(expect={"at_most": 0}), "/expect", 'found "at_least" 1 above "at_most" 0'),
    (changed(expect={"change_at_most": 50}), "/expect/change_at_most", 'write "50%"'),
    (changed(expect={"change_at_most": "50"}), "/expect/change_at_most", 'expected per cent from 0% as text, like "1%" or "0.5%"'),
    (changed(expect={"minimum": 5}), "/expect/minimum", 'did you mean "at_least"?'),
    (changed(where={"attribute": "health", "is": "ill"}), "", 'the key "approved_by" is missing in a segment: who approved the use of "health", which'),
    (changed(where={"related": "device", "where": {"attribute": "serial", "is": "1"}}), "", '"device.serial"'),
    (changed(where={"attribute": "smart.ill", "is": True}), "", '"health"'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tree", "pointer", "message"), FILE_TABLE, ids=[f"{p or '/'}: {m[:40]}" for _, p, m in FILE_TABLE]
)
def test_a_wrong_key_of_a_file_is_refused_at_its_place(tree: dict[str, Any], pointer: str, message: str) -> None:
    found = read_specs([node(tree, "s.json")], shop()).errors
    assert [problem.pointer for problem in found] == [pointer]
    assert message in found[0].message


def test_every_key_of_the_language_is_read() -> None:
    tree = changed(
        description="d", owner="crm", tags=["a", "a"], from_={"list": "news", "date": "2026-11-24"},
        keep={"percent": 33.3, "by": "smart.revenue", "lowest": True}, publish="rows", approved_by="legal",
        expect={"at_least": 0, "at_most": 9, "change_at_most": "12.5%"},
    )  # fmt: skip
    found = read(tree).valid["s"]
    assert (found.description, found.owner, found.tags, found.publish, found.approved_by) == (
        "d",
        "crm",
        ("a", "a"),
        "rows",
        "legal",
    )
    assert found.meaning().base == InList("news", date(2026, 11, 24))
    keep = found.meaning().keep
    assert keep is not None
    assert (keep.count, str(keep.percent), keep.lowest, keep.seed) == (None, "33.3", True, None)
    assert (found.expect.at_least, found.expect.at_most, str(found.expect.change_at_most)) == (0, 9, "0.125")


def test_everything_wrong_in_from_is_told_at_once() -> None:
    found = read_specs([node(changed(from_={"segment": "a", "date": "2026-01-01"}), "s.json")], shop()).errors
    assert [(problem.pointer, problem.message) for problem in found] == [
        ("/from/date", 'found "date" beside "segment", expected none: only lists have dates'),
        ("/from/segment", 'found "a", expected the id of a segment'),
    ]


def test_without_expect_an_empty_result_is_held_back() -> None:
    assert read(spec(COUNTRY)).valid["s"].expect.at_least == 1


def test_a_spec_that_is_no_object_is_refused() -> None:
    found = read_specs([node("[1]", "s.json")], shop())
    assert told(found) == [
        ("s.json", "", "found a list, expected a segment: an object with version, id, name and where")
    ]


# --- several files ------------------------------------------------------------------------------------------------------


def named(id_: str, where: Any = None, **keys: Any) -> dict[str, Any]:
    return spec(COUNTRY if where is None else where, id_, **keys)


def refers(*ids: str) -> dict[str, Any]:
    return {"all": [{"segment": id_} for id_ in ids]}


def test_references_come_first_in_the_order_of_specs() -> None:
    found = read(named("a", refers("c", "b")), named("b", refers("c")), named("c"), named("d", from_={"segment": "a"}))
    assert list(found.valid) == ["c", "b", "a", "d"]
    assert found.valid["a"].depends.segments == ("b", "c")
    assert found.valid["d"].meaning().base == InSegment("a")


def test_an_unknown_reference_is_refused_with_the_nearest_id() -> None:
    found = read(named("newsletter_readers"), named("b", refers("newsleter_readers")))
    assert told(found) == [
        ("b.json", "/where/all/0/segment",
         'found "newsleter_readers", expected the id of a segment — did you mean "newsletter_readers"?')
    ]  # fmt: skip
    assert list(found.valid) == ["newsletter_readers"]


def test_a_spec_that_refers_to_a_bad_one_fails_with_it_and_others_do_not() -> None:
    found = read(
        named("bad", {"attribute": "contry", "is": "DE"}),
        named("b", refers("bad")),
        named("c", refers("b")),
        named("d"),
    )
    assert [(file, pointer) for file, pointer, _ in told(found)] == [
        ("bad.json", "/where/attribute"),
        ("b.json", "/where/all/0/segment"),
        ("c.json", "/where/all/0/segment"),
    ]
    assert told(found)[1][2] == 'found "bad", a segment with problems of its own, expected one without'
    assert list(found.valid) == ["d"]


def test_a_cycle_is_refused_in_every_file_on_it_where_it_refers_on() -> None:
    found = read(
        named("a", refers("b")), named("b", from_={"segment": "c"}), named("c", refers("a")), named("d", refers("a"))
    )
    assert [(file, pointer) for file, pointer, _ in told(found)] == [
        ("a.json", "/where/all/0/segment"),
        ("b.json", "/from/segment"),
        ("c.json", "/where/all/0/segment"),
        ("d.json", "/where/all/0/segment"),
    ]
    assert "a cycle of segments, a → b → c → a" in told(found)[0][2]
    assert "a segment with problems of its own" in told(found)[3][2]


def test_a_segment_of_itself_is_a_cycle() -> None:
    assert "a cycle of segments, a → a" in told(read(named("a", refers("a"))))[0][2]


def test_a_chain_of_two_thousand_segments_needs_no_deep_stack() -> None:
    chain = [named("s0"), *(named(f"s{k}", refers(f"s{k - 1}")) for k in range(1, 2000))]
    found = read(*reversed(chain))
    assert not found.errors
    assert list(found.valid)[:3] == ["s0", "s1", "s2"]


def test_two_files_of_one_id_are_both_refused() -> None:
    trees = [node(named("a"), "x/a.json"), node(named("a"), "y/a.json"), node(named("b", refers("a")), "y/b.json")]
    found = read_specs(trees, shop())
    assert told(found)[:2] == [
        ("x/a.json", "/id", 'found the id "a" in "y/a.json" too, expected one file for an id'),
        ("y/a.json", "/id", 'found the id "a" in "x/a.json" too, expected one file for an id'),
    ]
    assert not found.valid


def test_a_file_that_is_no_json_is_told_and_what_refers_to_it_fails(tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "bad.json").write_text('{"version": 1,}')
    (tmp_path / "crm" / "b.json").write_text(json.dumps(named("b", refers("bad"))))
    (tmp_path / "crm" / "good.json").write_text(json.dumps(named("good")))
    found = read_specs([tmp_path], shop())
    assert [(Path(file).name, pointer) for file, pointer, _ in told(found)] == [
        ("b.json", "/where/all/0/segment"),
        ("bad.json", ""),
    ]
    assert list(found.valid) == ["good"]


def test_a_key_written_twice_is_told_together_with_the_files_other_problems(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"version": 1, "id": "s", "name": "s", "name": "t", "where": {"attribute": "contry", "is": "DE"}}')
    found = read_specs([path], shop())
    assert [pointer for _, pointer, _ in told(found)] == ["/name", "/where/attribute"]
    assert not found.valid


# --- lists --------------------------------------------------------------------------------------------------------------

LISTS = KnownLists(
    {"news": [None], "launch": [date(2026, 11, 1), date(2026, 11, 24)], "later": [date(2026, 12, 1)]},
    date(2026, 11, 24),
)


@pytest.mark.parametrize(
    ("condition", "pointer", "message"),
    [
        ({"list": "newz"}, "/where/all/0/list", 'found "newz", expected a contact list — did you mean "news"?'),
        (
            {"list": "later"},
            "/where/all/0/list",
            'found "later", expected a list with a date not after 2026-11-24: it has 2026-12-01',
        ),
        (
            {"list": "launch", "date": "2026-11-02"},
            "/where/all/0/date",
            "found 2026-11-02, expected a date of the list launch: it has 2026-11-01, 2026-11-24",
        ),
        ({"list": "news", "date": "2026-11-02"}, "/where/all/0/date", "expected a date of the list news: it has none"),
    ],
)
def test_a_list_that_is_not_there_is_refused(condition: Any, pointer: str, message: str) -> None:
    ((_, found, said),) = told(read(spec({"all": [condition]}), lists=LISTS))
    assert (found, message in said) == (pointer, True)


def test_lists_that_are_there_are_accepted_and_none_is_asked_for_where_none_is_known() -> None:
    trees = [
        {"list": "news"},
        {"list": "launch"},
        {"list": "launch", "date": "2026-11-24"},
        {"list": "later", "date": "2026-12-01"},
    ]
    assert not read(spec({"any": trees}), lists=LISTS).errors
    assert not read(spec({"list": "nowhere"})).errors


def test_the_list_in_from_is_asked_for_too() -> None:
    ((_, pointer, _),) = told(read(spec(COUNTRY, from_={"list": "newz"}), lists=LISTS))
    assert pointer == "/from/list"


# --- sensitive columns --------------------------------------------------------------------------------------------------


def test_a_segment_that_reaches_a_sensitive_column_through_another_needs_its_own_approval() -> None:
    ill = named("ill", {"attribute": "health", "is": "ill"}, approved_by="legal")
    found = read(ill, named("b", refers("ill")), named("c", refers("ill"), approved_by="legal"))
    assert [(file, pointer) for file, pointer, _ in told(found)] == [("b.json", "")]
    assert found.valid["c"].sensitive == {"health"}


def test_what_is_reached_is_told_with_sources_through_lookups_and_computed_columns() -> None:
    where = {"all": [
        {"attribute": "loyalty.plan.name", "is": "x"},
        {"attribute": "smart.average", "more_than": 5},
        {"event": "order", "where": {"attribute": "product.brand.name", "is": "x"}},
        {"list": "news"},
    ]}  # fmt: skip
    depends = read(spec(where)).valid["s"].depends
    assert depends.sources == {"contacts", "loyalty", "plan", "order", "product", "brand"}
    assert depends.columns == {
        "loyalty.plan.name", "smart.average", "smart.revenue", "smart.orders", "order.amount", "order.product.brand.name",
    }  # fmt: skip
    assert depends.lists == (InList("news"),)


def test_a_node_tree_needs_no_file() -> None:
    assert not read_specs([Node(dict(spec(COUNTRY)), "an example")], shop()).errors  # type: ignore[arg-type]
