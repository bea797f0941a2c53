"""The step `freeze`: one segment becomes one dated contact list. No Spark job."""

from __future__ import annotations

from jobs.catalog.shown_counts import words
from jobs.errors import DONE
from jobs.lake.list_registry import read_registry
from jobs.lake.segment_runs import read_segment_runs
from jobs.lists.frozen_list import freeze, is_listed, listed_version, make_pins, next_version
from jobs.lists.launch_rules import check_launch
from jobs.lists.listed_rows import described
from jobs.lists.requests import Request, read_request
from jobs.publication.shown_members import every_page
from jobs.runs.outcome import Outcome
from jobs.runs.run import read_clock
from jobs.settings import Settings


def run(
    settings: Settings,
    as_of: str,
    *,
    segment: str,
    list_name: str,
    date: str,
    run_no: int | None = None,
    supersede: bool = False,
    late: bool = False,
    purpose: str | None = None,
    channel: str | None = None,
) -> Outcome:
    """Freezes a segment; `details` is one object of `lists`. `ListRefused` (22) with the reason when it may not be."""
    request = read_request(list_name, date, segment, run_no, purpose, channel, supersede)
    clock = read_clock(settings, as_of)
    wanted = next_version(settings.lake, request)
    pins = None
    if wanted.claimed is None:
        check_launch(request, clock, late)
        pins = make_pins(settings, request, clock)
        wanted = wanted.unless_repeated(request, pins)
    if not is_listed(settings.lake, request, wanted.version):
        freeze(settings.lake, request, wanted.version, pins)
    return outcome_of(settings.lake, request, wanted.version)


def outcome_of(lake: str, request: Request, version: int) -> Outcome:
    """The list as the registry has it."""
    listed = listed_version(read_registry(lake), request, version)
    assert listed is not None, "a list that was entered is not in the registry"
    shown = described(listed, lake, every_page(lake, read_segment_runs(lake, listed.run_no)))
    summary = (
        f"{listed.name} of {listed.date}, version {listed.version}: {words(shown['rows'])} contacts of segment "
        f"{listed.segment} as of run {listed.run_no}, in {shown['path']}"
    )
    return Outcome(DONE, summary, shown)
