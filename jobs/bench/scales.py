"""How large a bench is, and which parts of it are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Scale:
    """So many contacts, events and segments; `budget_seconds` is what an engine that asks a query a segment may take."""

    contacts: int
    events: int
    segments: int
    budget_seconds: float = 300.0


SEED = 20261128
"""What everything of a bench is drawn from."""

SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        "tiny": Scale(1_000, 20_000, 40, 5.0),
        "small": Scale(50_000, 1_000_000, 200, 20.0),
        "1m": Scale(1_000_000, 20_000_000, 1000),
        "10m": Scale(10_000_000, 100_000_000, 1000),
        "100m": Scale(100_000_000, 1_000_000_000, 1000),
    }
)
PARTS: Mapping[str, str] = MappingProxyType(
    {
        "copies": "the bare copies that ingest and freeze are held against",
        "freeze": "the largest segment becomes a list",
        "engines": "other engines count the same segments",
        "ad-hoc": "one spec over the landed files, by `try`",
        "csv": "ingest of the same rows as CSV",
        "jsonl": "ingest of the same rows as JSON Lines",
        "next": "the night after: one day of events, one contact in a hundred changed",
        "straggler": "a night with one contact of a million events more, at most half of all",
        "warm": "evaluate in a process that has evaluated before, with few segments and all",
    }
)
"""What a bench measures beside the first night, which everything else is about."""
ENGINES: Mapping[str, str] = MappingProxyType(
    {
        "duckdb": "DuckDB, a query a segment",
        "duckdb-pass": "DuckDB, a single pass",
        "polars": "Polars, lazy",
        "chdb": "chDB, bitmaps",
        "spark-sql": "Spark SQL, a query a segment",
    }
)
"""Whom we are held against, and how they count."""


@dataclass(frozen=True)
class Asked:
    """One bench. `together`: each night is one process, where it is four otherwise."""

    scale: str
    segments: int
    reuse: float
    threads: int
    memory_bytes: int
    parts: tuple[str, ...]
    engines: tuple[str, ...]
    seed: int = SEED
    together: bool = False

    @property
    def size(self) -> Scale:
        return SCALES[self.scale]
