"""How many members a segment would have: a spec that nobody has published, on the tiles of the newest night, without Spark.

Counted is a sample of buckets, with its margin, or everybody. Beside the count stand each condition's own and what would
change against the segment of that id that is in force. Numbers that hang on something sensitive are shown as
`shown_counts` says, and have no margin: two ends would tell more than the word between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jobs.answers.branch_numbers import BranchQuestions, branch_tree
from jobs.answers.bucket_sample import BucketSample, Estimate
from jobs.answers.counts import catalog_is_of
from jobs.answers.evidence import Evidence
from jobs.answers.tile_counts import AskedMeanings, BucketCounts, TileCounts, asked_of, require_data
from jobs.answers.workspace import bound_catalog, one_spec
from jobs.catalog.shown_counts import ANY, Bounds, Shown, parts, vague, words
from jobs.errors import UsageError
from jobs.kernel.bucket_rows import BUCKET
from jobs.kernel.cuts import kept
from jobs.lake.segment_runs import newest_run, read_segment_runs, standings
from jobs.language.atoms import Everyone, Meaning
from jobs.language.definitions import Spec
from jobs.language.english import tree_lines
from jobs.language.phrases import Phrase
from jobs.runs.run import run_numbered
from jobs.runs.sensitivity import sensitive_in
from jobs.settings import Settings

KEEP_TELLS_LATER = "A keep decides on everybody: who would enter and leave is told with --exact."


@dataclass(frozen=True)
class ShownEstimate:
    """A count as it is shown; without ends where it is exact, or sensitive."""

    count: Shown
    low: int | None = None
    high: int | None = None

    def words(self) -> str:
        if self.low is None or self.low == self.high:
            return words(self.count)
        return f"about {words(self.count)} ({self.low:,} to {self.high:,})"

    def as_json(self) -> dict[str, Any]:
        return {"count": self.count, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Preview:
    """The answer. `changes`: the run in force of that id, and who would enter and leave; None where there is none, or where
    only everybody tells them."""

    spec: Spec
    run_no: int
    as_of: str
    size: ShownEstimate
    sample: BucketSample
    conditions: Mapping[Phrase, ShownEstimate]
    published_in: int | None
    changes: tuple[ShownEstimate, ShownEstimate] | None
    notes: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        return self.sample.whole

    def as_json(self) -> Mapping[str, Any]:
        entered, left = self.changes or (None, None)
        return {
            "id": self.spec.id,
            **self.size.as_json(),
            "exact": self.exact,
            "run_no": self.run_no,
            "as_of": self.as_of,
            "buckets": {"asked": len(self.sample.buckets), "of": self.sample.of},
            "conditions": [
                {"pointer": phrase.pointer, "text": phrase.text, **shown.as_json()}
                for phrase, shown in self.conditions.items()
            ],
            "published_in": self.published_in,
            "entered": entered.as_json() if entered else None,
            "left": left.as_json() if left else None,
            "notes": list(self.notes),
        }

    def lines(self) -> Iterator[str]:
        yield f"{self.spec.id}: {self.size.words()} contacts, by the tiles of run {self.run_no} as of {self.as_of}."
        yield ""
        yield from tree_lines(self.spec.where.describe(), self._remark)
        if self.spec.keep is not None:
            yield f"- of them only {self.spec.keep.english()}"
        yield ""
        if self.changes is not None:
            entered, left = self.changes
            yield f"Against run {self.published_in}, which is in force: {entered.words()} would enter, {left.words()} leave."
        if not self.exact:
            yield (
                f"From {len(self.sample.buckets)} of {self.sample.of} buckets of {BUCKET:,} contacts; in brackets the "
                "95 % interval. --exact counts everybody."
            )
        yield from self.notes

    def _remark(self, phrase: Phrase) -> str:
        shown = self.conditions.get(phrase)
        return "" if shown is None or shown.count is None else f" → {shown.words()}"


def preview(settings: Settings, name: str, catalog: Path | None, exact: bool) -> Preview:
    """The size of a spec by the newest published night. `UsageError` (2) where no night tells it."""
    folder = catalog or settings.catalog
    spec, specs = one_spec(name, bound_catalog(folder))
    evidence = newest_night(settings, folder)
    sensitive = sensitive_in(evidence.kept.catalog, specs.valid, evidence.run.lists)
    questions = BranchQuestions(spec.origin, spec.where.describe(), sensitive)
    standing = standings(read_segment_runs(settings.lake)).get(spec.id)
    in_force = standing.publication.run_no if standing is not None and standing.publication is not None else None
    meaning = spec.meaning()
    compared = in_force is not None and (exact or meaning.keep is None)
    parts_of_it = [Meaning(f"part {number}", Everyone(), formula) for number, formula in enumerate(questions.formulas)]
    asked = asked_of(evidence, [*parts_of_it, meaning if exact else replace(meaning, keep=None)], specs.valid)
    require_data(evidence, spec, asked)
    tiles = TileCounts(evidence, asked, evidence.clock, {spec.id: in_force} if compared and in_force else {})
    counted = tiles.count(tiles.sample(exact))
    estimates = [counted.estimate(part.id) for part in parts_of_it]
    size, hidden = _size(spec, counted, questions, estimates, exact)
    return Preview(
        spec,
        evidence.run.run_no,
        f"{evidence.run.as_of:%Y-%m-%dT%H:%MZ}",
        size,
        counted.sample,
        _conditions(questions, estimates),
        in_force if compared else None,
        _changes(spec.id, counted, hidden) if compared else None,
        tuple(_notes(spec, counted, asked, exact, in_force is not None)),
    )


def _size(
    spec: Spec, counted: BucketCounts, questions: BranchQuestions, estimates: Sequence[Estimate], exact: bool
) -> tuple[ShownEstimate, bool]:
    """The members, after the keep; and whether something sensitive decides on them."""
    members = counted.estimate(spec.id)
    keep = spec.meaning().keep
    if keep is not None and not exact:
        members = Estimate(*(kept(keep, count) for count in (members.count, members.low, members.high)))
    _, branches = questions.numbers(estimate.count for estimate in estimates)
    bounds = branches[questions.whole].bounds
    if bounds is None:
        return ShownEstimate(members.count, members.low, members.high), False
    if keep is not None:
        bounds = Bounds(kept(keep, bounds.least), kept(keep, bounds.most))
    return ShownEstimate(vague(members.count, bounds)), True


def _conditions(questions: BranchQuestions, estimates: Sequence[Estimate]) -> dict[Phrase, ShownEstimate]:
    _, branches = questions.numbers(estimate.count for estimate in estimates)
    _, lows = questions.numbers(estimate.low for estimate in estimates)
    _, highs = questions.numbers(estimate.high for estimate in estimates)
    phrases = [phrase for phrase in questions.whole.walk() if phrase in branches]
    shown = parts(branch_tree(questions.whole, branches), exact=False)
    return {
        phrase: ShownEstimate(number)
        if branches[phrase].bounds is not None
        else ShownEstimate(number, lows[phrase].true, highs[phrase].true)
        for phrase, number in zip(phrases, shown, strict=True)
    }


def _changes(segment: str, counted: BucketCounts, hidden: bool) -> tuple[ShownEstimate, ShownEstimate]:
    def shown(change: Estimate) -> ShownEstimate:
        return (
            ShownEstimate(vague(change.count, ANY)) if hidden else ShownEstimate(change.count, change.low, change.high)
        )

    return shown(counted.entered(segment)), shown(counted.left(segment))


def _notes(spec: Spec, counted: BucketCounts, asked: AskedMeanings, exact: bool, published: bool) -> Iterator[str]:
    if spec.keep is not None and not exact and published:
        yield KEEP_TELLS_LATER
    if asked.cuts_off and not exact:
        yield "A segment that it refers to keeps only so many, so everybody was counted."
    for column in sorted(counted.errors):
        yield f"The computed column {column} has a value that its type cannot hold; here it counts as missing."


def newest_night(settings: Settings, catalog: Path) -> Evidence:
    """The newest night that is published, as what it knew; `UsageError` where there is none, or it had another catalog."""
    row = next(iter(newest_run(read_segment_runs(settings.lake))), None)
    if row is None:
        raise UsageError(
            f"{settings.lake}: no night has been published yet. Run one with `run --as-of …`, or ask a folder of rows "
            "with `try`."
        )
    evidence = Evidence(settings.lake, run_numbered(settings.lake, row.run_no))
    if not catalog_is_of(evidence, settings, catalog):
        raise UsageError(
            f"the catalog has changed since run {row.run_no}, whose tiles were to be asked. Run a night with it, or ask "
            "a folder of rows with `try`."
        )
    return evidence
