"""Choice and choices: one of some values, or a set of them; an empty set is missing."""

from __future__ import annotations

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice

SETS = {"type": "choices", "values": ["news", "sale", "vip"]}

CHOICES = Table(
    "choice",
    {
        "contacts": contacts(
            tier={"type": "choice", "values": ["basic", "silver", "gold"]},
            old_tier={"type": "choice", "values": ["gold", "basic", "NO"]},
            tags=SETS,
        )
    },
    {
        "contacts": """
contact_id,tier,old_tier,tags
k1,gold,gold,sale|news
k2,basic,,news
k3,,,
k4,,basic,vip
k5,silver,NO,sale|vip|news
k6,gold,basic,""
"""
    },
    [
        Case("choice_is", {"attribute": "tier", "is": "gold"}, "k1 k6"),
        Case("choice_is_not", {"attribute": "tier", "is_not": "gold"}, "k2 k5", "k3 and k4 have none: unknown"),
        Case("choice_not_is", {"not": {"attribute": "tier", "is": "gold"}}, "k2 k5"),
        Case("choice_in", {"attribute": "tier", "in": ["gold", "silver"]}, "k1 k5 k6"),
        Case("choice_not_in", {"attribute": "tier", "not_in": ["gold", "silver"]}, "k2"),
        Case("choice_is_empty", anyone({"attribute": "tier", "is_empty": True}), "k3 k4"),
        Case("choice_is_empty_false", {"attribute": "tier", "is_empty": False}, "k1 k2 k5 k6"),
        Case("choice_no_is_text", {"attribute": "old_tier", "is": "NO"}, "k5", "YAML 1.2: NO is a text"),
        Case("choice_column", {"attribute": "tier", "is": {"attribute": "old_tier"}}, "k1", "other values are allowed"),
        Case("choice_column_not", {"attribute": "tier", "is_not": {"attribute": "old_tier"}}, "k5 k6"),
        Case("choices_has_any", {"attribute": "tags", "has_any": ["sale", "vip"]}, "k1 k4 k5"),
        Case("choices_has_all", {"attribute": "tags", "has_all": ["sale", "news"]}, "k1 k5"),
        Case("choices_has_none", {"attribute": "tags", "has_none": ["sale", "vip"]}, "k2", "k3 and k6 are unknown"),
        Case("choices_not_any", {"not": {"attribute": "tags", "has_any": ["sale", "vip"]}}, "k2"),
        Case("choices_not_all", {"not": {"attribute": "tags", "has_all": ["sale", "news"]}}, "k2 k4"),
        Case("choices_not_none", {"not": {"attribute": "tags", "has_none": ["sale"]}}, "k1 k5"),
        Case("choices_is_empty", anyone({"attribute": "tags", "is_empty": True}), "k3 k6", "an empty set is missing"),
        Case("choices_is_empty_false", {"attribute": "tags", "is_empty": False}, "k1 k2 k4 k5"),
        Case("choices_twice_in_the_list", {"attribute": "tags", "has_all": ["vip", "vip"]}, "k4 k5"),
    ],
)

TABLES = [CHOICES]


@each_voice
@each_case(TABLES)
def test_choices_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
