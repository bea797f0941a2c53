"""Where a condition stands while it is read: over contacts or over a source's rows, how deep, beside what.

Reading goes through `Context.read`, which finds the condition's word and holds the limits of a file;
`Uses` gathers what the whole spec depends on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from jobs.catalog.model import Source
from jobs.language.bound import UNSAID, BoundCatalog, BoundColumn, Reach
from jobs.language.condition import Condition
from jobs.language.operators import WORDS_OF_ALL
from jobs.language.spec_keys import ConditionPlace
from jobs.language.suggestions import suggestion
from jobs.syntax.nodes import Node, Problems, escape, shown
from jobs.syntax.objects import KeyTable
from jobs.syntax.word_lists import alternatives, quoted

NESTING = 16
"""Conditions within conditions, rows' `where` included."""

IN_ROWS = ("all", "any", "not", "attribute")
"""The conditions over a row's own columns."""


@dataclass
class Uses:
    """What one spec or computed column names, and where it does so first."""

    reach: Reach = field(default_factory=Reach)
    segments: dict[str, Node] = field(default_factory=dict[str, Node])
    lists: dict[tuple[str, date | None], Node] = field(default_factory=dict[tuple[str, "date | None"], Node])
    conditions: int = 0
    everyone: bool = False

    def add(self, column: BoundColumn) -> None:
        self.reach |= column.reach

    def add_source(self, name: str) -> None:
        if name not in self.reach.sources:
            self.reach |= Reach(sources=frozenset({name}))


@dataclass(frozen=True, eq=False)
class Renamed(Node):
    """An object whose key `written` is read as the word that was `meant`; the pointer stays that of what is written."""

    written: str = ""
    meant: str = ""

    def child(self, key: str | int) -> Node:
        node = super().child(key)
        if key != self.meant:
            return node
        return Node(node.value, self.file, f"{self.pointer}/{escape(self.written)}")


class ConditionWord(Protocol):
    """One word of the registry: a class of conditions, as reading knows it."""

    @property
    def word(self) -> str: ...

    @property
    def meaning(self) -> str: ...

    @property
    def example(self) -> str: ...

    def keys(self, place: ConditionPlace) -> KeyTable:
        """The keys that may stand in such an object; inside, conditions of the same place."""
        ...

    def read(self, node: Node, context: Context) -> Condition | None:
        """The condition a node writes; None when something in it is a problem, all of which are in the context."""
        ...


_READ_ON: dict[str, type | tuple[type, ...]] = {
    "all": list, "any": list, "not": dict, "attribute": str, "event": str, "related": str,
}  # fmt: skip
"""Words whose value is hardly anything else's."""


