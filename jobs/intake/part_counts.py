"""What a worker finds out about the rows of one part while it writes them: numbers and places, nobody's values.

Rules about rows taken together need all rows of a delivery: of each row a worker keeps hashes of what a rule compares (128
bits each), and whoever has those of a whole delivery, or of all rows whose hashes begin alike, counts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.row_rules import CONTENT, Blame, RowRule
from jobs.catalog.values.equality import content_texts
from jobs.catalog.values.layout import CONTACT_ID, PROBLEMS
from jobs.catalog.values.proposals import Trials
from jobs.intake.delivery_counts import Counts
from jobs.lake.stored_source import StoredSource

BY, SAME = ("by", "by_2"), ("same", "same_2")
"""Two hashes, of what a rule groups rows by, and of what it wants to be the same."""
SEEDS = (11, 12)


@dataclass
class PartCounts:
    """Of one part of a delivery. `wrong` by what is wrong, `first` the row where that stands first, from 1; `start`: where
    in its file a piece begins; `keys`: those that its rows have, where rows have any; `trials`: what would read wrong cells.
    """

    shown: str
    start: int = 0
    rows: int = 0
    missing_contact: int = 0
    missing_time: int = 0
    unknown_contacts: int = 0
    repeated: dict[str, int] = field(default_factory=dict[str, int])
    wrong: dict[str, int] = field(default_factory=dict[str, int])
    first: dict[str, int] = field(default_factory=dict[str, int])
    faults: list[str] = field(default_factory=list[str])
    changing: list[str] = field(default_factory=list[str])
    remarks: list[str] = field(default_factory=list[str])
    keys: list[str] = field(default_factory=list[str])
    trials: Trials = field(default_factory=Trials)

    def add(self, rows: pa.RecordBatch, stored: StoredSource, numbers: pa.Array | None) -> pa.Array | None:
        """Counts a batch of parsed rows; `numbers` of their contacts, None where nobody asks who is known.

        What comes back says of each row whether it belongs to somebody; None: all do.
        """
        source = stored.source
        self._blame(rows)
        self.rows += rows.num_rows
        kept: pa.Array | None = None
        if source.contact:
            there = pc.is_valid(rows.column(CONTACT_ID))
            missing = rows.num_rows - (there.true_count or 0)
            self.missing_contact += missing
            if numbers is not None:
                self.unknown_contacts += numbers.null_count - missing
            kept = there
        if source.time:
            there = pc.is_valid(rows.column(source.time))
            self.missing_time += rows.num_rows - (there.true_count or 0)
            kept = there if kept is None else pc.and_(kept, there)
        return None if kept is None or kept.true_count == rows.num_rows else kept

    def _blame(self, rows: pa.RecordBatch) -> None:
        problems = rows.column(PROBLEMS)
        if problems.null_count == rows.num_rows:
            return
        parents, texts = pc.list_parent_indices(problems).to_pylist(), pc.list_flatten(problems).to_pylist()
        for row, text in zip(parents, texts, strict=True):
            self.first.setdefault(text, self.rows + row + 1)
        for text, count in Counter(texts).items():
            self.wrong[text] = self.wrong.get(text, 0) + count

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()


def read_counts(written: bytes) -> PartCounts:
    counts = json.loads(written)
    return PartCounts(**{**counts, "trials": Trials(**counts["trials"])})


def together(parts: Sequence[PartCounts], blames: Iterable[Blame], repeated: Mapping[str, int]) -> Counts:
    """The counts of a delivery from those of all its parts."""
    wrong: dict[Blame, int] = {}
    places: dict[Blame, str] = {}
    first_rows = list(_first_rows(parts))
    for blame in blames:
        text = str(blame)
        wrong[blame] = sum(part.wrong.get(text, 0) for part in parts)
        if first := sorted((shown, rows[text]) for shown, rows in first_rows if text in rows):
            places[blame] = f"row {first[0][1]} of {first[0][0]}"
    return Counts(
        rows=sum(part.rows for part in parts),
        missing_contact=sum(part.missing_contact for part in parts),
        missing_time=sum(part.missing_time for part in parts),
        unknown_contacts=sum(part.unknown_contacts for part in parts),
        repeated=repeated,
        wrong=wrong,
        places=places,
        faults=_all(part.faults for part in parts),
        changing=_all(part.changing for part in parts),
        remarks=_all(part.remarks for part in parts),
        trials=_tried(parts),
    )


def _tried(parts: Iterable[PartCounts]) -> Trials:
    trials = Trials()
    for part in parts:
        trials.add(part.trials)
    return trials


def _first_rows(parts: Sequence[PartCounts]) -> Iterator[tuple[str, Mapping[str, int]]]:
    """Of each part its file and `first`, counted from the start of the file: pieces know only their own rows."""
    before: Counter[str] = Counter()
    for part in sorted(parts, key=lambda part: (part.shown, part.start)):
        yield part.shown, {text: before[part.shown] + row for text, row in part.first.items()}
        before[part.shown] += part.rows


def _all(messages: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(sorted({message for each in messages for message in each}))


def compared(rule: RowRule, stored: StoredSource, rows: pa.RecordBatch) -> pl.DataFrame:
    """The hashes of the rows that a rule compares: `BY`, and `SAME` where it wants something to be the same."""
    by = rows.column(rule.by)
    columns = {name: _hashed(by, seed) for name, seed in zip(BY, SEEDS, strict=True)}
    if rule.same is not None:
        same = rows.column(rule.same) if rule.same != CONTENT else _content(stored, rows)
        columns |= {name: _hashed(same, seed) for name, seed in zip(SAME, SEEDS, strict=True)}
    hashes = pl.DataFrame(columns)
    return hashes if not by.null_count else hashes.filter(pl.Series(pl.from_arrow(pc.is_valid(by))))


def too_many(hashes: pl.DataFrame) -> int:
    """How many rows break a rule: as many as there are, or as there are different ones, beyond one for each value."""
    different = hashes.unique().height if SAME[0] in hashes.columns else hashes.height
    return different - hashes.select(BY).unique().height


def _content(stored: StoredSource, rows: pa.RecordBatch) -> pa.Array:
    return content_texts(stored.source, dict(zip(rows.schema.names, rows.columns, strict=True)))


def _hashed(values: pa.Array, seed: int) -> pl.Series:
    return pl.Series(pl.from_arrow(values)).hash(seed)
