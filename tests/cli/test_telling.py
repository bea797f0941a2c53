"""The verbs that tell: `explain`, `words`, `catalog`."""

from __future__ import annotations

from tests.cli.shop import CATALOG, GERMANS, Shop, run

PAYERS = {"all": [GERMANS, {"event": "order", "within": "90d", "sum": {"of": "amount", "at_least": 200}}]}


def test_explain_says_a_file_back_in_english(shop: Shop) -> None:
    path = shop.spec("payers", PAYERS, owner="crm", expect={"at_least": 10})
    ended = run("explain", path)
    assert (ended.code, ended.err) == (0, "")
    head, _, rest = ended.out.partition("\n\nThe result")
    assert head == (
        "Payers (payers)\n\n"
        "All contacts for whom all of these hold:\n"
        "- country is DE\n"
        "- the sum of amount over orders in the last 90 days is at least 200 EUR"
    )
    assert rest.startswith(" is held back if it has fewer than 10 members.\n")
    assert "Depends on:\n- sources: contacts, order\n- columns: country, order.amount\n" in rest


def test_explain_finds_a_spec_of_the_settings_by_its_id(shop: Shop) -> None:
    path = shop.spec("payers", PAYERS)
    assert run("explain", "payers").out == run("explain", path).out


def test_explain_in_json_says_what_the_segment_depends_on(shop: Shop) -> None:
    shop.spec("payers", PAYERS)
    shop.spec("readers", {"all": [{"segment": "payers"}, {"list": "news", "date": "2026-11-24"}]})
    told = run("explain", "readers", "--json").document
    assert (told["id"], told["segments"], told["lists"]) == (
        "readers",
        ["payers"],
        [{"name": "news", "date": "2026-11-24"}],
    )
    assert told["text"] == run("explain", "readers").out


def test_explain_of_an_unknown_id_tells_the_nearest(shop: Shop) -> None:
    shop.spec("payers", PAYERS)
    ended = run("explain", "payer")
    assert (ended.code, ended.out) == (10, "")
    assert ended.err == 'payer: there is no such spec — did you mean "payers"?\n'


def test_explain_of_a_broken_spec_tells_its_own_problems_only(shop: Shop) -> None:
    shop.spec("broken", {"attribute": "contry", "is": "DE"})
    shop.spec("also", {"event": "ordr"})
    ended = run("explain", "broken")
    assert (ended.code, ended.out) == (10, "")
    assert ended.err == (
        f"broken cannot be used:\n  {shop.folder}/specs/crm/broken.json#/where/attribute: "
        'found "contry", expected an attribute of the catalog — did you mean "country"?\n'
    )


def test_a_word_is_told_with_meaning_and_example(shop: Shop) -> None:
    ended = run("words", "within_last")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "within_last (operator of date)\n"
        "  as_of's day and so many days (weeks, months, years) before it: 30d are 31 days.\n"
        '  {"attribute": "born", "within_last": "30d"}\n'
        "within_last (operator of timestamp)\n"
        "  So many whole days before as_of's day, and what has passed of that; with h, elapsed hours.\n"
        '  {"attribute": "seen_at", "within_last": "30d"}\n'
    )


def test_a_misspelt_word_is_told_the_nearest(shop: Shop) -> None:
    ended = run("words", "wihtin_last")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == 'found "wihtin_last", expected a word of the language — did you mean "within_last"?\n'


def test_all_words_are_a_table_and_as_json_have_examples(shop: Shop) -> None:
    told = run("words", "--json").document
    assert {tuple(word) for word in told} == {("word", "sort", "meaning", "example", "types")}
    table = run("words").out
    for word in told:
        assert f"│ {word['word']} " in table
    assert {"all", "within_last", "sum", "sequence", "keep"} <= {word["word"] for word in told}


def test_words_need_no_settings_and_no_catalog(shop: Shop) -> None:
    (shop.folder / "conf/settings.yaml").unlink()
    assert run("words", "is_empty").code == 0


def test_the_catalog_lists_its_sources(shop: Shop) -> None:
    assert run("catalog", "--json").document == [
        {"source": name, "kind": kind, "columns": columns, "meaning": meaning, "rows": None, "first_day": None,
         "last_day": None, "delivery": None, "age_hours": None, "failure": "", "segments": []}
        for name, kind, columns, meaning in (
            ("contacts", "contacts", 3, "One row for each customer"),
            ("order", "events", 2, ""),
            ("smart", "computed", 1, ""),
        )
    ]  # fmt: skip
    assert "│ contacts │ contacts │       3 │          │ One row for each customer │" in run("catalog").out


def test_a_source_lists_its_columns_with_type_unit_values_and_the_segments_that_use_them(shop: Shop) -> None:
    shop.spec("payers", PAYERS)
    assert run("catalog", "order", "--json").document == [
        {"column": column, "type": type_, "unit": unit, "values": values, "filled": None, "words": {}, "segments": segments,
         "meaning": meaning}
        for column, type_, unit, values, meaning, segments in (
            ("ordered_at", "timestamp", "", [], "", ["payers"]),
            ("amount", "decimal(12,2)", "EUR", [], "What was paid", ["payers"]),
            ("channel", "choice", "", ["web", "store"], "", []),
        )
    ]  # fmt: skip
    table = run("catalog", "order").out
    assert "web, store" in table
    assert "What was paid" in table


def test_a_source_lists_the_columns_of_its_lookups_as_specs_name_them(shop: Shop) -> None:
    shop.write(
        "catalog/product.yaml",
        "version: 1\nsource: product\nkind: lookup\nkey: product_id\n"
        "columns:\n  department: {type: text, meaning: Where it stands}\n",
    )
    shop.write(
        "catalog/order.yaml",
        CATALOG["order"] + "  product_id: {type: text}\nlookups: {product: {source: product, on: product_id}}\n",
    )
    assert run("catalog", "order", "--json").document[-1] == {
        "column": "product.department", "type": "text", "unit": "", "values": [], "filled": None, "words": {},
        "segments": [], "meaning": "Where it stands",
    }  # fmt: skip


def test_an_unknown_source_is_told_the_nearest(shop: Shop) -> None:
    ended = run("catalog", "ordr")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == 'ordr: there is no such source — did you mean "order"?\n'


def test_a_broken_catalog_ends_each_of_them_with_11(shop: Shop) -> None:
    shop.spec("payers", PAYERS)
    shop.write("catalog/order.yaml", "version: 1\nsource: order\nkind: evnts\ncolumns: {}\n")
    for words in (("catalog",), ("explain", "payers"), ("test",)):
        ended = run(*words)
        assert (ended.code, ended.out) == (11, "")
        assert 'order.yaml#/kind: found "evnts", expected' in ended.err
        assert 'did you mean "events"?' in ended.err
