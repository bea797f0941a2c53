"""Connecting to a real PostgreSQL: what is not set, not there yet, or wrong, and when a server is needed at all."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from jobs.errors import DONE, PARTLY, SETTINGS, SettingsError
from jobs.intake.databases.logins import read_login
from jobs.intake.databases.moments import open_session
from jobs.intake.databases.server_faults import RelationFault
from jobs.steps import sync
from tests.intake.databases.relational import DatabaseCompany, of_table, texts
from tests.intake.databases.servers import PASSWORD, Postgres
from tests.steps.night import CONTACTS as FILE_CONTACTS

ORDERS = "(order_id bigint, customer_id bigint, ordered_at timestamptz, amount numeric, gift boolean)"


@pytest.fixture
def company(tmp_path: Path, schema: str) -> DatabaseCompany:
    return DatabaseCompany.under(tmp_path, schema)


def test_a_wrong_password_a_wrong_database_and_no_server_are_told_apart(
    postgres: Postgres, company: DatabaseCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, str] = {}
    for what, uri in {
        "password": postgres.uri(password=PASSWORD + "x"),
        "database": postgres.uri().replace("/postgres", "/nowhere"),
        "server": "postgres://reader:x@127.0.0.1:9/shop",
    }.items():
        monkeypatch.setenv("AIRFLOW_CONN_SHOP", uri)
        told[what] = of_table(company, "t", "{}").refused
    assert "the server refuses the user or the password" in told["password"]
    assert "the server has no such database" in told["database"]
    assert "the server does not answer" in told["server"]
    assert PASSWORD not in str(told)


def test_a_connection_that_nobody_has_set_fails_its_sources_by_name_until_it_is_there(
    postgres: Postgres, schema: str, company: DatabaseCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All else is published; the same night is run again once the connection is there, and then needs no server any more."""
    postgres.run(
        f"CREATE TABLE {schema}.orders {ORDERS}", f"INSERT INTO {schema}.orders VALUES (7, 1, '2026-01-01', 1)"
    )
    company.texts = {**texts(schema), "contacts": FILE_CONTACTS}
    company.deliver("contacts/2026-11-23.csv", "contact_id,country,born_on", "1,AT,", "2,AT,")
    company.spec("buyers", {"event": "order"})
    company.spec("austrians", {"attribute": "country", "is": "AT"})
    monkeypatch.delenv("AIRFLOW_CONN_SHOP")
    without = company.whole_night("2026-11-24T00:00")
    why = (
        f"{schema}.orders of shop: connection shop (AIRFLOW_CONN_SHOP): found nothing. "
        "Set AIRFLOW_CONN_SHOP as Airflow does, like postgresql://reader:PASSWORD@db.example:5432/shop"
    )
    told = company.told(without)
    assert (without.exit_code, told["austrians"]) == (PARTLY, 2)
    assert str(told["buyers"]) == f"source order failed: delivery 2026-11-24T00:00 was refused: {why}"
    with pytest.raises(SettingsError, match="These connections cannot be used") as stopped:
        sync.run(company.settings, "2026-11-24T00:00")
    assert stopped.value.exit_code == SETTINGS
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", postgres.uri())
    there = company.whole_night("2026-11-24T00:00")
    assert (there.exit_code, company.told(there)) == (DONE, {"austrians": 2, "buyers": 1})
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", "postgres://reader:x@127.0.0.1:9/shop")
    assert company.whole_night("2026-11-24T00:00").details["run_no"] == there.details["run_no"]
    assert company.ingest("2026-11-24T00:00").refused == ()


def test_a_server_that_is_starting_up_is_waited_for_and_a_wrong_password_is_said_once(tmp_path: Path) -> None:
    with Postgres.started(tmp_path) as own:
        server = own.server
        server._stop()
        starting = threading.Timer(0.8, server.ensure_postgres_running)
        starting.start()
        login = read_login("shop", {"AIRFLOW_CONN_SHOP": own.uri()})
        open_session(login, "connection shop").close()
        starting.join()
        wrong = read_login("shop", {"AIRFLOW_CONN_SHOP": own.uri(password=PASSWORD + "x")})
        with pytest.raises(RelationFault, match="refuses the user or the password"):
            open_session(wrong, "connection shop")
        assert server.log.read_text().count("password authentication failed for user") == 1
