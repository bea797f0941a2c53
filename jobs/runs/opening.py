"""Opening a run: what makes tonight this night and no other.

At opening a run pins its as_of, the hashes of specs and catalog, the version of tzdata and the versions of the lists that
specs name. The same opening again resumes an unfinished run; after a finished one a new run begins only if something was
delivered since, if another run of the same as_of came between, or if it was taken back.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from jobs.lake.list_registry import Listed, read_registry, resolve
from jobs.lake.segment_runs import is_withdrawn
from jobs.language.specs import KnownLists, SpecSet
from jobs.plan.clock import date_of
from jobs.plan.run_plan import Clock
from jobs.runs.failures import list_key
from jobs.runs.inputs import keep_inputs, read_inputs
from jobs.runs.pins import insert
from jobs.runs.run import Run, newest_of, read_clock, runs_of
from jobs.runs.step_pins import OpeningPin
from jobs.settings import Settings
from jobs.syntax.zones import TZDATA_VERSION

log = logging.getLogger(__name__)


def open_run(settings: Settings, as_of: str, has_news: Callable[[Run], bool]) -> Run:
    """The run to work on: a new one, the unfinished one of the same opening, or the finished one when nothing is new.

    `has_news` says whether anything was delivered that a finished run did not see.
    """
    clock = read_clock(settings, as_of)
    registry = read_registry(settings.lake)
    inputs, specs = read_inputs(settings, known_lists(registry, clock))
    keep_inputs(settings.lake, inputs)
    lists = list_versions(specs, registry, clock)
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
            pins={"opening": OpeningPin(inputs.name, len(inputs.specs), inputs.broken)},
        )
        last = newest_of(runs, clock)
        same = last is not None and last.key == wanted.key and not is_withdrawn(settings.lake, last.run_no)
        if last is not None and same and not (last.finished and has_news(last)):
            log.info("run %d as of %s is %s", last.run_no, as_of, "finished" if last.finished else "resumed")
            return last
        opened = insert(settings.lake, wanted)
        if opened.key == wanted.key:
            log.info("run %d as of %s is opened", opened.run_no, as_of)
            return opened


def known_lists(registry: Sequence[Listed], clock: Clock) -> KnownLists:
    """The lists that specs may name. Recalled ones are known too: what names them fails, it is not misspelt."""
    dates: dict[str, set[date | None]] = {}
    for listed in registry:
        dates.setdefault(listed.name, set()).add(listed.date)
    return KnownLists(dates, date_of(clock.day))


def list_versions(specs: SpecSet, registry: Sequence[Listed], clock: Clock) -> Mapping[str, Any]:
    """For each list that a spec names: the version that counts tonight, or the problem with it."""
    versions: dict[str, Any] = {}
    for spec in specs.valid.values():
        for asked in spec.depends.lists:
            resolved = resolve(registry, asked.name, asked.on, date_of(clock.day))
            versions[list_key(asked)] = {"problem": resolved.problem} if resolved.problem else _pinned(resolved.listed)
    return versions


def _pinned(listed: Listed | None) -> Mapping[str, Any]:
    assert listed is not None
    manifest = json.loads(listed.manifest or "{}")
    return {
        "date": listed.date.isoformat(),
        "version": listed.version,
        "attempt": listed.attempt,
        "sources": manifest.get("sources", []),
        "sensitive": manifest.get("sensitive", []),
    }
