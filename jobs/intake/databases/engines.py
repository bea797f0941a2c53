"""The databases that rows can come from, one row each: how a connection names it, and all that is its own.

A database that somebody needs besides is one row here; its Python driver speaks DB-API 2.0. Those marked `run_here` run in
the tests, on real servers. The others were never run: try them on a copy first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

OptionShape = Literal["seconds", "rows", "path"] | tuple[str, ...]
"""What an option's value may be: a whole number from 1, a path, or one of some words."""

COMMON: Mapping[str, OptionShape] = {"fetch_size": "rows"}
"""Of every connection: rows that are asked for at once."""
TIMEOUTS: Mapping[str, OptionShape] = {"connect_timeout": "seconds", "read_timeout": "seconds"}
"""Of those whose session knows how its driver is told."""

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class DatabaseEngine:
    """One database.

    `types` are the words for it in a connection; `url` what a JDBC URL of it looks like. `package` holds the driver
    `module`. `options` are those that may be set beside the common ones and `timeouts`, by the driver's own names: nothing
    else reaches a driver. `arguments` says what the driver calls the parts of a login, `connect` what it is told beside
    them, and `defaults` what is set in its own of that name. `begin` are the statements by which all that follows sees one
    moment; where there are none `moment` asks for a time, and `at` behind a table's name reads it as of then. `shares`:
    whether several connections can see the moment of one, so that ranges of a table are read side by side. `nothing` is
    what a SELECT from no table ends with.
    """

    name: str
    types: tuple[str, ...]
    url: re.Pattern[str]
    port: int
    package: str
    module: str
    quotes: str = '""'
    options: Mapping[str, OptionShape] = field(default_factory=dict[str, OptionShape])
    timeouts: Mapping[str, OptionShape] = field(default_factory=dict[str, OptionShape])
    arguments: Mapping[str, str] = field(default_factory=lambda: dict(NOTHING))
    connect: Mapping[str, Any] = field(default_factory=dict[str, Any])
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])
    begin: tuple[str, ...] = ()
    nothing: str = ""
    moment: str = ""
    at: str = ""
    shares: bool = False
    run_here: bool = False

    def quoted(self, name: str) -> str:
        """A name as this database reads it, whatever letters it has."""
        first, last = self.quotes
        return f"{first}{name.replace(last, last * 2)}{last}"

    def table(self, name: str) -> str:
        """A table's name, its parts with points between them."""
        return ".".join(self.quoted(part) for part in name.split("."))

    def allowed(self) -> dict[str, OptionShape]:
        return {**COMMON, **self.timeouts, **self.options}


def _url(start: str, between: str = "/", options: str = r"\?") -> re.Pattern[str]:
    database = rf"(?:{between}(?P<database>[^?;&]*))?"
    return re.compile(rf"jdbc:{start}(?P<host>[^:/?;,@]+)(?::(?P<port>\d+))?{database}(?:{options}(?P<options>.*))?")


ENGINES = (
    DatabaseEngine(
        "PostgreSQL",
        ("postgres", "postgresql"),
        _url("postgresql://"),
        5432,
        "psycopg",
        "psycopg",
        options={
            "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
            "sslrootcert": "path",
        },
        timeouts=TIMEOUTS,
        begin=("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",),
        shares=True,  # pg_export_snapshot, SET TRANSACTION SNAPSHOT
        run_here=True,
    ),
    DatabaseEngine(
        "MariaDB or MySQL",
        ("mysql", "mariadb"),
        _url("mysql://"),
        3306,
        "PyMySQL",
        "pymysql",
        quotes="``",
        options={"ssl_ca": "path", "ssl_verify_identity": ("true", "false")},
        timeouts=TIMEOUTS,
        begin=(
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        ),
        run_here=True,
    ),
    DatabaseEngine(
        "SQL Server",
        ("mssql", "sqlserver"),
        _url("sqlserver://", between=";databaseName=", options="[;?]"),
        1433,
        "pymssql",
        "pymssql",
        quotes="[]",
        arguments={"host": "server"},
        connect={"autocommit": True},  # else the driver has begun a transaction, and not in this isolation
        begin=("SET TRANSACTION ISOLATION LEVEL SNAPSHOT", "BEGIN TRANSACTION"),  # ALLOW_SNAPSHOT_ISOLATION ON
    ),
    DatabaseEngine(
        "Oracle",
        ("oracle",),
        _url("oracle:thin:@//"),
        1521,
        "oracledb",
        "oracledb",
        arguments={"database": "service_name"},
        defaults={"fetch_decimals": True},  # else NUMBER comes as a double, which has no room for 18 digits
        nothing=" FROM DUAL",
        begin=("SET TRANSACTION READ ONLY",),
    ),
    DatabaseEngine(
        "Redshift",
        ("redshift",),
        _url("redshift://"),
        5439,
        "redshift-connector",
        "redshift_connector",
        begin=("BEGIN READ ONLY",),
    ),
    DatabaseEngine(
        "Snowflake",
        ("snowflake",),
        _url("snowflake://", options=r"/?\?"),
        443,
        "snowflake-connector-python",
        "snowflake.connector",
        arguments={"host": "account", "port": ""},
        moment="SELECT CURRENT_TIMESTAMP()::VARCHAR",
        at=" AT (TIMESTAMP => '{moment}'::TIMESTAMP_TZ)",
    ),
    DatabaseEngine(
        "BigQuery",
        ("gcpbigquery", "bigquery"),
        _url("bigquery://"),
        443,
        "google-cloud-bigquery",
        "google.cloud.bigquery.dbapi",
        quotes="``",
        # Who reads is said by GOOGLE_APPLICATION_CREDENTIALS, in which project by GOOGLE_CLOUD_PROJECT.
        arguments=dict.fromkeys(("host", "port", "user", "password", "database"), ""),
        moment="SELECT CAST(CURRENT_TIMESTAMP() AS STRING)",
        at=" FOR SYSTEM_TIME AS OF TIMESTAMP '{moment}'",
    ),
    DatabaseEngine(
        "SAP HANA",
        ("hana",),
        _url("sap://"),
        30015,
        "hdbcli",
        "hdbcli.dbapi",
        arguments={"host": "address", "database": "databaseName"},
        connect={"autocommit": False},  # else each statement is a transaction, and sees a moment of its own
        nothing=" FROM DUMMY",
        begin=("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",),  # all statements see the first one's moment
    ),
)


def engine_of(word: str) -> DatabaseEngine | None:
    """The database that a connection's type names; None where none has that word."""
    return next((engine for engine in ENGINES if word in engine.types), None)
