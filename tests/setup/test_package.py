"""What the archive for executors holds; `tests/cluster` works with it."""

from __future__ import annotations

import ast
from importlib.metadata import packages_distributions
from pathlib import Path

from conf.setup.package import needed, spelled
from jobs.settings import CHECKOUT

WORKERS_ROOMS = ("syntax", "catalog", "language", "plan", "kernel", "lake", "runs", "intake", "packs", "evaluation")
OF_THE_DRIVER = {"great_expectations", "pandas"}
"""Gates are judged where the session is."""
SPARKS_OWN = {"pyspark", "py4j"}


def imported(path: Path) -> set[str]:
    """The first words of what a file imports, at whatever depth."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_executors_have_every_package_that_their_rooms_import() -> None:
    installed = packages_distributions()
    files = [path for room in WORKERS_ROOMS for path in (CHECKOUT / "jobs" / room).rglob("*.py")]
    asked = set().union(*map(imported, files)) & set(installed) - OF_THE_DRIVER - SPARKS_OWN
    packages = needed()
    lacking = {name for name in asked if packages.isdisjoint(spelled(each) for each in installed[name])}
    assert {"pyarrow", "numba", "polars", "msgspec"} <= asked
    assert lacking == set()
