"""A connection by any driver that speaks DB-API 2.0: one connection, one transaction. MariaDB and MySQL are read by it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pyarrow as pa

from jobs.intake.databases.engines import DatabaseEngine
from jobs.intake.databases.logins import Login
from jobs.intake.databases.server_faults import FaultKind, RelationFault
from jobs.intake.databases.server_values import CellKind, ServerColumn

FETCH = 10_000
UNTIL_CONNECTED, UNTIL_READ = 10, 3600
"""Seconds, where the connection says nothing."""


def driver_of(login: Login, where: str) -> Any:
    """The driver's module, loaded where somebody connects; `RelationFault` where it is not installed."""
    try:
        return importlib.import_module(login.engine.module)
    except ImportError:
        raise RelationFault(where, "driver", login.engine.package) from None


class DbApiSession:
    """Rows as the driver's own values. What a database does in a way of its own is in a class below it."""

    login: Login

    def __init__(self, login: Login, where: str) -> None:
        self.login, self.where = login, where
        self._driver = driver_of(login, where)
        for name, value in self.engine.defaults.items():
            setattr(self._driver.defaults, name, value)
        with self._faults(connecting=True):
            self._connection = self._driver.connect(**self._arguments())
        try:
            with self._faults():
                for statement in self._begin():
                    self._run(statement)
            self._moment = str(self.row(login.engine.moment)[0]) if login.engine.moment else ""
        except BaseException:
            self.close()
            raise

    @property
    def engine(self) -> DatabaseEngine:
        return self.login.engine

    def describe(self, query: str) -> list[ServerColumn]:
        with self._faults(), self._cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({query}) q WHERE 1 = 0")
            described = list(cursor.description or ())
            cursor.fetchall()
        return [self._column(column) for column in described]

    def batches(self, query: str, columns: Sequence[ServerColumn]) -> Iterator[pa.RecordBatch]:
        names = [column.name for column in columns]
        with self._faults(), self._cursor() as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(self.login.number("fetch_size", FETCH)):
                values = zip(*rows, strict=True)
                arrays = [self._array(column, list(each)) for column, each in zip(columns, values, strict=True)]
                yield pa.RecordBatch.from_arrays(arrays, names=names)

    def row(self, query: str) -> tuple[Any, ...]:
        with self._faults():
            rows = self._run(query)
        assert rows, "a query for one row"
        return tuple(rows[0])

    def tables(self) -> list[str]:
        return []

    def can_write(self, table: str) -> bool:
        """Not known of databases that are not run here."""
        return False

    def without_moment(self, table: str) -> str:
        """Not known of databases that are not run here."""
        return ""

    def bytes_of(self, query: str) -> int:
        """None to hand out: whoever holds the connection reads."""
        return 0

    def at(self, table: str) -> str:
        return self.engine.table(table) + self.engine.at.format(moment=self._moment)

    def close(self) -> None:
        with suppress(Exception):
            self._connection.close()

    def _arguments(self) -> dict[str, Any]:
        login, called = self.login, self.engine.arguments
        parts = {"host": login.host, "port": login.port, "user": login.user, "password": login.password}
        parts["database"] = login.database
        named = {called.get(part, part): value for part, value in parts.items() if called.get(part, part)}
        return {**named, **self.engine.connect}

    def _begin(self) -> Sequence[str]:
        return self.engine.begin

    def _column(self, described: Sequence[Any]) -> ServerColumn:
        return ServerColumn(str(described[0]), "text")

    def _array(self, column: ServerColumn, values: list[Any]) -> pa.Array:
        return pa.array(values)

    def _fault(self, error: Any, connecting: bool) -> tuple[FaultKind, str]:
        return ("unreachable" if connecting else "other"), ""

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        cursor = self._connection.cursor()
        try:
            yield cursor
        finally:
            with suppress(Exception):  # a broken connection cannot close it; what broke it is told already
                cursor.close()

    def _run(self, statement: str) -> list[Any]:
        with self._cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    @contextmanager
    def _faults(self, connecting: bool = False) -> Iterator[None]:
        """A driver's error as a fault; its own text goes no further."""
        try:
            yield
        except (self._driver.Error, OSError) as error:
            kind, code = self._fault(error, connecting)
        except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeError, ValueError):
            kind, code = "other", "no values of the types that it says"
        else:
            return
        raise RelationFault(self.where, kind, code) from None


