"""The nearest right word: slips of the fingers, other capitals, names without their source, short lists."""

from __future__ import annotations

import pytest

from jobs.syntax.spelling import did_you_mean, is_id, nearest

OPERATORS = [
    "is", "is_not", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with", "less_than",
    "at_most", "more_than", "at_least", "between",
    "within_last", "within_next", "more_than_ago", "more_than_ahead", "days_ago", "years_ago", "in_calendar",
]  # fmt: skip
COLUMNS = [
    "country",
    "language",
    "loyalty.tier",
    "smart_insight.orders",
    "smart_insight.orders_90d",
    "home_city.country",
]


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("wihtin_last", OPERATORS, "within_last"),
        ("within", OPERATORS, "within_last"),
        ("more", OPERATORS, "more_than"),
        ("withinLast", OPERATORS, "within_last"),
        ("within-last", OPERATORS, "within_last"),
        ("IS_NOT", OPERATORS, "is_not"),
        ("isnt", OPERATORS, "is_not"),
        ("atleast", OPERATORS, "at_least"),
        ("startswith", OPERATORS, "starts_with"),
        ("betwen", OPERATORS, "between"),
        ("isn", OPERATORS, "in"),
        ("si", OPERATORS, "is"),
        ("tier", COLUMNS, "loyalty.tier"),
        ("Country", COLUMNS, "country"),
        ("contry", COLUMNS, "country"),
        ("orders", COLUMNS, "smart_insight.orders"),
        ("smart_insight.order", COLUMNS, "smart_insight.orders"),
        ("smartinsight.orders", COLUMNS, "smart_insight.orders"),
        ("xyzzy", OPERATORS, None),
        ("", OPERATORS, None),
        ("q", ["a", "b"], None),
        ("x" * 100_000, OPERATORS, None),
        ("word", [], None),
    ],
)
def test_the_nearest_word_is_found(word: str, known: list[str], expected: str | None) -> None:
    assert nearest(word, known) == expected


def test_the_nearest_word_does_not_hang_on_the_order_of_the_known_ones() -> None:
    assert nearest("colour", ["colours", "colouri"]) == nearest("colour", ["colouri", "colours"]) == "colouri"


@pytest.mark.parametrize(
    ("word", "known", "end"),
    [
        ("wihtin_last", OPERATORS, ' — did you mean "within_last"?'),
        ("xyzzy", OPERATORS, ""),
        ("xyzzy", ["web", "app", "store"], ' — known here: "app", "store", "web"'),
        ("xyzzy", [], ""),
        ("ab\u202ec", ["ab\u202ed"], ' — did you mean "ab\\u202ed"?'),
    ],
)
def test_a_message_ends_with_the_nearest_word_or_a_short_list(word: str, known: list[str], end: str) -> None:
    assert did_you_mean(word, known) == end


def test_ten_thousand_known_words_are_no_burden() -> None:
    known = [f"value_{number:05}" for number in range(10_000)]
    assert nearest("value_0999", known) == "value_00999"


@pytest.mark.parametrize("text", ["a", "lapsed_vip_de", "a1", "a_", "a" * 63])
def test_ids_are_small_letters_digits_and_underscores(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize(
    "text", ["", "A", "1a", "_a", "a-b", "a.b", "a b", "a\n", "ä", "a" * 64, "../x", "a/b", "ａ", "a\u202e", "aſ"]
)
def test_other_texts_are_no_ids(text: str) -> None:
    assert not is_id(text)
