"""The counts beside `explain`: how many contacts each condition holds for, by the run that `segments` shows the segment by.

Read from tiles without Spark. Where there is no lake there are no counts and no word of it; where they cannot be had, one
line on standard error says why, and the text stands without them. A number that hangs on something sensitive is shown as
`shown_counts` says, in JSON as in words: `true` is "under 50" or "50 or more", `false` and `unknown` are null, and
`sensitive` is true.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.answers.branch_numbers import BranchNumbers, BranchQuestions, branch_tree
from jobs.catalog.shown_counts import AT_LEAST, Shown, parts, vague, words
from jobs.errors import SettingsError, UserError
from jobs.language.atoms import Everyone
from jobs.publication.shown_members import page_of
from jobs.settings import Settings, read_settings

if TYPE_CHECKING:  # the kernel and NumPy behind them take a while to load, and `explain` without a lake needs none
    from jobs.answers.evidence import Evidence
    from jobs.language.definitions import Spec
    from jobs.language.phrases import Phrase


@dataclass(frozen=True)
class BranchCount:
    """How many of those asked a condition is true for, false for and unknown for, as it is shown."""

    true: Shown
    false: int | None
    unknown: int | None
    sensitive: bool


@dataclass(frozen=True)
class SpecCounts:
    """`asked`: how many contacts `from` leaves (all without it). `at`: for each phrase the verdicts on them."""

    run_no: int
    as_of: str
    asked: Shown
    at: Mapping[Phrase, BranchCount]

    def remark(self, phrase: Phrase) -> str:
        """What stands beside a condition."""
        branch = self.at.get(phrase)
        return "" if branch is None or branch.true is None else f" → {words(branch.true)}"

    def closing(self, whole: Phrase) -> Iterator[str]:
        """The lines below the text."""
        branch = self.at[whole]
        yield f"Counts, by run {self.run_no} as of {self.as_of}:"
        yield f"- {words(self.asked)} contacts were asked, and for {words(branch.true)} of them the whole holds."
        if branch.unknown is not None:
            yield f"- {branch.unknown:,} are out only because a value is missing."
        if any(counted.sensitive for counted in self.at.values()):
            yield f"- Where something sensitive decides, no number tells of fewer than {AT_LEAST} people."

    def as_json(self, whole: Phrase) -> Mapping[str, Any]:
        return {
            "run_no": self.run_no,
            "as_of": self.as_of,
            "contacts": self.asked,
            "conditions": [
                {
                    "pointer": phrase.pointer, "text": phrase.text, "true": branch.true, "false": branch.false,
                    "unknown": branch.unknown, **({"sensitive": True} if branch.sensitive else {}),
                }
                for phrase in whole.walk() if (branch := self.at.get(phrase)) is not None
            ],
        }  # fmt: skip


def count_branches(spec: Spec, catalog: Path | None) -> SpecCounts | str | None:
    """The counts at each condition of a spec's `where`; why there are none, or None where there is no lake."""
    try:
        settings = read_settings()
        evidence = _in_force(settings, spec.id)
        if evidence is None:
            return None
        return _count(spec, evidence, settings, catalog or settings.catalog)
    except SettingsError:
        return None
    except UserError as error:  # a lake in trouble takes no words away
        return str(error).removesuffix(".")


def _in_force(settings: Settings, segment: str) -> Evidence | None:
    """The run that `segments` shows the segment by; of a new one the newest night. None before the first publication."""
    from jobs.answers.evidence import Evidence
    from jobs.lake.segment_runs import read_segment_runs, run_in_force
    from jobs.runs.run import run_numbered

    run_no = run_in_force(read_segment_runs(settings.lake), segment)
    return None if run_no is None else Evidence(settings.lake, run_numbered(settings.lake, run_no))


def _count(spec: Spec, evidence: Evidence, settings: Settings, catalog: Path) -> SpecCounts | str:
    """The counts, or why there are none. Another catalog may name what the run's tiles do not have."""
    from jobs.runs.failures import bad_data

    kept = evidence.kept.spec(spec.id)
    same = kept is not None and kept.spec_hash == spec.spec_hash
    unlike = kept is not None and kept.sensitive != spec.sensitive  # what was not sensitive then may be now
    if (not same or unlike) and not catalog_is_of(evidence, settings, catalog):
        return f"the catalog has changed since run {evidence.run.run_no}"
    asked = kept if kept is not None and same else spec
    if bad := bad_data(asked, asked.depends.sources, evidence.run):
        return f"run {evidence.run.run_no} has none: {bad.removesuffix('.')}"
    whole = spec.where.describe()
    questions = BranchQuestions(spec.origin, whole, evidence.sensitive)
    census = evidence.census(questions.formulas, Everyone())
    if isinstance(census, str):
        return census
    asked, branches = questions.numbers(count.true for count in census)
    phrases = [phrase for phrase in whole.walk() if phrase in branches]
    published = page_of(evidence.lake, evidence.run.run_no).get(spec.id) if same and spec.keep is None else None
    shown = parts(branch_tree(whole, branches), exact=isinstance(published, int))
    at = {phrase: _as_shown(branches[phrase], number, asked) for phrase, number in zip(phrases, shown, strict=True)}
    as_of = f"{evidence.run.as_of:%Y-%m-%dT%H:%MZ}"
    return SpecCounts(evidence.run.run_no, as_of, vague(asked.true, asked.bounds), at)


def _as_shown(branch: BranchNumbers, true: Shown, asked: BranchNumbers) -> BranchCount:
    if branch.bounds is not None:
        return BranchCount(true, None, None, sensitive=True)
    return BranchCount(true, branch.false, asked.true - branch.true - branch.false, sensitive=False)


def catalog_is_of(evidence: Evidence, settings: Settings, folder: Path) -> bool:
    """Whether a run was opened with the catalog of this folder, in the settings' zone."""
    from jobs.catalog.catalog_files import catalog_files
    from jobs.runs.inputs import catalog_hash
    from jobs.syntax.nodes import Problems

    texts = {Path(path).name: data.decode() for path, data in catalog_files(folder, Problems())}
    return catalog_hash(texts, settings.time_zone) == evidence.run.catalog_hash