class MariaDbSession(DbApiSession):
    """MariaDB or MySQL. Values are read as the server writes them: the driver's own reading drops days of 0000-00-00."""

    KINDS: Mapping[int, CellKind] = {
        0: "decimal", 246: "decimal", 1: "integer", 2: "integer", 3: "integer", 8: "integer", 9: "integer", 13: "integer",
        4: "float", 5: "float", 7: "instant", 10: "day", 12: "clock", 16: "bytes",
    }  # fmt: skip
    """By the number of a type in the protocol; all others are texts, or bytes where the driver gives some."""
    FLOAT, TINY = 4, 1
    FAULTS: Mapping[int, FaultKind] = {
        1045: "login", 1698: "login", 1044: "rights", 1142: "rights", 1143: "rights", 1049: "database", 1146: "table",
        1054: "column", 1969: "timeout", 3024: "timeout", 1205: "timeout", 2002: "unreachable", 2003: "unreachable",
        2005: "unreachable", 1040: "unreachable", 2006: "broken", 2013: "broken", 1053: "broken",
        1927: "broken", 0: "broken",
    }  # fmt: skip
    WRITING = ("ALL PRIVILEGES", "INSERT", "UPDATE", "DELETE", "DROP", "SUPER")

    def _arguments(self) -> dict[str, Any]:
        login = self.login

        place = {"unix_socket": login.host} if login.host.startswith("/") else {"host": login.host, "port": login.port}
        ssl: dict[str, Any] = {name: login.options[name] for name in ("ssl_ca",) if name in login.options}
        if login.options.get("ssl_verify_identity") == "true":
            ssl["ssl_verify_identity"] = True
        return {
            **place,
            **ssl,
            "charset": "utf8mb4",
            "conv": dict(self._driver.converters.encoders),  # and no decoders
            "local_infile": False,
            "program_name": "muster",
            "user": login.user,
            "password": login.password.encode(),  # else the driver writes it as latin-1
            "database": login.database or None,
            "cursorclass": self._driver.cursors.SSCursor,
            "connect_timeout": login.number("connect_timeout", UNTIL_CONNECTED),
            "read_timeout": login.number("read_timeout", UNTIL_READ),
        }

    def _begin(self) -> Sequence[str]:
        modes = "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES', time_zone = '+00:00'"
        return (modes, *self.engine.begin)

    def _column(self, described: Sequence[Any]) -> ServerColumn:
        name, code, _, width, _, scale, _ = described
        if code == self.TINY and width == 1:
            return ServerColumn(name, "flag")
        return ServerColumn(name, self.KINDS.get(code, "text"), int(scale or 0), single=code == self.FLOAT)

    def _array(self, column: ServerColumn, values: list[Any]) -> pa.Array:
        if column.kind == "bytes" or any(isinstance(value, bytes) for value in values):
            return pa.array(values, pa.binary())
        return pa.array(values, pa.string())

    def tables(self) -> list[str]:
        with self._faults():
            rows = self._run(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() LIMIT 1000"
            )
        return [str(name) for (name,) in rows]

    def can_write(self, table: str) -> bool:
        with self._faults():
            grants = [str(row[0]) for row in self._run("SHOW GRANTS")]
        words = [grant.partition(" ON ")[0].removeprefix("GRANT ") for grant in grants]
        return any(word in self.WRITING for grant in words for word in grant.split(", "))

    def without_moment(self, table: str) -> str:
        *database, name = (part.replace("'", "''") for part in table.split("."))
        schema = f"'{database[-1]}'" if database else "DATABASE()"
        asked = (
            "SELECT t.engine FROM information_schema.tables t JOIN information_schema.engines e ON e.engine = t.engine "
            f"WHERE t.table_schema = {schema} AND t.table_name = '{name}' AND e.transactions <> 'YES'"
        )
        with self._faults():
            rows = self._run(asked)
        return str(rows[0][0]) if rows else ""

    def _fault(self, error: Any, connecting: bool) -> tuple[FaultKind, str]:
        code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        if code == 2013 and "timed out" in str(error):  # the driver's own words
            return "timeout", str(code)
        kind = self.FAULTS.get(code, "other")
        return ("unreachable" if connecting and kind in ("broken", "other") else kind), str(code or "")
