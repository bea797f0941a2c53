"""`catalog --check OLD_FOLDER`: which specs a changed catalog breaks or changes, and what it is that changed."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tests.cli.shop import CATALOG, Shop, run


@pytest.fixture
def changing(shop: Shop) -> Shop:
    """The shop with four segments, and its catalog as it was in `old`."""
    shop.spec("germans")
    shop.spec("rich", {"attribute": "smart.revenue", "at_least": 100})
    shop.spec("rich_germans", {"all": [{"segment": "rich"}, {"segment": "germans"}]})
    shop.spec("web_buyers", {"event": "order", "where": {"attribute": "channel", "is": "web"}, "within": "30d"})
    shutil.copytree(shop.folder / "catalog", shop.folder / "old")
    return shop


def check(shop: Shop, name: str, before: str, after: str) -> dict[str, Any]:
    text = CATALOG[name]
    assert before in text
    shop.write(f"catalog/{name}.yaml", text.replace(before, after))
    ended = run("catalog", "--check", "old", "--json")
    assert ended.code == (10 if any(each["status"] == "broken" for each in ended.document) else 0)
    return {each["id"]: (each["status"], each["what"]) for each in ended.document}


def test_a_catalog_that_says_the_same_changes_nothing(changing: Shop) -> None:
    assert check(changing, "order", "What was paid", "What somebody paid") == {}
    changing.write("catalog/order.yaml", CATALOG["order"] + "gates: {rows_at_least: 1}\n")
    ended = run("catalog", "--check", "old")
    assert (ended.code, ended.out) == (0, "Every spec means what it meant.\n")


def test_a_column_that_goes_breaks_what_names_it(changing: Shop) -> None:
    told = check(changing, "order", "  channel: {type: choice, values: [web, store]}\n", "")
    assert list(told) == ["web_buyers"]
    status, (problem,) = told["web_buyers"]
    assert status == "broken"
    assert '#/where/where/attribute: found "channel", expected a column of order' in problem


def test_what_a_computed_column_means_is_part_of_what_its_segments_mean(changing: Shop) -> None:
    assert check(changing, "smart", "sum: amount", "within: 1y, sum: amount") == {
        "rich": ("changed", ["how smart.revenue is computed changed"]),
        "rich_germans": ("changed", ["through the segment rich"]),
    }


def test_another_type_or_another_reading_of_rows_is_told_where_it_matters(changing: Shop) -> None:
    told = check(changing, "order", "decimal(12,2)", "decimal(10,2)")
    assert told["rich"] == ("changed", ["type of order.amount: decimal(12,2) in EUR → decimal(10,2) in EUR"])
    assert "web_buyers" not in told
    told = check(changing, "order", "time: ordered_at", "time: ordered_at\nkeep: 1y\ntime_zone: Etc/UTC")
    assert told["web_buyers"] == ("changed", ["time_zone of order: none → Etc/UTC", "keep of order: none → 1y"])
    assert told["rich"] == told["web_buyers"]
    assert "germans" not in told


def test_folding_changes_who_is_equal(changing: Shop) -> None:
    told = check(changing, "contacts", "country: {type: text,", "country: {type: text, fold: true,")
    assert told == {
        "germans": ("changed", ["its own conditions changed", "type of country: text → text, folded"]),
        "rich_germans": ("changed", ["through the segment germans"]),
    }


def test_a_folder_that_is_no_catalog_is_refused(changing: Shop) -> None:
    ended = run("catalog", "--check", "nowhere")
    assert ended.code == 11
    assert "nowhere" in ended.err
