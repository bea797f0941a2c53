"""The policy every DAG file obeys: it loads, says whose it is, explains itself, and only submits."""

from __future__ import annotations

import ast
import copy
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from jobs.settings import CHECKOUT, spark_jars

DAGS = CHECKOUT / "dags"
EXPECTED = {"nightly_segments", "freeze_list", "sync_relational"}
ALLOWED_OF_JOBS = {"jobs.settings"}
HEAVY = {"pyspark", "pandas", "numpy", "pyarrow", "numba", "great_expectations", "delta", "duckdb", "polars", "shapely"}
ArgumentsOf = Callable[[Any], list[str]]
SECTIONS = ("**Purpose.**", "**Inputs.**", "**Outputs.**", "**When to worry.**", "gain.**")


def bag(folder: Path) -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=str(folder))


@pytest.fixture(scope="module")
def dags() -> dict[str, Any]:
    found = bag(DAGS)
    assert found.import_errors == {}
    return dict(found.dags)


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module)):
                yield module


def test_every_dag_loads(dags: dict[str, Any]) -> None:
    assert dags.keys() == EXPECTED


def test_one_dag_a_file_named_after_it(dags: dict[str, Any]) -> None:
    assert {Path(dag.fileloc).stem: dag.dag_id for dag in dags.values()} == {id_: id_ for id_ in EXPECTED}


def test_every_dag_says_whose_it_is_and_explains_itself(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        assert "muster" in dag.tags
        assert dag.owner == "crm-data"
        assert dag.description
        assert all(section in dag.doc_md for section in SECTIONS), dag.dag_id


def test_a_dag_runs_once_at_a_time_and_never_catches_up(dags: dict[str, Any]) -> None:
    assert {(dag.max_active_runs, dag.catchup) for dag in dags.values()} == {(1, False)}


def test_spark_tasks_go_one_at_a_time_on_spark_default_and_airflow_never_repeats_them(dags: dict[str, Any]) -> None:
    tasks = [task for dag in dags.values() for task in dag.tasks if task.task_type == "SparkSubmitOperator"]
    assert sorted(task.task_id for task in tasks) == ["evaluate", "ingest", "pack", "sync"]
    assert {(task.pool, task.pool_slots, task.retries, task._conn_id) for task in tasks} == {
        ("spark", 1, 0, "spark_default")
    }
    assert {task.application for task in tasks} == {str(CHECKOUT / "jobs" / "__main__.py")}
    assert {task.properties_file for task in tasks} == {str(CHECKOUT / "conf" / "spark-defaults.conf")}
    assert all(task.conf == spark_jars() for task in tasks)


def test_the_night_goes_one_way_and_ends_with_a_report_whatever_happened(dags: dict[str, Any]) -> None:
    night = dags["nightly_segments"]
    route = ["ingest", "pack", "evaluate", "publish", "report"]
    assert [task.task_id for task in night.topological_sort()] == route
    follows = [night.get_task(task_id).downstream_task_ids for task_id in route]
    assert follows == [{"pack"}, {"evaluate"}, {"publish"}, {"report"}, set()]
    assert night.get_task("report").trigger_rule == "all_done"


def test_steps_keep_the_dag_going_when_a_segment_is_held(dags: dict[str, Any], arguments_of: ArgumentsOf) -> None:
    night = dags["nightly_segments"]
    for verb in ("ingest", "pack", "evaluate", "publish"):
        arguments = arguments_of(night.get_task(verb))
        assert arguments[:2] == [verb, "--as-of"]
        assert arguments[3:] == ["--held-exit", "0"]


def test_steps_that_start_no_spark_are_processes_whose_arguments_no_shell_reads(
    dags: dict[str, Any], tmp_path: Path
) -> None:
    tasks = [task for dag in dags.values() for task in dag.tasks if task.task_type == "BashOperator"]
    assert sorted(task.task_id for task in tasks) == ["freeze", "publish"]
    echo = tmp_path / "echo"
    echo.write_text('#!/usr/bin/env bash\nprintf "%s\\n" "$@"\nexit 99\n')
    echo.chmod(0o755)
    for task in tasks:
        assert (task.retries, task.cwd, task.append_env, task.skip_on_exit_code) == (0, str(CHECKOUT), True, [])
        assert not task.do_xcom_push
        assert task.env["PYTHONPATH"] == str(CHECKOUT)
        odd = {name: f'a b; $(echo {name}) "' for name in task.env if name.startswith("ARGUMENT_")}
        env = {**os.environ, **task.env, **odd, "PYSPARK_PYTHON": str(echo)}
        ended = subprocess.run(["bash", "-c", task.bash_command], capture_output=True, text=True, env=env, check=False)
        assert ended.stdout.splitlines() == ["-m", "jobs", *odd.values()]
        assert ended.returncode == 99


def test_dag_files_import_no_job_and_nothing_heavy() -> None:
    for file in DAGS.glob("*.py"):
        for module in imports(file):
            assert module.partition(".")[0] not in HEAVY, (file.name, module)
            assert not module.startswith("jobs") or module in ALLOWED_OF_JOBS, (file.name, module)


def test_loading_the_dags_loads_nothing_heavy() -> None:
    code = "import sys, dags.nightly_segments, dags.freeze_list; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert {"pyspark", "numba", "great_expectations", "delta"}.isdisjoint(loaded.stdout.split())


def test_dag_files_load_when_a_spec_is_broken(tmp_path: Path) -> None:
    specs = tmp_path / "segment_specs"
    shutil.copytree(CHECKOUT / "segment_specs", specs)
    (specs / "value" / "broken.json").write_bytes(b'{"version": 1, \xff')
    code = (
        "import dags.nightly_segments, dags.freeze_list as f; print('broken' in f.SEGMENTS, 'win_back' in f.SEGMENTS)"
    )
    env = {**os.environ, "MUSTER_SPECS": str(specs)}
    loaded = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, env=env)
    assert loaded.stdout == "True True\n", loaded.stderr


