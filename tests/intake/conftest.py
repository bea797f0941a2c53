"""Real database servers for the tests of relational sources, one of each for a whole test run, on sockets of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.intake.servers import MariaDb, Postgres, mariadb_here


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with Postgres.started(tmp_path_factory.mktemp("pg")) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    mariadb_here()
    with MariaDb.started(tmp_path_factory.mktemp("my")) as server:
        yield server
