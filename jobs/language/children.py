"""What `all` and `any` share: a list of conditions, and how a tree of them is told."""

from __future__ import annotations

from typing import Literal

from jobs.language.atoms import Formula
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.key_checks import check_keys
from jobs.language.phrases import Phrase
from jobs.syntax.nodes import Node

HEADINGS: dict[Literal["and", "or"], str] = {"and": "all of these:", "or": "at least one of these:"}


def read_children(node: Node, word: str, context: Context) -> tuple[Condition, ...] | None:
    """The conditions of the list, at least one; None when one of them is a problem (all are reported)."""
    fine = check_keys(node, (word,), context.problems, of=f'the condition "{word}"')
    written = node.child(word)
    if not isinstance(written.value, list) or not written.value:
        context.problems.add(written, f"found {written.found()}, expected a list of conditions, at least one")
        return None
    found = [context.read(child) for child in written.items()]
    children = tuple(child for child in found if child is not None)
    return children if fine and len(children) == len(found) else None


def tell(
    children: tuple[Condition, ...], joint: Literal["and", "or"], pointer: str, formula: Formula, negated: bool
) -> Phrase:
    """The tree in English. Not all is any not, and not any is all not, in three values as well."""
    if negated:
        joint = "or" if joint == "and" else "and"
    told = tuple(child.describe(negated) for child in children)
    return Phrase(HEADINGS[joint], pointer, formula, told, joint)
