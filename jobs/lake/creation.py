"""Tables made where they are missing: empty, with their columns and properties, by one commit that is there or is not.

The first commit of a log is put only where there is none, so of several that make one table at once one is heard and the
others find it made. A predecessor that ended in the middle leaves a folder without a commit, which is no table yet: making
it is the same again. By delta-rs, in a few milliseconds; no Spark is needed to have a table.
"""

from __future__ import annotations

from jobs.errors import Unreachable
from jobs.lake.places import without_hadoop
from jobs.lake.tables import Table


def location(lake: str, table: Table) -> str:
    """The address of a table under the lake's root."""
    return f"{lake.rstrip('/')}/{table.path}"


def exists(lake: str, table: Table) -> bool:
    """Whether the table has been made: its log has a commit. A folder alone is what a dead process left."""
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError

    address = location(lake, table)
    try:
        return DeltaTable.is_deltatable(without_hadoop(address))
    except (DeltaError, OSError) as error:
        raise Unreachable(
            f"{address}: cannot be reached ({error}). Check MUSTER_LAKE and the credentials in the environment."
        ) from error


def ensure(lake: str, *tables: Table) -> None:
    """Makes the tables that are missing; those that are there are left as they are."""
    for table in tables:
        if not exists(lake, table):
            _create(lake, table)


def _create(lake: str, table: Table) -> None:
    from deltalake import CommitProperties, DeltaTable
    from deltalake.exceptions import DeltaError

    try:
        DeltaTable.create(
            without_hadoop(location(lake, table)),
            table.schema,
            mode="ignore",
            partition_by=list(table.partitions),
            configuration=dict(table.properties),
            # The properties of Parquet are the writer's, and no property of Delta's.
            raise_if_key_not_exists=False,
            # Whoever is second would be tried again as the next version, with the table's columns once more.
            commit_properties=CommitProperties(max_commit_retries=0),
        )
    except (DeltaError, OSError) as error:
        if not exists(lake, table):
            raise Unreachable(
                f"{location(lake, table)}: cannot be made ({error}). Check that the folder is yours and has room, "
                "or set MUSTER_LAKE to another one; then run the step again."
            ) from error
