"""What is bad is refused, with the right exit code, at the right place; what is good beside it is not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from jobs.errors import UserError
from tests.meaning.refusals import CATALOG, DATA, LISTS, Refusal
from tests.meaning.refusals_conditions import ACCEPTED, CONDITIONS
from tests.meaning.refusals_data import DATA_REFUSALS
from tests.meaning.refusals_rows import ROW_REFUSALS
from tests.meaning.refusals_sources import CATALOGS
from tests.meaning.tables import json_text
from tests.product import try_specs

ALL_REFUSALS = [*CONDITIONS, *ROW_REFUSALS, *CATALOGS, *DATA_REFUSALS]
AS_OF, ZONE = "2026-11-24T00:00", "Europe/Vienna"


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def write(folder: Path, refusal: Refusal) -> Path:
    """The good world with the one bad thing in it; the path of the spec."""
    for name, entry in {**CATALOG, **refusal.catalog}.items():
        if entry is not None:
            put(folder / "catalog" / f"{name}.yaml", json_text({"version": 1, "source": name, **entry}))
    for name, text in {**DATA, **refusal.data}.items():
        if text is not None:
            put(folder / "data" / f"{name}.csv", text.lstrip("\n"))
    for name, ids in {**LISTS, **refusal.lists}.items():
        put(folder / "data" / "lists" / f"{name}.csv", ids[1:] if ids.startswith("@") else f"contact_id\n{ids}\n")
    spec = {"version": 1, "id": refusal.name, "name": "x", "where": refusal.where, **refusal.spec}
    spec = {key: value for key, value in spec.items() if value is not None}
    return put(folder / "specs" / f"{refusal.name}.json", json_text(spec) if refusal.text is None else refusal.text)


def tried(folder: Path, spec: Path) -> Any:
    return try_specs([spec], folder / "catalog", folder / "data", AS_OF, ZONE)


@pytest.mark.parametrize("refusal", ALL_REFUSALS, ids=lambda refusal: refusal.name)
def test_it_is_refused_in_its_place(refusal: Refusal, tmp_path: Path) -> None:
    spec = write(tmp_path, refusal)
    with pytest.raises(UserError) as caught:
        tried(tmp_path, spec)
    error = caught.value
    assert error.exit_code == refusal.code, str(error)
    said = [(problem.pointer, problem.message) for problem in error.problems if problem.level == "error"]
    if refusal.code != 20:
        assert said, f"no problem is listed: {error}"
    places = [found for found, _ in said]
    if refusal.exact:
        assert refusal.pointer in places, str(error)
    elif refusal.pointer:
        assert any(found == refusal.pointer or found.startswith(refusal.pointer + "/") for found in places), str(error)
    assert refusal.says in str(error)


@pytest.mark.parametrize("refusal", DATA_REFUSALS, ids=lambda refusal: refusal.name)
def test_no_value_of_a_contact_is_told(refusal: Refusal, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        tried(tmp_path, write(tmp_path, refusal))
    told = str(caught.value).replace(str(tmp_path), "")
    assert not re.search(r"\bc[123]\b|golt|1\.239|10000000000|9223372036854775808|lots|yesterday|4\.x|2024-1-5", told)


@pytest.mark.parametrize("accepted", ACCEPTED, ids=lambda accepted: accepted[0])
def test_what_a_contact_without_data_does_not_satisfy_is_good(accepted: tuple[str, Any], tmp_path: Path) -> None:
    name, where = accepted
    spec = write(tmp_path, Refusal(name, 0, where))
    assert list(tried(tmp_path, spec)) == [name]


def test_the_good_world_is_good(tmp_path: Path) -> None:
    spec = write(tmp_path, Refusal("good", 0))
    assert tried(tmp_path, spec) == {"good": ["c1"]}


def test_every_key_of_a_spec_is_good(tmp_path: Path) -> None:
    keys = {
        "description": "all of them",
        "owner": "crm",
        "tags": ["one", "one"],
        "publish": "rows",
        "approved_by": "somebody",
        "expect": {"at_least": 0, "at_most": 5, "change_at_most": "50%"},
        "from": {"list": "news"},
        "keep": {"percent": 50, "by": "income", "lowest": True},
    }
    spec = write(tmp_path, Refusal("every_key", 0, spec=keys))
    assert tried(tmp_path, spec) == {"every_key": ["c1"]}


def test_every_refusal_has_a_name_of_its_own() -> None:
    names = [refusal.name for refusal in ALL_REFUSALS]
    assert len(names) == len(set(names))
    assert all(json.dumps(name) for name in names)
