"""Connections as Airflow keeps them: what is understood, what is refused at load, and that no password is ever shown."""

from __future__ import annotations

import json
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from jobs.errors import SETTINGS, SettingsError
from jobs.intake.databases.dbapi import DbApiSession
from jobs.intake.databases.engines import ENGINES, DatabaseEngine
from jobs.intake.databases.logins import Login, check_logins, check_mounted, read_login

SECRET = "p@ss/w:rd%"  # noqa: S105 - nobody's


def login(written: str) -> Login:
    return read_login("shop", {"AIRFLOW_CONN_SHOP": written})


def refused(written: str) -> str:
    with pytest.raises(SettingsError) as stopped:
        login(written)
    assert stopped.value.exit_code == SETTINGS
    assert SECRET not in str(stopped.value)
    assert stopped.value.__cause__ is None
    return str(stopped.value)


@pytest.mark.parametrize(
    "written",
    [
        "postgres://reader:p%40ss%2Fw%3Ard%25@db.example:5433/shop?sslmode=require&fetch_size=5",
        "postgresql://reader:p%40ss%2Fw%3Ard%25@db.example:5433/shop?__extra__=%7B%22sslmode%22%3A+%22require%22%2C+%22fetch_size%22%3A+5%7D",
        json.dumps(
            {
                "conn_type": "postgres",
                "host": "db.example",
                "port": 5433,
                "schema": "shop",
                "login": "reader",
                "password": SECRET,
                "extra": {"sslmode": "require", "fetch_size": 5},
            }
        ),
        json.dumps(
            {
                "conn_type": "jdbc",
                "host": "jdbc:postgresql://db.example:5433/shop?sslmode=require&fetch_size=5",
                "login": "reader",
                "password": SECRET,
            }
        ),
    ],
)
def test_every_form_of_airflows_says_the_same(written: str) -> None:
    read = login(written)
    assert (read.engine.name, read.host, read.port, read.database) == ("PostgreSQL", "db.example", 5433, "shop")
    assert (read.user, read.password) == ("reader", SECRET)
    assert read.options == {"sslmode": "require", "fetch_size": "5"}


def test_what_airflow_keeps_beside_a_jdbc_url_counts_and_the_url_comes_first() -> None:
    read = login(
        json.dumps(
            {
                "conn_type": "jdbc",
                "host": "jdbc:postgresql://db.example?fetch_size=5",
                "schema": "shop",
                "extra": {"sslmode": "verify-full", "fetch_size": 9, "driver_class": "org.postgresql.Driver"},
            }
        )
    )
    assert read.database == "shop"
    assert read.options == {"sslmode": "verify-full", "fetch_size": "5"}


def test_a_socket_is_a_host() -> None:
    assert login("mysql://u:p@%2Frun%2Fmysqld%2Fmysqld.sock/shop").host == "/run/mysqld/mysqld.sock"


def test_the_port_is_the_databases_own_where_none_is_written() -> None:
    assert login("mysql://u:p@db/shop").port == 3306


