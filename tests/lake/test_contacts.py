"""Contacts are numbered densely, in hash order, for life."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable as DeltaLake
from pyspark.sql import SparkSession

from jobs.errors import Unreachable
from jobs.lake import contact_shares, contacts
from jobs.lake.contacts import changed_since, number_contacts, read_high_water
from jobs.lake.creation import ensure, location
from jobs.lake.stored_files import FilePiece, files_at, read_file_rows
from jobs.lake.tables import CONTACTS
from jobs.lake.workers import Workers
from tests.lake.spark_tables import rows_of

FIRST = ["ada", "bob", "cyd", "dee", "eli", "fay"]


@dataclass(frozen=True)
class Delivery:
    """These people, and these as deleted."""

    ids: Sequence[str]
    delivery_no: int
    counts: bool = True
    deleted: Sequence[str] = ()

    def pieces(self) -> Sequence[FilePiece]:
        return [FilePiece("", 0, -1, len(self.ids) + len(self.deleted))]

    def read(self, piece: FilePiece) -> Iterator[pa.Table]:
        marks = [False] * len(self.ids) + [True] * len(self.deleted)
        yield pa.table(
            {"contact_id": pa.array([*self.ids, *self.deleted], pa.string()), "deleted": pa.array(marks, pa.bool_())}
        )


def delivered(ids: Sequence[str], delivery: int) -> list[Delivery]:
    return [Delivery(ids, delivery)]


def people(spark: SparkSession, lake: str) -> dict[str, tuple[int, bool, int, int | None]]:
    rows = rows_of(spark, lake, CONTACTS).collect()
    return {r["contact_id"]: (r["contact_no"], r["gone"], r["first_delivery"], r["last_delivery"]) for r in rows}


def hashed(contact_id: str) -> int:
    """The first 8 bytes of SHA-256, as the language has it."""
    return int.from_bytes(hashlib.sha256(contact_id.encode()).digest()[:8], "big")


def test_numbers_follow_the_hash_then_arrival_and_are_never_given_twice(spark: SparkSession, lake: str) -> None:
    number_contacts(Workers(lambda: spark), lake, delivered(FIRST, 1), None)
    in_hash_order = sorted(FIRST, key=hashed)
    assert people(spark, lake) == {one: (number, False, 1, None) for number, one in enumerate(in_hash_order)}
    stored = {row["contact_id"]: row["contact_hash"] % 2**64 for row in rows_of(spark, lake, CONTACTS).collect()}
    assert stored == {one: hashed(one) for one in FIRST}

    again = number_contacts(Workers(lambda: spark), lake, delivered(FIRST, 1), 1)
    assert (again.new, again.left, again.returned, again.high_water) == (0, 0, 0, 6)

    newer = ["zoe", "gil", "ada"]  # bob, cyd, dee, eli and fay are gone; gil and zoe are new
    second = number_contacts(Workers(lambda: spark), lake, delivered(newer, 2), 1)
    assert (second.new, second.left, second.returned, second.high_water) == (2, 5, 0, 8)
    now = people(spark, lake)
    assert [now[one][0] for one in sorted(["zoe", "gil"], key=hashed)] == [6, 7]
    assert now["bob"] == (in_hash_order.index("bob"), True, 1, 1)

    third = number_contacts(Workers(lambda: spark), lake, delivered([*newer, "bob"], 3), 2)
    assert (third.new, third.left, third.returned) == (0, 0, 1)
    assert people(spark, lake)["bob"] == (in_hash_order.index("bob"), False, 1, None)


def test_a_number_is_not_reused_when_the_greatest_is_taken_out(spark: SparkSession, lake: str) -> None:
    from delta.tables import DeltaTable

    number_contacts(Workers(lambda: spark), lake, delivered(FIRST, 1), None)
    table = DeltaTable.forPath(spark, location(lake, CONTACTS))
    table.delete("contact_no >= 3")
    assert number_contacts(Workers(lambda: spark), lake, delivered(["zoe"], 2), 1).high_water == 7
    assert people(spark, lake)["zoe"][0] == 6


def test_the_high_water_mark_outlives_a_checkpoint_of_the_log(spark: SparkSession, lake: str) -> None:
    ensure(lake, CONTACTS)
    assert read_high_water(lake) == (0, 0)
    number_contacts(Workers(lambda: spark), lake, delivered(FIRST, 1), None)
    gateway: Any = spark
    gateway._jvm.org.apache.spark.sql.delta.DeltaLog.clearCache()  # the commit was not the JVM's
    log = gateway._jvm.org.apache.spark.sql.delta.DeltaLog.forTable(gateway._jsparkSession, location(lake, CONTACTS))
    log.checkpoint()
    (Path(lake) / "contacts/_delta_log/00000000000000000001.json").unlink()  # as the log's own cleaning does in time
    assert read_high_water(lake) == (1, 6)


def test_of_several_new_deliveries_the_earlier_ones_contacts_come_first(spark: SparkSession, lake: str) -> None:
    """Whoever was only in a delivery that another has replaced since gets a number all the same, and is gone."""
    rows = [Delivery(["ada", "bob"], 7), Delivery(["ada", "cyd"], 3, counts=False)]
    assert number_contacts(Workers(lambda: spark), lake, rows, None).new == 3
    now = people(spark, lake)
    assert {now["ada"][0], now["cyd"][0]} == {0, 1}
    assert now["ada"][1:] == (False, 3, None)
    assert now["bob"] == (2, False, 7, None)
    assert now["cyd"][1:] == (True, 3, 3)


@pytest.mark.parametrize(
    ("first", "second", "numbers"),
    [
        pytest.param(
            ["ada", "eli"], ["ada", "bob", "cyd"], {"ada": False, "bob": False, "cyd": False}, id="both number"
        ),
        pytest.param([], ["ada", "bob"], {"ada": False, "bob": False}, id="one says who is gone, the other numbers"),
        pytest.param(["ada", "bob"], [], {"ada": True}, id="one numbers, the other says who is gone"),
    ],
)
def test_of_two_packs_that_look_at_the_same_contacts_one_is_heard(
    spark: SparkSession,
    lake: str,
    monkeypatch: pytest.MonkeyPatch,
    first: list[str],
    second: list[str],
    numbers: dict[str, bool],
) -> None:
    """The second is whole between the first one's look at the table and its commit."""
    number_contacts(Workers(lambda: spark), lake, delivered(["ada"], 1), None)
    commit = contacts.exchange_files_after

    def overtaken(*arguments: Any) -> bool:
        monkeypatch.setattr(contacts, "exchange_files_after", commit)
        number_contacts(Workers(lambda: spark), lake, delivered(second, 2), 1)
        return commit(*arguments)

    monkeypatch.setattr(contacts, "exchange_files_after", overtaken)
    with pytest.raises(Unreachable, match="Run the step again"):
        number_contacts(Workers(lambda: spark), lake, delivered(first, 3), 1)
    assert {who: gone for who, (_, gone, _, _) in people(spark, lake).items()} == numbers
    number_contacts(Workers(lambda: spark), lake, delivered(first, 3), 1)
    after = people(spark, lake)
    assert {who for who, (_, gone, _, _) in after.items() if not gone} == set(first)
    assert sorted(number for number, *_ in after.values()) == list(range(len({"ada", *first, *second})))


