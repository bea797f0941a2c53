"""The instant a run is keyed by: what the DAGs' templates say for scheduled, triggered and overridden runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from jobs.settings import CHECKOUT

AsOf = Callable[..., str]


@pytest.fixture(scope="module")
def dags() -> dict[str, Any]:
    from airflow.dag_processing.dagbag import DagBag

    return dict(DagBag(dag_folder=str(CHECKOUT / "dags")).dags)


@pytest.fixture(scope="module")
def as_of(arguments_of: Callable[[Any], list[str]]) -> AsOf:
    def rendered(dag: Any, task_id: str, **context: Any) -> str:
        arguments = arguments_of(dag.get_task(task_id))
        template = arguments[arguments.index("--as-of") + 1]
        return str(dag.get_template_env().from_string(template).render(**context))

    return rendered


def run(run_after: str, logical_date: str | None = None) -> SimpleNamespace:
    """A run as the template sees it; Airflow keeps instants in UTC."""
    logical = None if logical_date is None else datetime.fromisoformat(logical_date)
    return SimpleNamespace(logical_date=logical, run_after=datetime.fromisoformat(run_after))


NOTHING = {"as_of": None}


def test_a_scheduled_night_is_of_its_own_local_midnight(as_of: AsOf, dags: dict[str, Any]) -> None:
    # 02:30 in New York is 06:30 UTC in summer and 07:30 UTC in winter.
    night = dags["nightly_segments"]
    summer = run("2026-07-02T06:30:00+00:00", logical_date="2026-07-02T06:30:00+00:00")
    winter = run("2026-12-02T07:30:00+00:00", logical_date="2026-12-02T07:30:00+00:00")
    assert as_of(night, "ingest", dag_run=summer, params=NOTHING) == "2026-07-02T00:00"
    assert as_of(night, "ingest", dag_run=winter, params=NOTHING) == "2026-12-02T00:00"


def test_a_run_of_an_evening_in_new_york_is_not_of_the_next_day_of_utc(as_of: AsOf, dags: dict[str, Any]) -> None:
    evening = run("2026-07-03T01:00:00+00:00", logical_date="2026-07-03T01:00:00+00:00")
    assert as_of(dags["nightly_segments"], "publish", dag_run=evening, params=NOTHING) == "2026-07-02T00:00"


def test_a_run_without_a_logical_date_counts_from_when_it_may_start(as_of: AsOf, dags: dict[str, Any]) -> None:
    triggered = run("2026-07-02T12:00:00+00:00")
    assert as_of(dags["nightly_segments"], "evaluate", dag_run=triggered, params=NOTHING) == "2026-07-02T00:00"


def test_a_night_missed_for_days_keeps_its_own_day(as_of: AsOf, dags: dict[str, Any]) -> None:
    late = run("2026-07-05T12:00:00+00:00", logical_date="2026-07-02T06:30:00+00:00")
    assert as_of(dags["nightly_segments"], "pack", dag_run=late, params=NOTHING) == "2026-07-02T00:00"


def test_every_step_of_a_night_has_the_same_instant(as_of: AsOf, dags: dict[str, Any]) -> None:
    night = dags["nightly_segments"]
    context: dict[str, Any] = {"dag_run": run("2026-07-02T06:30:00+00:00"), "params": NOTHING}
    assert len({as_of(night, verb, **context) for verb in ("ingest", "pack", "evaluate", "publish")}) == 1


@pytest.mark.parametrize(("dag_id", "task_id"), [("nightly_segments", "ingest"), ("freeze_list", "freeze")])
def test_the_param_overrides(as_of: AsOf, dags: dict[str, Any], dag_id: str, task_id: str) -> None:
    today = run("2026-11-24T12:00:00+00:00", logical_date="2026-11-24T12:00:00+00:00")
    params = {"as_of": "1998-07-01T00:00"}
    assert as_of(dags[dag_id], task_id, dag_run=today, params=params) == "1998-07-01T00:00"


def test_a_freeze_is_of_the_instant_it_was_asked_for(as_of: AsOf, dags: dict[str, Any]) -> None:
    asked = run("2026-11-24T12:34:56.789000+00:00")
    assert as_of(dags["freeze_list"], "freeze", dag_run=asked, params=NOTHING) == "2026-11-24T12:34:56.789000+00:00"


def test_every_task_of_a_night_shows_its_instant_among_what_airflow_rendered(dags: dict[str, Any]) -> None:
    night = dags["nightly_segments"]
    context: dict[str, Any] = {"dag_run": run("2026-07-02T06:30:00+00:00"), "params": NOTHING}
    for task in night.tasks:
        match task.task_id:
            case "report":
                place, shown = "op_kwargs", task.op_kwargs["as_of"]
            case "publish":
                place, shown = "env", task.env["ARGUMENT_2"]
            case _:
                place, shown = "name", task.name
        assert place in task.template_fields
        rendered = night.get_template_env().from_string(shown).render(**context)
        assert rendered.endswith("2026-07-02T00:00"), task.task_id


def test_the_form_becomes_the_arguments_of_the_step(
    dags: dict[str, Any], arguments_of: Callable[[Any], list[str]]
) -> None:
    freezing = dags["freeze_list"]
    params = {"list": "july_offer", "segment": "win_back", "launch_date": "1998-07-02", "as_of": "1998-07-01T00:00"}
    rendered = [
        freezing.get_template_env().from_string(text).render(params=params, dag_run=run("2026-11-24T12:00:00+00:00"))
        for text in arguments_of(freezing.get_task("freeze"))
    ]
    assert rendered == [
        *("freeze", "--segment", "win_back", "--list", "july_offer"),
        *("--date", "1998-07-02", "--as-of", "1998-07-01T00:00"),
    ]
