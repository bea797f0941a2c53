"""What a bench has found: a row for each thing that was measured, and what it is held against."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from jobs.bench.phases import Phase
from jobs.bench.scales import Asked

RowKind = Literal["copy", "ours", "engine"]


@dataclass(frozen=True)
class Figure:
    """One row: `seconds` is None where there is no time, and `remark` says why. `against` names another row."""

    kind: RowKind
    work: str
    seconds: float | None
    against: str = ""
    remark: str = ""
    cpu_seconds: float | None = None
    peak_bytes: int | None = None


@dataclass
class Figures:
    """All rows in the order of measuring; `points` are for each engine pairs of a number of segments and seconds.

    `counts` are the members of each segment. `wrong`: what keeps a bench from being one, such as an engine that counts
    something else, or does not end.
    """

    asked: Asked
    machine: str
    rows: list[Figure] = field(default_factory=list)
    points: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(
        self, kind: RowKind, phase: Phase, against: str = "", remark: str = "", seconds: float | None = None
    ) -> None:
        """A measured process; `seconds` where the clock that counts is one inside it."""
        figure = Figure(
            kind, phase.name, phase.seconds if seconds is None else seconds, against, remark, phase.cpu_seconds,
            phase.peak_bytes,
        )  # fmt: skip
        self.rows.append(figure)

    def add_sum(self, work: str, parts: list[Phase], against: str) -> None:
        """Several processes as one thing: their seconds added, the largest of their peaks."""
        seconds, cpu_seconds = sum(part.seconds for part in parts), sum(part.cpu_seconds for part in parts)
        peak_bytes = max(part.peak_bytes for part in parts)
        self.rows.append(Figure("ours", work, seconds, against, "", cpu_seconds, peak_bytes))

    def refuse(self, kind: RowKind, work: str, reason: str) -> None:
        """A row that says why it has no time; the whole bench is wrong."""
        self.rows.append(Figure(kind, work, None, remark=reason))
        self.wrong.append(f"{work}: {reason}")

    def seconds_of(self, work: str) -> float | None:
        return next((row.seconds for row in self.rows if row.work == work), None)

    def ratio(self, row: Figure) -> float | None:
        """How many times as long as what it is held against."""
        base = self.seconds_of(row.against) if row.against else None
        return row.seconds / base if row.seconds is not None and base else None

    def as_json(self) -> dict[str, Any]:
        rows = [{**asdict(row), "ratio": self.ratio(row)} for row in self.rows]
        asked = asdict(self.asked) | {"contacts": self.asked.size.contacts, "events": self.asked.size.events}
        document = {"version": 1, "machine": self.machine, "asked": asked, "rows": rows, "points": self.points}
        return document | {"counts_agree": not self.wrong, "wrong": self.wrong, "counts": self.counts}
