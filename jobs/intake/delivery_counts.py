"""What one pass over a staged delivery counts: numbers and places, nobody's values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Counts:
    """`wrong` by column: values that are not of its type, and in `places` where the first of them stands.

    `duplicates`: rows beyond the first of a contact, or that differ from another row of their key. `faults`: what is wrong
    with files of which not every row could be read, such as one without a column that the catalog lists. `changing`: what
    a delivery waits for that was written still while it was read; the other counts then say nothing.
    """

    rows: int
    missing_contact: int = 0
    missing_time: int = 0
    duplicates: int = 0
    unknown_contacts: int = 0
    wrong: Mapping[str, int] = field(default_factory=dict[str, int])
    places: Mapping[str, str] = field(default_factory=dict[str, str])
    faults: tuple[str, ...] = ()
    changing: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """For the journal: what is not zero, and the rows."""
        numbers = ("missing_contact", "missing_time", "duplicates", "unknown_contacts")
        found: dict[str, object] = {"rows": self.rows, **{n: getattr(self, n) for n in numbers if getattr(self, n)}}
        wrong = {name: count for name, count in self.wrong.items() if count}
        return {
            **found,
            **({"wrong": wrong} if wrong else {}),
            **({"faults": list(self.faults)} if self.faults else {}),
        }
