"""Whether a segment's result is published, held back or failed: the gates of `expect`, in the order of references.

Pure: counts in, decisions out. A held or failed segment keeps its last publication, and a segment that refers to it fails
too, never counts it as empty. `change_at_most` does not apply to a segment's first run or after its spec changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from jobs.catalog.shown_counts import AT_LEAST
from jobs.runs.failures import Status, refers_to_failed


@dataclass(frozen=True)
class Candidate:
    """A segment that a run should publish. `change_at_most` is a share; `refers` are the segments its spec names."""

    id: str
    spec_hash: str
    refers: tuple[str, ...] = ()
    at_least: int = 1
    at_most: int | None = None
    change_at_most: Decimal | None = None
    sensitive: bool = False


@dataclass(frozen=True)
class Before:
    """The publication that a result is compared with: that of the greatest earlier as_of."""

    run_no: int
    members: int
    spec_hash: str


@dataclass(frozen=True)
class Decision:
    """`reset`: nothing to compare with, so no changes are made. `members` is the run's result, None when it failed."""

    status: Status
    reason: str = ""
    members: int | None = None
    reset: bool = False


def decide(
    candidates: Iterable[Candidate],
    members: Mapping[str, int],
    before: Mapping[str, Before],
    failures: Mapping[str, str],
) -> dict[str, Decision]:
    """A decision for each candidate; those that a candidate refers to must come before it. `failures`: reason by id."""
    decisions = {id_: Decision("failed", reason) for id_, reason in failures.items()}
    for candidate in candidates:
        if candidate.id not in decisions:
            decisions[candidate.id] = _decide(candidate, members[candidate.id], before.get(candidate.id), decisions)
    return decisions


def _decide(candidate: Candidate, members: int, before: Before | None, decisions: Mapping[str, Decision]) -> Decision:
    for id_ in candidate.refers:
        decision = decisions.get(id_, Decision("failed", "it is not among the specs"))
        if decision.status != "published":
            return Decision("failed", refers_to_failed(id_, decision.status, decision.reason))
    reset = before is None or before.spec_hash != candidate.spec_hash
    reason = _outside(candidate, members, None if reset else before)
    return Decision("held" if reason else "published", reason, members, reset)


def _outside(candidate: Candidate, members: int, before: Before | None) -> str:
    """Which gate the result is outside of; "" when it is inside all. Of a sensitive segment without its numbers."""
    if candidate.sensitive and members < AT_LEAST:
        return f"under {AT_LEAST} members where a sensitive column decides, at least {AT_LEAST} expected"
    if members < candidate.at_least:
        count = "fewer members" if candidate.sensitive else _members(members)
        return f"{count}, at least {candidate.at_least} expected (expect.at_least)"
    if candidate.at_most is not None and members > candidate.at_most:
        count = "more members" if candidate.sensitive else _members(members)
        return f"{count}, at most {candidate.at_most} expected (expect.at_most)"
    if candidate.change_at_most is None or before is None:
        return ""
    if abs(members - before.members) <= candidate.change_at_most * before.members:
        return ""
    allowed = f"at most {_percent(candidate.change_at_most)} expected (expect.change_at_most)"
    if candidate.sensitive:
        return f"a greater change since it was last published, {allowed}"
    change = _change(members, before.members)
    return f"{_members(members)}, {before.members} when last published: a change of {change}, {allowed}"


def _members(count: int) -> str:
    return f"{count} member{'' if count == 1 else 's'}"


def _change(now: int, before: int) -> str:
    return _percent(Decimal(abs(now - before)) / before) if before else "everybody"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(Decimal('0.1')).normalize():f}%"
