"""The ways in which rows come in: files, a table of the lake house, a relation of a database, rows of another source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jobs.catalog.csv_form import COMMAS, CsvForm

Format = Literal["csv", "jsonl", "parquet"]


@dataclass(frozen=True)
class Files:
    """Files under the landing folder; `{date}` in `path` labels deliveries. `marker` or `count`: when one is whole.

    `csv` is how CSV is cut; no other format has one.
    """

    path: str
    format: Format
    marker: str = ""
    count: int = 0
    csv: CsvForm = COMMAS

    def __post_init__(self) -> None:
        if self.format != "csv" and self.csv != COMMAS:
            raise ValueError(f"found csv beside the format {self.format}, expected none")

    @property
    def dated(self) -> bool:
        """Whether the files' names say which day they are."""
        return "{date}" in self.path

    @property
    def form(self) -> str:
        """How values are written, as far as reading them depends on it."""
        return self.format if self.csv == COMMAS else str(self.csv)

    @property
    def words(self) -> str:
        """Its deliveries, in words that follow them."""
        return f"that matches {self.path}"


@dataclass(frozen=True)
class DeltaTable:
    """A table of the lake house, which somebody else writes."""

    path: str

    @property
    def form(self) -> str:
        return "typed"

    @property
    def words(self) -> str:
        return f"from the table {self.path}"


@dataclass(frozen=True)
class Relation:
    """A table or view of a relational database. `partitions` ranges of `partition_on` are read side by side."""

    connection: str
    table: str
    partition_on: str = ""
    partitions: int = 1
    changed_at: str = ""

    @property
    def form(self) -> str:
        return "typed"

    @property
    def words(self) -> str:
        return f"from {self.table} of {self.connection}"


@dataclass(frozen=True)
class SameAs:
    """The rows of another source, with a contact, a time or columns of its own."""

    source: str

    @property
    def words(self) -> str:
        return f"of the rows of {self.source}"


Origin = Files | DeltaTable | Relation | SameAs
"""Where a source's rows come from."""
