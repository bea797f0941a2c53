"""Small tables read without Spark, through delta-rs: what the command line shows, and what a step looks up before it works.

A table that has not been made yet has no rows. For tables of a few thousand rows; tiles and memberships are Spark's.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from jobs.errors import Unreachable
from jobs.lake.places import without_hadoop
from jobs.lake.tables import Table

Filter = tuple[str, str, Any]


def table_rows(
    lake: str, table: Table, columns: Sequence[str] | None = None, filters: Sequence[Filter] | None = None
) -> list[dict[str, Any]]:
    """The rows of a table now, as dicts; timestamps are aware and in UTC. `filters` are (column, "=", value)."""
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError, TableNotFoundError

    address = f"{without_hadoop(lake).rstrip('/')}/{table.path}"
    if "://" not in lake and not os.path.isdir(f"{address}/_delta_log"):  # noqa: PTH112 - beside addresses of object stores
        return []
    try:
        opened = DeltaTable(address)
        return opened.to_pyarrow_table(columns=list(columns) if columns else None, filters=filters).to_pylist()
    except TableNotFoundError:
        return []
    except (DeltaError, OSError) as error:
        raise Unreachable(
            f"{address}: the table cannot be read ({error}). Check MUSTER_LAKE and the credentials in the environment."
        ) from error
