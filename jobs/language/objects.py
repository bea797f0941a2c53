"""Objects and lists of a spec, read strictly: which keys may stand there, which must.

An unknown key is a problem at the key, a missing one at its object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from jobs.language.suggestions import suggestion
from jobs.syntax.nodes import Json, Node, Problems, shown

T = TypeVar("T")

LIST_LIMIT = 10_000
"""Values in one list."""


def is_object(node: Node, expected: str, problems: Problems) -> bool:
    """Whether an object stands here; a problem where not."""
    if isinstance(node.value, dict):
        return True
    problems.add(node, f"found {node.found()}, expected {expected}")
    return False


def check_keys(
    node: Node, known: Sequence[str], problems: Problems, required: Iterable[str] = (), of: str = ""
) -> bool:
    """Whether every key is known and every required one is there. `of` says what the object is, in messages."""
    before = len(problems.found)
    where = f" of {of}" if of else ""
    hints = {key: suggestion(key, known) for key in node.keys() if key not in known}
    for key, hint in hints.items():
        problems.add(node.key_place(key), f"found {shown(key)}, expected a key{where}{hint}")
    for key in required:
        misspelled = any(hint.endswith(f"did you mean {shown(key)}?") for hint in hints.values())
        if node.get(key) is None and not misspelled:
            problems.add(node, f"found no {shown(key)}, expected it{where or ' here'}")
    return len(problems.found) == before


def read_scalar(node: Node, read: Callable[[Json], T], problems: Problems) -> T | None:
    """The value by a reader that raises ValueError; None and a problem where it does."""
    try:
        return read(node.value)
    except ValueError as error:
        problems.add(node, str(error))
        return None


def read_list(node: Node, read: Callable[[Node], T | None], problems: Problems, what: str = "values") -> list[T] | None:
    """One or more elements, at most 10,000; None when one of them is a problem (all of them are reported)."""
    if not isinstance(node.value, list) or not node.value:
        hint = ""
        if isinstance(node.value, str | int) and not isinstance(node.value, bool):
            hint = f"; put it in brackets: [{node.found()}]"
        problems.add(node, f"found {node.found()}, expected a list of {what}, at least one{hint}")
        return None
    if len(node.value) > LIST_LIMIT:
        problems.add(
            node,
            f"found {len(node.value):,} {what}, expected at most {LIST_LIMIT:,}; "
            "beyond that make a contact list or a related source of them",
        )
        return None
    found = [read(child) for child in node.items()]
    return None if None in found else [value for value in found if value is not None]


def and_list(words: Iterable[str]) -> str:
    """`"a", "b" and "c"`, in quotes."""
    quoted = [shown(word) for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def or_list(words: Iterable[str]) -> str:
    """`a, b or c`, bare."""
    plain = list(words)
    return plain[0] if len(plain) == 1 else f"{', '.join(plain[:-1])} or {plain[-1]}"
