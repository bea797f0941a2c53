"""
# Nightly segments

**Purpose.** Takes in what was delivered, computes every segment spec, and publishes the audiences.

**Inputs.** The landing folder (`MUSTER_LANDING`), databases (`AIRFLOW_CONN_…`), `segment_specs/`, `conf/catalog/`.
**Outputs.** Tables of the lake (`MUSTER_LAKE`): `memberships`, `segment_runs`, `membership_changes`, and `segments/<id>`
for specs with `"publish": "rows"`.

**The instant.** A run is keyed by one `as_of`: midnight in the account's zone of the run's `logical_date` (of `run_after`
where there is none). The Param `as_of` overrides it; rows at or after it do not exist for the run.

| task | what it does | normal for the sample company |
|---|---|---|
| `ingest` | deliveries → `sources/<source>`, checked by the catalog's gates; numbers for new contacts | about 10 seconds |
| `pack` | new rows → tiles | seconds |
| `evaluate` | one pass over the tiles → bitmaps of every segment | seconds, however many segments |
| `publish` | checks `expect` of each segment, publishes or holds it; no Spark job | seconds |
| `report` | green only if every task succeeded and nothing is held or failed | seconds |

**The schedule.** Every night at 02:30 of the account's zone. Unpausing starts nothing that was due before: the first
night is the next one. Of nights missed later (Airflow was down, the DAG was paused) the last one is made up.

**When to worry.** `report` is red. Its log begins with what went wrong, then comes the table. *source*: its delivery
was refused or is too old, the line says what to do; the segments that reach it are *failed*, and `ingest` itself
stays green with exit 21 in its last lines. *held*: a segment's size is outside `expect`; look at it, then mend the
spec or the data, and the next night publishes it. *failed*: a source it needs failed, or its spec is broken.
Everything else was published. A red task before `report` published nothing of this night; yesterday's audiences
stand. Each task's "Rendered Templates" show the night's `as_of`.

**Running a day again.** Trigger the DAG with `as_of` of that day, or clear the tasks. Every step can be killed and run
again: it finishes what it began, and a finished night with nothing new delivered is returned as it is.
"""

from __future__ import annotations

import logging
import os
import subprocess
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, chain, get_current_context, task
from airflow.sdk.exceptions import AirflowException

from dags.submitting import AS_OF, STEP_ENVIRONMENT, STEP_PYTHON, ZONE, as_of_param, plain_step, spark_step
from jobs.settings import CHECKOUT

VERBS = {"ingest": spark_step, "pack": spark_step, "evaluate": spark_step, "publish": plain_step}
"""Spark jobs are those whose work grows with rows."""


# Not print: what is printed reaches the log by another way than what Airflow logs, and the exception would overtake it.
log = logging.getLogger("muster.report")
LEVELS = {"held": logging.WARNING, "failed": logging.ERROR, "source": logging.ERROR}
"""By the first word of a line: Airflow's page shows each level in its colour."""


@task(trigger_rule="all_done")
def report(as_of: str) -> None:
    """Logs the night's table, and ends red unless every task before succeeded and nothing is held or failed."""
    night = subprocess.run(
        [STEP_PYTHON, "-m", "jobs", "report", "--as-of", as_of],
        env={**os.environ, **STEP_ENVIRONMENT},
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = night.stdout.splitlines()
    for line in lines:
        log.log(LEVELS.get(line.strip().partition(" ")[0], logging.INFO), "%s", line)
    # A finished night of this as_of may stand from before: the table alone does not show that a step failed today.
    task_run: Any = get_current_context().get("ti")
    states = task_run.get_task_states(dag_id=task_run.dag_id, task_ids=list(VERBS), run_ids=[task_run.run_id])
    states = states[task_run.run_id]
    red = [f"{verb} did not succeed" for verb in VERBS if states.get(verb) != "success"]
    if red or night.returncode:
        verdict = "; ".join([*red, *lines[-1:]])
        raise AirflowException(f"The night is not green: {verdict}. The reasons stand above the table.")


with DAG(
    "nightly_segments",
    description="Deliveries in, published segments out",
    doc_md=__doc__,
    # No start_date: with one, unpausing at once starts the night that was due before. Five minutes are for the scheduler: a
    # night that has just fallen due is not passed over because this file was read in between.
    schedule=CronTriggerTimetable("30 2 * * *", timezone=ZONE.key, run_immediately=timedelta(minutes=5)),
    catchup=False,
    max_active_runs=1,
    tags=["muster", "nightly"],
    default_args={"owner": "crm-data", "retries": 0},
    user_defined_macros={"account_zone": ZONE},
    params={  # pyright: ignore[reportArgumentType]  # the DAG makes it a ParamsDict
        "as_of": as_of_param("The run's instant in the account's zone, as 1998-07-01T00:00. Empty: last midnight."),
    },
):
    chain(*(VERBS[verb](verb, [verb, "--as-of", AS_OF, "--held-exit", "0"]) for verb in VERBS), report(as_of=AS_OF))
