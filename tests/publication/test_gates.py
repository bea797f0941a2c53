"""Who is published, held or failed, and what the reason says."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from jobs.publication.gates import Before, Candidate, Decision, decide


def decision_of(candidate: Candidate, members: int, before: Before | None = None) -> Decision:
    earlier = {candidate.id: before} if before else {}
    return decide([candidate], {candidate.id: members}, earlier, {})[candidate.id]


@pytest.mark.parametrize(
    ("members", "status", "reason"),
    [
        (99, "held", "99 members, at least 100 expected (expect.at_least)"),
        (100, "published", ""),
        (500, "published", ""),
        (501, "held", "501 members, at most 500 expected (expect.at_most)"),
    ],
)
def test_both_ends_of_expect_are_inside(members: int, status: str, reason: str) -> None:
    decision = decision_of(Candidate("a", "h", at_least=100, at_most=500), members)
    assert (decision.status, decision.reason) == (status, reason)


def test_an_empty_result_is_held_unless_zero_is_expected() -> None:
    assert decision_of(Candidate("a", "h"), 0).reason == "0 members, at least 1 expected (expect.at_least)"
    assert decision_of(Candidate("a", "h", at_least=0), 0).status == "published"


@pytest.mark.parametrize(
    ("members", "status"),
    [(1000, "published"), (667, "published"), (666, "held"), (1333, "published"), (1334, "held")],
)  # a third of 1000 is 333.3: 333 people may come or go, 334 may not
def test_a_change_is_compared_exactly_with_the_last_publication(members: int, status: str) -> None:
    candidate = Candidate("a", "h", change_at_most=Decimal("0.3333"))
    assert decision_of(candidate, members, Before(3, 1000, "h")).status == status


def test_the_reason_of_a_change_says_both_counts_and_both_shares() -> None:
    decision = decision_of(Candidate("a", "h", change_at_most=Decimal("0.5")), 40, Before(3, 100, "h"))
    assert decision.reason == (
        "40 members, 100 when last published: a change of 60%, at most 50% expected (expect.change_at_most)"
    )


def test_from_nobody_any_change_is_too_much() -> None:
    candidate = Candidate("a", "h", at_least=0, change_at_most=Decimal("0.5"))
    assert decision_of(candidate, 0, Before(3, 0, "h")).status == "published"
    assert "a change of everybody" in decision_of(candidate, 1, Before(3, 0, "h")).reason


def test_change_at_most_does_not_hold_a_first_run_or_a_changed_spec_but_the_other_gates_do() -> None:
    candidate = Candidate("a", "new", at_most=500, change_at_most=Decimal("0.1"))
    assert decision_of(candidate, 100) == Decision("published", "", 100, reset=True)
    assert decision_of(candidate, 100, Before(3, 10, "old")) == Decision("published", "", 100, reset=True)
    assert decision_of(candidate, 501, Before(3, 10, "old")).status == "held"
    assert decision_of(candidate, 100, Before(3, 10, "new")).status == "held"


def test_what_refers_to_a_held_or_failed_segment_fails_through_any_number_of_steps() -> None:
    candidates = [
        Candidate("small", "h", at_least=10),
        Candidate("middle", "h", ("small",)),
        Candidate("top", "h", ("middle", "well")),
        Candidate("well", "h"),
    ]
    decisions = decide(candidates, {"small": 3, "middle": 3, "top": 3, "well": 3}, {}, {})
    assert {id_: decision.status for id_, decision in decisions.items()} == {
        "small": "held", "middle": "failed", "top": "failed", "well": "published",
    }  # fmt: skip
    assert decisions["top"].reason == (
        "refers to segment middle, which failed: refers to segment small, which was held back: "
        "3 members, at least 10 expected (expect.at_least)"
    )
    assert decisions["top"].members is None


def test_a_failure_that_evaluate_found_is_kept_with_its_reason() -> None:
    decisions = decide([Candidate("b", "h", ("a",))], {"b": 3}, {}, {"a": "source order failed: delivery refused"})
    assert decisions["a"] == Decision("failed", "source order failed: delivery refused")
    assert decisions["b"].reason == "refers to segment a, which failed: source order failed: delivery refused"


def test_a_small_sensitive_segment_is_held_without_saying_its_size() -> None:
    decision = decision_of(Candidate("a", "h", sensitive=True), 49)
    assert (decision.status, "49" in decision.reason) == ("held", False)
    assert decision_of(Candidate("a", "h", sensitive=True), 50).status == "published"


@pytest.mark.parametrize(("members", "then"), [(49, 12), (997, 1000), (1000, 12), (60, 1000), (5000, 1000)])
def test_no_reason_of_a_sensitive_segment_says_how_many_there_are_or_were(members: int, then: int) -> None:
    asked = Candidate("a", "h", at_least=70, at_most=900, change_at_most=Decimal("0.05"), sensitive=True)
    decision = decision_of(asked, members, Before(1, then, "h"))
    assert decision.status == "held"
    numbers = set(re.findall(r"\d+", decision.reason))
    assert numbers <= {"50", "70", "900", "5"}, "only what the spec and the rule say"
