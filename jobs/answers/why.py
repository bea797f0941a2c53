"""Why a contact is a member or not, asked of the rows of a folder or of a run of the lake.

Messages and logs do not even repeat the contact's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jobs.answers.evidence import UNKNOWN_CONTACT, Evidence
from jobs.answers.folder import answer_folder, read_folder
from jobs.answers.folder_lists import known_lists, lists_left_unread
from jobs.answers.formula_verdicts import Decided, FormulaVerdict, TruthWord, contact_questions, judge
from jobs.answers.why_answer import Answer, AnsweredCondition, roots
from jobs.answers.why_values import beside, readings
from jobs.answers.workspace import account_zone, bound_catalog, clock_of, meanings_of, one_spec
from jobs.errors import UsageError
from jobs.kernel.bucket_rows import BUCKET
from jobs.lake.segment_runs import SegmentRun, last_published, newest_run, read_segment_runs
from jobs.language.atoms import Formula
from jobs.language.definitions import Spec
from jobs.language.phrases import Phrase
from jobs.plan.planner import make_plan
from jobs.runs.run import Run, find_run, runs_of
from jobs.runs.step_pins import EvaluatePin
from jobs.settings import Settings
from jobs.syntax.spelling import did_you_mean


@dataclass(frozen=True)
class AskedConditions:
    """What is asked of one contact: the phrases of a spec that it can be judged by, and what stands beside each."""

    spec: Spec
    phrases: tuple[Phrase, ...]

    @property
    def formulas(self) -> list[Formula]:
        """Each phrase's formula, and after it those beside it."""
        asked = (phrase.formula for phrase in self.phrases)
        return [formula for asking in asked if asking is not None for formula in (asking, *beside(asking))]

    def parts(self, member: bool, verdicts: Sequence[FormulaVerdict]) -> list[AnsweredCondition]:
        """Every condition with its verdict and values, as it is read."""
        answers = iter(verdicts)
        parts: dict[Phrase, AnsweredCondition] = {}
        for phrase in self.phrases:
            assert phrase.formula is not None
            verdict = next(answers)
            further = [next(answers) for _ in beside(phrase.formula)]
            parts[phrase] = AnsweredCondition(phrase, verdict.verdict, readings(phrase.formula, verdict, further))
        everything = [
            parts.get(phrase, AnsweredCondition(phrase)) for root in roots(self.spec) for phrase in root.walk()
        ]
        return _with_keep(self.spec, member, everything)


def asked_conditions(spec: Spec) -> AskedConditions:
    phrases = (phrase for root in roots(spec) for phrase in root.walk())
    return AskedConditions(spec, tuple(phrase for phrase in phrases if phrase.formula is not None))


def _with_keep(spec: Spec, member: bool, parts: list[AnsweredCondition]) -> list[AnsweredCondition]:
    """The keep's own verdict: it is asked of those for whom all else is true."""
    if spec.keep is None:
        return parts
    others = set(roots(spec)[:-1])
    if any(part.verdict != "true" for part in parts if part.phrase in others):
        return parts
    verdict: TruthWord = "true" if member else "false"
    return [*parts[:-1], replace(parts[-1], verdict=verdict)]


def why_in_folder(
    name: str, contact: str, data: Path, as_of: str, catalog: Path | None, time_zone: str | None
) -> Answer:
    """The answer by a folder's rows, as `try` reads them."""
    bound = bound_catalog(catalog)
    clock = clock_of(as_of, time_zone)
    spec, specs = one_spec(name, bound, known_lists(data, clock))
    plan = make_plan(meanings_of(spec, specs), bound.catalog, clock)
    folder = read_folder(plan, data, account_zone(time_zone))
    number = folder.contact_ids.index(contact).as_py()
    if number < 0:
        raise UsageError(f"{UNKNOWN_CONTACT} in {data}. Ids are compared letter by letter.")
    answers = answer_folder(plan, folder)
    asked = asked_conditions(spec)
    questions = contact_questions(asked.formulas, bound.catalog, clock)
    part = list(folder.buckets(questions.plan.columns))[number // BUCKET]
    inside = {id_: contact in members for id_, members in answers.members.items()}
    verdicts = judge(questions, part, number % BUCKET, Decided(answers.quantiles, inside))
    assert verdicts is not None, "contacts of a folder are live"
    member = inside[spec.id]
    warnings = (*folder.warnings, *lists_left_unread(data))
    source = f"with the rows of {data} as of {as_of}"
    return Answer(spec, contact, member, asked.parts(member, verdicts), source, warnings=warnings)


def why_on_lake(settings: Settings, name: str, contact: str, as_of: str | None, run_no: int | None) -> Answer:
    """The answer by a run: that of an as_of, that of a number, else the last that published the segment."""
    id_ = Path(name).name.removesuffix(".json")
    run, notes = _run_for(settings, id_, as_of, run_no)
    evidence = Evidence(settings.lake, run)
    failures = run.pinned(EvaluatePin).failures
    if id_ in failures:
        raise UsageError(
            f"run {run.run_no}: {id_} could not be evaluated: {failures[id_]}. Ask another run with --run."
        )
    spec = evidence.kept.spec(id_)
    if spec is None:
        raise UsageError(
            f"run {run.run_no} had no segment {id_} without problems. Ask another run with --run, or --data."
        )
    notes += _unpublished(settings.lake, run.run_no, id_)
    asked = asked_conditions(spec)
    member, verdicts = evidence.judge(contact, id_, asked.formulas)
    source = f"by run {run.run_no} as of {run.as_of:%Y-%m-%dT%H:%MZ}"
    return Answer(spec, contact, member, asked.parts(member, verdicts), source, tuple(notes))


def _run_for(settings: Settings, id_: str, as_of: str | None, run_no: int | None) -> tuple[Run, list[str]]:
    """The run asked for, else the last one that published the segment, with a note where the newest night did not."""
    if as_of is not None and run_no is not None:
        raise UsageError("found --as-of and --run, expected one of them.")
    if as_of is not None:
        return find_run(settings, as_of), []
    runs = {run.run_no: run for run in runs_of(settings.lake)}
    notes: list[str] = []
    if run_no is None:
        rows = read_segment_runs(settings.lake)
        published = last_published(rows)
        if id_ not in published:
            raise UsageError(
                f"{id_}: no run in {settings.lake} has published this segment{did_you_mean(id_, published)}. "
                "Run a night with `run --as-of …`, or ask rows of a folder with --data."
            )
        run_no = published[id_].run_no
        notes = _standing(id_, run_no, newest_run(rows))
    if run_no not in runs:
        raise UsageError(f"--run: found {run_no}, expected a run that {settings.lake} keeps; `runs` shows them.")
    return runs[run_no], notes


def _standing(id_: str, run_no: int, newest: Sequence[SegmentRun]) -> list[str]:
    """What the newest night says of a segment that it did not publish."""
    row = next((row for row in newest if row.segment == id_ and row.status != "published"), None)
    if row is None:
        return []
    members = f"it has no members now; this is run {run_no}, the last that published it"
    if row.status != "retired":
        members = f"its members are still those of run {run_no}"
    return [f"Run {row.run_no}: {id_} is {row.status}; {members}."]


def _unpublished(lake: str, run_no: int, id_: str) -> list[str]:
    """Says so where the members by a run are not those that were published."""
    status = next((row.status for row in read_segment_runs(lake, run_no) if row.segment == id_), "not published yet")
    if status == "published":
        return []
    return [f"Run {run_no}: {id_} is {status}; this is what the run found, not what is published."]
