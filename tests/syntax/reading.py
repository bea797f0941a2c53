"""What the readers' tests have in common: a text in, a tree and the problems as lines out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from jobs.syntax.nodes import Json, Node, Problems

UNHURRIED = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

Read = Callable[[bytes, str, Problems], Node | None]


def outcome(read: Read, text: str | bytes) -> tuple[Json, list[str]]:
    """The tree (None when there is none) and each problem as `pointer: message`."""
    problems = Problems()
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    node = read(data, "f", problems)
    assert all(problem.file == "f" for problem in problems.found)
    assert all(problem.level == "error" for problem in problems.found)
    return (None if node is None else node.value), [f"{found.pointer}: {found.message}" for found in problems.found]


def tree(read: Read, text: str | bytes) -> Json:
    """The tree of a text that has no problem."""
    value, problems = outcome(read, text)
    assert problems == []
    return value


def shared_folder(name: str) -> Path:
    """A folder of the shared cases: MUSTER_SHARED, else `shared` beside the checkout. Skips where missing, but not in CI."""
    beside = Path(__file__).resolve().parents[3] / "shared"
    folder = Path(os.environ.get("MUSTER_SHARED", beside)) / name
    if not folder.is_dir() and os.environ.get("CI", "") not in ("true", "1"):
        pytest.skip(f"{folder} is missing: set MUSTER_SHARED to the folder of shared cases", allow_module_level=True)
    return folder
