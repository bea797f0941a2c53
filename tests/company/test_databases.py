"""The embedded server that a night on the sample company starts: what it serves, and that nothing is left of it.

One server for the file; what is killed here is started by the test that kills it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

import psutil
import pytest

from jobs.catalog.values.layout import PROBLEMS
from jobs.settings import CHECKOUT
from tests.company.databases import served
from tests.company.relational_tables import DatabaseTable, database_tables
from tests.company.shop import open_shop
from tests.intake.databases.relational import DatabaseCompany, Read, read
from tests.intake.databases.servers import MariaDb, mariadb_here

CATALOG = CHECKOUT / "conf" / "catalog"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    # Not under pytest's own folder, which the server's own account may not enter.
    with TemporaryDirectory(prefix="muster-served-") as place:
        yield Path(place)


@pytest.fixture(scope="module")
def tables() -> dict[str, DatabaseTable]:
    return {table.source: table for table in database_tables(open_shop())}


@pytest.fixture
def company(tmp_path: Path) -> DatabaseCompany:
    """With the shipped catalog."""
    company = DatabaseCompany.under(tmp_path)
    company.texts = {path.stem: path.read_text(encoding="utf-8") for path in CATALOG.glob("*.yaml")}
    return company


def values(source: str, company: DatabaseCompany, answer: Read) -> list[tuple[Any, ...]]:
    """The rows as the lake would have them, in the order of their keys."""
    assert answer.rows is not None, answer.refused
    assert answer.problems == set()
    rows = answer.rows.drop_columns([PROBLEMS])
    key = company.night("1998-07-01T00:00").catalog.sources[source].key[0]
    return [tuple(row.values()) for row in rows.sort_by(key).to_pylist()]


def test_every_table_is_read_whole_and_the_account_may_only_read(
    folder: Path, tables: dict[str, DatabaseTable], company: DatabaseCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(folder) as connections:
        for name, uri in connections.items():
            monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", uri)
        for source, table in tables.items():
            answer = read(company, source)
            assert answer.remarks == ()
            assert len(values(source, company, answer)) == len(table.rows)
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_calls_are_the_same_rows_from_a_real_mariadb(
    folder: Path,
    tables: dict[str, DatabaseTable],
    company: DatabaseCompany,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with served(folder) as connections:
        monkeypatch.setenv("AIRFLOW_CONN_CALLCENTRE", connections["callcentre"])
        embedded = values("call", company, read(company, "call"))
    mariadb_here()
    calls = tables["call"]
    columns = ", ".join(
        f"{name} {kind.replace('timestamptz', 'timestamp NULL')}" for name, kind in calls.columns.items()
    )
    with MariaDb.started(tmp_path / "mariadb") as server:
        server.run("GRANT SELECT ON shop.* TO reader@localhost")
        with server.connect("shop") as connection, connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00'")
            cursor.execute(f"CREATE TABLE calls ({columns}, PRIMARY KEY (call_id))")
            places = ", ".join(["%s"] * len(calls.columns))
            cursor.executemany(f"INSERT INTO calls VALUES ({places})", calls.rows)
        monkeypatch.setenv("AIRFLOW_CONN_CALLCENTRE", server.uri())
        answer = read(company, "call")
        assert answer.remarks == ()
        assert values("call", company, answer) == embedded
    assert len(embedded) == len(calls.rows)


def started(folder: Path) -> tuple[subprocess.Popen[str], list[str]]:
    """The server as a script of conf/setup starts it, and what it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.company.databases", str(folder)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    return process, [process.stdout.readline() for _ in range(2)]


def ended(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.close()
    assert process.wait(30) == 0
    assert process.stdout
    process.stdout.close()


def runs(pid: int) -> bool:
    """Not where it has ended and nobody has taken note yet."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split("\n")[0])


def test_a_night_that_was_killed_leaves_a_server_that_the_next_one_takes_up_and_stops(folder: Path) -> None:
    process, printed = started(folder)
    assert [line.split()[0] for line in printed] == ["shop", "callcentre"]
    process.send_signal(signal.SIGINT)  # Ctrl-C reaches it, too: it goes on until its input ends
    before = postmaster(folder)
    process.kill()
    process.communicate()
    assert runs(before)
    again, printed_again = started(folder)
    assert printed_again == printed
    assert postmaster(folder) == before
    ended(again)
    assert not runs(before)


def test_a_server_that_was_killed_is_started_again_with_what_it_held(folder: Path) -> None:
    process, printed = started(folder)
    made = sorted(path.name for path in (folder / "postgres" / "base").iterdir())
    before = postmaster(folder)
    os.kill(before, signal.SIGKILL)
    while runs(before):
        time.sleep(0.05)
    process.kill()
    process.communicate()
    again, printed_again = started(folder)
    assert printed_again == printed
    assert sorted(path.name for path in (folder / "postgres" / "base").iterdir()) == made, "filled once"
    ended(again)


def test_the_socket_of_a_checkout_far_down_lies_elsewhere_and_is_its_owners_alone(folder: Path) -> None:
    process, printed = started(folder / ("far" * 40))
    socket = Path(unquote(printed[0].partition("@")[2].partition("/")[0])) / ".s.PGSQL.5432"
    assert (len(str(socket)) < 107, socket.is_socket()) == (True, True)
    assert socket.stat().st_mode & 0o077 == 0
    ended(process)


@pytest.mark.parametrize("given", [{"AIRFLOW_CONN_SHOP": "a", "AIRFLOW_CONN_CALLCENTRE": "b"}, {"deliveries": "own"}])
def test_scripts_start_none_where_connections_are_set_or_data_is_somebodys_own(given: dict[str, str]) -> None:
    words = "; ".join(
        [
            f"source {CHECKOUT}/conf/setup/environment.sh",
            f"deliveries={given.get('deliveries', 'samples')}",
            "serve_databases",
            'echo "${databases_process:-none} ${AIRFLOW_CONN_SHOP:-unset} ${AIRFLOW_CONN_CALLCENTRE:-unset}"',
        ]
    )
    env = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW_CONN_")}
    env |= {key: value for key, value in given.items() if key != "deliveries"}
    ended = subprocess.run(
        [shutil.which("bash") or "bash", "-euc", words], env=env, capture_output=True, text=True, check=True
    )
    expected = f"none {given.get('AIRFLOW_CONN_SHOP', 'unset')} {given.get('AIRFLOW_CONN_CALLCENTRE', 'unset')}"
    assert ended.stdout.strip() == expected
