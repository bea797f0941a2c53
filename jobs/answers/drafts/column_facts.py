"""What all rows of a delivered thing show of each column, kept in bounded memory whatever their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.catalog.values.cells import LIST, Cells
from jobs.catalog.values.fitting_forms import FittingForms
from jobs.catalog.values.parsed import present
from jobs.catalog.values.proposals import MISSING_WORDS, TOTALS
from jobs.syntax.zones import Zone

_TOLD = (*MISSING_WORDS, *TOTALS)
WORDS = 1_000
"""More distinct words than that are no words of a choice; they are forgotten."""
HASHED_ROWS = 20_000_000
"""Rows of which it is remembered, in 8 bytes each, whether a column tells them apart."""
PAIRED = 4
"""Columns of which pairs are looked at, whether they tell rows apart together."""

Hashes = NDArray[np.int64]


@dataclass(eq=False)
class Distinct:
    """Whether values tell rows apart: by hashes, so that equal ones are surely found."""

    batches: list[Hashes] = field(default_factory=list[Hashes])
    rows: int = 0

    def take(self, hashes: Hashes) -> bool:
        """Whether no two rows are known to be equal so far."""
        self.rows += len(hashes)
        if self.rows > HASHED_ROWS:
            return True
        self.batches.append(hashes)
        return len(np.unique(hashes)) == len(hashes)

    @property
    def tells_apart(self) -> bool:
        """Over all rows: none where there are too many to know."""
        if self.rows > HASHED_ROWS or not self.batches:
            return False
        every = np.concatenate(self.batches)
        return len(np.unique(every)) == len(every)


@dataclass(eq=False)
class ColumnFacts:
    """One column: its cells counted, what reads them all, and what the few words are that stand in it.

    `words` None: there are too many. `padded`: blanks stand at an end. `told`: words for nothing known, or for a sum, that
    stand there; `zeros`: numbers with zeros before them do; `lists`: JSON or Parquet has lists there.
    """

    name: str
    forms: FittingForms
    present: int = 0
    words: dict[str, int] | None = field(default_factory=dict[str, int])
    padded: bool = False
    zeros: bool = False
    lists: bool = False
    header_again: bool = False
    told: Counter[str] = field(default_factory=Counter[str])
    distinct: Distinct | None = field(default_factory=Distinct)

    def take(self, cells: Cells) -> None:
        """One more batch."""
        self.forms.take(cells)
        texts = _texts(cells)
        self.lists = self.lists or _are_lists(cells)
        self.present += len(cells.array) - (texts if texts is not None else cells.array).null_count
        if texts is None:
            self.words = None
        else:
            self._look_at(texts, cells)
        if self.distinct is not None and not self.distinct.take(_hashes(texts if texts is not None else cells.array)):
            self.distinct = None

    def _look_at(self, texts: pa.Array, cells: Cells) -> None:
        trimmed = pc.utf8_trim_whitespace(texts)
        self.padded = self.padded or bool(pc.any(pc.not_equal(texts, trimmed)).as_py())
        self.zeros = self.zeros or bool(pc.any(pc.match_substring_regex(trimmed, r"^0[0-9]+\z")).as_py())
        self.header_again = self.header_again or bool(pc.any(pc.equal(trimmed, self.name.strip())).as_py())
        if cells.are_texts:
            told = trimmed.filter(pc.fill_null(pc.is_in(trimmed, pa.array(_TOLD, pa.string())), False))
            self.told.update({each["values"]: each["counts"] for each in pc.value_counts(told).to_pylist()})
        self._count(trimmed)

    def _count(self, texts: pa.Array) -> None:
        if self.words is None:
            return
        for counted in pc.value_counts(texts.drop_null()).to_pylist():
            self.words[counted["values"]] = self.words.get(counted["values"], 0) + counted["counts"]
        if len(self.words) > WORDS:
            self.words = None


def _texts(cells: Cells) -> pa.Array | None:
    """What stands there as texts; lists with | between their items; None of what is neither text nor a whole number."""
    kind = cells.array.type
    if cells.are_texts:
        return cells.texts()
    if pa.types.is_integer(kind):
        return cells.array.cast(pa.string())
    if _are_lists(cells) and pa.types.is_string(kind.value_type):
        return pc.binary_join(cells.array, "|")
    return None


def _are_lists(cells: Cells) -> bool:
    if cells.sorts is not None:
        return bool((cells.sorts == LIST).any())
    return pa.types.is_list(cells.array.type) or pa.types.is_large_list(cells.array.type)


def _hashes(array: pa.Array) -> Hashes:
    """One for each value that is there; blanks around texts count for nothing."""
    return _row_hashes(array)[present(array)]


def _row_hashes(array: pa.Array) -> Hashes:
    """One for each row, 0 where nothing stands. What cannot be told apart is all alike."""
    if pa.types.is_nested(array.type) or pa.types.is_floating(array.type):
        return np.zeros(len(array), np.int64)
    if pa.types.is_string(array.type):
        array = pc.utf8_trim_whitespace(array)
    coded = array.dictionary_encode()
    hashes = np.array([hash(str(value)) for value in coded.dictionary.to_pylist()] or [0], np.int64)
    codes = coded.indices.fill_null(0).to_numpy(zero_copy_only=False)
    return np.where(present(array), hashes[codes], 0)


@dataclass(eq=False)
class ThingFacts:
    """All columns of a thing, by name; `pairs` of them that tell rows apart together; how many rows there are.

    `whole` is false where only the first rows were looked at.
    """

    columns: dict[str, ColumnFacts]
    rows: int = 0
    whole: bool = True
    pairs: dict[tuple[str, str], Distinct] = field(default_factory=dict[tuple[str, str], Distinct])

    @classmethod
    def of(cls, names: Iterable[str], identifying: Iterable[str], zone: Zone) -> ThingFacts:
        """Of these columns nothing is known yet. `identifying`: those of which pairs may tell rows apart."""
        few = [name for name, _ in zip(identifying, range(PAIRED), strict=False)]
        columns = {name: ColumnFacts(name, FittingForms(zone)) for name in names}
        return cls(columns, pairs={pair: Distinct() for pair in combinations(few, 2)})

    def take(self, cells: Mapping[str, Cells], rows: int) -> None:
        """One more batch of rows."""
        self.rows += rows
        for name, facts in self.columns.items():
            facts.take(cells[name])
        hashes = {name: _row_hashes(cells[name].array) for name in {name for pair in self.pairs for name in pair}}
        for (one, other), distinct in list(self.pairs.items()):
            if not distinct.take(hashes[one] * np.int64(1_000_003) + hashes[other]):
                del self.pairs[one, other]

    def names_a_value(self, name: str) -> bool:
        """Whether a column seems to be called as one of its values. Where that is its only one, and others lack it, it is a
        box that was ticked."""
        facts = self.columns[name]
        ticked = facts.words is not None and {*facts.words} == {name.strip()} and facts.present < self.rows
        return facts.header_again and not ticked

    def share_missing(self, name: str, absent: Iterable[str] = ()) -> float:
        """Of all rows, those in which nothing stands, or one of these words for it."""
        facts = self.columns[name]
        there = facts.present - sum(facts.told[word] for word in absent)
        return 0.0 if not self.rows else 1 - there / self.rows
