"""So many random specs over the workload's catalog: two to five conditions each, drawn from a pool.

`reuse` says how often a condition is used on average: 1 is a pool as large as what is drawn, 20 one twenty times smaller.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from jobs.bench.scales import SEED
from jobs.bench.seeded_company import CAMPAIGNS, CHANNELS, COUNTRIES, PAGES, PLATFORMS, PRODUCTS

WINDOWS = ("1d", "7d", "14d", "30d", "60d", "90d", "6mo", "180d", "270d", "1y", "18mo", "2y")
CONDITIONS = 3.5
"""A segment has two to five of them."""


def write_segments(folder: Path, count: int, reuse: float, seed: int = SEED) -> list[str]:
    """Writes `folder/all/<id>.json` for each; gives the ids."""
    random = np.random.default_rng(seed + 1)
    pool = [_condition(random) for _ in range(max(10, int(count * CONDITIONS / reuse)))]
    target = folder / "all"
    target.mkdir(parents=True, exist_ok=True)
    ids = [f"bench_{number:04}" for number in range(count)]
    for id_ in ids:
        spec = {"version": 1, "id": id_, "name": id_, "where": _where(random, pool), "expect": {"at_least": 0}}
        (target / f"{id_}.json").write_text(json.dumps(spec), encoding="utf-8")
    return ids


def _where(random: np.random.Generator, pool: list[dict[str, Any]]) -> dict[str, Any]:
    drawn = [pool[int(random.integers(len(pool)))] for _ in range(int(random.integers(2, 6)))]
    first, *others = drawn
    others = [{"not": condition} if random.random() < 0.2 else condition for condition in others]
    return {"all": [{"everyone": True}, {"any" if random.random() < 0.3 else "all": [first, *others]}]}


def _condition(random: np.random.Generator) -> dict[str, Any]:
    return _attribute(random) if random.random() < 0.2 else _event(random)


def _attribute(random: np.random.Generator) -> dict[str, Any]:
    match int(random.integers(5)):
        case 0:
            return {"attribute": "country", "in": _some(random, list(COUNTRIES))}
        case 1:
            return {"attribute": "born_on", "years_ago": {"at_least": int(random.integers(18, 70))}}
        case 2:
            return {"attribute": "points", "at_least": int(random.integers(1, 900))}
        case 3:
            return {"attribute": "opt_in", "is": True}
        case _:
            return {"attribute": "registered_on", "within_last": _one(random, WINDOWS)}


def _event(random: np.random.Generator) -> dict[str, Any]:
    source = _one(random, ("order", "click", "visit"))
    condition: dict[str, Any] = {"event": source, "within": _one(random, WINDOWS)}
    if random.random() < 0.9:
        condition["where"] = _row(random, source)
    number = {"order": "amount", "visit": "seconds"}.get(source)
    draw = random.random()
    if number is None or draw < 0.6:
        return condition | {"count": {"at_least": int(random.integers(1, 6))}}
    if draw < 0.9:
        return condition | {"sum": {"of": number, "at_least": int(random.integers(20, 400))}}
    return condition | {"maximum": {"of": number, "at_least": int(random.integers(20, 200))}}


def _row(random: np.random.Generator, source: str) -> dict[str, Any]:
    match source:
        case "order" if random.random() < 0.5:
            return {"attribute": "product_id", "in": _some(random, [f"p{n:05}" for n in range(PRODUCTS // 10)])}
        case "order":
            return {"attribute": "channel", "is": _one(random, CHANNELS)}
        case "click" if random.random() < 0.7:
            return {"attribute": "campaign", "is": f"c{int(random.integers(CAMPAIGNS // 3))}"}
        case "click":
            return {"attribute": "platform", "is": _one(random, PLATFORMS)}
        case _ if random.random() < 0.7:
            return {"attribute": "page", "is": f"page/{int(random.integers(PAGES // 3))}"}
        case _:
            return {"attribute": "seconds", "at_least": int(random.integers(5, 120))}


def _one(random: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(random.integers(len(choices)))]


def _some(random: np.random.Generator, choices: list[str]) -> list[str]:
    picked = random.choice(len(choices), size=int(random.integers(1, 4)), replace=False)
    return [choices[int(place)] for place in sorted(picked)]
