"""What a kind of source means is said in one place: nobody but the model compares kinds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from jobs.catalog.model import Kind

CHECKOUT = Path(__file__).resolve().parents[2]


def compared_kinds(source: str) -> Iterator[int]:
    """The lines on which the `kind` of something is compared with, or matched against, kinds of sources by name."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(left=ast.Attribute(attr="kind"), comparators=[other]) if _named(other):
                yield node.lineno
            case ast.Match(subject=ast.Attribute(attr="kind")) if any(_named(case.pattern) for case in node.cases):
                yield node.lineno
            case _:
                pass


def _named(node: ast.AST) -> bool:
    words = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return bool(set(words) & set(get_args(Kind)))


def test_only_the_model_asks_which_kind_a_source_is() -> None:
    asking = [
        path.relative_to(CHECKOUT).as_posix()
        for path in sorted((CHECKOUT / "jobs").rglob("*.py"))
        if list(compared_kinds(path.read_text(encoding="utf-8")))
    ]
    assert asking == ["jobs/catalog/model.py"]


def test_a_comparison_of_kinds_is_found_however_it_is_written() -> None:
    written = """
if source.kind == "events": pass
if draft.source.kind not in ("contacts", "lookup"): pass
match other.kind:
    case "attributes" | "computed": pass
if vector.values.dtype.kind == "i": pass
if sources[name].kind == kind: pass
"""
    assert sorted(compared_kinds(written)) == [2, 3, 4]
