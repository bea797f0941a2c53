"""The counts beside `explain`: how many contacts each condition holds for, by the run that `segments` shows the segment by.

Read from tiles without Spark. Where there is no lake there are no counts and no word of it; where they cannot be had, one
line on standard error says why, and the text stands without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.errors import SettingsError, UserError
from jobs.settings import Settings, read_settings

if TYPE_CHECKING:
    from jobs.answers.evidence import Evidence
    from jobs.answers.formula_verdicts import Census
    from jobs.language.definitions import Spec
    from jobs.language.phrases import Phrase


@dataclass(frozen=True)
class Counts:
    """`asked`: how many contacts `from` leaves (all without it). `at`: for each phrase the verdicts on them."""

    run_no: int
    as_of: str
    asked: int
    at: Mapping[Phrase, Census]

    def remark(self, phrase: Phrase) -> str:
        """What stands beside a condition."""
        found = self.at.get(phrase)
        return "" if found is None else f" → {found.true:,}"

    def closing(self, whole: Phrase) -> Iterator[str]:
        """The lines below the text."""
        found = self.at[whole]
        unknown = self.asked - found.true - found.false
        yield f"Counts, by run {self.run_no} as of {self.as_of}:"
        yield f"- {self.asked:,} contacts were asked, and for {found.true:,} of them the whole holds."
        yield f"- {unknown:,} are out only because a value is missing."

    def as_json(self, whole: Phrase) -> Mapping[str, Any]:
        return {
            "run_no": self.run_no,
            "as_of": self.as_of,
            "contacts": self.asked,
            "conditions": [
                {
                    "pointer": phrase.pointer, "text": phrase.text, "true": found.true, "false": found.false,
                    "unknown": self.asked - found.true - found.false,
                }
                for phrase in whole.walk() if (found := self.at.get(phrase)) is not None
            ],
        }  # fmt: skip


def count_branches(spec: Spec, catalog: Path | None) -> Counts | str | None:
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


def _count(spec: Spec, evidence: Evidence, settings: Settings, catalog: Path) -> Counts | str:
    """The counts, or why there are none. Another catalog may name what the run's tiles do not have."""
    from jobs.language.atoms import Everyone

    known = evidence.kept.specs.valid.get(spec.id)
    same = known is not None and known.spec_hash == spec.spec_hash
    if not same and not _catalog_is_of(evidence, settings, catalog):
        return f"the catalog has changed since run {evidence.run.run_no}"
    phrases = [phrase for phrase in spec.where.describe().walk() if phrase.formula is not None]
    formulas = [Everyone(), *(phrase.formula for phrase in phrases if phrase.formula is not None)]
    found = evidence.census(formulas, spec.origin)
    if isinstance(found, str):
        return found
    as_of = f"{evidence.run.as_of:%Y-%m-%dT%H:%MZ}"
    return Counts(evidence.run.run_no, as_of, found[0].true, dict(zip(phrases, found[1:], strict=True)))


def _catalog_is_of(evidence: Evidence, settings: Settings, folder: Path) -> bool:
    from jobs.catalog.catalog_files import catalog_files
    from jobs.runs.inputs import catalog_hash
    from jobs.syntax.nodes import Problems

    texts = {Path(path).name: data.decode() for path, data in catalog_files(folder, Problems())}
    return catalog_hash(texts, settings.time_zone) == evidence.run.catalog_hash
