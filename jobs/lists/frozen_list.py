"""A segment becomes a contact list: dated, counted, hashed, written once and never changed.

The request is claimed first, with the run it is frozen from; then anybody may attempt it, each in a place of its own. The
first attempt that is whole and checked wins, and the registry's row, written last, makes it a list. The same request again
gives the same list; another request for the same list and day is refused, unless a next version is asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from jobs.errors import ListRefused
from jobs.lake.claims import Claim, claim, held, settle
from jobs.lake.list_registry import Listed, read_registry, versions
from jobs.lake.member_rows import SegmentMembers
from jobs.lake.reads import table_rows
from jobs.lake.segment_runs import WITHDRAWN, read_segment_runs
from jobs.lake.small_files import remove_folder
from jobs.lake.tables import SEGMENT_RUNS
from jobs.lists.attempts import check_attempt, write_attempt
from jobs.lists.entries import enter, write_bits
from jobs.lists.launch_rules import choose_run
from jobs.lists.manifest import Manifest, Pins, list_path, read_pins
from jobs.lists.requests import Request
from jobs.plan.run_plan import Clock
from jobs.runs.failures import reached_sources
from jobs.runs.inputs import kept_inputs
from jobs.runs.run import instant, run_numbered
from jobs.runs.sensitivity import sensitive_columns
from jobs.runs.step_pins import OpeningPin, PackPin
from jobs.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """Which version a request is about. `claimed`: its claim, when there is one; `last`: that of the newest."""

    version: int
    claimed: Claim | None
    last: Claim | None

    def unless_repeated(self, request: Request, pins: Pins) -> Wanted:
        """The newest version instead, when it came from the same superseding request and the same run."""
        if self.last is None or self.last.fingerprint != request.fingerprint:
            return self
        before = read_pins(self.last.result)
        if before.supersede and before.run_no == pins.run_no:
            return Wanted(self.version - 1, self.last, self.last)
        return self


def next_version(lake: str, request: Request) -> Wanted:
    """The version this request is about; `ListRefused` when the newest one came from another request."""
    claims: list[Claim] = []
    while claim := held(lake, request.key(len(claims) + 1)):
        claims.append(claim)
    last = claims[-1] if claims else None
    if last is None:
        return Wanted(1, None, None)
    same = last.fingerprint == request.fingerprint
    if request.supersede and not (same and last.state == "open" and read_pins(last.result).supersede):
        return Wanted(len(claims) + 1, None, last)
    if not same:
        raise refused(request, len(claims), last)
    return Wanted(len(claims), last, last)


def refused(request: Request, version: int, last: Claim) -> ListRefused:
    return ListRefused(
        f"{request.name} of {request.date} (version {version}) is for another request: found {last.fingerprint}, "
        f"this one is {request.fingerprint}. Take another name, or add --supersede to make version {version + 1}."
    )


def make_pins(settings: Settings, request: Request, clock: Clock) -> Pins:
    """What every attempt at this request works from: the run that is frozen."""
    columns = ["run_no", "segment", "as_of", "status", "reason", "members", "withdrawn_by"]
    rows = table_rows(settings.lake, SEGMENT_RUNS, columns)
    frozen_as_of = instant(clock.as_of_us)
    chosen = choose_run(rows, request, frozen_as_of, settings.freeze_max_age_hours)
    return Pins(
        run_no=chosen.run_no,
        run_as_of=chosen.as_of.isoformat(),
        frozen_as_of=frozen_as_of.isoformat(),
        members=chosen.members,
        pack_no=run_numbered(settings.lake, chosen.run_no).pinned(PackPin).pack_no,
        supersede=request.supersede,
    )


def freeze(lake: str, request: Request, version: int, pins: Pins | None) -> None:
    """Claims, attempts, settles, and enters the list; does what is left when some of it was done before."""
    claimed = claim(lake, request.key(version), request.fingerprint, pins.to_json() if pins else None)
    if claimed.fingerprint != request.fingerprint:
        raise refused(request, version, claimed)
    pinned = read_pins(claimed.result)
    members = SegmentMembers(lake, request.segment, pinned.run_no)
    if claimed.state == "open":
        check_standing(lake, request, version, pinned)
        claimed = attempt(lake, request, version, claimed, members)
    assert claimed.attempt is not None
    assert claimed.result is not None
    write_bits(lake, request, version, claimed.attempt, members)
    enter(lake, request, claimed.result, read_registry(lake))


def check_standing(lake: str, request: Request, version: int, pins: Pins) -> None:
    """Refuses to go on with a request whose run was taken back after it was claimed."""
    withdrawn = [row for row in read_segment_runs(lake, pins.run_no) if row.status == WITHDRAWN]
    if withdrawn:
        raise ListRefused(
            f"{request.name} of {request.date} (version {version}) was begun from run {pins.run_no}, which was withdrawn: "
            f"{withdrawn[0].withdrawn_by}. Add --supersede to make version {version + 1} from another run."
        )


def attempt(lake: str, request: Request, version: int, claimed: Claim, members: SegmentMembers) -> Claim:
    """Writes and checks the rows in a new place; gives the claim with the attempt that won, this one or another."""
    pins, name = read_pins(claimed.result), uuid4().hex[:12]
    path = list_path(request, version, name)
    sent = write_attempt(lake, path, members, pins)
    checked = check_attempt(lake, path, pins, sent)
    manifest = Manifest(request, version, name, pins, checked, origin_of(lake, request.segment, pins.run_no))
    done = settle(lake, claimed.key, name, manifest.to_json())
    if done.attempt != name:
        log.info("another attempt at %s of %s was faster", request.name, request.date)
        remove_folder(lake, path)
    return done


def origin_of(lake: str, segment: str, run_no: int) -> dict[str, Any]:
    """What a manifest says of the run beside its number: what it was computed from, and the sources that were reached."""
    run = run_numbered(lake, run_no)
    specs = kept_inputs(lake, run.pinned(OpeningPin).inputs).specs.valid
    return {
        "specs_hash": run.specs_hash,
        "catalog_hash": run.catalog_hash,
        "tzdata": run.tzdata,
        "spec_hash": specs[segment].spec_hash,
        "sources": sorted(reached_sources(specs, run.lists)[segment]),
        "sensitive": sorted(sensitive_columns(specs, run.lists)[segment]),
    }


def is_listed(lake: str, request: Request, version: int) -> bool:
    return listed_version(read_registry(lake), request, version) is not None


def listed_version(registry: Sequence[Listed], request: Request, version: int) -> Listed | None:
    listed = versions(registry, request.name, request.date)
    return next((entry for entry in listed if entry.version == version), None)
