"""Settings tried on the cells of a batch in which some are wrong: which of them read all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.model import Column, Source
from jobs.catalog.values.cells import Cells
from jobs.catalog.values.parsed import Mask, Parsed, as_mask
from jobs.catalog.values.proposals import MISSING_WORDS, TOTALS, Trials, settings, tried_on

SAMPLE = 200
"""Wrong cells that a setting has to read before it is tried on the others."""
LOOKED_AT = 5

CellReader = Callable[[Column, Mapping[str, Cells], int], Parsed]
"""How a column's cells, so many rows of them, are read."""


def try_settings(
    trials: Trials, called: str, column: Column, cells: Mapping[str, Cells], wrong: Mask, read: CellReader
) -> None:
    """Adds to the trials what reads the column's cells, some of which are wrong."""
    own = {name: cells[name] for name in (column.raw, column.latitude, column.longitude) if name in cells}
    if not all(each.are_texts for each in own.values()):
        trials.take(called, [], [])
        return
    before = trials.fitting.get(called)
    if before == []:
        return
    missing = sorted({*trials.missing.get(called, ()), *standing_words(own, wrong, MISSING_WORDS)})
    sample = _some(own, np.flatnonzero(wrong)[:SAMPLE])
    fitting = [
        number
        for number in _likely(column, sample, missing, before)
        if _reads(column, number, missing, sample, min(int(wrong.sum()), SAMPLE), read)
        and _reads(column, number, missing, own, len(wrong), read)
    ]
    trials.take(called, fitting, missing)


def _likely(
    column: Column, wrong: Mapping[str, Cells], missing: Sequence[str], before: Sequence[int] | None
) -> list[int]:
    """The settings that some wrong texts do not rule out at a look."""
    tried = settings(column.type.name)
    absent = (*missing, *column.written.missing)
    texts = (text for each in wrong.values() for text in each.texts().slice(0, LOOKED_AT).to_pylist())
    odd: list[str] = [text for text in texts if text is not None and text.strip() not in absent]
    numbers = range(len(tried)) if before is None else before
    return [number for number in numbers if all(tried[number].could_read(text) for text in odd)]


def _reads(
    column: Column, number: int, missing: Sequence[str], cells: Mapping[str, Cells], rows: int, read: CellReader
) -> bool:
    tried = tried_on(column, settings(column.type.name)[number], missing)
    if tried is None:
        return False
    parsed = read(tried, cells, rows)
    return (parsed.wrong is None or not parsed.wrong.any()) and (parsed.outside is None or not parsed.outside.any())


def standing_words(cells: Mapping[str, Cells], rows: Mask, words: Sequence[str]) -> set[str]:
    """Those of the words that stand in these rows, blanks around them or not."""
    standing: set[str] = set()
    for each in cells.values():
        texts = pc.utf8_trim_whitespace(each.texts())
        there = as_mask(pc.is_in(texts, pa.array(words, pa.string()))) & rows
        standing.update(pc.unique(texts.take(pa.array(np.flatnonzero(there)))).to_pylist())
    return standing


def _some(cells: Mapping[str, Cells], rows: np.ndarray) -> dict[str, Cells]:
    return {
        name: Cells(each.array.take(pa.array(rows)), None if each.sorts is None else each.sorts[rows])
        for name, each in cells.items()
    }


def look_at_texts(trials: Trials, source: Source, columns: Mapping[str, Column], cells: Mapping[str, Cells]) -> None:
    """Adds to the trials what texts that are right look like: blanks at their ends, and words for a sum as an id."""
    for called, column in columns.items():
        own = cells.get(column.raw)
        if own is None or not own.are_texts or column.type.name not in ("text", "choice", "version"):
            continue
        texts = own.texts()
        if not column.written.trim and pc.any(pc.not_equal(texts, pc.utf8_trim_whitespace(texts))).as_py():
            trials.padded = sorted({*trials.padded, called})
        every = np.ones(len(texts), np.bool_)
        if called in (source.contact, *source.key):
            totals = standing_words({called: own}, every, TOTALS) - {*column.written.missing}
            trials.totals = sorted({*trials.totals, *totals})
        elif words := standing_words({called: own}, every, MISSING_WORDS) - {*column.written.missing}:
            trials.words[called] = sorted({*trials.words.get(called, ()), *words})