def test_a_mounted_secret_comes_before_the_environment(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("mysql://u:p@mounted/shop\n")
    env = {"MUSTER_CONNECTIONS": str(tmp_path), "AIRFLOW_CONN_SHOP": "mysql://u:p@environment/shop"}
    assert read_login("shop", env).host == "mounted"


def test_a_cluster_reads_by_a_mounted_secret_alone(tmp_path: Path) -> None:
    set_here = {"AIRFLOW_CONN_SHOP": f"mysql://u:{quote(SECRET, safe='')}@db/shop"}
    for env, what in (
        (set_here, "MUSTER_CONNECTIONS is not set"),
        ({**set_here, "MUSTER_CONNECTIONS": str(tmp_path)}, f"{tmp_path} has no file shop"),
    ):
        with pytest.raises(SettingsError) as stopped:
            check_mounted("shop", env)
        assert stopped.value.exit_code == SETTINGS
        assert f"connection shop: a cluster's workers read its tables and have no login; {what}." in str(stopped.value)
        assert SECRET not in str(stopped.value)
    (tmp_path / "shop").write_text(set_here["AIRFLOW_CONN_SHOP"])
    check_mounted("shop", {"MUSTER_CONNECTIONS": str(tmp_path)})


def test_a_login_is_neither_shown_nor_sent() -> None:
    read = login("mysql://u:hidden@db/shop")
    assert "hidden" not in f"{read} {read!r}"
    with pytest.raises(TypeError):
        pickle.dumps(read)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "found nothing. Set AIRFLOW_CONN_SHOP as Airflow does"),
        (f"just {SECRET}", "found no URI, expected one like postgresql://reader:PASSWORD@db.example:5432/shop"),
        (f"postgres://u:{SECRET}@db/shop", "found no URI"),
        ('{"password": "' + SECRET, "found JSON that cannot be read"),
        ("mongo://u:p@db/shop", "its type is none that rows can come from, expected one of"),
        ("postgres://u:p@db:99999/shop", "found no URI"),
        ("postgres:///shop", "found no URI"),
        ("jdbc:mariadb://db/shop", "found a URL of jdbc:mariadb:, by which readers get the names of columns"),
        ("jdbc:mariadb://db/shop?password=" + SECRET, "Write jdbc:mysql: instead"),
        ("jdbc:h2:mem:x", "found a JDBC URL of none of the known databases"),
        ("jdbc:postgresql://db/shop?user=u&password=" + SECRET, 'the option "user": say who reads as login and password'),
        ("jdbc:mysql://db/shop?autoDeserialize=true", 'the option "autoDeserialize" is not one that MariaDB'),
        ("jdbc:mysql://db/shop?allowLoadLocalInfile=true", 'the option "allowLoadLocalInfile" is not one'),
        ("jdbc:postgresql://db/shop?socketFactory=x.Y", 'the option "socketFactory" is not one'),
        ("postgres://db/shop?sessionInitStatement=DROP+TABLE+x", 'the option "sessionInitStatement" is not one'),
        ("postgres://db/shop?options=-c+x%3Dy", 'the option "options" is not one'),
        ("postgres://db/shop?sslmod=require", '— did you mean "sslmode"?'),
        ("postgres://db/shop?sslmode=maybe", "expected one of disable, allow, prefer, require"),
        ('{"conn_type": "jdbc", "host": "jdbc:mysql://db/shop", "extra": {"autoDeserialize": "true"}}', "autoDeserialize"),
        ('{"conn_type": "postgres", "host": "db", "port": "5²"}', "found no port, expected a whole number below 65536"),
        ("postgres://db/shop?read_timeout=0", "expected a whole number of seconds from 1"),
        ("oracle://db/shop?read_timeout=5", 'the option "read_timeout" is not one that Oracle is read with'),
        ("mysql://db/shop?fetch_size=many", "expected a whole number of rows from 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_at_load_without_a_value(written: str, told: str) -> None:
    assert told in refused(written)


def test_all_connections_are_checked_at_once() -> None:
    with pytest.raises(SettingsError) as stopped:
        check_logins(["shop", "crm", "web"], {"AIRFLOW_CONN_WEB": "mysql://u:p@db/shop", "AIRFLOW_CONN_CRM": "x"})
    assert [problem.file for problem in stopped.value.problems] == [
        "connection crm (AIRFLOW_CONN_CRM)",
        "connection shop (AIRFLOW_CONN_SHOP)",
    ]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("jdbc:sqlserver://db:1433;databaseName=shop", "SQL Server"),
        ("jdbc:oracle:thin:@//db:1521/shop", "Oracle"),
        ("jdbc:redshift://db:5439/shop", "Redshift"),
        ("jdbc:snowflake://db/shop", "Snowflake"),
        ("jdbc:bigquery://db/shop", "BigQuery"),
        ("jdbc:sap://db:30015/shop", "SAP HANA"),
    ],
)
def test_each_other_database_is_a_row_that_its_url_finds(url: str, name: str) -> None:
    read = login(json.dumps({"conn_type": "jdbc", "host": url, "login": "u", "password": "p"}))
    assert (read.engine.name, read.host, read.database) == (name, "db", "shop")
    assert read.engine.begin or read.engine.moment, "how a moment is had is said for each"


def test_the_ones_that_run_in_these_tests_are_marked() -> None:
    assert [engine.name for engine in ENGINES if engine.run_here] == ["PostgreSQL", "MariaDB or MySQL"]


def test_a_driver_is_told_what_its_row_says_beside_the_login() -> None:
    """By the one driver of DB-API 2.0 that is always here: another thread may ask it only where it is told so."""
    of_nobody: dict[str, str] = dict.fromkeys(("host", "port", "user", "password"), "")
    told = {"check_same_thread": False}
    engine = DatabaseEngine(
        "SQLite", ("sqlite",), re.compile("x"), 0, "", "sqlite3", arguments=of_nobody, connect=told, begin=("BEGIN",)
    )
    session = DbApiSession(Login("here", engine, "", 0, ":memory:", "", ""), "connection here")
    with ThreadPoolExecutor(1) as others:
        assert others.submit(session.row, "SELECT 17").result() == (17,)
    session.close()
