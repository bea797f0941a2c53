"""Thresholds of the computed sources stand in the catalog alone: another number there is another answer."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.settings import CHECKOUT

CONTACTS = "contact_id\nfrank\nmary\n"
ORDERS = "customer_id,ordered_at,dollar_value\nfrank,1998-05-01,500.00\nmary,1998-05-01,500.00\n"
REFUNDS = "customer_id,refund_id,refunded_at,amount\nmary,f1,1998-06-01T12:00:00Z,0.01\n"
PLACES = "contact_id,response_id,responded_at,city\n" + "".join(
    f"{who},{who}{day},1998-06-0{day}T12:00:00Z,{city}\n"
    for who, cities in (("frank", "AAABC"), ("mary", "AABCD"))
    for day, city in enumerate(cities, 1)
)
GOLD = {"attribute": "smart_insight.buyer_status", "is": "gold"}
HOME_IN_A = {"attribute": "home.city", "is": "a"}


def members(folder: Path, where: object, source: str, old: str, new: str) -> list[str]:
    """Who is a member once `old` is `new` in the catalog's file of the source."""
    shutil.copytree(CHECKOUT / "conf/catalog", folder / "catalog")
    file = folder / "catalog" / f"{source}.yaml"
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    data = folder / "data"
    data.mkdir()
    # As JSON Lines, where columns that no row knows may be left out.
    sources = {"contacts": CONTACTS, "order": ORDERS, "order_refund": REFUNDS, "email_response_place": PLACES}
    for name, rows in sources.items():
        header, *lines = rows.splitlines()
        records = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
        (data / f"{name}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    spec = folder / "asked.json"
    spec.write_text(json.dumps({"version": 1, "id": "asked", "name": "Asked", "where": where}), "utf-8")
    command = [
        sys.executable,
        "-m",
        "jobs",
        "try",
        str(spec),
        "--catalog",
        str(folder / "catalog"),
        "--data",
        str(data),
    ]
    command += ["--as-of", "1998-07-01T00:00", "--time-zone", "America/New_York"]
    tried = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    return json.loads(tried.stdout)["asked"]


@pytest.mark.parametrize(("setting", "expected"), [("add: [1, 0]", ["frank"]), ("add: [0, 0]", ["frank", "mary"])])
def test_one_setting_says_whether_refunds_are_taken_off(setting: str, expected: list[str], tmp_path: Path) -> None:
    assert members(tmp_path, GOLD, "smart_insight", "add: [1, 0]", setting) == expected


@pytest.mark.parametrize(("least", "expected"), [("at_least: 500}", ["frank"]), ("at_least: 499}", ["frank", "mary"])])
def test_the_bounds_of_buyer_status_are_the_catalogs(least: str, expected: list[str], tmp_path: Path) -> None:
    assert members(tmp_path, GOLD, "smart_insight", "at_least: 500}", least) == expected


@pytest.mark.parametrize(("share", "expected"), [("add: [3, 0]", ["frank"]), ("add: [4, 0]", [])])
def test_how_many_of_five_responses_make_a_home_is_the_catalogs(
    share: str, expected: list[str], tmp_path: Path
) -> None:
    assert members(tmp_path, HOME_IN_A, "email_response_place", "add: [3, 0]", share) == expected