@pytest.mark.parametrize(
    ("dag_id", "values"),
    [
        ("freeze_list", {"list": "july; rm -rf x", "segment": "win_back", "launch_date": "1998-07-02"}),
        ("freeze_list", {"list": "july", "segment": "../win_back", "launch_date": "1998-07-02"}),
        ("freeze_list", {"list": "july", "segment": "win_back", "launch_date": "soon"}),
        ("freeze_list", {"list": "july", "segment": "win_back"}),
        ("nightly_segments", {"as_of": "yesterday"}),
        ("nightly_segments", {"as_of": "--help"}),
        ("sync_relational", {"sources": ["order; rm -rf x"]}),
        ("sync_relational", {"sources": "order"}),
    ],
)
def test_the_form_refuses_what_no_step_could_use(dags: dict[str, Any], dag_id: str, values: dict[str, Any]) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        filled(dags[dag_id], values)


def test_the_form_takes_what_it_says(dags: dict[str, Any]) -> None:
    form = {"list": "july_offer", "segment": "win_back", "launch_date": "1998-07-02"}
    assert filled(dags["freeze_list"], form) == {**form, "as_of": None}
    for as_of in ("1998-07-01T00:00", "1998-07-01T04:00:00Z", "1998-07-01T00:00:00.5-04:00"):
        assert filled(dags["nightly_segments"], {"as_of": as_of}) == {"as_of": as_of}


def test_a_sync_reads_the_sources_of_the_form_or_all(dags: dict[str, Any], arguments_of: ArgumentsOf) -> None:
    task = dags["sync_relational"].get_task("sync")
    arguments = arguments_of(task)
    assert arguments[:2] == ["sync", "--as-of"]
    assert arguments[3:] == ["--source", "{{ params.sources | join(',') }}", "--held-exit", "0"]
    assert filled(dags["sync_relational"], {"sources": ["order", "contacts"]})["sources"] == ["order", "contacts"]


def filled(dag: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The form with these values, checked as Airflow checks it when the run is triggered."""
    params = copy.deepcopy(dag.params)
    params.update(values)
    return dict(params.validate())
