"""`sql`: one statement for a segment, and what is said where there is none."""

from __future__ import annotations

import duckdb

from tests.cli.shop import AS_OF, GERMANS, Shop, run

BUYERS = {"all": [GERMANS, {"not": {"event": "order", "within": "90d", "count": {"at_least": 2}}}]}
STATEMENT = """\
-- Buyers
-- As of 2026-11-23 23:00:00+00:00; the days are those of Europe/Vienna.
-- Reads contacts (contact_id, country); order (contact_id, ordered_at).
WITH "order_count" AS (
  /* fewer than 2 orders in the last 90 days */
  SELECT
    "order"."contact_id",
    COUNT(*) AS "value"
  FROM "order"
  WHERE
    "order"."ordered_at" >= CAST('2026-08-25 22:00:00+00:00' AS TIMESTAMPTZ)
    AND "order"."ordered_at" < CAST('2026-11-23 23:00:00+00:00' AS TIMESTAMPTZ)
  GROUP BY
    "order"."contact_id"
), "buyers" AS (
  /* Buyers */
  SELECT
    "contacts"."contact_id"
  FROM "contacts"
  LEFT JOIN "order_count"
    ON "order_count"."contact_id" = "contacts"."contact_id"
  WHERE
    /* country is DE */
    "contacts"."country" = 'DE'
    AND /* fewer than 2 orders in the last 90 days */
    COALESCE("order_count"."value", 0) < 2
)
SELECT
  "buyers"."contact_id"
FROM "buyers"
ORDER BY
  "buyers"."contact_id"
"""


def sql(*words: str) -> str:
    ended = run("sql", *words, "--as-of", AS_OF)
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def test_a_segment_is_one_statement_with_its_english(shop: Shop) -> None:
    path = shop.spec("buyers", BUYERS)
    assert sql(path) == STATEMENT
    assert sql("buyers") == STATEMENT


def test_the_statement_finds_members_in_tables_of_the_rows(shop: Shop) -> None:
    shop.spec("germans")
    shop.spec("first", {"segment": "germans"}, keep={"count": 1, "by": "smart.revenue"})
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE contacts AS FROM (VALUES ('ada', 'DE'), ('bea', 'DE'), ('cat', 'US')) t(contact_id, country)"
        )
        connection.execute('CREATE TABLE "order" (contact_id VARCHAR, ordered_at TIMESTAMPTZ, amount DECIMAL(12, 2))')
        connection.execute("INSERT INTO \"order\" VALUES ('bea', '2026-11-01 10:00:00+00', 9.99)")
        assert connection.execute(sql("first")).fetchall() == [("bea",)]
        assert connection.execute(sql("germans")).fetchall() == [("ada",), ("bea",)]


def test_spark_has_its_own_words(shop: Shop) -> None:
    statement = sql(shop.spec("buyers", BUYERS), "--dialect", "spark")
    assert "CAST('2026-08-25 22:00:00+00:00' AS TIMESTAMP)" in statement
    assert "`contacts`.`country` = 'DE'" in statement
    assert "not executed" not in statement


def test_another_dialect_says_that_it_is_only_translated(shop: Shop) -> None:
    statement = sql(shop.spec("germans"), "--dialect", "snowflake")
    assert "-- Translated to snowflake by sqlglot, and not executed here.\n" in statement


def test_the_zone_decides_when_a_day_begins(shop: Shop) -> None:
    path = shop.spec("buyers", BUYERS)
    assert "'2026-08-26 04:00:00+00:00'" in sql(path, "--time-zone", "America/New_York")


def test_an_unknown_dialect_is_refused_with_the_nearest(shop: Shop) -> None:
    ended = run("sql", shop.spec("germans"), "--as-of", AS_OF, "--dialect", "duckbd")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith('--dialect: found "duckbd", expected duckdb, spark or another of bigquery, ')
    assert ended.err.endswith(' — did you mean "duckdb"?\n')


def test_a_broken_spec_and_one_that_is_not_there_end_with_10(shop: Shop) -> None:
    broken = run("sql", shop.spec("late", {"attribute": "contry", "is": "DE"}), "--as-of", AS_OF)
    assert (broken.code, broken.out) == (10, "")
    assert 'found "contry", expected an attribute of the catalog' in broken.err
    nowhere = run("sql", "germens", "--as-of", AS_OF)
    assert (nowhere.code, nowhere.out) == (10, "")


def test_as_of_has_to_be_said(shop: Shop) -> None:
    ended = run("sql", shop.spec("germans"))
    assert (ended.code, ended.out) == (2, "")
