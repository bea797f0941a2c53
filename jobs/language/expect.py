"""`expect`: the gates of a result. Outside them it is held back, and an empty one unless `at_least` is 0."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jobs.language.intervals import plain
from jobs.language.phrases import number
from jobs.language.spec_keys import table
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.objects import Key
from jobs.syntax.shapes import per_cent, whole

FEWEST = Key(
    "at_least",
    "Fewest members. Left out: 1; with 0 an empty result is fine.",
    whole(0),
    example='{"expect": {"at_least": 0}}',
)
MOST = Key("at_most", "Most members.", whole(0), example='{"expect": {"at_most": 500000}}')
CHANGE = Key(
    "change_at_most",
    "Furthest from the last published count, like 50%.",
    per_cent(),
    example='{"expect": {"change_at_most": "12.5%"}}',
)
GATES = table(
    "expect",
    FEWEST,
    MOST,
    CHANGE,
    expected='an object like {"at_least": 100, "at_most": 500000, "change_at_most": "50%"}',
)


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
    fields = GATES.read(node, problems)
    fewest, most = fields.get(FEWEST), fields.get(MOST)
    fewest = 1 if fewest is None else fewest
    if most is not None and fewest > most:
        problems.add(node, f'found "at_least" {fewest} above "at_most" {most}, '
                           "expected the lower number first, or every result is held back")  # fmt: skip
        return None
    return Expect(fewest, most, fields.get(CHANGE)) if fields.fine else None
