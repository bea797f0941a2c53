"""All specs of a run at once: references, cycles, the blank contact, sensitive columns; every problem of every file.

What has a problem is left out, and so is what refers to it; nothing else is. The specs that are left stand in an order in
which references come first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from jobs.errors import Problem
from jobs.language.atoms import Everyone
from jobs.language.blank import BlankContact
from jobs.language.bound import BoundCatalog
from jobs.language.context import Uses
from jobs.language.definitions import APPROVED_BY, FILE, Depends, Draft, Spec, id_of, read_draft, read_spec
from jobs.language.suggestions import suggestion
from jobs.language.warnings import warnings
from jobs.syntax.nodes import Node, Problems, shown
from jobs.syntax.objects import missing
from jobs.syntax.reference_order import in_order, pairs, way_round
from jobs.syntax.spec_files import SpecFile, chosen_files, read_spec_file
from jobs.syntax.word_lists import quoted

__all__ = ["Depends", "KnownLists", "Spec", "SpecSet", "read_spec", "read_specs"]


@dataclass(frozen=True)
class KnownLists:
    """The contact lists there are: for each name its dates, None for an undated one. `today` is as_of's day."""

    dates: Mapping[str, Collection[date | None]]
    today: date

    def wrong(self, name: str, on: date | None) -> str:
        """What is wrong with asking for a list; empty where it is there."""
        dates = self.dates.get(name)
        if not dates:
            return f"found {shown(name)}, expected a contact list{suggestion(name, self.dates)}"
        if on is not None:
            return "" if on in dates else f"found {on}, expected a date of the list {name}{self._listed(dates)}"
        if None in dates or any(day <= self.today for day in dates if day is not None):
            return ""
        return f"found {shown(name)}, expected a list with a date not after {self.today}{self._listed(dates)}"

    @staticmethod
    def _listed(dates: Collection[date | None]) -> str:
        days = sorted(day.isoformat() for day in dates if day is not None)
        return f": it has {', '.join(days[-8:])}" if days else ": it has none"


@dataclass(frozen=True)
class SpecSet:
    """The specs without problems, by id, references first; and every problem, file by file, warnings last.

    `broken`: the ids of those that have problems.
    """

    valid: Mapping[str, Spec]
    problems: Sequence[Problem]
    broken: frozenset[str] = frozenset()

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]

    def replaced(self, others: SpecSet) -> SpecSet:
        """These with others, that refer to nothing, in the place of those of their ids."""
        kept = {id_: spec for id_, spec in self.valid.items() if id_ not in others.valid}
        return SpecSet({**others.valid, **kept}, self.problems, self.broken - others.valid.keys())


NO_SPECS = SpecSet({}, ())


def read_beside(node: Node, specs: SpecSet, catalog: BoundCatalog, lists: KnownLists | None = None) -> SpecSet:
    """One more spec, a tree, among specs that are read already: those of it that it refers to, however far, and itself last.

    `problems` are its own alone, without those that only two specs have together.
    """
    draft = read_draft(node, catalog, None)
    _check_references(draft, specs.valid.keys() | specs.broken, lists)
    if draft.id in specs.valid or draft.id in specs.broken:
        draft.problems.add(node, f"found the id {shown(draft.id)}, which another spec has, expected one of its own")
    valid = referred(draft.uses.segments, specs.valid)
    blank = BlankContact()
    for spec in valid.values():
        blank.add(spec.meaning())
    _judge(draft, valid, blank)
    return SpecSet(valid, draft.problems.found)


def referred(ids: Iterable[str], valid: Mapping[str, Spec]) -> dict[str, Spec]:
    """The valid ones of these and what they refer to, references first."""
    reached: set[str] = set()
    waiting = [id_ for id_ in ids if id_ in valid]
    while waiting:
        id_ = waiting.pop()
        if id_ not in reached:
            reached.add(id_)
            waiting += valid[id_].depends.segments
    return {id_: spec for id_, spec in valid.items() if id_ in reached}


def read_specs(
    sources: Iterable[Path | SpecFile | Node], catalog: BoundCatalog, lists: KnownLists | None = None
) -> SpecSet:
    """The specs of files, of folders of sub-folders of files, or of trees that are read already.

    `lists` None: which contact lists there are is not known, and not asked.
    """
    outside = Problems()
    drafts: list[Draft] = []
    seen: set[Path] = set()
    for source in sources:
        if isinstance(source, Node):
            drafts.append(read_draft(source, catalog, id_of(source.file)))
            continue
        for file in chosen_files([source], outside) if isinstance(source, Path) else [source]:
            if file.path not in seen:
                seen.add(file.path)
                drafts.append(_read_file(file, catalog))
    return _spec_set(drafts, lists, outside, catalog)


