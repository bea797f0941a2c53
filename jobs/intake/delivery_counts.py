"""What one pass over a staged delivery counts: numbers and places, nobody's values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jobs.catalog.row_rules import Belonging, Blame
from jobs.catalog.values.proposals import Trials


@dataclass(frozen=True)
class Counts:
    """`wrong` by what is wrong with values: the rows, and in `places` where the first of them stands.

    `repeated` by rule about rows taken together: how many break it. `faults`: what is wrong with files of which not every
    row could be read, such as one without a column that the catalog lists. `changing`: what a delivery waits for that was
    written still while it was read; the other counts then say nothing. `remarks`: what is to be told of files that are fine.
    `trials`: which settings of the catalog would read what is wrong.
    """

    rows: int
    missing_contact: int = 0
    missing_time: int = 0
    unknown_contacts: int = 0
    repeated: Mapping[str, int] = field(default_factory=dict[str, int])
    wrong: Mapping[Blame, int] = field(default_factory=dict[Blame, int])
    places: Mapping[Blame, str] = field(default_factory=dict[Blame, str])
    faults: tuple[str, ...] = ()
    changing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    trials: Trials = field(default_factory=Trials, compare=False)

    @property
    def belonging(self) -> Belonging:
        """Whose its rows are."""
        return Belonging(self.rows, self.missing_contact, self.unknown_contacts)

    def to_json(self) -> dict[str, object]:
        """For the journal: what is not zero, and the rows."""
        numbers = ("missing_contact", "missing_time", "unknown_contacts")
        numbered: dict[str, object] = {"rows": self.rows, **{n: getattr(self, n) for n in numbers if getattr(self, n)}}
        repeated = {rule: count for rule, count in self.repeated.items() if count}
        wrong = {str(blame): count for blame, count in self.wrong.items() if count}
        return {
            **numbered,
            **({"repeated": repeated} if repeated else {}),
            **({"wrong": wrong} if wrong else {}),
            **({"faults": list(self.faults)} if self.faults else {}),
            **({"remarks": list(self.remarks)} if self.remarks else {}),
        }
