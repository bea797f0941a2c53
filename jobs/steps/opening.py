"""Opening a run, and finding the one that is open: what makes tonight this night and no other.

At opening a run pins its as_of, the hashes of specs and catalog, the version of tzdata and the versions of the lists that
specs name. The same opening again resumes an unfinished run; after a finished one a new run begins only if something was
delivered since, or if another run of the same as_of came between.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyspark.sql import SparkSession

from jobs.errors import UsageError
from jobs.language.specs import SpecSet
from jobs.lists.registry import Listed, read_registry, resolve
from jobs.plan.clock import date_of, make_clock
from jobs.plan.planned import Clock
from jobs.settings import Settings
from jobs.steps.inputs import keep_inputs, read_inputs
from jobs.steps.runs import Run, insert, runs_of
from jobs.syntax.literals import read_moment
from jobs.syntax.zones import TZDATA_VERSION, zone_transitions

log = logging.getLogger(__name__)


def read_clock(settings: Settings, as_of: str) -> Clock:
    """The clock of an --as-of; `UsageError` with the right spelling when it is none."""
    try:
        moment = read_moment(as_of)
    except ValueError as error:
        raise UsageError(f"--as-of: {error}") from error
    return make_clock(moment, zone_transitions(settings.time_zone))


def open_run(spark: SparkSession, settings: Settings, as_of: str, has_news: Callable[[Run], bool]) -> Run:
    """The run to work on: a new one, the unfinished one of the same opening, or the finished one when nothing is new.

    `has_news` says whether anything was delivered that a finished run did not see.
    """
    clock = read_clock(settings, as_of)
    inputs, specs, _ = read_inputs(settings)
    keep_inputs(settings.lake, inputs)
    lists = list_versions(specs, read_registry(settings.lake), clock)
    while True:
        runs = runs_of(settings.lake)
        wanted = Run(
            run_no=max((run.run_no for run in runs), default=0) + 1,
            as_of_us=clock.as_of_us,
            state="opened",
            specs_hash=inputs.specs_hash,
            catalog_hash=inputs.catalog_hash,
            tzdata=TZDATA_VERSION,
            lists=lists,
            pins={"opening": {"inputs": inputs.name}},
        )
        last = newest_of(runs, clock)
        if last is not None and last.key == wanted.key and not (last.finished and has_news(last)):
            log.info("run %d as of %s is %s", last.run_no, as_of, "finished" if last.finished else "resumed")
            return last
        opened = insert(spark, settings.lake, wanted)
        if opened.key == wanted.key:
            log.info("run %d as of %s is opened", opened.run_no, as_of)
            return opened


def find_run(settings: Settings, as_of: str) -> Run:
    """The newest run of this as_of; `UsageError` when none was opened."""
    found = newest_of(runs_of(settings.lake), read_clock(settings, as_of))
    if found is None:
        raise UsageError(
            f"no run of {as_of} has been opened in {settings.lake}. "
            f"Run `ingest --as-of {as_of}` first, or `run` for the whole night."
        )
    return found


def newest_of(runs: Sequence[Run], clock: Clock) -> Run | None:
    """The run with the greatest number among those of this as_of."""
    return max((run for run in runs if run.as_of_us == clock.as_of_us), key=lambda run: run.run_no, default=None)


def list_versions(specs: SpecSet, registry: Sequence[Listed], clock: Clock) -> Mapping[str, Any]:
    """For each list that a spec names ("name" or "name@date"): its date, version and attempt, or the problem with it."""
    today = date_of(clock.day)
    found: dict[str, Any] = {}
    for spec in specs.valid:
        for asked in spec.lists:
            resolved = resolve(registry, asked.name, asked.on, today)
            key = f"{asked.name}@{asked.on}" if asked.on else asked.name
            if resolved.listed is None or resolved.problem:
                found[key] = {"problem": resolved.problem}
            else:
                one = resolved.listed
                found[key] = {"date": one.date.isoformat(), "version": one.version, "attempt": one.attempt}
    return found
