"""Which keys may stand in an object of a spec, and which must. An unknown key is a problem at the key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jobs.language.suggestions import suggestion
from jobs.syntax.nodes import Node, Problems, shown


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
