"""Counts of staged deliveries become judgements, and judgements entries of the journal with the evidence they rest on."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from jobs.catalog.model import Source
from jobs.catalog.values.proposals import hints
from jobs.intake.arrivals import PendingDelivery, Sorted
from jobs.intake.checks import Check, checks
from jobs.intake.deliveries import Entry, counted
from jobs.intake.delivery_counts import Counts
from jobs.intake.expectations import DeliveryJudgement, judge
from jobs.lake.small_files import write_file
from jobs.lake.stored_source import StoredSource
from jobs.plan.run_plan import Clock

log = logging.getLogger(__name__)


class When(Protocol):
    """What entries need of a night."""

    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True)
class AuditEvidence:
    """What a judgement rests on."""

    counts: Counts
    checks: tuple[Check, ...]
    judgement: DeliveryJudgement
    parsed: Mapping[str, str]


@dataclass(frozen=True)
class Audit:
    """The entries of one source, not numbered yet, and the evidence by delivery number."""

    source: str
    entries: tuple[Entry, ...]
    evidence: Mapping[int, AuditEvidence] = field(default_factory=dict[int, AuditEvidence])

    def kept(self, lake: str, entry: Entry, attempt: str) -> dict[str, str]:
        """The columns of the journal that hold the evidence; result and page are written in the attempt's own folder."""
        evidence = self.evidence.get(entry.delivery_no or 0)
        if evidence is None:
            return {}
        path = f"{quality_folder(attempt)}/{entry.source}-{entry.entry_no:06d}"
        write_file(lake, f"{path}.json", evidence.judgement.result.encode())
        write_file(lake, f"{path}.html", evidence.judgement.page.encode())
        gates = [
            {"name": c.name, "found": c.found, "expected": c.expected, "met": c not in evidence.judgement.failed}
            for c in evidence.checks
        ]
        return {
            "gates": json.dumps(gates, ensure_ascii=False),
            "counts": json.dumps(evidence.counts.to_json(), ensure_ascii=False, sort_keys=True),
            "quality": f"{path}.json",
            "parsed": json.dumps(evidence.parsed, ensure_ascii=False, sort_keys=True),
        }


def quality_folder(attempt: str) -> str:
    """Where the results and pages of one ingest lie, under the lake."""
    return f"quality/{attempt}"


def audit(
    when: When,
    stored: StoredSource,
    news: Sorted,
    counts: Mapping[int, Counts],
    entries: Sequence[Entry],
    attempt: str,
) -> Audit:
    """Judges the deliveries of one source in their order, each against the one before it; those that change still wait.

    `attempt` is the place that the rows lie in.
    """
    source = stored.source
    decided: list[Entry] = []
    evidence: dict[int, AuditEvidence] = {}
    for pending in sorted(news.judge, key=lambda pending: _entry(when, source, pending, 0).place):
        counted_rows = counts.get(pending.delivery_no, Counts(rows=0))
        if counted_rows.changing:
            tell_waiting(source, pending.arrival.label, counted_rows.changing[0])
            continue
        entry = _entry(when, source, pending, counted_rows.rows)
        entry = replace(
            entry,
            unknown_contacts=counted_rows.unknown_contacts,
            missing_contact=counted_rows.missing_contact,
            attempt=attempt,
        )
        asked = checks(source, counted_rows, _rows_before(entry, [*entries, *decided], source))
        judgement = judge(source.name, entry.label, asked)
        if judgement.accepted:
            told = f", {entry.belonging.remark}" if entry.belonging.nobodys else ""
            log.info("%s %s: accepted, %d rows%s", source.name, entry.label, counted_rows.rows, told)
            entry = replace(entry, reason="; ".join(counted_rows.remarks) or None)
        else:
            reason = _reason(source, pending, judgement, hints(source, counted_rows.trials))
            replaces = pending.replaces if pending.again else ()
            entry = replace(entry, state="refused", replaces=replaces, attempt=None, reason=reason)
            log.warning("%s %s: refused: %s", source.name, entry.label, entry.reason)
        decided.append(entry)
        evidence[pending.delivery_no] = AuditEvidence(counted_rows, asked, judgement, stored.readings)
    return Audit(source.name, tuple(decided), evidence)


def tell_waiting(source: Source, label: str, why: str) -> None:
    """Says that a delivery has not arrived yet, and what it waits for; the journal says nothing of it."""
    log.info("%s %s has not arrived: it waits for %s", source.name, label, why)


def refused_unread(when: When, source: Source, news: Sorted) -> list[Entry]:
    """Entries of deliveries refused for their label or number of files."""
    entries = [
        replace(_entry(when, source, pending, None), state="refused", replaces=(), reason=reason)
        for pending, reason in news.refuse
    ]
    for entry in entries:
        log.warning("%s %s: refused: %s", source.name, entry.label, entry.reason)
    return entries


def confirmed(when: When, news: Sorted) -> list[Entry]:
    """Entries of deliveries that were accepted once and now stand for a label again."""
    return [replace(entry, label=label, as_of_us=when.clock.as_of_us, attempt=None) for entry, label in news.confirm]


def _entry(when: When, source: Source, pending: PendingDelivery, rows: int | None) -> Entry:
    return Entry(
        entry_no=0,
        source=source.name,
        label=pending.arrival.label,
        state="accepted",
        delivery_no=pending.delivery_no,
        content_hash=pending.arrival.content_hash,
        rows=rows,
        delivery=source.delivery,
        replaces=pending.replaces,
        as_of_us=when.clock.as_of_us,
    )


def _rows_before(entry: Entry, entries: Sequence[Entry], source: Source) -> int | None:
    """Rows of the accepted delivery before this one; None for the first."""
    everything = replace(source, delivery="append")  # of a full source too the one before, not only the newest
    before = [earlier for earlier in counted(entries, everything) if earlier.place < entry.place]
    return before[-1].rows if before else None


def _reason(source: Source, pending: PendingDelivery, judgement: DeliveryJudgement, noticed: Sequence[str]) -> str:
    """The whole message: what is wrong in which files, what else was `noticed`, and what to do. Faults name their file
    themselves."""
    wrong = "; ".join([*(check.complaint.removesuffix(".") for check in judgement.failed), *noticed])
    if not any(check.name == "faults" for check in judgement.failed):
        names = [part.shown for part in pending.arrival.parts]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        wrong = f"{', '.join(names[:3])}{more}: {wrong}"
    if pending.again:
        return f"{wrong}."
    without = f", or go on without it: `ingest --skip {source.name} {pending.arrival.label} --reason … --as-of …`"
    return f"{wrong}. Deliver it again, corrected{'' if source.delivery == 'full' else without}."
