"""Real database servers for the tests of relational sources, one of each for a whole test run, on sockets of their own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.intake.databases.servers import MariaDb, Postgres, mariadb_here


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Not under pytest's own folder: another run takes away from all others the right to look into it, the server included.
    with TemporaryDirectory(prefix="muster-pg-") as folder, Postgres.started(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    mariadb_here()
    with MariaDb.started(tmp_path_factory.mktemp("my")) as server:
        yield server


@pytest.fixture
def schema(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A schema of this test's own, whose tables the reader may read, as connection `shop`."""
    name = f"s{uuid.uuid4().hex[:8]}"
    postgres.run(
        f"CREATE SCHEMA {name}",
        f"GRANT USAGE ON SCHEMA {name} TO reader",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {name} GRANT SELECT ON TABLES TO reader",
    )
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", postgres.uri())
    yield name
    postgres.run(f"DROP SCHEMA {name} CASCADE")
