"""`expect`: the gates of a result. Outside them it is held back, and an empty one unless `at_least` is 0."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from jobs.language.intervals import plain
from jobs.language.key_checks import check_keys
from jobs.language.phrases import number
from jobs.syntax.literals import read_whole
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.objects import is_object
from jobs.syntax.shapes import read_scalar

KEYS = ("at_least", "at_most", "change_at_most")
_PER_CENT = re.compile(r"((?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,9})?)%")


@dataclass(frozen=True)
class Expect:
    """`at_least` is 1 where nothing is written. `change_at_most` is a share, 0.5 for "50%", of the last published count."""

    at_least: int = 1
    at_most: int | None = None
    change_at_most: Decimal | None = None

    def english(self) -> list[str]:
        """What holds a result back, in parts of one sentence that begins with it."""
        gates = {0: [], 1: ["is empty"]}.get(self.at_least, [f"has fewer than {number(self.at_least)} members"])
        if self.at_most is not None:
            gates = [*gates, f"has more than {number(self.at_most)} members"]
        if self.change_at_most is not None:
            share = number(plain(self.change_at_most * 100))
            gates = [*gates, f"has grown or shrunk by more than {share} per cent since it was last published"]
        return gates


def read_expect(node: Node, problems: Problems) -> Expect | None:
    """The gates; None and problems where they are none."""
    if not is_object(node, 'an object like {"at_least": 100, "at_most": 500000, "change_at_most": "50%"}', problems):
        return None
    before = len(problems.found)
    check_keys(node, KEYS, problems, of="expect")
    fewest, most = (
        None if node.get(key) is None else read_scalar(node.child(key), lambda value: read_whole(value, 0), problems)
        for key in ("at_least", "at_most")
    )
    change = None if node.get("change_at_most") is None else read_scalar(node.child("change_at_most"), _share, problems)
    if most is not None and (1 if fewest is None else fewest) > most:
        problems.add(node, f'found "at_least" {1 if fewest is None else fewest} above "at_most" {most}, '
                           "expected the lower number first, or every result is held back")  # fmt: skip
    if len(problems.found) > before:
        return None
    return Expect(1 if fewest is None else fewest, most, change)


def _share(value: Json) -> Decimal:
    parts = _PER_CENT.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        hint = f'; write "{shown(value)}%"' if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""
        raise ValueError(f'found {shown(value)}, expected per cent as text, like "50%"{hint}')
    return Decimal(parts[1]) / 100
