"""The company that a bench draws: the same from one seed, as uneven and as incomplete as it says; its specs are right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from jobs.bench.random_segments import write_segments
from jobs.bench.seeded_company import SeededCompany, contact_ids
from jobs.language.bound_files import read_bound_catalog
from jobs.language.specs import read_specs

CONTACTS, EVENTS = 2000, 40_000


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("company")
    company = SeededCompany(CONTACTS, EVENTS)
    company.write_catalog(root / "catalog")
    company.land_first(root / "landing")
    company.land_next(root / "landing")
    return root


def read(root: Path, source: str, day: str) -> pa.Table:
    return pq.read_table(root / "landing" / source / f"{day}-000.parquet")


def test_two_drawings_are_the_same_bytes(landed: Path, tmp_path: Path) -> None:
    SeededCompany(CONTACTS, EVENTS).land_first(tmp_path)
    for path in tmp_path.rglob("*.parquet"):
        assert path.read_bytes() == (landed / "landing" / path.relative_to(tmp_path)).read_bytes()


def test_as_many_rows_are_landed_as_were_asked_for(landed: Path) -> None:
    rows = {source: read(landed, source, "2026-11-23").num_rows for source in ("contacts", "order", "click", "visit")}
    assert rows == {"contacts": CONTACTS, "order": 12_000, "click": 16_000, "visit": 12_000}


def test_three_in_ten_values_are_missing_and_some_contacts_have_many_events(landed: Path) -> None:
    orders = read(landed, "order", "2026-11-23")
    assert 0.28 < orders["amount"].null_count / orders.num_rows < 0.32
    most = max(pc.value_counts(orders["customer_id"]).field("counts").to_pylist())
    assert most > 10 * orders.num_rows / CONTACTS


def test_one_contact_in_a_hundred_is_changed_on_the_next_day(landed: Path) -> None:
    before, after = (read(landed, "contacts", day) for day in ("2026-11-23", "2026-11-24"))
    assert before["contact_id"] == after["contact_id"]
    changed = pc.sum(pc.not_equal(before["points"], after["points"])).as_py()
    assert 0.003 * CONTACTS < changed < 0.02 * CONTACTS
    assert before.drop_columns("points") == after.drop_columns("points")


def test_a_contacts_id_is_a_letter_and_nine_digits() -> None:
    assert contact_ids(np.array([0, 17, 123_456_789])).to_pylist() == ["u000000000", "u000000017", "u123456789"]


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_the_catalog_of_it_is_right(form: str, tmp_path: Path) -> None:
    SeededCompany(10, 10, form).write_catalog(tmp_path)  # pyright: ignore[reportArgumentType]
    assert set(read_bound_catalog(tmp_path).catalog.sources) == {"contacts", "order", "click", "visit"}


def test_random_specs_are_right_and_share_conditions_as_often_as_asked(landed: Path, tmp_path: Path) -> None:
    shares: dict[float, float] = {}
    for reuse in (1, 4, 20):
        folder = tmp_path / str(reuse)
        ids = write_segments(folder, 300, reuse)
        specs = read_specs([folder], read_bound_catalog(landed / "catalog"))
        assert specs.errors == []
        assert sorted(specs.valid) == ids
        uses = [condition for id_ in ids for condition in conditions_of(folder / "all" / f"{id_}.json")]
        shares[reuse] = len(uses) / len(set(uses))
    assert shares[1] < shares[4] < shares[20]
    assert 15 < shares[20] < 30


def conditions_of(path: Path) -> list[str]:
    def leaves(tree: dict[str, Any]) -> list[str]:
        for key in ("all", "any"):
            if key in tree:
                return [leaf for child in tree[key] for leaf in leaves(child)]
        return leaves(tree["not"]) if "not" in tree else [json.dumps(tree)]

    return [leaf for leaf in leaves(json.loads(path.read_text("utf-8"))["where"]) if "everyone" not in leaf]
