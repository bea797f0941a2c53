"""The decisions of a run: its specs, what evaluate found, and what was published before, put before the gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from jobs.errors import Problem
from jobs.lake.member_rows import members_at
from jobs.lake.segment_runs import SegmentRun, last_published
from jobs.language.specs import Spec
from jobs.publication.gates import Before, Candidate, Decision, decide
from jobs.runs.run import Run
from jobs.runs.sensitivity import sensitive_columns
from jobs.runs.step_pins import EvaluatePin
from jobs.syntax.spelling import is_id


def reach_decisions(
    lake: str,
    run: Run,
    specs: Mapping[str, Spec],
    problems: Sequence[Problem],
    earlier: list[SegmentRun],
) -> dict[str, Decision]:
    """A decision for every spec of the run, broken ones included, and for every segment whose spec is gone.

    `specs` stand in an order in which references come first.
    """
    failures = {**broken(problems), **run.pinned(EvaluatePin).failures}
    counts = members_at(lake, run.run_no)
    sensitive = sensitive_columns(specs, run.lists)
    candidates = [candidate(spec, bool(sensitive[id_])) for id_, spec in specs.items()]
    members = {candidate.id: counts.get(candidate.id, 0) for candidate in candidates}
    before = {
        id_: Before(row.run_no, row.members or 0, row.spec_hash or "")
        for id_, row in last_published(earlier, run.as_of).items()
    }
    decisions = decide(candidates, members, before, failures)
    return {**decisions, **{id_: Decision("retired", "its spec is gone") for id_ in retired(run, decisions, earlier)}}


def candidate(spec: Spec, sensitive: bool) -> Candidate:
    """What the gates need of a spec."""
    return Candidate(
        id=spec.id,
        spec_hash=spec.spec_hash,
        refers=spec.depends.segments,
        at_least=spec.expect.at_least,
        at_most=spec.expect.at_most,
        change_at_most=spec.expect.change_at_most,
        sensitive=sensitive,
    )


def broken(problems: Sequence[Problem]) -> dict[str, str]:
    """The reason for each segment whose file has problems: all of them, each with its place."""
    reasons: dict[str, list[str]] = {}
    for problem in problems:
        id_ = PurePosixPath(problem.file).name.removesuffix(".json")
        if is_id(id_):
            reasons.setdefault(id_, []).append(str(problem))
    return {id_: "its spec has a problem: " + "; ".join(messages) for id_, messages in reasons.items()}


def retired(run: Run, decisions: Mapping[str, Decision], earlier: Sequence[SegmentRun]) -> list[str]:
    """Segments that were part of the night before and have no spec now. A run of an earlier day retires nothing."""
    if not is_newest(run, earlier):
        return []
    last = {row.segment: row for row in earlier}
    return sorted(id_ for id_, row in last.items() if row.status != "retired" and id_ not in decisions)


def is_newest(run: Run, earlier: Sequence[SegmentRun]) -> bool:
    """Whether no run of a later as_of has been published: only then is what it says the state of today."""
    return all(row.as_of <= run.as_of for row in earlier)
