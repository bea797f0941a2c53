"""A connection to PostgreSQL: rows come as COPY hands them out, and several connections can see one moment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pyarrow as pa
from pyarrow import csv

from jobs.intake.databases.dbapi import driver_of
from jobs.intake.databases.engines import DatabaseEngine
from jobs.intake.databases.logins import Login
from jobs.intake.databases.server_faults import FaultKind, RelationFault
from jobs.intake.databases.server_values import CellKind, ServerColumn

BLOCK = 4 << 20
"""Bytes of rows that become one batch; COPY hands them out row by row."""
UNTIL_CONNECTED, UNTIL_READ = 10, 3600
"""Seconds, where the connection says nothing."""
KINDS: dict[int, CellKind] = {
    16: "boolean", 20: "integer", 21: "integer", 23: "integer", 26: "integer", 700: "float", 701: "float",
    1700: "number", 1082: "day", 1114: "clock", 1184: "instant", 17: "bytes",
}  # fmt: skip
"""By the number of a type in `pg_type`; all others are texts."""
PARSED: dict[CellKind, pa.DataType] = {"integer": pa.int64(), "float": pa.float64(), "boolean": pa.bool_()}
"""What COPY's texts are read as at once, because every value of the server's type is one."""
FAULTS: dict[str, FaultKind] = {
    "28P01": "login", "28000": "login", "3D000": "database", "42P01": "table", "3F000": "table", "42703": "column",
    "42501": "rights", "57014": "timeout", "25P03": "cut", "22023": "cut", "42704": "cut",
    "57P01": "broken", "57P02": "broken", "57P03": "unreachable", "53300": "unreachable",
}  # fmt: skip
SETTINGS = (
    "SET DateStyle TO ISO",
    "SET TimeZone TO 'UTC'",
    "SET extra_float_digits TO 1",
    "SET client_encoding TO 'UTF8'",
    "SET idle_in_transaction_session_timeout TO 0",
)


class PostgresSession:
    """`snapshot`: the moment of another session, which is seen by this one too."""

    def __init__(self, login: Login, where: str, snapshot: str = "") -> None:
        self.login, self.where = login, where
        self._driver = driver_of(login, where)
        with self._faults(connecting=True):
            options: dict[str, Any] = {
                name: login.options[name] for name in login.engine.options if name in login.options
            }
            self._connection = self._driver.connect(
                host=login.host,
                port=login.port,
                dbname=login.database or "postgres",
                user=login.user,
                password=login.password or None,
                autocommit=True,  # so that the transaction begins where it is said
                connect_timeout=login.number("connect_timeout", UNTIL_CONNECTED),
                application_name="muster",
                keepalives_idle=30,
                keepalives_interval=10,
                keepalives_count=3,
                **options,
            )
        try:
            self._begin(snapshot)
        except BaseException:
            self.close()
            raise

    def _begin(self, snapshot: str) -> None:
        milliseconds = 1000 * self.login.number("read_timeout", UNTIL_READ)
        statements = [*SETTINGS, f"SET statement_timeout TO {milliseconds}", *self.engine.begin]
        statements += [f"SET TRANSACTION SNAPSHOT '{snapshot}'"] if snapshot else []
        with self._faults():
            for statement in statements:
                self._connection.execute(statement.encode())

    @property
    def engine(self) -> DatabaseEngine:
        return self.login.engine

    def export(self) -> str:
        """A name by which other sessions see this one's moment, as long as this one is open."""
        return str(self.row("SELECT pg_export_snapshot()")[0])

    def describe(self, query: str) -> list[ServerColumn]:
        with self._faults():
            cursor = self._connection.execute(f"SELECT * FROM ({query}) q LIMIT 0".encode())
        return [_column(column) for column in cursor.description or ()]

    def batches(self, query: str, columns: Sequence[ServerColumn]) -> Iterator[pa.RecordBatch]:
        with self._faults(), self._connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv)".encode()) as rows:
            block, size = [], 0
            for row in rows:  # one row each: so PostgreSQL's COPY sends them
                block.append(bytes(row))
                size += len(row)
                if size >= BLOCK:
                    yield from _batches(b"".join(block), columns)
                    block, size = [], 0
            yield from _batches(b"".join(block), columns)

    def row(self, query: str) -> tuple[Any, ...]:
        with self._faults():
            row = self._connection.execute(query.encode()).fetchone()
        assert row is not None, "a query for one row"
        return row

    def tables(self) -> list[str]:
        with self._faults():
            rows = self._connection.execute(
                b"SELECT table_schema || '.' || table_name FROM information_schema.tables "
                b"WHERE table_schema NOT IN ('pg_catalog', 'information_schema') LIMIT 1000"
            ).fetchall()
        return [str(name) for (name,) in rows]

    def can_write(self, table: str) -> bool:
        name = self.engine.table(table).replace("'", "''")
        asked = f"SELECT has_table_privilege('{name}', 'INSERT, UPDATE, DELETE, TRUNCATE')"
        return bool(self.row(asked)[0])

    def without_moment(self, table: str) -> str:
        return ""

    def bytes_of(self, query: str) -> int:
        plan = self.row(f"EXPLAIN (FORMAT JSON) {query}")[0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        return int(plan[0]["Plan"]["Plan Rows"]) * max(1, int(plan[0]["Plan"]["Plan Width"]))

    def at(self, table: str) -> str:
        return self.engine.table(table)

    def close(self) -> None:
        with suppress(self._driver.Error):
            self._connection.close()

    @contextmanager
    def _faults(self, connecting: bool = False) -> Iterator[None]:
        """A driver's error as a fault; its own text goes no further."""
        try:
            yield
        except self._driver.Error as error:
            kind, code = self._fault(error, connecting), error.sqlstate or ""
        except (pa.ArrowInvalid, UnicodeError):
            kind, code = "other", "no values of the types that it says"
        else:
            return
        raise RelationFault(self.where, kind, code) from None

    def _fault(self, error: Any, connecting: bool) -> FaultKind:
        if error.sqlstate in FAULTS:
            return FAULTS[error.sqlstate]
        if connecting:
            # The driver has no code of a server that ended the login; these words are libpq's own, not the server's answer.
            words = str(error)
            if "password" in words or "authentication" in words or 'role "' in words:
                return "login"
            return "database" if 'database "' in words else "unreachable"
        return "broken" if isinstance(error, self._driver.OperationalError) and not error.sqlstate else "other"


def _column(column: Any) -> ServerColumn:
    kind = KINDS.get(column.type_code, "text")
    if kind == "number" and column.precision and column.precision <= 38 and column.scale is not None:
        return ServerColumn(column.name, "decimal", max(0, column.scale))
    return ServerColumn(column.name, kind)


def _batches(rows: bytes, columns: Sequence[ServerColumn]) -> list[pa.RecordBatch]:
    if not rows:
        return []
    names = [column.name for column in columns]
    table = csv.read_csv(
        pa.py_buffer(rows),
        read_options=csv.ReadOptions(column_names=names, block_size=1 << 30),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types={column.name: PARSED.get(column.kind, pa.string()) for column in columns},
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    return table.combine_chunks().to_batches()
