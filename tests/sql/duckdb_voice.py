"""What the twin's statements find in DuckDB: tables and specs of a world in, ids of every segment out."""

from __future__ import annotations

import duckdb

from jobs.sql.twin import segment_sql
from tests.sql.worlds import World


def opened(world: World) -> duckdb.DuckDBPyConnection:
    """A database in memory with the world's tables."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")  # tables of a few rows: threads would only wait for each other
    for name, table in world.tables.items():
        connection.register("_rows", table)
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM _rows')
    return connection


def answers(world: World) -> dict[str, list[str]]:
    """The members of every segment, in the order the statement gives them."""
    with opened(world) as connection:
        return {id_: _members(connection, world, id_) for id_ in world.specs}


def _members(connection: duckdb.DuckDBPyConnection, world: World, id_: str) -> list[str]:
    statement = segment_sql(world.plan, id_, "duckdb", world.specs)
    try:
        return [row[0] for row in connection.execute(statement).fetchall()]
    except duckdb.Error as error:
        raise AssertionError(f"{error}\n{statement}") from error
