"""
# Freeze a list

**Purpose.** Freezes the members of one segment into a dated contact list, by hand, the day before a campaign.

**Inputs.** The newest published night, at most `freeze_max_age_hours` old (`conf/settings.yaml`).
**Outputs.** A plain Delta table under `lists/<name>/<date>-v<n>/` of the lake, and its row in `list_registry`, whose
`path` is the list's only address. The row comes last: before it there is no list, after it the list never changes.

**The form.** The list's name, the segment, the launch day. The freeze's own instant is the moment the run was started;
`as_of` overrides it (for a demonstration on old data).

**How long.** Seconds for the sample company: it is no Spark job. **Normal.** A list frozen before with the same form is
returned as it is. **When to worry.** Red means no list: the log says why (the segment was held or failed, the night is
too old, the launch day is not ahead, or the name and day are taken by another request). Mend that and clear the task.

**Again.** Clearing the task is safe: what was half written is never visible, and is written anew.
"""

from __future__ import annotations

import pendulum
from airflow.sdk import DAG, Param

from dags.submitting import ZONE, as_of_param, plain_step
from jobs.settings import read_settings

# Names of files, not their content: a broken spec must not take the form away.
SEGMENTS = sorted(path.stem for path in read_settings().specs.glob("*/*.json") if "." not in path.stem)

with DAG(
    "freeze_list",
    description="One segment becomes a dated contact list",
    doc_md=__doc__,
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz=ZONE.key),
    catchup=False,
    max_active_runs=1,
    tags=["muster", "lists"],
    default_args={"owner": "crm-data", "retries": 0},
    params={  # pyright: ignore[reportArgumentType]  # the DAG makes it a ParamsDict
        "list": Param(
            type="string",
            pattern="^[a-z][a-z0-9_]{0,62}$",
            title="List",
            description="Its name: letters a-z, digits and _, such as july_offer",
        ),
        "segment": Param(
            type="string",
            pattern="^[a-z][a-z0-9_]{0,62}$",
            examples=SEGMENTS,
            title="Segment",
            description="Whose members go on the list",
        ),
        "launch_date": Param(
            type="string", format="date", title="Launch day", description="In the account's zone; a day ahead"
        ),
        "as_of": as_of_param("The freeze's own instant. Empty: when this run was started."),
    },
):
    plain_step(
        "freeze",
        [
            "freeze",
            *("--segment", "{{ params.segment }}"),
            *("--list", "{{ params.list }}"),
            *("--date", "{{ params.launch_date }}"),
            *("--as-of", "{{ params.as_of or dag_run.run_after.isoformat() }}"),
        ],
    )
