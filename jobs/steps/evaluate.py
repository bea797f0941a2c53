"""The step `evaluate`: evaluates the packed run; one that comes too late starts again under a new number.

A Spark job only where there is more to do than this process does itself (`evaluate_here_rows` of the settings).
"""

from __future__ import annotations

import logging

from jobs.evaluation.evaluated_run import evaluate, outcome_of
from jobs.lake.reads import last_number
from jobs.lake.tables import MEMBERSHIPS
from jobs.lake.workers import Workers, workers_of
from jobs.runs.outcome import Outcome
from jobs.runs.pins import EVALUATE, recorded, renumbered
from jobs.runs.run import Run, find_run
from jobs.settings import Settings

log = logging.getLogger(__name__)


def run(settings: Settings, as_of: str) -> Outcome:
    """Evaluates the packed run of this as_of; one that is evaluated already is left as it is."""
    opened = find_run(settings, as_of)
    if "evaluate" in opened.pins:
        return outcome_of(opened)
    workers = workers_of(settings, "evaluate", settings.evaluate_here_rows)
    while True:
        outcome = _attempt(workers, settings.lake, in_order(settings.lake, opened))
        if outcome.details["committed"]:
            return outcome


def _attempt(workers: Workers, lake: str, run: Run) -> Outcome:
    return recorded(lake, run, "evaluate", lambda: evaluate(workers, lake, run))


def in_order(lake: str, run: Run) -> Run:
    """The run, under a new number when a later one has been evaluated already."""
    if last_number(lake, MEMBERSHIPS, EVALUATE) <= run.run_no:
        return run
    again = renumbered(lake, run)
    log.info("run %d is evaluated as run %d: a later one was evaluated first", run.run_no, again.run_no)
    return again
