"""The verb `why`: each condition of a segment for one contact, with the value found and its verdict.

The only verb whose answer holds a contact's data: it is what the person asked for, it goes to standard output and nowhere
else. Messages and logs do not even repeat the id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.commands.console import print_json, say
from jobs.commands.options import CatalogFolder, Json, TimeZone
from jobs.errors import UsageError, visible

if TYPE_CHECKING:
    from jobs.answers.formula_verdicts import FormulaVerdict
    from jobs.answers.readable_values import Seen
    from jobs.language.atoms import Formula
    from jobs.language.definitions import Spec
    from jobs.language.phrases import Phrase

PANEL = "Specs"


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel=PANEL)(why)


def why(
    spec: Annotated[str, typer.Argument(help="A spec's id, or its file.", show_default=False)],
    contact: Annotated[str, typer.Argument(help="The contact_id, letter by letter.", show_default=False)],
    data: Annotated[
        Path | None, typer.Option(help="A folder of rows as `try` takes it; without it the lake is asked.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="With --data: the one instant. On the lake: the run of this instant.")
    ] = None,
    run: Annotated[
        int | None, typer.Option("--run", help="Number of a run (default: the last that published the segment).")
    ] = None,
    catalog: CatalogFolder = None,
    time_zone: TimeZone = None,
    as_json: Json = False,
) -> None:
    """Why a contact is a member or not: each condition, the value found, its verdict, and what would have to change.

    A verdict is true, false or unknown: unknown where a value is missing.

    Example: `python -m jobs why lapsed_vips 04711`
    """
    if data is not None:
        if run is not None or as_of is None:
            raise UsageError("--data goes with --as-of, and without --run: rows of a folder belong to no run.")
        answer = _in_folder(spec, contact, data, as_of, catalog, time_zone)
    else:
        if catalog is not None or time_zone is not None:
            raise UsageError("--catalog and --time-zone go with --data: a run has its own catalog and zone.")
        answer = _on_lake(spec, contact, as_of, run)
    if as_json:
        print_json(answer.as_json())
    else:
        print("\n".join(map(visible, answer.lines())))


@dataclass(frozen=True)
class Part:
    """One condition: what it says, what was found."""

    phrase: Phrase
    judged: FormulaVerdict | None

    def as_json(self) -> Mapping[str, Any]:
        judged = self.judged
        return {
            "pointer": self.phrase.pointer,
            "text": self.phrase.text,
            "value": None if judged is None else _json_value(judged.values),
            "verdict": None if judged is None else judged.verdict,
        }


@dataclass(frozen=True)
class Answer:
    """Everything told of one contact. `source` says where it is from."""

    spec: Spec
    contact: str
    member: bool
    parts: Sequence[Part]
    source: str

    def as_json(self) -> Mapping[str, Any]:
        changes = [phrase.pointer for needed in self.needed() for phrase in needed.walk() if not phrase.children]
        return {
            "segment": self.spec.id,
            "contact": self.contact,
            "member": self.member,
            "conditions": [part.as_json() for part in self.parts],
            "would_have_to_change": [] if self.member else changes,
        }

    def lines(self) -> Iterator[str]:
        from jobs.language.english import tree_lines

        known = {part.phrase: part.judged for part in self.parts}

        def remark(phrase: Phrase) -> str:
            judged = known.get(phrase)
            return "" if judged is None else _remark(judged)

        verb = "is" if self.member else "is not"
        yield f"{self.contact} {verb} a member of {self.spec.id}, {self.source}."
        yield ""
        for phrase in roots(self.spec):
            yield from tree_lines(phrase, remark)
        if not self.member:
            yield ""
            yield "To be a member, this would have to change:"
            for phrase in self.needed():
                yield from tree_lines(phrase, lambda _: "")

    def needed(self) -> list[Phrase]:
        """The conditions that keep the contact out; below an `or` all of them, of which one is enough."""
        known = {part.phrase: part.judged for part in self.parts}
        return [needed for phrase in roots(self.spec) if (needed := _needed(phrase, known)) is not None]


def roots(spec: Spec) -> list[Phrase]:
    """What must hold: `from`, `where` and `keep`, as far as the spec has them."""
    from jobs.language.atoms import Everyone
    from jobs.language.audience import origin_english
    from jobs.language.phrases import Phrase

    found = [spec.where.describe()]
    if not isinstance(spec.origin, Everyone):
        found.insert(0, Phrase(f"is one of {origin_english(spec.origin)}", "/from", spec.origin))
    if spec.keep is not None:
        found.append(Phrase(f"is among those that are kept: only {spec.keep.english()}", "/keep"))
    return found


def _needed(phrase: Phrase, known: Mapping[Phrase, FormulaVerdict | None]) -> Phrase | None:
    judged = known.get(phrase)
    if judged is None or judged.verdict == "true":
        return None
    if phrase.joint == "or" or not phrase.children:
        return phrase
    children = tuple(child for one in phrase.children if (child := _needed(one, known)) is not None)
    return children[0] if len(children) == 1 else replace(phrase, children=children)


# --- asking --------------------------------------------------------------------------------------------------------------


def asked_formulas(spec: Spec) -> tuple[list[Phrase], list[Formula]]:
    """Every phrase of the spec that a contact can be judged by, and its formula."""
    phrases = [phrase for root in roots(spec) for phrase in root.walk() if phrase.formula is not None]
    return phrases, [phrase.formula for phrase in phrases if phrase.formula is not None]


def _answer(
    spec: Spec, contact: str, member: bool, phrases: list[Phrase], judged: list[FormulaVerdict], source: str
) -> Answer:
    known = dict(zip(phrases, judged, strict=True))
    parts = [Part(phrase, known.get(phrase)) for root in roots(spec) for phrase in root.walk()]
    return Answer(spec, contact, member, _with_keep(spec, member, parts), source)


def _with_keep(spec: Spec, member: bool, parts: list[Part]) -> list[Part]:
    """The keep's own verdict: it is asked of those for whom all else is true."""
    from jobs.answers.formula_verdicts import FormulaVerdict

    if spec.keep is None:
        return parts
    tops = set(roots(spec)[:-1])
    others = all(part.judged is not None and part.judged.verdict == "true" for part in parts if part.phrase in tops)
    verdict = FormulaVerdict("true" if member else "false") if others else None
    return [*parts[:-1], replace(parts[-1], judged=verdict)]