@dataclass(frozen=True, eq=False)
class Context:
    """`rows` None: contacts. `allowed` are the words that may stand here, `place` says in messages where that is."""

    catalog: BoundCatalog
    problems: Problems
    registry: Mapping[str, ConditionWord]
    uses: Uses
    allowed: tuple[str, ...]
    place: str
    rows: Source | None = None
    depth: int = 0

    def read(self, node: Node) -> Condition | None:
        """The condition that stands here; None and its problems otherwise."""
        # Counted before anything is judged: a wrong condition is a condition, too.
        self.uses.conditions += 1
        if self.depth >= NESTING:
            self.problems.add(node, f"found conditions nested {self.depth + 1} deep, expected at most {NESTING}")
            return None
        word = self._word(node)
        return None if word is None else self.registry[word].read(node, self._inside())

    def in_rows(self, source: Source) -> Context:
        """The same place for the `where` of a source's rows."""
        return replace(self, rows=source, allowed=IN_ROWS, place="a row's where")

    def _inside(self) -> Context:
        return Context(
            self.catalog, self.problems, self.registry, self.uses, self.allowed, self.place, self.rows, self.depth + 1
        )

    def column(self, node: Node) -> BoundColumn | None:
        """The column that a text names here: of the row, or of the contact."""
        if self.rows is None:
            return self.contact_column(node)
        if not isinstance(node.value, str):
            self.problems.add(node, f"found {node.found()}, expected the name of a column as text")
            return None
        column = self.catalog.row_column(self.rows, node.value)
        if column is not None:
            self.uses.add(column)
        else:
            unsure = self.catalog.unsure_row_column(self.rows, node.value)
            self.problems.add(node, UNSAID if unsure else self._no_row_column(self.rows, node.value))
        return column

    def contact_column(self, node: Node) -> BoundColumn | None:
        """The contact's attribute that a text names."""
        if not isinstance(node.value, str):
            self.problems.add(node, f"found {node.found()}, expected the name of an attribute as text")
            return None
        column = self.catalog.attribute(node.value)
        if column is not None:
            self.uses.add(column)
        else:
            self.problems.add(
                node, UNSAID if self.catalog.unsure_attribute(node.value) else self._no_attribute(node.value)
            )
        return column

    def _word(self, node: Node) -> str | None:
        if not isinstance(node.value, dict):
            self.problems.add(
                node, f"found {node.found()}, expected a condition: an object with one of {self._words()}"
            )
            return None
        words = [key for key in node.value if key in self.registry]
        if len(words) > 1:
            self.problems.add(
                node, f'found {quoted(words)} in one object, expected one condition; put each in its own inside "all"'
            )
        elif not words:
            self._no_word(node, list(node.value))
        elif words[0] not in self.allowed:
            self.problems.add(
                node.key_place(words[0]), f"found {shown(words[0])}, expected one of {self._words()} in {self.place}"
            )
        else:
            return words[0]
        return None

    def _no_word(self, node: Node, keys: list[str]) -> None:
        """An object without a condition's word: the word misspelled, or the word missing."""
        operators = [key for key in keys if key in WORDS_OF_ALL]
        if operators and len(operators) == len(keys):
            self.problems.add(
                node, f'found {quoted(operators[:3])} without "attribute", expected the attribute it is about'
            )
            return
        for key in keys:
            hint = suggestion(key, self.allowed)
            if "did you mean" in hint:
                self.problems.add(node.key_place(key), f"found {shown(key)}, expected a condition's word{hint}")
                self._read_on(node, key, hint)
                return
        what = f"an object with {quoted(keys[:3])}" if keys else "an empty object"
        self.problems.add(node, f"found {what}, expected a condition: one of the words {self._words()}")

    def _read_on(self, node: Node, key: str, hint: str) -> None:
        """Reads what was meant as well, for the other problems in it: of misspelled trees and names, where it is clear."""
        meant = next(word for word in self.allowed if hint.endswith(f" {shown(word)}?"))
        assert isinstance(node.value, dict)
        if isinstance(node.value[key], _READ_ON.get(meant, ())):
            as_meant = {meant if name == key else name: value for name, value in node.value.items()}
            self.registry[meant].read(Renamed(as_meant, node.file, node.pointer, key, meant), self._inside())

    def _words(self) -> str:
        return alternatives(self.allowed)

    def _no_attribute(self, name: str) -> str:
        head, _, rest = name.partition(".")
        source = self.catalog.catalog.sources.get(head)
        if source is self.catalog.catalog.contacts and self.catalog.attribute(rest) is not None:
            return f"found {shown(name)}, expected a column of {head} by its bare name — did you mean {shown(rest)}?"
        if source is not None and source.many_rows_each:
            return (
                f"found {shown(name)}, expected a column with one value for each contact; {source.name} has several rows "
                f'for one: write {{"{row_word(source)}": "{source.name}", …}}'
            )
        rows = [source for source in self.catalog.catalog.sources.values() if source.many_rows_each]
        holding = [source for source in rows if self.catalog.row_column(source, name) is not None]
        if holding:
            example = holding[0]
            return (
                f"found {shown(name)}, expected an attribute of the contact; it is a column of the rows of "
                f'{quoted([source.name for source in holding])}: write {{"{row_word(example)}": "{example.name}", '
                f'"where": {{"attribute": {shown(name)}, …}}}}'
            )
        return f"found {shown(name)}, expected an attribute of the catalog{suggestion(name, self.catalog.attribute_names())}"

    def _no_row_column(self, source: Source, name: str) -> str:
        if self.catalog.catalog.attribute(name) is not None:
            hint = f'; the contact\'s can only be compared with: {{"contact": {shown(name)}}} as the value'
        else:
            hint = suggestion(name, self.catalog.row_names(source))
        return f"found {shown(name)}, expected a column of {source.name}{hint}"


def row_word(source: Source) -> str:
    return "event" if source.has_time else "related"
