"""The product's `try`, in this process: the same calls as the command's, without the printing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jobs.answers.folder import evaluate_folder, known_lists, read_folder
from jobs.answers.workspace import account_zone, bound_catalog, clock_of
from jobs.errors import Problem, SpecError
from jobs.language.bound import BoundCatalog
from jobs.language.specs import read_specs
from jobs.plan.planner import make_plan


def try_specs(
    specs: Iterable[Path], catalog: Path | BoundCatalog, data: Path, as_of: str, time_zone: str
) -> dict[str, list[str]]:
    """The members of every spec; a SpecError with all problems when one is refused."""
    bound = bound_catalog(catalog) if isinstance(catalog, Path) else catalog
    clock = clock_of(as_of, time_zone)
    found = read_specs(list(specs), bound, known_lists(data, clock))
    if found.errors:
        raise SpecError("specs are refused:", found.errors)
    plan = make_plan((spec.meaning() for spec in found.valid.values()), bound.catalog, clock)
    answers = evaluate_folder(plan, read_folder(plan, data, account_zone(time_zone)))
    return {name: list(ids) for name, ids in answers.items()}


def problems_of(
    specs: Iterable[Path], catalog: Path, data: Path, as_of: str, time_zone: str
) -> dict[str, list[Problem]]:
    """What is wrong with each spec, by its file's name without the ending; nothing is computed."""
    clock = clock_of(as_of, time_zone)
    found: dict[str, list[Problem]] = {}
    for problem in read_specs(list(specs), bound_catalog(catalog), known_lists(data, clock)).errors:
        found.setdefault(Path(problem.file).stem, []).append(problem)
    return found
