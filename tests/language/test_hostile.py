"""Whatever stands in a file: problems with pointers, never a traceback, never an effect on another segment."""

# ruff: noqa: E501

from __future__ import annotations

import json
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from jobs.language.aggregates import AGGREGATES
from jobs.language.conditions import CONDITIONS
from jobs.language.english import explain
from jobs.language.operators import OPERATORS
from jobs.language.specs import read_specs
from tests.language.shop import SOURCES, bind, node, read, shop, spec

NAUGHTY = (
    "${jndi:ldap://x/y}", "{{ conf.get('core', 'fernet_key') }}", "'; DROP TABLE contacts; --", "\u202egpj.exe", "\x00", "%s%n",
    "<script>alert(1)</script>", "\ufeff", "\U0001f469\u200d\U0001f4bb", "a" * 1000, "../../etc/passwd", "NULL", "\\", '"', "\n",
)  # fmt: skip


@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_a_naughty_text_is_only_a_text(text: str) -> None:
    tree = spec(
        {"attribute": "country", "in": [text]}, name=f"x{text}", description=text, tags=[f"t{text}"], owner=f"o{text}"
    )
    found = read(tree)
    assert not found.errors
    told = found.valid["s"].where.describe().text
    assert told.isprintable()


@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_a_naughty_text_where_a_name_belongs_is_a_problem_that_can_be_printed(text: str) -> None:
    for where in (
        {"attribute": text, "is": "x"},
        {"event": text},
        {text: 1},
        {"segment": text},
        {"list": text, "date": text},
    ):
        found = read(spec(where), spec({"attribute": "country", "is": "DE"}, "good"))
        assert found.errors
        assert all(str(problem).isprintable() for problem in found.problems)
        assert list(found.valid) == ["good"]


WORDS = sorted(
    {*CONDITIONS, *AGGREGATES, *(row.word for row in OPERATORS), "where", "within", "per", "having", "of", "contact", "date",
     "share", "seed", "from", "to", "after_at_most", "absent", "same", "country", "order", "device", "amount", "smart.orders"}
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 40), st.sampled_from([0.5, 1e39]), st.sampled_from(WORDS),
    st.sampled_from(["30d", "2026-11-24", "2026-11-24T10:00", "4.9", "", "web"]),
)  # fmt: skip
TREES = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TREES, st.sampled_from(["where", "keep", "from", "expect", "tags", "id", "name"]))
def test_any_tree_of_the_languages_words_is_read_or_refused_with_pointers_that_exist(tree: Any, key: str) -> None:
    whole = {**spec({"attribute": "country", "is": "DE"}), key: tree}
    found = read_specs([node(json.dumps(whole), "s.json")], shop())
    for problem in found.problems:
        assert resolves(whole, problem.pointer), problem


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from([*WORDS, "quantile_of", "groups", "add", "divide"]), TREES, max_size=3),
    TREES,
    st.booleans(),
)
def test_any_computed_column_is_bound_or_refused(value: Any, cases: Any, by_cases: bool) -> None:
    written = {"cases": [{"is": 1, "when": cases}]} if by_cases else {"value": value}
    catalog, problems = bind({**SOURCES, "c": {"kind": "computed", "columns": {"x": {"type": "integer", **written}}}})
    assert (catalog is None) == bool(problems)


def resolves(tree: Any, pointer: str) -> bool:
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(tree, list):
            tree = tree[int(key)]
        else:
            assert isinstance(tree, dict)
            if key not in tree:
                return False
            tree = tree[key]
    return True


def test_a_hundred_thousand_brackets_are_one_problem_of_one_file() -> None:
    from jobs.syntax.nodes import Problems
    from jobs.syntax.strict_json import read_json_text

    problems = Problems()
    assert read_json_text("[" * 100_000, "s.json", problems) is None
    assert len(problems.found) == 1


def test_an_explanation_cannot_be_rewritten_by_what_people_write() -> None:
    told = explain(
        read(spec({"everyone": True}, name="a\u202eb", description="one\ntwo", tags=["\x1b[2J"])).valid["s"], shop()
    )
    assert "a\\u202eb (s)" in told
    assert "one\\u000atwo" in told
    assert all(line.isprintable() for line in told.splitlines())
