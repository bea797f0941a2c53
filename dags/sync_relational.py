"""
# Sync relational sources

**Purpose.** Takes the tables of databases into the lake before the night needs them, by hand or from another DAG.

**Inputs.** The sources whose catalog says `read: {jdbc: …}`; their connections, which are Airflow's: `connection: shop` is
`AIRFLOW_CONN_SHOP`. All tables of one connection are read as they are at one moment.
**Outputs.** Deliveries of these sources, each labelled by its `as_of`. Nothing is pinned and no segment is computed: the
next night of the same `as_of` finds them and reads none of them again. A night that finds none reads the tables itself.

**The form.** Some of the sources, or none for all of them. `as_of` is last midnight where it is empty.

**How long.** A million rows from PostgreSQL take about ten seconds on two cores. **Normal.** Green; "0 of 3 tables taken in"
where this `as_of` has them already.
**When to worry.** The last lines name a source that failed, with the reason and what to do: a server that does not answer, a
password that is refused, a table or column that is gone, an account without rights, a gate of the catalog. The others
came in. The task is red where a connection is missing or may not be used (exit 12), or where the contacts failed (20).

**Again.** Clearing the task is safe: what was accepted is not read twice, what was refused is tried again.
"""

from __future__ import annotations

import pendulum
from airflow.sdk import DAG, Param

from dags.submitting import AS_OF, ZONE, as_of_param, spark_step

with DAG(
    "sync_relational",
    description="Tables of databases into the lake",
    doc_md=__doc__,
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz=ZONE.key),
    catchup=False,
    max_active_runs=1,
    tags=["muster", "sources"],
    default_args={"owner": "crm-data", "retries": 0},
    user_defined_macros={"account_zone": ZONE},
    params={  # pyright: ignore[reportArgumentType]  # the DAG makes it a ParamsDict
        "sources": Param(
            [],
            type="array",
            items={"type": "string", "pattern": "^[a-z][a-z0-9_]{0,62}$"},
            title="Sources",
            description="Only these, one a line. Empty: every source that is read from a database.",
        ),
        "as_of": as_of_param("The instant that the tables stand for, in the account's zone. Empty: last midnight."),
    },
):
    spark_step(
        "sync",
        [
            "sync",
            *("--as-of", AS_OF),
            *("--source", "{{ params.sources | join(',') }}"),
            *("--held-exit", "0"),
        ],
    )
