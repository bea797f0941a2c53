"""When a night starts by itself: asked of the timetable as the scheduler reads it from its database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jobs.settings import CHECKOUT, read_settings

ZONE = ZoneInfo(read_settings().time_zone)


@pytest.fixture(scope="module")
def night() -> Any:
    """The DAG after the way through the database."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    dag = DagBag(dag_folder=str(CHECKOUT / "dags")).dags["nightly_segments"]
    return DagSerialization.from_dict(DagSerialization.to_dict(dag))


def due(night: Any, ago: timedelta) -> Any:
    """The night's timetable as if it had fallen due that long ago: same zone, same rules, another clock time."""
    written = night.timetable.serialize()
    moment = datetime.now(ZONE) - ago
    return type(night.timetable).deserialize({**written, "expression": f"{moment.minute} {moment.hour} * * *"})


def next_run(night: Any, timetable: Any, last: Any = None) -> datetime:
    info = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=night._time_restriction)
    return info.run_after


def test_a_night_is_due_at_half_past_two_in_the_accounts_zone(night: Any) -> None:
    local = next_run(night, night.timetable).astimezone(ZONE)
    assert (local.hour, local.minute) == (2, 30)


@pytest.mark.parametrize("hours", [1, 2, 12, 23])
def test_unpausing_starts_nothing_that_was_due_before(night: Any, hours: int) -> None:
    assert next_run(night, due(night, timedelta(hours=hours))) > datetime.now(UTC)


def test_the_scheduler_finds_a_night_that_has_just_fallen_due(night: Any) -> None:
    assert next_run(night, due(night, timedelta(minutes=2))) <= datetime.now(UTC)


def test_of_nights_missed_since_a_scheduled_one_only_the_last_is_made_up(night: Any) -> None:
    from airflow.timetables.base import DataInterval
    from pendulum import instance

    timetable = due(night, timedelta(hours=1))
    ran = instance(datetime.now(UTC) - timedelta(days=5))
    made_up = next_run(night, timetable, DataInterval(ran, ran))
    assert timedelta(hours=0) < datetime.now(UTC) - made_up < timedelta(hours=3)
