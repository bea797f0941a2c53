"""Grows one WITH clause: a CTE for each thing counted, computed or referred to, and one for each segment.

Each distinct thing has one CTE, made the first time it is asked for, so that what it needs stands before it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from fractions import Fraction

from sqlglot import exp

from jobs.language.atoms import Everyone, Formula, InList, Keep, Meaning
from jobs.plan.planner import references
from jobs.plan.run_plan import Plan
from jobs.sql import sample_numbers
from jobs.sql.constants import number
from jobs.sql.exact_sql import quotient, wide
from jobs.sql.expressions import CONTACT, column, compared, named, plus, subquery, table, times
from jobs.sql.fragments import Engine
from jobs.sql.relations import Reads
from jobs.sql.scopes import Scope

WITHIN_ONE_SELECT = ("ranked", "groups", "valued", "matched", "last", "members", "counted", "z")
"""Names of subqueries, which no CTE may have."""


class Statement:
    """`words` says a condition of the plan in English, `titles` a segment, where somebody gave them."""

    def __init__(
        self, plan: Plan, engine: Engine, words: Mapping[Formula, str], titles: Mapping[str, str] | None = None
    ) -> None:
        self.plan = plan
        self.engine: Engine = engine
        self.zone = plan.clock.zone.name
        self.reads = Reads()
        self.parts: dict[str, exp.Expr] = {}
        self._segments = {meaning.id: meaning for meaning in plan.segments}
        self._words = words
        self._titles = titles or {}
        self._topic = ""
        self._names: dict[object, str] = {}
        self._taken = {*plan.catalog.sources, *map(list_name, plan.lists), *WITHIN_ONE_SELECT}

    def members(self, segment: str) -> exp.Select:
        """The members' ids, in the order of their code points."""
        contact = column(self.segment(segment), CONTACT)
        select = exp.select(contact).from_(table(self.segment(segment))).order_by(contact.copy())
        return self.with_parts(select)

    def with_parts(self, select: exp.Select) -> exp.Select:
        for name, query in self.parts.items():
            select = select.with_(exp.to_identifier(name, quoted=True), as_=query, copy=False)
        return select

    def part(self, key: object, name: str, build: Callable[[], exp.Expr], about: str = "") -> str:
        """The name of a CTE; equal keys share one. Its comment: what it is about, else the condition that asks first."""
        if key not in self._names:
            with self._about(about or self._topic) as topic:
                query = build()
            if topic:
                query.add_comments([topic])
            self._names[key] = found = self._free(name)
            self.parts[found] = query
        return self._names[key]

    def _free(self, name: str) -> str:
        found, number_ = name, 2
        while found in self._taken:
            found, number_ = f"{name}_{number_}", number_ + 1
        self._taken.add(found)
        return found

    @contextmanager
    def _about(self, topic: str) -> Generator[str]:
        before, self._topic = self._topic, topic
        yield topic
        self._topic = before

    @contextmanager
    def speaking_of(self, formula: Formula) -> Generator[str]:
        """The words of a condition; CTEs made meanwhile are about it."""
        words = self._words.get(formula, "")
        with self._about(words or self._topic):
            yield words

    # --- segments and lists ------------------------------------------------------------------------------------------

    def list_table(self, wanted: InList) -> str:
        self.reads.add(list_name(wanted), CONTACT)
        return list_name(wanted)

    def segment(self, id_: str) -> str:
        """The CTE of a segment's members, after its keep."""
        meaning = self._segments[id_]
        return self.part(("segment", id_), id_, lambda: self._members(meaning), self._titles.get(id_, id_))

    def _members(self, meaning: Meaning) -> exp.Expr:
        for reference in references(meaning):
            self.segment(reference)
        self._topic = ""
        scope = Scope(self, self.plan.catalog.contacts)
        tests = [scope.formula(part) for part in (meaning.base, meaning.where) if not isinstance(part, Everyone)]
        if meaning.keep is None:
            return scope.select(scope.contact, where=tests)
        place = named(self._place(meaning.keep, scope), "place")
        return self._kept(meaning.keep, scope.select(scope.contact, place, where=tests))

    def _place(self, keep: Keep, scope: Scope) -> exp.Expr:
        if keep.by is None:
            assert keep.seed is not None
            by = exp.Ordered(this=sample_numbers.place(scope, keep.seed), desc=False)
        else:
            by = exp.Ordered(this=scope.value(keep.by), desc=not keep.lowest, nulls_first=False)
        order = exp.Order(expressions=[by, exp.Ordered(this=scope.contact.copy(), desc=False)])
        return exp.Window(this=exp.RowNumber(), order=order)

    def _kept(self, keep: Keep, members: exp.Select) -> exp.Expr:
        place = column("members", "place")
        limit = number(keep.count) if keep.count is not None else self._share(keep)
        counted = exp.select(column("members", CONTACT), place, named(limit, "places"))
        return (
            exp.select(column("counted", CONTACT))
            .from_(subquery(counted.from_(subquery(members, "members")), "counted"))
            .where(compared(exp.LTE, column("counted", "place"), column("counted", "places")))
        )

    def _share(self, keep: Keep) -> exp.Expr:
        """ceil(m * p / 100) of m members, in whole numbers: (m * top + bottom - 1) / bottom, rounded down."""
        assert keep.percent is not None
        share = Fraction(keep.percent) / 100
        top, bottom = (wide(number(part), self.engine) for part in (share.numerator, share.denominator))
        everyone = wide(exp.Window(this=exp.Count(this=exp.Star())), self.engine)
        return quotient(plus(times(everyone, top), number(share.denominator - 1)), bottom, self.engine)


def list_name(wanted: InList) -> str:
    """The table a contact list is expected under: `list_<name>`, or `list_<name>_<yyyymmdd>` for a dated one."""
    return f"list_{wanted.name}" + ("" if wanted.on is None else f"_{wanted.on:%Y%m%d}")
