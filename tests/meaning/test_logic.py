"""All, any, not, everyone: Kleene's tables. A contact's id is the values of a and b: t true, f false, u unknown."""

from __future__ import annotations

from typing import Any

from tests.meaning.tables import EVERYONE, Asked, Case, Table, check, contacts, each_case, each_voice

A: dict[str, Any] = {"attribute": "a", "is": "y"}
B: dict[str, Any] = {"attribute": "b", "is": "y"}


def deep(levels: int, condition: dict[str, Any]) -> dict[str, Any]:
    return condition if levels == 1 else {"all" if levels % 2 else "any": [deep(levels - 1, condition)]}


LOGIC = Table(
    "logic",
    {"contacts": contacts(a="text", b="text")},
    {
        "contacts": """
contact_id,a,b
tt,y,y
tf,y,n
tu,y,
ft,n,y
ff,n,n
fu,n,
ut,,y
uf,,n
uu,,
"""
    },
    [
        Case("logic_all", {"all": [A, B]}, "tt"),
        Case("logic_any", {"any": [A, B]}, "tt tf tu ft ut", "true beats unknown"),
        Case("logic_not", {"not": A}, "ft ff fu"),
        Case("logic_not_not", {"not": {"not": A}}, "tt tf tu"),
        Case("logic_not_all", {"not": {"all": [A, B]}}, "tf ft ff fu uf", "false beats unknown"),
        Case("logic_not_any", {"not": {"any": [A, B]}}, "ff"),
        Case("logic_all_not", {"all": [A, {"not": B}]}, "tf"),
        Case("logic_any_not", {"any": [A, {"not": B}]}, "tt tf tu ff uf"),
        Case("logic_excluded_middle", {"any": [A, {"not": A}]}, "tt tf tu ft ff fu", "unknown is in neither half"),
        Case("logic_contradiction", {"not": {"all": [A, {"not": A}]}}, "tt tf tu ft ff fu"),
        Case("logic_one_child", {"all": [{"any": [A]}]}, "tt tf tu"),
        Case("logic_same_twice", {"all": [A, A, B]}, "tt"),
        Case("logic_everyone", EVERYONE, "tt tf tu ft ff fu ut uf uu"),
        Case("logic_not_everyone", {"not": EVERYONE}, ""),
        Case("logic_everyone_and", {"all": [EVERYONE, A]}, "tt tf tu"),
        Case("logic_everyone_or", {"any": [EVERYONE, A]}, "tt tf tu ft ff fu ut uf uu"),
        Case("logic_all_but", {"all": [EVERYONE, {"not": A}]}, "ft ff fu", "unknown stays out"),
        Case("logic_sixteen_deep", deep(16, A), "tt tf tu"),
    ],
)

TABLES = [LOGIC]


@each_voice
@each_case(TABLES)
def test_logic_follows_kleenes_tables(case: Asked, voice: str) -> None:
    check(case, voice)
