"""
# Nightly segments

**Purpose.** Takes in what was delivered, computes every segment spec, and publishes the audiences.

**Inputs.** The landing folder (`MUSTER_LANDING`), `segment_specs/`, `conf/catalog/`. **Outputs.** Tables of the lake
(`MUSTER_LAKE`): `memberships`, `segment_runs`, `membership_changes`, and `segments/<id>` for specs with `"publish": "rows"`.

**The instant.** A run is keyed by one `as_of`: midnight in the account's zone of the run's `logical_date` (of `run_after`
where there is none). The Param `as_of` overrides it; rows at or after it do not exist for the run.

| task | what it does | normal for the sample company |
|---|---|---|
| `ingest` | delivered files → `sources/<source>`, each checked by the catalog's gates | under a minute |
| `pack` | new contacts get numbers, new rows go into tiles | under a minute; nothing new: seconds |
| `evaluate` | one pass over the tiles → bitmaps of every segment | about 20 seconds, however many segments |
| `publish` | checks `expect` of each segment, publishes or holds it | about 20 seconds |
| `report` | green only if every task succeeded and nothing is held or failed | seconds |

**When to worry.** `report` is red and its log ends with a table. *held*: a segment's size is outside `expect`; look at
it, then mend the spec or the data, or `python -m jobs release SEGMENT --reason TEXT` where your version has that verb.
*failed*: a source it needs was refused, or its spec is broken; the reason is in the table. Everything else was published.
A red task before `report` published nothing of this night; yesterday's audiences stand.

**Running a day again.** Trigger the DAG with `as_of` of that day, or clear the tasks. Every step can be killed and run
again: it finishes what it began, and a finished night with nothing new delivered is returned as it is.
"""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, Param, chain, get_current_context, task
from airflow.sdk.exceptions import AirflowException

from dags.submitting import ISO_INSTANT, STEP_ENVIRONMENT, STEP_PYTHON, ZONE, spark_step
from jobs.settings import CHECKOUT

VERBS = ("ingest", "pack", "evaluate", "publish")
NIGHT = "(dag_run.logical_date or dag_run.run_after).astimezone(account_zone).strftime('%Y-%m-%dT00:00')"
AS_OF = f"{{{{ params.as_of or {NIGHT} }}}}"


@task(trigger_rule="all_done")
def report(as_of: str) -> None:
    """Prints the night's table, and ends red unless every task before succeeded and nothing is held or failed."""
    told = subprocess.run(
        [STEP_PYTHON, "-m", "jobs", "report", "--as-of", as_of],
        env={**os.environ, **STEP_ENVIRONMENT},
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(told.stdout, flush=True)
    # A finished night of this as_of may stand from before: the table alone does not show that a step failed today.
    task_run: Any = get_current_context().get("ti")
    states = task_run.get_task_states(dag_id=task_run.dag_id, task_ids=list(VERBS), run_ids=[task_run.run_id])
    states = states[task_run.run_id]
    red = [verb for verb in VERBS if states.get(verb) != "success"]
    if red or told.returncode:
        why = f"{', '.join(red)} did not succeed" if red else f"something is held or failed (exit {told.returncode})"
        raise AirflowException(f"The night of {as_of} is not green: {why}. The table above has the reasons.")


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
        "as_of": Param(
            None,
            type=["null", "string"],
            pattern=ISO_INSTANT,
            title="As of",
            description="The run's instant in the account's zone, as 1998-07-01T00:00. Empty: last midnight.",
        )
    },
):
    chain(*(spark_step(verb, [verb, "--as-of", AS_OF, "--held-exit", "0"]) for verb in VERBS), report(AS_OF))