def _read_file(file: SpecFile, catalog: BoundCatalog) -> Draft:
    problems = Problems()
    node = read_spec_file(file.path, file.shown_as, problems)
    if node is None:
        return Draft(file.id, file.shown_as, problems)
    draft = read_draft(node, catalog, file.id)
    if problems.found:  # the tree could be read, but is not to be trusted
        draft.problems.found[:0] = problems.found
        draft.spec = None
    return draft


def _spec_set(drafts: list[Draft], lists: KnownLists | None, outside: Problems, catalog: BoundCatalog) -> SpecSet:
    by_id = _one_for_each_id(drafts)
    for draft in drafts:
        _check_references(draft, by_id, lists)
    order, cycles = in_order(
        {id_: [ref for ref in draft.uses.segments if ref in by_id] for id_, draft in by_id.items()}
    )
    for cycle in cycles:
        _report_cycle(cycle, by_id)
    valid = _valid([by_id[id_] for id_ in order])
    every = [*outside.found, *(problem for draft in drafts for problem in draft.problems.found)]
    every += warnings(valid, catalog.catalog)
    broken = frozenset(by_id) - frozenset(valid)
    return SpecSet(valid, sorted(every, key=lambda problem: problem.level == "warning"), broken)


def _one_for_each_id(drafts: Iterable[Draft]) -> dict[str, Draft]:
    """Two files of one id are both refused."""
    by_id: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_id.setdefault(draft.id, []).append(draft)
    for id_, several in by_id.items():
        for draft in several if len(several) > 1 and id_ else ():
            others = [other.file for other in several if other is not draft]
            message = f"found the id {shown(id_)} in {quoted(others[:3])} too, expected one file for an id"
            where = None if draft.node is None else draft.node.get("id")
            if where is not None:
                draft.problems.add(where, message)
            else:
                draft.problems.add_file(draft.file, message)
            draft.spec = None
    return {id_: several[0] for id_, several in by_id.items()}


def _check_references(draft: Draft, by_id: Collection[str], lists: KnownLists | None) -> None:
    for id_, node in draft.uses.segments.items():
        if id_ not in by_id:
            others = [other for other in by_id if other != draft.id]
            draft.problems.add(node, f"found {shown(id_)}, expected the id of a segment{suggestion(id_, others)}")
    if lists is None:
        return
    for (name, on), node in draft.uses.lists.items():
        wrong = lists.wrong(name, on)
        if wrong:
            draft.problems.add(node, wrong)


def _report_cycle(cycle: Sequence[str], by_id: Mapping[str, Draft]) -> None:
    """A problem in every file of the cycle, where it refers to the next."""
    for id_, other in pairs(cycle):
        at = by_id[id_].uses.segments[other]
        by_id[id_].problems.add(at, f"found a cycle of segments, {way_round(cycle, id_)}, expected none")


def _valid(order: Iterable[Draft]) -> dict[str, Spec]:
    valid: dict[str, Spec] = {}
    blank = BlankContact()
    for draft in order:
        _judge(draft, valid, blank)
    return valid


def _judge(draft: Draft, valid: dict[str, Spec], blank: BlankContact) -> None:
    """Puts a draft's spec among the valid ones, which are all that it may refer to, unless something is wrong with it."""
    for id_, node in _broken(draft.uses, valid, draft):
        draft.problems.add(node, f"found {shown(id_)}, a segment with problems of its own, expected one without")
    spec = draft.spec
    if spec is None or draft.problems.errors:
        return
    # Whoever may read the members of this one learns about those: what is sensitive below is sensitive here.
    spec = replace(spec, sensitive=spec.sensitive.union(*(valid[id_].sensitive for id_ in spec.depends.segments)))
    _check_blank(spec, blank, draft)
    _check_approval(spec, draft)
    if not draft.problems.errors:
        valid[spec.id] = spec


def _broken(uses: Uses, valid: Mapping[str, Spec], draft: Draft) -> Iterator[tuple[str, Node]]:
    """References to specs that are there and are no good; unknown ones and cycles are told already."""
    pointers = {problem.pointer for problem in draft.problems.errors}
    for id_, node in uses.segments.items():
        if id_ not in valid and node.pointer not in pointers:
            yield id_, node


def _check_blank(spec: Spec, blank: BlankContact, draft: Draft) -> None:
    member = blank.add(spec.meaning())
    # Inside a list or a segment somebody put each contact there, so nobody is a member by having no data.
    if member and isinstance(spec.origin, Everyone) and not draft.uses.everyone:
        assert draft.node is not None
        draft.problems.add(
            draft.node.child("where"),
            'found conditions that a contact without any data satisfies, expected {"everyone": true} beside them '
            'if that is meant, as in {"all": [{"everyone": true}, …]}, "from", or a condition that asks for something known',
        )


def _check_approval(spec: Spec, draft: Draft) -> None:
    if spec.sensitive and not spec.approved_by:
        assert draft.node is not None
        asked = f"who approved the use of {quoted(sorted(spec.sensitive))}, which the catalog calls sensitive"
        draft.problems.add(draft.node, missing(APPROVED_BY, FILE.what, asked))
