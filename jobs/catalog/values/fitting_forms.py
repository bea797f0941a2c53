"""The types and forms that read every cell of a column, as far as it has been looked at: narrowed batch by batch.

What is tried are the settings of `proposals.py`, by the parser that reads the rows later: what is left here reads there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.model import Column
from jobs.catalog.types import PRECISION_LIMIT, ColumnType, TypeName
from jobs.catalog.values.cells import Cells
from jobs.catalog.values.parsed import Parsed, either, present
from jobs.catalog.values.proposals import MISSING_WORDS, Setting, settings, tried_on
from jobs.catalog.values.tidy_texts import plain_numbers
from jobs.catalog.values.trials import LOOKED_AT, SAMPLE, standing_words
from jobs.catalog.values.typed import parse_cells
from jobs.catalog.written import WrittenForm
from jobs.syntax.zones import Zone

TRIED: tuple[TypeName, ...] = tuple(name for name in get_args(TypeName) if name not in ("choice", "choices", "point"))
"""Of the others a file does not show the values, or which two columns they are."""
MEASURED = 6
"""More decimals than that: the number measures something, or a program has written a double."""
_NUMBER = r"^-?0*(?P<whole>[0-9]*)(?:\.(?P<decimals>[0-9]+))?$"


@dataclass
class FittingForm:
    """One type as a setting reads it. `missing`: words for nothing known that stood there; `whole` and `decimals` are the
    digits that a decimal needs."""

    kind: TypeName
    setting: Setting
    missing: set[str] = field(default_factory=set[str])
    whole: int = 1
    decimals: int = 0

    @property
    def type(self) -> ColumnType:
        if self.kind != "decimal":
            return ColumnType(self.kind)
        return ColumnType("decimal", precision=max(1, self.whole + self.decimals), scale=self.decimals)

    @property
    def written(self) -> WrittenForm | None:
        """How the column is then written; None where that cannot be meant."""
        tried = tried_on(Column("", self.type), self.setting, sorted(self.missing))
        return None if tried is None else tried.written

    def reads(self, cells: Cells, zone: Zone) -> bool:
        """Whether every cell is read, words for nothing known among them."""
        wrong = self.wrong(cells, zone)
        if wrong is not None and cells.are_texts:
            self.missing |= standing_words({"": cells}, wrong, MISSING_WORDS)
            wrong = self.wrong(cells, zone)
        return wrong is None

    def wrong(self, cells: Cells, zone: Zone) -> np.ndarray | None:
        """Which cells are not read; None: all are."""
        parsed = self._parsed(cells, zone)
        if parsed is None:
            return np.ones(len(cells.array), np.bool_)
        wrong = either(parsed.wrong, parsed.outside)
        return None if wrong is None or not wrong.any() else wrong

    def _parsed(self, cells: Cells, zone: Zone) -> Parsed | None:
        written = self.written
        if written is None:
            return None
        if self.kind == "decimal":
            self._measure(cells.tidied(written), written)
            if self.whole + self.decimals > PRECISION_LIMIT or self.decimals > MEASURED:
                return None
        return parse_cells(self.type, written, cells, zone)

    def _measure(self, cells: Cells, written: WrittenForm) -> None:
        """The digits that are needed for all numbers so far."""
        kind = cells.array.type
        if not (
            cells.are_texts or pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        ):
            return
        texts = plain_numbers(cells.texts(), written) if cells.are_texts else cells.array.cast(pa.string())
        parts = pc.extract_regex(texts, _NUMBER)
        self.whole = max(self.whole, _longest(parts, 0))
        self.decimals = max(self.decimals, _longest(parts, 1))


def _longest(parts: pa.StructArray, place: int) -> int:
    return pc.max(pc.binary_length(pc.struct_field(parts, [place]))).as_py() or 0


class FittingForms:
    """Those of one column. `left` is None as long as nothing stood in it."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self.left: list[FittingForm] | None = None

    def take(self, cells: Cells) -> None:
        """One more batch."""
        there = np.flatnonzero(present(cells.texts() if cells.are_texts else cells.array))
        if not len(there):
            return
        if self.left is None:
            few = there[:SAMPLE]
            sorts = None if cells.sorts is None else cells.sorts[few]
            sample = Cells(cells.array.take(pa.array(few)), sorts)
            self.left = [form for kind in TRIED for form in _likely(kind, sample, cells, self._zone)]
        self.left = [form for form in self.left if form.reads(cells, self._zone)]

    def of(self, kind: TypeName) -> list[FittingForm]:
        """Those of a type, the plainest of each family: what is left of one family reads alike."""
        families: dict[str, FittingForm] = {}
        for form in self.left or ():
            if form.kind == kind:
                families.setdefault(form.setting.family, form)
        return [families[""]] if "" in families else list(families.values())


def _likely(kind: TypeName, sample: Cells, cells: Cells, zone: Zone) -> Iterator[FittingForm]:
    """The default form if it reads all, else of texts the settings that are not ruled out by what it does not read."""
    usual, *others = settings(kind)
    form = FittingForm(kind, usual)
    wrong = form.wrong(cells, zone)
    if wrong is None or form.reads(cells, zone):
        yield form
        return
    if not cells.are_texts:
        return
    odd: list[str] = cells.texts().take(pa.array(np.flatnonzero(wrong)[:LOOKED_AT])).to_pylist()
    plain = [text for text in odd if text.strip() not in MISSING_WORDS]
    for setting in others:
        if all(setting.could_read(text) for text in plain) and FittingForm(kind, setting).reads(sample, zone):
            yield FittingForm(kind, setting)
