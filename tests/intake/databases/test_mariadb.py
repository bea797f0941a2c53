"""Tables of a real MariaDB as sources: what differs from PostgreSQL, above all one connection for one moment."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from jobs.errors import DataError
from jobs.intake.databases.logins import read_login
from jobs.intake.databases.moments import open_session
from jobs.intake.databases.sessions import SENTINELS, check_answer, check_sentinels
from tests.intake.databases.relational import DatabaseCompany, ingest_meanwhile, of_one_table, of_table, read
from tests.intake.databases.servers import PASSWORD, MariaDb


@pytest.fixture
def company(mariadb: MariaDb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[DatabaseCompany]:
    """Its database is empty, and what is made in it may be read."""
    mariadb.run("DROP DATABASE shop", "CREATE DATABASE shop CHARACTER SET utf8mb4")
    mariadb.run("GRANT SELECT ON shop.* TO reader@localhost")
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", mariadb.uri())
    yield DatabaseCompany.under(tmp_path)
    mariadb.run("GRANT SELECT ON shop.* TO reader@localhost", "REVOKE ALL ON shop.* FROM reader@localhost")


def test_values_of_every_type_arrive_exactly(mariadb: MariaDb, company: DatabaseCompany) -> None:
    mariadb.run(
        "CREATE TABLE t (id bigint unsigned, price decimal(12,4), ratio double, small float, ok boolean, bits bit(1), "
        "many tinyint(1), born date, local datetime(6), seen timestamp(6) NULL, mood enum('fine','sad'), note text, "
        "stamp datetime, `odd ``name` int)",
        "SET time_zone = '+02:00'",
        "INSERT INTO t VALUES (18446744073709551615, 12.34, 0.1, 16777217, true, b'1', 7, '0001-01-01', "
        "'2026-03-29 02:30:00.000001', '2026-07-01 12:00:00.5', 'fine', 'a \"b\",\\nc;\\\\N ü €', '2026-11-24', 5)",
        "INSERT INTO t (id, note, ok) VALUES (2, '', false)",
        database="shop",
    )
    columns = (
        '{price: {type: "decimal(12,2)"}, ratio: {type: "decimal(3,1)"}, small: {type: float}, ok: {type: boolean}, '
        "many: {type: integer}, born: {type: date}, local: {type: timestamp}, seen: {type: timestamp}, "
        "mood: {type: choice, values: [fine, sad]}, note: {type: text}, stamp: {type: date}, "
        'odd: {type: integer, column: "odd `name"}}'
    )
    thing = of_table(company, "t", columns)
    expected = {
        "contact_id": "18446744073709551615",
        "price": Decimal("12.34"),
        "ratio": Decimal("0.1"),
        "small": 16777216.0,  # what 32 bits keep of 16777217; the six digits that MariaDB shows would be 16777200
        "ok": True,
        "many": 7,
        "born": date(1, 1, 1),
        "local": datetime(2026, 3, 29, 1, 30, 0, 1, UTC),
        "seen": datetime(2026, 7, 1, 10, 0, 0, 500_000, UTC),
        "mood": "fine",
        "note": 'a "b",\nc;\\N ü €',
        "stamp": date(2026, 11, 24),
        "odd": 5,
    }
    assert {name: thing.column(name)[0] for name in expected} == expected
    assert [thing.column(name)[1] for name in expected] == ["2", None, None, None, False, *[None] * 8]


@pytest.mark.parametrize(
    ("kind", "value", "wanted", "problem"),
    [
        ("date", "'0000-00-00'", "date", "v: not a date as YYYY-MM-DD"),
        ("datetime", "'0000-00-00 00:00:00'", "timestamp", "v: outside the years 0001 to 9999 of UTC"),
        ("datetime", "'2026-11-24 00:00:01'", "date", "v: not a date as YYYY-MM-DD"),
        ("tinyint(1)", "2", "boolean", "v: not true or false"),
        ("blob", "x'ff'", "text", "v: not a text"),
        ("varchar(9)", "'17x'", "integer", "v: not a whole number of 64 bits"),
        ("bigint unsigned", "18446744073709551615", "integer", "v: not a whole number of 64 bits"),
        ("decimal(20,6)", "1.239", '"decimal(12,2)"', "v: not a decimal(12,2)"),
    ],
)
def test_what_is_no_value_of_the_columns_type_is_counted_and_not_dropped(
    mariadb: MariaDb, company: DatabaseCompany, kind: str, value: str, wanted: str, problem: str
) -> None:
    mariadb.run(
        "SET sql_mode = ''", f"CREATE TABLE t (id int, v {kind})", f"INSERT INTO t VALUES (1, {value})", database="shop"
    )
    assert of_table(company, "t", f"{{v: {{type: {wanted}}}}}").problems == {problem}


def test_all_tables_of_a_connection_are_read_at_one_moment_whatever_is_written_meanwhile(
    mariadb: MariaDb, company: DatabaseCompany
) -> None:
    mariadb.run(
        "CREATE TABLE customers (id bigint, country text, born_on date) ENGINE=InnoDB",
        "CREATE TABLE orders (order_id int, customer_id int, ordered_at timestamp, amount decimal(9,2), gift boolean)",
        "INSERT INTO customers VALUES (0, 'AT', NULL)",
        "INSERT INTO orders VALUES (0, 0, '2026-01-01', 1, NULL)",
        database="shop",
    )

    def writes() -> Generator[int, None, None]:
        with mariadb.connect("shop") as connection, connection.cursor() as cursor:
            for number in count(1):
                cursor.execute("START TRANSACTION")
                cursor.execute(f"INSERT INTO orders VALUES ({number}, {number}, '2026-01-02', 1, NULL)")
                cursor.execute(f"INSERT INTO customers VALUES ({number}, 'DE', NULL)")
                cursor.execute("COMMIT")
                yield number

    report = ingest_meanwhile(company, writes())
    assert {entry.source: entry.reason for entry in report.accepted} == {
        "contacts": None,
        "order": "orders of shop: MariaDB or MySQL cannot share one moment among connections, "
        "so its 3 ranges are read by one",
    }


def test_what_is_wrong_is_told_by_name(
    mariadb: MariaDb, company: DatabaseCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    mariadb.run("CREATE TABLE customers (id int, colours text)", "CREATE TABLE nobody (id int)", database="shop")
    mariadb.run("INSERT INTO customers VALUES (1, 'x')", database="shop")
    assert (
        'found no such table or view (code 1146) — did you mean "customers"?'
        in of_table(company, "custmers", "{}").refused
    )
    assert "the table has no row" in of_table(company, "nobody", "{}").refused
    renamed = of_table(company, "customers", "{colour: {type: text}}").refused
    assert 'the column "colour" is missing, found "colours" (was it renamed?)' in renamed
    told: dict[str, str] = {}
    for what, uri in {
        "password": mariadb.uri(password=PASSWORD + "x"),
        "rights": mariadb.uri().replace("/shop", "/mysql"),
        "server": mariadb.uri().replace("muster", "nobody"),
    }.items():
        monkeypatch.setenv("AIRFLOW_CONN_SHOP", uri)
        told[what] = of_table(company, "user", "{}").refused
    assert "the server refuses the user or the password (code 1045)" in told["password"]
    assert "the account may not read it" in told["rights"]
    assert "the server does not answer" in told["server"]
    assert PASSWORD not in str(told)


def test_an_account_that_may_write_is_warned_of(
    mariadb: MariaDb, company: DatabaseCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    mariadb.run("CREATE TABLE t AS SELECT 1 AS id", database="shop")
    assert of_table(company, "t", "{}").remarks == ()
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", mariadb.uri("writer"))
    assert "the account that reads it may also write" in of_table(company, "t", "{}").remarks[0]


def test_a_table_that_knows_no_transactions_is_told_of(mariadb: MariaDb, company: DatabaseCompany) -> None:
    mariadb.run(
        "CREATE TABLE old (id int) ENGINE=MyISAM", "CREATE TABLE aria (id int) ENGINE=Aria", "CREATE TABLE new (id int)",
        "INSERT INTO old VALUES (1)", "INSERT INTO aria VALUES (1)", "INSERT INTO new VALUES (1)", database="shop",
    )  # fmt: skip
    assert of_table(company, "new", "{}").remarks == ()
    for table, engine in {"old": "MyISAM", "shop.old": "MyISAM", "aria": "Aria"}.items():
        (remark,) = of_table(company, table, "{}").remarks
        assert remark == (
            f"{engine} keeps it, which knows no transactions: its rows may be newer than those of the connection's other "
            "tables; ALTER TABLE … ENGINE=InnoDB makes them of one moment"
        )


def test_a_database_that_dies_in_mid_read_and_one_that_takes_too_long_are_told(
    mariadb: MariaDb, company: DatabaseCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    mariadb.run(
        "CREATE TABLE t AS SELECT seq AS id, repeat('x', 1000) AS pad FROM seq_1_to_50000",
        "CREATE VIEW slow AS SELECT id, sleep(5) AS nap FROM t LIMIT 1",
        database="shop",
    )

    def kill() -> None:
        with mariadb.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT id FROM information_schema.processlist WHERE user = 'reader'")
            for (number,) in cursor.fetchall():
                cursor.execute(f"KILL CONNECTION {number}")

    company.texts = of_one_table("t", "{pad: {type: text}}")
    assert "the connection broke off while it was read, so nothing of it counts" in read(company, "thing", kill).refused
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", mariadb.uri(options="?read_timeout=1"))
    slow = of_table(company, "slow", "{nap: {type: integer}}").refused
    assert "the server took longer than the connection's read_timeout (code 2013)" in slow


def test_a_server_that_answers_names_as_values_is_not_believed(mariadb: MariaDb, company: DatabaseCompany) -> None:
    """What a reader gets that quotes as another database does: MariaDB takes "id" for the text id, row after row."""
    mariadb.run("CREATE TABLE t AS SELECT 1 AS id", database="shop")
    login = read_login("shop")
    honest = open_session(login, "connection shop")
    check_sentinels(honest, "connection shop")
    assert honest.row('SELECT "id" FROM t') == ("id",)
    honest.close()
    misled = open_session(replace(login, engine=replace(login.engine, quotes='""')), "connection shop")
    try:
        with pytest.raises(DataError) as refused:
            check_sentinels(misled, "connection shop")
    finally:
        misled.close()
    assert str(refused.value).startswith(
        "connection shop: the server answers the names of columns as their values. Nothing that it says can be believed"
    )


@pytest.mark.parametrize(
    ("name", "answer"),
    [("one_whole", 17.5), ("one_exact", 1234567890123456.78), ("one_text", "Gr??e 1.5 ?"), ("one_missing", "")],
)
def test_a_server_that_answers_other_values_is_not_believed(name: str, answer: object) -> None:
    check_answer(dict(SENTINELS), "shop")
    with pytest.raises(DataError) as refused:
        check_answer({**SENTINELS, name: answer}, "shop")
    assert f"asked for known values the server answers others ({name})" in str(refused.value)


def test_a_flag_in_a_key_is_one_flag_for_rows_and_for_what_is_gone(mariadb: MariaDb, company: DatabaseCompany) -> None:
    mariadb.run(
        "CREATE TABLE customers AS SELECT 1 AS id, 'AT' AS country, CAST(NULL AS date) AS born_on",
        "CREATE TABLE tickets (ticket_id int, paid tinyint(1), contact_id int, touched timestamp NULL)",
        "INSERT INTO tickets VALUES (7, true, 1, '2026-11-01'), (7, false, 1, '2026-11-01')",
        database="shop",
    )
    company.texts = {
        "contacts": company.texts["contacts"],
        "ticket": "version: 1\nsource: ticket\nkind: related\nkey: [ticket_id, paid]\n"
        "read: {jdbc: {connection: shop, table: tickets, changed_at: touched}}\n"
        "columns: {ticket_id: {type: text}, paid: {type: boolean}, touched: {type: timestamp}}\n",
    }
    assert company.ingest("2026-11-20T00:00").failed_sources == {}
    mariadb.run("DELETE FROM tickets WHERE paid", database="shop")
    assert company.ingest("2026-11-21T00:00").failed_sources == {}
    rows = company.stored("ticket", "delivery_no", "paid", "deleted")
    assert [paid for _, paid, deleted in rows if deleted] == [True]
