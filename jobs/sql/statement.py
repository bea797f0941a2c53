"""What a statement is made of while it grows: its WITH clause, what it reads, and whose words stand above what.

Each distinct thing has one CTE, made the first time it is asked for, so that what it needs stands before it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

from sqlglot import exp

from jobs.language.atoms import Formula, InList
from jobs.plan.run_plan import Plan
from jobs.sql.expressions import CONTACT
from jobs.sql.fragments import Engine
from jobs.sql.relations import Reads

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
        self.meanings = {meaning.id: meaning for meaning in plan.segments}
        self.titles = titles or {}
        self._words = words
        self._topic = ""
        self._names: dict[object, str] = {}
        self._taken = {*plan.catalog.sources, *map(list_name, plan.lists), *WITHIN_ONE_SELECT}

    def with_parts(self, select: exp.Select) -> exp.Select:
        for name, query in self.parts.items():
            select = select.with_(exp.to_identifier(name, quoted=True), as_=query, copy=False)
        return select

    def part(self, key: object, name: str, build: Callable[[], exp.Expr], about: str = "") -> str:
        """The name of a CTE; equal keys share one. Its comment: what it is about, else the condition that asks first."""
        if key not in self._names:
            with self.about(about or self._topic) as topic:
                query = build()
            if topic:
                query.add_comments([topic])
            self._names[key] = self._free(name)
            self.parts[self._names[key]] = query
        return self._names[key]

    def _free(self, name: str) -> str:
        free, number = name, 2
        while free in self._taken:
            free, number = f"{name}_{number}", number + 1
        self._taken.add(free)
        return free

    @contextmanager
    def about(self, topic: str) -> Generator[str]:
        """CTEs made meanwhile are about this."""
        before, self._topic = self._topic, topic
        yield topic
        self._topic = before

    @contextmanager
    def speaking_of(self, formula: Formula) -> Generator[str]:
        """The words of a condition; CTEs made meanwhile are about it."""
        words = self._words.get(formula, "")
        with self.about(words or self._topic):
            yield words

    def list_table(self, wanted: InList) -> str:
        self.reads.add(list_name(wanted), CONTACT)
        return list_name(wanted)


def list_name(wanted: InList) -> str:
    """The table a contact list is expected under: `list_<name>`, or `list_<name>_<yyyymmdd>` for a dated one."""
    return f"list_{wanted.name}" + ("" if wanted.on is None else f"_{wanted.on:%Y%m%d}")