def test_who_is_gone_is_said_in_every_file_and_of_nobody_else(spark: SparkSession, lake: str) -> None:
    """Three commits of numbers are three files; the people of two of them leave and come back."""
    everybody: list[str] = []
    for delivery, who in enumerate((["ada", "bob"], ["cyd"], ["dee", "eli"]), start=1):
        everybody += who
        number_contacts(Workers(lambda: spark), lake, delivered(everybody, delivery), None)
    before = people(spark, lake)
    left = number_contacts(Workers(lambda: spark), lake, delivered(["bob", "cyd", "eli"], 4), 3)
    assert (left.left, left.version) == (2, 4)
    now = people(spark, lake)
    assert now == before | {who: (before[who][0], True, before[who][2], 3) for who in ("ada", "dee")}
    back = number_contacts(Workers(lambda: spark), lake, delivered([*everybody, "fay"], 5), 4)
    assert (back.new, back.returned, back.version) == (1, 2, 5)
    assert people(spark, lake) == before | {"fay": (5, False, 5, None)}


def test_of_several_deliveries_that_count_the_last_says_who_is_here(spark: SparkSession, lake: str) -> None:
    """Known or new: whoever is deleted and comes again is here; a new one who is deleted again never gets a number."""
    number_contacts(Workers(lambda: spark), lake, delivered(["ada", "bob", "cyd"], 1), None)
    before = people(spark, lake)
    changes = [
        Delivery(["ada", "bob", "cyd"], 1),
        Delivery(["dee", "eli"], 2, deleted=["ada", "bob"]),
        Delivery(["ada", "fay"], 3, deleted=["dee"]),
        Delivery(["fay"], 4),
    ]
    report = number_contacts(Workers(lambda: spark), lake, changes, 1)
    assert (report.new, report.left, report.returned) == (2, 1, 0)
    bob = before["bob"][0]
    assert people(spark, lake) == before | {
        "bob": (bob, True, 1, 1),
        "eli": (3, False, 2, None),
        "fay": (4, False, 4, None),
    }


