"""Versions: compared part by part as numbers; a missing part is 0."""

from __future__ import annotations

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice

VERSIONS = Table(
    "versions",
    {"contacts": contacts(app="version", minimum="version")},
    {
        "contacts": """
contact_id,app,minimum
v1,4.9,4.9.0
v2,4.12.1,4.9
v3,,4.9
v4,4.9.0,5
v5,4.09,4.9
v6,5,
v7,4.12,4.12.1
v8,0,0.0
"""
    },
    [
        Case("version_is", {"attribute": "app", "is": "4.9"}, "v1 v4 v5", "4.9.0 and 4.09 are 4.9"),
        Case("version_is_longer", {"attribute": "app", "is": "4.9.0.0"}, "v1 v4 v5"),
        Case("version_is_not", {"attribute": "app", "is_not": "4.9"}, "v2 v6 v7 v8", "v3 unknown"),
        Case("version_in", {"attribute": "app", "in": ["5.0", "4.12"]}, "v6 v7"),
        Case("version_not_in", {"attribute": "app", "not_in": ["5.0", "4.12"]}, "v1 v2 v4 v5 v8"),
        Case("version_less_than", {"attribute": "app", "less_than": "4.12"}, "v1 v4 v5 v8", "9 < 12"),
        Case("version_at_most", {"attribute": "app", "at_most": "4.12"}, "v1 v4 v5 v7 v8"),
        Case("version_more_than", {"attribute": "app", "more_than": "4.12"}, "v2 v6"),
        Case("version_at_least", {"attribute": "app", "at_least": "4.12"}, "v2 v6 v7"),
        Case("version_between", {"attribute": "app", "between": ["4.9", "4.12"]}, "v1 v4 v5 v7", "both ends in"),
        Case("version_not_between", {"not": {"attribute": "app", "between": ["4.9", "4.12"]}}, "v2 v6 v8"),
        Case("version_not_less", {"not": {"attribute": "app", "less_than": "4.12"}}, "v2 v6 v7"),
        Case("version_empty", anyone({"attribute": "app", "is_empty": True}), "v3"),
        Case("version_empty_false", {"attribute": "app", "is_empty": False}, "v1 v2 v4 v5 v6 v7 v8"),
        Case("version_column_is", {"attribute": "app", "is": {"attribute": "minimum"}}, "v1 v5 v8"),
        Case("version_column_is_not", {"attribute": "app", "is_not": {"attribute": "minimum"}}, "v2 v4 v7"),
        Case("version_column_at_least", {"attribute": "app", "at_least": {"attribute": "minimum"}}, "v1 v2 v5 v8"),
        Case("version_column_at_most", {"attribute": "app", "at_most": {"attribute": "minimum"}}, "v1 v4 v5 v7 v8"),
        Case("version_column_less", {"attribute": "app", "less_than": {"attribute": "minimum"}}, "v4 v7"),
        Case("version_column_more", {"attribute": "app", "more_than": {"attribute": "minimum"}}, "v2"),
    ],
)

TABLES = [VERSIONS]


@each_voice
@each_case(TABLES)
def test_versions_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
