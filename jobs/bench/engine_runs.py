"""Other engines, each a process of its own, and the verdict on what they count: equal to ours, or no time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jobs.bench.figures import Figures
from jobs.bench.measured_nights import EVALUATE, NIGHT
from jobs.bench.phases import Bench, Phase, PhaseFailed
from jobs.bench.scales import ENGINES, Asked

FOR_ITS_OWN = 0.8
"""Of the memory that a process may hold, what an engine with a limit of its own is told."""


def run_engine(bench: Bench, asked: Asked, engine: str, figures: Figures) -> None:
    """A row for one engine, held against the counts that were published."""
    name = ENGINES[engine]
    try:
        phase, answer = _run(bench, asked, engine)
    except PhaseFailed as error:
        figures.refuse("engine", name, error.reason)
        return
    if complaint := disagreement(answer["counts"], figures.counts, answer["extrapolated"]):
        figures.refuse("engine", name, complaint)
        return
    figures.points[name] = [(many, seconds) for many, seconds in answer["points"]]
    loading = f"loading {answer['load_seconds']:.1f} s"
    sample = f"extrapolated from {len(answer['counts'])} segments; " if answer["extrapolated"] else ""
    against = NIGHT if asked.together else EVALUATE
    figures.add("engine", phase, against, f"{sample}{loading}", answer["seconds"])


def _run(bench: Bench, asked: Asked, engine: str) -> tuple[Phase, dict[str, Any]]:
    result = bench.root / f"{engine}.json"
    told = str(int(asked.memory_bytes * FOR_ITS_OWN))
    arguments = [engine, str(bench.root), str(asked.threads), told, str(asked.size.budget_seconds), str(result)]
    phase = bench.run(ENGINES[engine], arguments, "jobs.bench.peers")
    return phase, json.loads(result.read_text(encoding="utf-8"))


def disagreement(theirs: Mapping[str, int], ours: Mapping[str, int], sampled: bool) -> str:
    """What differs, in a line; empty where every count is ours. Only a sample may leave segments out."""
    wrong = sorted(id_ for id_, count in theirs.items() if count != ours.get(id_))
    if wrong:
        example = f"{wrong[0]} {theirs[wrong[0]]:,} instead of {ours.get(wrong[0], 0):,}"
        return f"counts differ in {len(wrong):,} of {len(theirs):,} segments: {example}"
    if not theirs or (len(theirs) < len(ours) and not sampled):
        return f"counts only {len(theirs):,} of {len(ours):,} segments"
    return ""
