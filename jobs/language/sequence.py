"""`{"sequence": [step, step, …], "within": W}`: did A, then B; or did A and then not B."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Self

from jobs.catalog.model import Source
from jobs.language.atoms import Chain, Formula
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.phrases import Phrase, article
from jobs.language.sequence_steps import AskedStep, read_step
from jobs.language.spec_keys import WITHIN, ConditionPlace, condition_table, ref
from jobs.language.windows import Within, read_window
from jobs.syntax.nodes import Node
from jobs.syntax.objects import Key, KeyTable
from jobs.syntax.shapes import as_written, whole_list

FEWEST, MOST = 2, 10


@dataclass(frozen=True)
class Sequence(Condition):
    word: ClassVar[str] = "sequence"
    meaning: ClassVar[str] = "Did one thing and then, strictly later, another; or then did not."
    example: ClassVar[str] = (
        '{"sequence": [{"event": "product_view"}, {"event": "order", "after_at_most": "7d", "same": ["product_id"]}], '
        '"within": "90d"}'
    )

    steps: tuple[AskedStep, ...]
    within: Within | None
    pointer: str

    @classmethod
    @cache
    def keys(cls, place: ConditionPlace) -> KeyTable:
        steps = {"type": "array", "items": ref("step"), "minItems": FEWEST, "maxItems": MOST}
        return condition_table(Key(cls.word, cls.meaning, as_written(steps)), WITHIN)

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        before = len(context.problems.found)
        window = cls.keys("condition").read(node, context.problems).get(WITHIN)
        within = None if window is None else read_window(window, context.problems)
        steps = _read_steps(node.child(cls.word), context)
        if steps is None or len(context.problems.found) > before:
            return None
        return cls(steps, within, node.pointer)

    def lower(self) -> Formula:
        window = None if self.within is None else self.within.window
        return Chain(tuple(step.lower() for step in self.steps), window)

    def describe(self, negated: bool = False) -> Phrase:
        first, *others = self.steps
        story = f"{article(first.source.name)}{first.matching.english()}"
        for step in others:
            story += f", then {step.english()}"
        window = "" if self.within is None else f", {self.within.words}"
        denial = "it is not so: " if others[-1].absent else "never: "
        return Phrase(f"{denial if negated else ''}{story}{window}", self.pointer, self.says(negated))


def _read_steps(node: Node, context: Context) -> tuple[AskedStep, ...] | None:
    if not isinstance(node.value, list) or not FEWEST <= len(node.value) <= MOST:
        what = f"{len(node.value)} steps" if isinstance(node.value, list) and node.value else node.found()
        what = "1 step" if what == "1 steps" else what
        context.problems.add(node, f"found {what}, expected a list of {FEWEST} to {MOST} steps")
        return None
    steps: list[AskedStep | None] = []
    last = len(node.value) - 1
    before: Source | None = None
    for place, child in enumerate(node.items()):
        steps.append(read_step(child, before, place == 0, place == last, context))
        before = _source(child, context)
    whole = whole_list(steps)
    return None if whole is None else tuple(whole)


def _source(step: Node, context: Context) -> Source | None:
    """Whose rows a step is about, also where something else in it is a problem."""
    written = step.get("event")
    name = None if written is None else written.value
    return context.catalog.catalog.sources.get(name) if isinstance(name, str) else None
