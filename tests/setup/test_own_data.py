"""`make nightly` and `make airflow` where somebody's own data is set: nothing is written there, and nothing is guessed."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import deltalake
import pytest

from jobs.errors import UsageError
from jobs.lake.tables import DELIVERIES
from jobs.settings import CHECKOUT, Settings, read_settings
from tests.company.belonging import check_lake, why_own
from tests.company.landing import LABEL

SCRIPTS = CHECKOUT / "conf" / "setup"


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """A landing folder with one delivery of somebody's own."""
    folder = tmp_path / "landing"
    (folder / "contacts").mkdir(parents=True)
    (folder / "contacts" / "2026-11-27.csv").write_text("contact_id\n1\n")
    return folder


def started(landing: Path, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "MUSTER_LANDING": str(landing), "MUSTER_LAKE": str(landing.parent / "lake"), **more}
    return subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


NIGHTLY = [str(SCRIPTS / "nightly.sh")]
WHAT_AIRFLOW_CALLS = ["bash", "-c", f"source {SCRIPTS}/environment.sh; deliver_samples; echo $deliveries"]


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({}, 2, "AS_OF is missing: say of which instant the night on your own data is"),
        ({"AS_OF": "tomorrow"}, 2, 'AS_OF: found "tomorrow", expected an instant such as 1998-07-01T00:00'),
        ({"AS_OF": "2026-11-28T00:00", "LIST": "july"}, 2, "LIST and SEGMENT belong together"),
        ({"AS_OF": "2026-11-28T00:00", "LIST": "july", "SEGMENT": "win_bak"}, 10, 'did you mean "win_back"?'),
    ],
)
def test_a_night_on_own_data_begins_only_with_what_a_person_gave(
    landing: Path, given: dict[str, str], code: int, message: str
) -> None:
    ended = started(landing, NIGHTLY, **{"AS_OF": "", "LIST": "", "SEGMENT": "", **given})
    assert (ended.returncode, message in ended.stderr) == (code, True), ended.stderr
    assert f"Your own data: deliveries arrive in {landing}" in ended.stdout
    assert files(landing.parent) == ["landing/contacts/2026-11-27.csv"]


def test_airflow_starts_on_own_data_without_a_file_of_the_sample_company(landing: Path) -> None:
    assert "\ndeliver_samples\n" in (SCRIPTS / "airflow.sh").read_text(encoding="utf-8")
    ended = started(landing, WHAT_AIRFLOW_CALLS)
    assert (ended.returncode, ended.stdout.splitlines()[-1]) == (0, "own"), ended.stderr
    assert files(landing.parent) == ["landing/contacts/2026-11-27.csv"]


def sample_settings(landing: Path) -> Settings:
    """As shipped, but with this folder for the checkout's own landing."""
    return replace(read_settings({}), landing=str(landing), lake=str(landing.parent / "lake"))


def test_deliveries_are_the_sample_companys_only_where_everything_is_as_shipped(tmp_path: Path) -> None:
    settings = sample_settings(tmp_path / "landing")
    assert why_own(settings, tmp_path / "landing") == ""
    assert why_own(settings, tmp_path / "other").startswith("deliveries arrive in ")
    assert why_own(replace(settings, catalog=tmp_path), tmp_path / "landing").startswith("the catalog is ")


def test_a_landing_folder_as_shipped_that_was_filled_by_somebody_is_their_own(landing: Path) -> None:
    assert why_own(sample_settings(landing), landing) == f"{landing} holds deliveries, and none of the sample company's"
    (landing / "contacts" / f"{LABEL}.csv").write_text("contact_id\n1\n")
    assert why_own(sample_settings(landing), landing) == ""


@pytest.mark.parametrize(("label", "own"), [(LABEL, True), ("2026-11-27", False)])
def test_the_sample_company_and_an_own_one_never_share_a_lake(landing: Path, label: str, own: bool) -> None:
    settings = sample_settings(landing)
    check_lake(settings, own)  # there is no lake yet
    row = {"entry_no": 1, "source": "contacts", "label": label, "state": "accepted"}
    rows = DELIVERIES.schema.empty_table().from_pylist([row], schema=DELIVERIES.schema)
    deltalake.write_deltalake(f"{settings.lake}/{DELIVERIES.path}", rows)
    check_lake(settings, not own)
    with pytest.raises(UsageError, match="must not join"):
        check_lake(settings, own)
