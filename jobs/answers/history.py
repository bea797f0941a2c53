"""How many members a segment would have had at past instants, each counted anew from the newest night's tiles, no Spark.

At each instant only events before it exist, and everything symbolic ("the last 30 days") is about it. What has no time is as
it is now: contacts, their attributes, related rows, lists. The answer names what that is so of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.answers.bucket_sample import BucketSample, Estimate
from jobs.answers.evidence import Evidence
from jobs.answers.preview import ShownEstimate, newest_night
from jobs.answers.tile_counts import TileCounts, asked_of, require_data
from jobs.answers.workspace import bound_catalog, one_spec
from jobs.catalog.shown_counts import ANY, vague
from jobs.errors import UsageError
from jobs.language.definitions import Spec
from jobs.language.phrases import either
from jobs.plan.clock import HOUR_US, make_clock, shifted
from jobs.plan.run_plan import Clock
from jobs.runs.run import instant
from jobs.runs.sensitivity import sensitive_columns
from jobs.settings import Settings
from jobs.syntax.durations import Duration, read_duration
from jobs.syntax.literals import read_moment

STEPS = 30
"""How many steps back it goes where nobody says from when."""
POINTS_AT_MOST = 1_000
BARS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class History:
    """The answer. `points`: the local time of each instant, and the size then. `as_now`: sources that have no past here."""

    spec: Spec
    run_no: int
    points: Sequence[tuple[str, ShownEstimate]]
    sample: BucketSample
    as_now: tuple[str, ...]
    shortened: tuple[str, ...]

    def as_json(self) -> Mapping[str, Any]:
        return {
            "id": self.spec.id,
            "run_no": self.run_no,
            "exact": self.sample.whole,
            "points": [{"as_of": as_of, **shown.as_json()} for as_of, shown in self.points],
            "as_now": list(self.as_now),
            "shortened": list(self.shortened),
        }

    def title(self) -> str:
        return f"{self.spec.id}, by the tiles of run {self.run_no}"

    def rows(self) -> Iterator[list[object]]:
        """One for each instant, with a bar as long as the largest allows."""
        counts = [shown.count for _, shown in self.points if isinstance(shown.count, int)]
        largest = max(counts, default=0)
        for as_of, shown in self.points:
            bar = _bar(shown.count, largest) if isinstance(shown.count, int) else ""
            yield [as_of, shown.count, shown.low, shown.high, bar]

    def closing(self) -> Iterator[str]:
        counts = [shown.count for _, shown in self.points]
        if counts and all(isinstance(count, int) for count in counts):
            yield sparkline([count for count in counts if isinstance(count, int)])
        yield f"As they are now: {either(('contacts', *self.as_now), 'and')}."
        for source in self.shortened:
            yield f"Rows of {source} that the catalog keeps no longer are missing from earlier days."
        if not self.sample.whole:
            yield f"From {len(self.sample.buckets)} of {self.sample.of} buckets; --exact counts everybody."


def sparkline(counts: Sequence[int]) -> str:
    """The counts as one line of eight heights above zero."""
    largest = max(counts, default=0)
    return "".join(BARS[-(-count * 8 // largest) if largest else 0] for count in counts)


def _bar(count: int, largest: int) -> str:
    return "█" * (count * 40 // largest) if largest else ""


def history(
    settings: Settings,
    name: str,
    catalog: Path | None,
    first: str | None,
    last: str | None,
    every: str,
    exact: bool,
) -> History:
    """The sizes of a spec. `UsageError` (2) where no night tells them, or the instants are none."""
    folder = catalog or settings.catalog
    spec, specs = one_spec(name, bound_catalog(folder))
    evidence = newest_night(settings, folder)
    clocks = _clocks(evidence, first, last, every)
    asked = asked_of(evidence, [spec.meaning()], specs.valid, anew=True)
    require_data(evidence, spec, asked)
    secret = bool(sensitive_columns(specs.valid, evidence.run.lists)[spec.id])
    counts = [TileCounts(evidence, asked, clock, {}) for clock in clocks]
    sample = counts[0].sample(exact)
    points = [(_local(each.clock), _shown(each.count(sample).estimate(spec.id), secret)) for each in counts]
    return History(spec, evidence.run.run_no, points, sample, *_not_of_the_past(evidence, counts[0]))


def _shown(estimate: Estimate, secret: bool) -> ShownEstimate:
    return ShownEstimate(vague(estimate.count, ANY)) if secret else ShownEstimate(*_ends(estimate))


def _ends(estimate: Estimate) -> tuple[int, int, int]:
    return estimate.count, estimate.low, estimate.high


def _not_of_the_past(evidence: Evidence, counts: TileCounts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sources without time, with the lists; and those of which older rows are gone."""
    sources = [evidence.kept.catalog.sources[name] for name in sorted(counts.plan.columns)]
    now = [source.name for source in sources if not source.time and not source.is_contacts]
    now += [f"list {asked.name}" for asked in counts.plan.lists]
    return tuple(now), tuple(source.name for source in sources if source.keep is not None)


def _clocks(evidence: Evidence, first: str | None, last: str | None, every: str) -> list[Clock]:
    """From `first` on in steps up to `last`; where nobody says from when, so many steps back from it."""
    try:
        step = read_duration(every)
    except ValueError as error:
        raise UsageError(f"--every: {error}") from error
    newest = evidence.clock
    end = newest if last is None else _clock("--to", last, newest)
    if end.as_of_us > newest.as_of_us:
        raise UsageError(
            f"--to: found {last}, which is after the newest night ({_local(newest)}); its tiles know nothing later."
        )
    if first is None:
        return [_moved(end, step, -number) for number in range(STEPS, -1, -1)]
    clocks = [_clock("--from", first, newest)]
    if clocks[0].as_of_us > end.as_of_us:
        raise UsageError(f"--from: found {first}, expected an instant that is not after --to ({_local(end)}).")
    while (later := _moved(clocks[0], step, len(clocks))).as_of_us <= end.as_of_us:
        clocks.append(later)
        if len(clocks) > POINTS_AT_MOST:
            raise UsageError(f"--every: found {every}, which gives more than {POINTS_AT_MOST:,} instants.")
    return clocks


def _clock(option: str, written: str, newest: Clock) -> Clock:
    try:
        return make_clock(read_moment(written), newest.zone)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error


def _moved(clock: Clock, step: Duration, steps: int) -> Clock:
    """So many steps later or earlier: hours are elapsed, days and more are the calendar's, at the same time of the day."""
    if not steps:
        return clock
    try:
        duration = Duration(step.count * abs(steps), step.unit)
    except ValueError as error:
        raise UsageError(f"--every: {abs(steps)} steps of {step}: {error}") from error
    sign, zone = (1 if steps > 0 else -1), clock.zone
    if step.unit == "h":
        us = clock.as_of_us + sign * duration.count * HOUR_US
    else:
        local_midnight = zone.local_us(zone.midnight_us(clock.day))
        then = zone.local_us(zone.midnight_us(shifted(clock.day, duration, sign)))
        us = zone.wall_to_utc_us(then + zone.local_us(clock.as_of_us) - local_midnight)
    return Clock(us, zone, zone.local_day(us))


def _local(clock: Clock) -> str:
    return f"{instant(clock.zone.local_us(clock.as_of_us)):%Y-%m-%dT%H:%M}"
