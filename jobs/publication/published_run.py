"""The gates, and what becomes visible: changes, the one commit of `segment_runs`, and the row tables that follow it.

Until that commit nobody sees the run. A held or failed segment keeps the state of its last publication and says why. The
commit carries the number after the one it was decided on: where another run was published meanwhile, or taken back, it does
not take hold, and everything is decided again. Row tables come after it, because a publication that came to nothing, or
was killed, must not have shown anybody's members. Killed anywhere and run again, it does the rest.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from jobs.errors import Unreachable
from jobs.lake.file_commits import put_rows
from jobs.lake.reads import last_number
from jobs.lake.segment_runs import PUBLICATION, SegmentRun, counting, last_published, read_segment_runs
from jobs.lake.tables import SEGMENT_RUNS, segment_table
from jobs.language.specs import Spec
from jobs.publication.change_tables import Change, write_changes
from jobs.publication.cost_table import cost_columns
from jobs.publication.decisions import reach_decisions
from jobs.publication.gates import Decision
from jobs.publication.report import outcome_of
from jobs.publication.row_tables import restore_row_tables
from jobs.runs.inputs import Kept, kept_inputs, require_valid
from jobs.runs.outcome import Outcome
from jobs.runs.pins import noted, pin
from jobs.runs.run import Run
from jobs.runs.run_costs import kept_costs
from jobs.runs.sensitivity import sensitive_columns
from jobs.runs.step_pins import EvaluatePin, OpeningPin, PublishPin

ATTEMPTS = 20
"""How often a run is decided on while others publish."""


def publish(lake: str, run: Run) -> Outcome:
    """Publishes one run; the outcome is 21 when a segment was held or failed."""
    begun = time.monotonic()
    kept = kept_inputs(lake, run.pinned(OpeningPin).inputs)
    require_valid(kept)
    _until_visible(lake, run, kept)
    restore_row_tables(lake)
    outcome = outcome_of(run.run_no, read_segment_runs(lake, run.run_no), run.broken)
    pin(lake, run, PublishPin(), note=noted(outcome, begun))
    return outcome


def _until_visible(lake: str, run: Run, kept: Kept) -> None:
    """Decides on what is published now, and decides again whenever another publication came between."""
    for _ in range(ATTEMPTS):
        # The number first: what is published after it, be it this run, makes the commit below come to nothing.
        number = 1 + last_number(lake, SEGMENT_RUNS, PUBLICATION)
        if read_segment_runs(lake, run.run_no):
            return
        _attempt(lake, run, kept, number)
    raise Unreachable(f"{lake}/segment_runs: others publish there without end. Run `publish` again alone.")


def _attempt(lake: str, run: Run, kept: Kept, number: int) -> None:
    specs = kept.specs.valid
    earlier = counting(read_segment_runs(lake))
    decisions = reach_decisions(lake, run, specs, kept.specs.problems, earlier)
    changes = _changes(lake, run, specs, decisions, earlier, number)
    _make_visible(lake, run, specs, decisions, changes, number)


def _changes(
    lake: str,
    run: Run,
    specs: Mapping[str, Spec],
    decisions: Mapping[str, Decision],
    earlier: list[SegmentRun],
    number: int,
) -> dict[str, Change]:
    """The changes of all results that can be compared; those of segments that are not published are only counted."""
    before = last_published(earlier, run.as_of)
    compared = {
        id_: before[id_].run_no
        for id_, decision in decisions.items()
        if decision.status == "published" and not decision.reset
    }
    as_rows = [id_ for id_ in compared if specs[id_].publish == "rows"]
    return write_changes(lake, run, compared, as_rows, number)


def _make_visible(
    lake: str,
    run: Run,
    specs: Mapping[str, Spec],
    decisions: Mapping[str, Decision],
    changes: Mapping[str, Change],
    number: int,
) -> None:
    """The one commit that makes the run visible, unless another run has become visible since it was decided on."""
    sensitive = {id_ for id_, columns in sensitive_columns(specs, run.lists).items() if columns}
    costs = kept_costs(lake, run.run_no)
    rows = [
        _row(run, id_, specs.get(id_), decisions[id_], changes.get(id_))
        | {"sensitive": id_ in sensitive}
        | cost_columns(costs, id_)
        for id_ in sorted(decisions)
    ]
    put_rows(lake, SEGMENT_RUNS, rows, once=(PUBLICATION, number))


def _row(run: Run, id_: str, spec: Spec | None, decision: Decision, change: Change | None) -> dict[str, object]:
    has_rows = spec is not None and spec.publish == "rows" and decision.status == "published"
    return {
        "run_no": run.run_no,
        "segment": id_,
        "as_of": run.as_of,
        "status": decision.status,
        "reason": decision.reason or None,
        "members": decision.members,
        "entered": change.entered if change else None,
        "left": change.left if change else None,
        "spec_hash": spec.spec_hash if spec else None,
        "seconds": run.pinned(EvaluatePin).seconds,
        "reset": decision.reset,
        "rows_path": segment_table(id_).path if has_rows else None,
        "released_by": None,
    }
