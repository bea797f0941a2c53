"""Text: every operator, upper and lower case, folding, and characters that mean something elsewhere."""

from __future__ import annotations

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice

TEXT = Table(
    "text",
    {
        "contacts": contacts(
            city="text", nick={"type": "text", "fold": True}, note={"type": "text", "column": "raw note"}
        )
    },
    {
        "contacts": """
contact_id,city,nick,raw note
t1,Wien,Straße,x
t2,wien,STRASSE,
t3,,,""
t4,Wiener Neustadt,Ströbl,a\\b
t5,50%_*,\u00e9,\u00e9
t6, Wien,e\u0301,e\u0301
t7,Graz,strasse,"two
lines"
t8,GRAZ,graz,"say ""no"" twice"
"""
    },
    [
        Case("text_is", {"attribute": "city", "is": "Wien"}, "t1", "t2 is lower case, t6 begins with a blank"),
        Case("text_is_lower", {"attribute": "city", "is": "wien"}, "t2"),
        Case("text_is_not", {"attribute": "city", "is_not": "Wien"}, "t2 t4 t5 t6 t7 t8", "t3 has no city: unknown"),
        Case("text_not_is", {"not": {"attribute": "city", "is": "Wien"}}, "t2 t4 t5 t6 t7 t8", "not unknown: unknown"),
        Case("text_in", {"attribute": "city", "in": ["Wien", "Graz", "Wien"]}, "t1 t7", "twice in the list is once"),
        Case("text_not_in", {"attribute": "city", "not_in": ["Wien", "Graz"]}, "t2 t4 t5 t6 t8"),
        Case("text_not_not_in", {"not": {"attribute": "city", "not_in": ["Wien", "Graz"]}}, "t1 t7"),
        Case("text_contains", {"attribute": "city", "contains": "Wien"}, "t1 t4 t6"),
        Case("text_not_contains", {"attribute": "city", "not_contains": "Wien"}, "t2 t5 t7 t8", "t3 unknown"),
        Case("text_not_not_contains", {"not": {"attribute": "city", "not_contains": "Wien"}}, "t1 t4 t6"),
        Case("text_starts_with", {"attribute": "city", "starts_with": "Wien"}, "t1 t4", "t6 begins with a blank"),
        Case("text_ends_with", {"attribute": "city", "ends_with": "ien"}, "t1 t2 t6"),
        Case("text_not_starts_with", {"not": {"attribute": "city", "starts_with": "W"}}, "t2 t5 t6 t7 t8"),
        Case("text_not_ends_with", {"not": {"attribute": "city", "ends_with": "n"}}, "t4 t5 t7 t8"),
        Case("text_is_empty", anyone({"attribute": "city", "is_empty": True}), "t3"),
        Case("text_is_empty_false", {"attribute": "city", "is_empty": False}, "t1 t2 t4 t5 t6 t7 t8"),
        Case("text_percent", {"attribute": "city", "contains": "%"}, "t5", "an ordinary character"),
        Case("text_percent_is_no_wildcard", {"attribute": "city", "is": "W%n"}, ""),
        Case("text_underscore_is_no_wildcard", {"attribute": "city", "starts_with": "W_en"}, ""),
        Case("text_star_is_no_wildcard", {"attribute": "city", "ends_with": "0*"}, ""),
        Case("text_all_three", {"attribute": "city", "ends_with": "%_*"}, "t5"),
        Case("text_backslash", {"attribute": "note", "contains": "\\"}, "t4", "column: raw name"),
        Case("text_newline", {"attribute": "note", "is": "two\nlines"}, "t7", "a newline within quotes"),
        Case("text_quotes", {"attribute": "note", "contains": '"no"'}, "t8"),
        Case("text_quoted_empty", anyone({"attribute": "note", "is_empty": True}), "t2 t3", '"" is missing'),
        Case("text_composed", {"attribute": "note", "is": "\u00e9"}, "t5", "without fold, composed is not decomposed"),
        Case("text_case_kept", {"attribute": "city", "contains": "RAZ"}, "t8"),
    ],
)

FOLDED = Table(
    "fold",
    TEXT.catalog,
    TEXT.data,
    [
        Case("fold_is", {"attribute": "nick", "is": "strasse"}, "t1 t2 t7", "ß is ss"),
        Case("fold_literal", {"attribute": "nick", "is": "STRAßE"}, "t1 t2 t7", "the literal folds too"),
        Case("fold_is_not", {"attribute": "nick", "is_not": "Straße"}, "t4 t5 t6 t8", "t3 unknown"),
        Case("fold_in", {"attribute": "nick", "in": ["STRÖBL", "GRAZ"]}, "t4 t8"),
        Case("fold_not_in", {"attribute": "nick", "not_in": ["STRASSE", "\u00c9"]}, "t4 t8"),
        Case("fold_contains", {"attribute": "nick", "contains": "SS"}, "t1 t2 t7"),
        Case("fold_not_contains", {"attribute": "nick", "not_contains": "ß"}, "t4 t5 t6 t8"),
        Case("fold_starts_with", {"attribute": "nick", "starts_with": "STR"}, "t1 t2 t4 t7"),
        Case("fold_ends_with", {"attribute": "nick", "ends_with": "SE"}, "t1 t2 t7"),
        Case("fold_normalised", {"attribute": "nick", "is": "\u00c9"}, "t5 t6", "NFC first, then case folding"),
        Case("fold_literal_decomposed", {"attribute": "nick", "is": "E\u0301"}, "t5 t6"),
        Case("fold_is_empty", anyone({"attribute": "nick", "is_empty": True}), "t3"),
        Case("fold_is_empty_false", {"attribute": "nick", "is_empty": False}, "t1 t2 t4 t5 t6 t7 t8"),
        Case("fold_beside_plain", {"attribute": "city", "is": {"attribute": "nick"}}, "t8", "folded if either says so"),
        Case("fold_beside_plain_turned", {"attribute": "nick", "is": {"attribute": "city"}}, "t8"),
        Case("fold_column_is_not", {"attribute": "city", "is_not": {"attribute": "nick"}}, "t1 t2 t4 t5 t6 t7"),
        Case("plain_column_is", {"attribute": "city", "is": {"attribute": "note"}}, "", "t2's note is missing"),
        Case("plain_column_is_not", {"attribute": "city", "is_not": {"attribute": "note"}}, "t1 t4 t5 t6 t7 t8"),
        Case("column_with_itself", {"attribute": "city", "is": {"attribute": "city"}}, "t1 t2 t4 t5 t6 t7 t8"),
        Case("fold_turkish", {"attribute": "nick", "contains": "İ"}, "", "one dotted capital, in no name"),
    ],
)

TABLES = [TEXT, FOLDED]


@each_voice
@each_case(TABLES)
def test_text_means_what_its_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