def _in_folder(named: str, contact: str, data: Path, as_of: str, catalog: Path | None, time_zone: str | None) -> Answer:
    from jobs.answers.folder import answer_folder, read_folder
    from jobs.answers.folder_lists import known_lists
    from jobs.answers.formula_verdicts import Decided, contact_questions, judge
    from jobs.commands.workspace import account_zone, bound_catalog, clock_of, one_spec
    from jobs.kernel.bucket_rows import BUCKET
    from jobs.plan.planner import make_plan, with_references

    bound = bound_catalog(catalog)
    clock = clock_of(as_of, time_zone)
    spec, found = one_spec(named, bound, known_lists(data, clock))
    meanings = with_references(spec.id, {id_: one.meaning() for id_, one in found.valid.items()})
    plan = make_plan(meanings, bound.catalog, clock)
    folder = read_folder(plan, data, account_zone(time_zone))
    number = folder.contact_ids.index(contact).as_py()
    if number < 0:
        raise UsageError(f"this contact id is not known in {data}. Ids are compared letter by letter.")
    answers = answer_folder(plan, folder)
    phrases, formulas = asked_formulas(spec)
    questions = contact_questions(formulas, bound.catalog, clock)
    part = list(folder.buckets(questions.plan.columns))[number // BUCKET]
    inside = {id_: contact in members for id_, members in answers.members.items()}
    judged = judge(questions, part, number % BUCKET, Decided(answers.quantiles, inside))
    assert judged is not None, "contacts of a folder are live"
    return _answer(spec, contact, inside[spec.id], phrases, judged, f"with the rows of {data} as of {as_of}")


def _on_lake(named: str, contact: str, as_of: str | None, run_no: int | None) -> Answer:
    from jobs.answers.evidence import Evidence
    from jobs.settings import read_settings

    settings = read_settings()
    id_ = Path(named).name.removesuffix(".json")
    run = _run_for(settings, id_, as_of, run_no)
    evidence = Evidence(settings.lake, run)
    failures = run.pinned("evaluate")["failures"]
    if id_ in failures:
        raise UsageError(
            f"run {run.run_no}: {id_} could not be evaluated: {failures[id_]}. Ask another run with --run."
        )
    spec = evidence.kept.specs.valid.get(id_)
    if spec is None:
        raise UsageError(
            f"run {run.run_no} had no segment {id_} without problems. Ask another run with --run, or --data."
        )
    _tell_unpublished(settings.lake, run.run_no, id_)
    phrases, formulas = asked_formulas(spec)
    member, judged = evidence.judge(contact, id_, formulas)
    return _answer(spec, contact, member, phrases, judged, f"by run {run.run_no} as of {run.as_of:%Y-%m-%dT%H:%MZ}")


def _run_for(settings: Any, id_: str, as_of: str | None, run_no: int | None) -> Any:
    """The run asked for, else the last one that published the segment."""
    from jobs.lake.segment_runs import last_published, newest_run, read_segment_runs
    from jobs.runs.run import find_run, runs_of
    from jobs.syntax.spelling import did_you_mean

    if as_of is not None and run_no is not None:
        raise UsageError("found --as-of and --run, expected one of them.")
    if as_of is not None:
        return find_run(settings, as_of)
    runs = {run.run_no: run for run in runs_of(settings.lake)}
    if run_no is None:
        rows = read_segment_runs(settings.lake)
        published = last_published(rows)
        if id_ not in published:
            raise UsageError(
                f"{id_}: no run in {settings.lake} has published this segment{did_you_mean(id_, published)}. "
                "Run a night with `run`, or ask rows of a folder with --data."
            )
        run_no = published[id_].run_no
        now = next((row for row in newest_run(rows) if row.segment == id_), None)
        if now is not None and now.status != "published":
            say(f"Run {now.run_no}: {id_} was {now.status}; its members are still those of run {run_no}.")
    if run_no not in runs:
        raise UsageError(f"--run: found {run_no}, expected a run that {settings.lake} keeps; `runs` shows them.")
    return runs[run_no]


def _tell_unpublished(lake: str, run_no: int, id_: str) -> None:
    """Says so where the members by a run are not those that were published."""
    from jobs.lake.segment_runs import read_segment_runs

    status = next((row.status for row in read_segment_runs(lake, run_no) if row.segment == id_), "not published yet")
    if status != "published":
        say(f"Run {run_no}: {id_} is {status}; this is what the run found, not what is published.")


# --- values in words -----------------------------------------------------------------------------------------------------


def _remark(judged: FormulaVerdict) -> str:
    values = " and ".join(map(_words, judged.values))
    return f" → {values}: {judged.verdict}" if values else f" → {judged.verdict}"


def _words(value: Seen) -> str:
    from jobs.language.phrases import number

    match value:
        case None:
            return "missing"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return number(value)
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case datetime():
            return value.isoformat(" ")
        case _:
            return str(value)


def _json_value(values: Sequence[Seen]) -> Any:
    """One value; of two columns compared both, in order. Missing is null; decimals and dates are text."""
    found = [_json_cell(value) for value in values]
    return None if not found else found[0] if len(found) == 1 else found


def _json_cell(value: Seen) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case tuple():
            return list(value)
        case _:
            return value
