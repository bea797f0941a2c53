"""Booleans: true, false, and missing, which is neither."""

from __future__ import annotations

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice

BOOLEANS = Table(
    "booleans",
    {"contacts": contacts(opt_in="boolean", valid="boolean")},
    {
        "contacts": """
contact_id,opt_in,valid
b1,true,true
b2,false,true
b3,,true
b4,true,false
b5,false,false
b6,false,
"""
    },
    [
        Case("bool_true", {"attribute": "opt_in", "is": True}, "b1 b4"),
        Case("bool_false", {"attribute": "opt_in", "is": False}, "b2 b5 b6", "b3 is missing, not false"),
        Case("bool_not_true", {"not": {"attribute": "opt_in", "is": True}}, "b2 b5 b6"),
        Case("bool_not_false", {"not": {"attribute": "opt_in", "is": False}}, "b1 b4"),
        Case("bool_empty", anyone({"attribute": "opt_in", "is_empty": True}), "b3"),
        Case("bool_empty_false", {"attribute": "opt_in", "is_empty": False}, "b1 b2 b4 b5 b6"),
        Case("bool_column", {"attribute": "opt_in", "is": {"attribute": "valid"}}, "b1 b5"),
        Case("bool_column_not", {"not": {"attribute": "opt_in", "is": {"attribute": "valid"}}}, "b2 b4"),
    ],
)

TABLES = [BOOLEANS]


@each_voice
@each_case(TABLES)
def test_booleans_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