def test_what_has_changed_since_an_earlier_version_is_who_is_gone_or_back_in_the_end(
    spark: SparkSession, lake: str
) -> None:
    workers = Workers(lambda: spark, 1 << 40)
    first = number_contacts(workers, lake, delivered(["ada", "bob", "cyd", "dee"], 1), None)
    second = number_contacts(workers, lake, delivered(["ada", "bob", "eli"], 2), 1)  # cyd and dee leave
    third = number_contacts(workers, lake, delivered(["ada", "cyd", "eli", "fay"], 3), 2)  # bob leaves, cyd is back
    assert (third.new, third.left, third.returned) == (1, 1, 1)
    for before, changed in ((first, (2, 2, 0)), (second, (1, 1, 1)), (third, (0, 0, 0))):
        since = changed_since(lake, before.version, before.high_water, third)
        assert (since.new, since.left, since.returned) == changed
        assert (since.version, since.high_water) == (third.version, 6)


# --- in shares: the same people, the same numbers

CREWS = {"this process": 1 << 40, "Spark": 0}


@dataclass
class Way:
    """A lake that is numbered in one way."""

    lake: str
    workers: Workers

    def number(self, deliveries: Sequence[Delivery], before: int | None) -> tuple[Any, list[dict[str, Any]]]:
        """What numbering says, and the table, by number."""
        numbered = number_contacts(self.workers, self.lake, deliveries, before)
        rows = read_file_rows(self.lake, CONTACTS, files_at(self.lake, CONTACTS), CONTACTS.schema.names)
        return numbered, rows.sort_by("contact_no").to_pylist()


def made(lake: str, workers: Workers) -> Way:
    ensure(lake, CONTACTS)
    return Way(lake, workers)


def nights(seed: int) -> Iterator[tuple[list[Delivery], int | None]]:
    """Some nights of deliveries of a few dozen people, who come, leave, are deleted and come back."""
    random = Random(seed)
    people = [f"{name}@{number}" for number in range(20) for name in ("ada", "zoë", "李")]
    before, counting = None, list[Delivery]()
    for night in range(4):
        delivery_no = 1 + 3 * night
        ids, deleted = random.sample(people, 30), list[str]()
        if random.random() < 0.5:
            ids, deleted = ids[:20], ids[20:]
        replaced = [Delivery(random.sample(people, 10), delivery_no + place, counts=False) for place in (1, 2)]
        newest = Delivery(ids, delivery_no, deleted=deleted)
        counting = [*counting, newest] if random.random() < 0.6 else [newest]
        yield [*counting, *random.sample(replaced, random.randint(0, 2))], before
        before = delivery_no


@pytest.mark.parametrize(
    ("crew", "seeds", "bound", "share_rows"),
    [("this process", range(6), 0, 9), ("this process", range(6, 9), 40, 9), ("Spark", range(9, 10), 10, 50)],
)
def test_many_contacts_get_the_same_numbers_in_shares(
    spark: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    crew: str,
    seeds: range,
    bound: int,
    share_rows: int,
) -> None:
    monkeypatch.setattr(contact_shares, "SHARE_ROWS", share_rows)
    for seed in seeds:
        usual = made(str(tmp_path / f"usual{seed}"), Workers(lambda: spark, 1 << 40))
        shared = made(str(tmp_path / f"shared{seed}"), Workers(lambda: spark, CREWS[crew], lookup_contacts=bound))
        for deliveries, before in nights(seed):
            assert shared.number(deliveries, before) == usual.number(deliveries, before)
            if crew == "this process":
                assert not shared.number(deliveries, before)[0].new, "once more, and nobody is new"


@pytest.mark.parametrize(("erased_numbers", "numbers"), [([2], [0, 1, 3, 4, 5, 6]), (range(6), [6, 7, 8, 9, 10, 11])])
def test_people_who_were_erased_are_new_in_shares_as_well(
    spark: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    erased_numbers: Sequence[int],
    numbers: Sequence[int],
) -> None:
    """Of the row only the number is left, and nobody asks who it was; of a whole file's, too."""
    monkeypatch.setattr(contact_shares, "SHARE_ROWS", 2)
    tables: list[list[dict[str, Any]]] = []
    for name, bound in (("usual", 1 << 40), ("shared", 0)):
        way = made(str(tmp_path / name), Workers(lambda: spark, 1 << 40, lookup_contacts=bound))
        way.number(delivered(FIRST, 1), None)
        erased = {"erased": "true", "contact_id": "null", "contact_hash": "null"}
        DeltaLake(location(way.lake, CONTACTS)).update(
            predicate=f"contact_no in ({', '.join(map(str, erased_numbers))})", updates=erased
        )
        tables.append(way.number(delivered(FIRST, 2), 1)[1])
    assert tables[0] == tables[1]
    assert [row["contact_no"] for row in tables[0] if row["contact_id"]] == numbers
