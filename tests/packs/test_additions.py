"""What a pack adds, decided from what the one before left: no row is read for it."""

from __future__ import annotations

import pytest

from jobs.catalog.model import Catalog, Column, Files, Source
from jobs.catalog.types import ColumnType
from jobs.lake.pinned_tiles import Group, Pack, Packed
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import IDENTITY
from jobs.packs.additions import PAYLOAD_FORMAT, Packing, additions_of, encoding

VISIT = Source(
    "visit", "events", {"page": Column("page", ColumnType("text"), raw="page")}, contact="contact_id", time="at",
    delivery="append", origin=Files("visit/{date}.csv", "csv"),
)  # fmt: skip
STORED = StoredSource(Catalog({"visit": VISIT}), VISIT, "UTC")
NOW = f"identity {PAYLOAD_FORMAT}"
KEPT = {(0, 0): Group(3, "print", encoding=NOW)}


def pack(pack_no: int, deliveries: tuple[int, ...], people: int = 4, encoded: str = "") -> Pack:
    return Pack(pack_no, 3, people, 9, {"visit": Packed(deliveries, encoded or encoding(STORED))})


def added(before: Pack, now: Pack, groups: dict[str, dict[tuple[int, int], Group]]) -> list[tuple[str, bool]]:
    """Of each addition whose it is, and whether its tiles replace older ones."""
    packing = Packing("/nowhere", before, now, groups, parts_at_most=2)
    return [(addition.name, addition.base) for addition in additions_of(packing, [STORED]).additions]


@pytest.mark.parametrize(
    ("people", "group", "made"),
    [
        (4, Group(3, "print", encoding=NOW), []),
        (5, Group(3, "print", encoding=NOW), [(IDENTITY, True)]),
        (4, Group(3, "print", encoding="identity 3"), [(IDENTITY, True)]),
    ],
)
def test_everybody_is_looked_at_again_where_somebody_changed_or_the_format_did(
    people: int, group: Group, made: list[tuple[str, bool]]
) -> None:
    same = pack(1, (1,)), pack(2, (1,), people=people)
    assert added(*same, {IDENTITY: {(0, 0): group}, "visit": {}}) == made


@pytest.mark.parametrize(
    ("before", "now", "made"),
    [
        (pack(1, (1,)), pack(2, (1,)), []),
        (pack(1, (1,)), pack(2, (1, 2)), [("visit", False)]),
        (pack(1, (1, 2)), pack(2, (2, 3)), [("visit", True)]),  # 3 took the place of 1
        (pack(1, (1,), encoded="other"), pack(2, (1, 2)), [("visit", True)]),
    ],
)
def test_what_only_adds_up_gets_parts_and_all_else_is_made_anew(
    before: Pack, now: Pack, made: list[tuple[str, bool]]
) -> None:
    groups = {IDENTITY: KEPT, "visit": {(202611, 0): Group(5, "print", encoding=encoding(STORED))}}
    assert added(before, now, groups) == made


def test_a_group_of_many_parts_is_made_anew_beside_the_parts_of_others() -> None:
    visit = {(202611, 0): Group(5, "", parts=2, encoding=encoding(STORED)), (202611, 1): Group(5, "", parts=1)}
    packing = Packing("/nowhere", pack(1, (1,)), pack(2, (1, 2)), {IDENTITY: KEPT, "visit": visit}, parts_at_most=2)
    additions = additions_of(packing, [STORED])
    parts, base = additions.additions
    assert (parts.base, parts.besides) == (False, {(202611, 0)})
    assert (base.base, base.only) == (True, {(202611, 0)})
    assert [(r.addition, r.deliveries, r.buckets) for r in additions.readings] == [(0, (2,), None), (1, (1, 2), {0})]
