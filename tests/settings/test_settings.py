"""Settings: the file, over it the environment, and every problem named at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jobs.errors import SETTINGS, SettingsError
from jobs.settings import CHECKOUT, read_settings, spark_jars

GOOD = """\
version: 1
time_zone: Europe/Vienna
lake: lake
landing: s3a://shop/landing
specs: segment_specs
catalog: conf/catalog
freeze_max_age_hours: 26
keep_runs_days: 35
"""


def written(folder: Path, text: str = GOOD) -> Path:
    conf = folder / "conf"
    conf.mkdir()
    (conf / "settings.yaml").write_text(text, encoding="utf-8")
    return conf


def problems_of(folder: Path, text: str, env: dict[str, str] | None = None) -> list[str]:
    conf = written(folder, text)
    with pytest.raises(SettingsError) as caught:
        read_settings(env or {}, conf)
    return [str(problem).replace(str(conf), "conf") for problem in caught.value.problems]


def test_the_shipped_settings_are_those_of_the_sample_company() -> None:
    settings = read_settings({})
    assert settings.time_zone == "America/New_York"
    assert settings.lake == str(CHECKOUT / "lake")
    assert settings.specs == CHECKOUT / "segment_specs"
    assert settings.conf == CHECKOUT / "conf"
    assert (settings.freeze_max_age_hours, settings.keep_runs_days) == (26, 35)


def test_folders_count_from_the_folder_that_holds_conf_and_urls_stay(tmp_path: Path) -> None:
    settings = read_settings({}, written(tmp_path))
    assert settings.lake == str(tmp_path / "lake")
    assert settings.landing == "s3a://shop/landing"
    assert settings.catalog == tmp_path / "conf" / "catalog"


def test_the_environment_wins(tmp_path: Path) -> None:
    env = {
        "MUSTER_CONF": str(written(tmp_path)),
        "MUSTER_LAKE": "abfss://lake@shop/here",
        "MUSTER_LANDING": "/data/in",
        "MUSTER_SPECS": "/data/specs",
        "MUSTER_CATALOG": "/data/catalog",
        "MUSTER_TIME_ZONE": "Asia/Tokyo",
    }
    settings = read_settings(env)
    assert (settings.lake, settings.landing) == ("abfss://lake@shop/here", "/data/in")
    assert (settings.specs, settings.catalog) == (Path("/data/specs"), Path("/data/catalog"))
    assert (settings.time_zone, settings.conf) == ("Asia/Tokyo", tmp_path / "conf")


def test_an_empty_variable_is_not_set(tmp_path: Path) -> None:
    assert read_settings({"MUSTER_TIME_ZONE": ""}, written(tmp_path)).time_zone == "Europe/Vienna"


def test_a_relative_folder_of_the_environment_counts_from_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conf = written(tmp_path)
    monkeypatch.chdir("/")
    assert read_settings({"MUSTER_LAKE": "data/lake"}, conf).lake == "/data/lake"


def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    assert problems_of(tmp_path, GOOD + "lakes: elsewhere\n") == [
        'conf/settings.yaml#/lakes: unknown key "lakes" in the settings — did you mean "lake"?'
    ]


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace("version: 1", "version: 2")
        .replace("Europe/Vienna", "Europe/Viena")
        .replace("lake: lake", "lake: 7")
        .replace("specs: segment_specs", "specs: s3a://shop/specs")
        .replace("freeze_max_age_hours: 26", "freeze_max_age_hours: 1.5")
        .replace("keep_runs_days: 35\n", "")
    )
    assert problems_of(tmp_path, text, {"MUSTER_TIME_ZONE": "CEST"}) == [
        "conf/settings.yaml#/version: found 2, expected 1, the only version of the settings there is",
        (
            'conf/settings.yaml#/time_zone: found "Europe/Viena", expected a time zone of the IANA list, '
            'like "Europe/Vienna" — did you mean "Europe/Vienna"?'
        ),
        "conf/settings.yaml#/lake: found 7, expected a folder or a path Hadoop knows, such as s3a://bucket/lake",
        'conf/settings.yaml#/specs: found "s3a://shop/specs", expected a folder of this machine',
        "conf/settings.yaml#/freeze_max_age_hours: found 1.5, expected a whole number from 1",
        (
            'conf/settings.yaml: the key "keep_runs_days" is missing in the settings: how long the memberships of older '
            "runs are kept, in days"
        ),
        (
            'environment variable MUSTER_TIME_ZONE: found "CEST", expected a time zone of the IANA list, '
            'like "Europe/Vienna" — did you mean "CET"?'
        ),
    ]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "seven\n"])
def test_a_file_that_holds_no_keys_is_refused(tmp_path: Path, text: str) -> None:
    assert len(problems_of(tmp_path, text)) == 1


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, GOOD + "lake: other\n")
    assert "lake" in problem


def test_a_missing_file_says_how_to_get_it_back(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({}, tmp_path / "conf")
    assert str(caught.value) == (
        f"{tmp_path}/conf/settings.yaml: the settings cannot be read (No such file or directory). "
        "Put the file back from git, or point MUSTER_CONF at the folder that holds it."
    )
    assert caught.value.exit_code == SETTINGS == 12


def test_jars_that_were_fetched_are_handed_over_and_none_is_looked_for(tmp_path: Path) -> None:
    for name in ("b.jar", "a.jar", "classes.jsa"):
        (tmp_path / name).touch()
    assert spark_jars({"MUSTER_SPARK_JARS": str(tmp_path)}) == {
        "spark.jars": f"{tmp_path}/a.jar,{tmp_path}/b.jar",
        "spark.jars.packages": "",
    }


def test_where_no_jars_were_fetched_spark_finds_them_by_itself(tmp_path: Path) -> None:
    assert spark_jars({}) == spark_jars({"MUSTER_SPARK_JARS": str(tmp_path)}) == {}


def test_reading_settings_loads_no_heavy_library() -> None:
    """`try` must answer within a second."""
    code = "import sys; from jobs.settings import read_settings; read_settings(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    heavy = {"pydantic", "pyarrow", "numpy", "pandas", "pyspark", "numba", "shapely", "airflow"}
    assert heavy.isdisjoint(loaded.stdout.split())
