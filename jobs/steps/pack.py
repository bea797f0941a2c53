"""The step `pack`: packs what the run has pinned, and pins the pack."""

from __future__ import annotations

from time import monotonic

from jobs.errors import DONE
from jobs.lake.spark import reaching
from jobs.lake.workers import workers_of
from jobs.packs.next_pack import PackReport, pack
from jobs.runs.night import night_of
from jobs.runs.outcome import Outcome
from jobs.runs.pins import noted, pin, recorded
from jobs.runs.run import Run, find_run
from jobs.runs.step_pins import IngestPin, PackPin
from jobs.settings import Settings


def run(settings: Settings, as_of: str) -> Outcome:
    """Packs what the run of this as_of has pinned, and pins the pack; one that is packed already is left as it is."""
    opened = find_run(settings, as_of)
    if "pack" in opened.pins:
        return Outcome(DONE, f"run {opened.run_no}: packed already, in pack {opened.pinned(PackPin).pack_no}")
    pinned = opened.pinned(IngestPin)
    workers = workers_of(settings, "pack", settings.pack_here_rows, settings.ingest_here_bytes)

    @reaching(settings.lake)
    def work() -> Outcome:
        begun = monotonic()
        report = pack(night_of(workers, settings, opened), pinned.deliveries, pinned.entry_no)
        outcome = _outcome(opened, report)
        pin(settings.lake, opened, PackPin(report.pack.pack_no), note=noted(outcome, begun))
        return outcome

    return recorded(settings.lake, opened, "pack", work)


def _outcome(run: Run, report: PackReport) -> Outcome:
    numbered, pack_no = report.numbered, report.pack.pack_no
    summary = f"run {run.run_no}: pack {pack_no} {'is made' if report.packed else 'stands, nothing is new'}"
    if report.packed:
        people = (f"{numbered.new} new", f"{numbered.left} gone", f"{numbered.returned} back")
        summary += f", {numbered.high_water} contacts have numbers ({', '.join(people)})"
    aside = [f"  {name}: {rows} rows of unknown contacts are set aside" for name, rows in report.set_aside.items()]
    details = {
        "run_no": run.run_no,
        "pack_no": pack_no,
        "contacts": numbered.high_water,
        "set_aside": dict(report.set_aside),
    }
    return Outcome(DONE, "\n".join([summary, *aside]), details)
