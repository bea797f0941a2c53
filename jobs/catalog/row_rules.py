"""What can be wrong with the rows of one delivery, each with its sentence: for `try` in memory and for the lake in SQL.

Values that are not of their type are blamed row by row. Rules about rows taken together, in this order. 1: rows without
a contact belong to nobody; they are dropped and counted. 2: rows without a time are dropped where the gate
`missing_time_at_most` allows their share, else they stop. 3: contacts and attributes sources have one row a contact; a
second one stops, even an identical one. 4: rows of one `key` are one row if they are alike, and stop otherwise; so do rows
of a lookup that folding makes one for another source. 5: a row whose `deleted` is true goes.
Contacts and keys are compared over the whole delivery, before anything is dropped. What is equal is decided by
`values/equality.py`: missing parts of a key equal each other. Rows that name nobody are told, and where no row names
anybody the delivery stops (`Belonging`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from jobs.catalog.model import CONTACT_ID, Gates, Source

KEY = "_key"
"""The column with one text for each row, the same where the whole key is."""
FOLDED_KEY = "_folded_key"
"""The same after folding, of a lookup that others look up folded."""
CONTENT = "_content"
"""One text for each row of a source with a key, the same where rows are alike in contact, time and every listed column."""


@dataclass(frozen=True)
class Blame:
    """One thing that can be wrong with a row's value, without the value: `amount: not a decimal(12,2)`.

    `sort` is in one word what it is: several things may be wrong with values of one column.
    """

    column: str
    what: str
    sort: Literal["wrong", "outside", "missing"] = "wrong"

    def __str__(self) -> str:
        return f"{self.column}: {self.what}"

    @property
    def name(self) -> str:
        """Its name among the checks of a delivery."""
        return f"{self.sort}.{self.column}"

    def complaint(self, rows: int, first: str = "", setting: str = "") -> str:
        """What is told of so many rows; `first` is where the first stands: rows are counted as data, from 1.

        `setting` of the catalog is what would read all of them.
        """
        where = f" (the first is {first})" if first else ""
        read = f"; {rows} of {rows} {'is' if rows == 1 else 'are'} read by {setting}" if setting else ""
        return f"{many(rows, 'row')} with {self}{where}{read}"


@dataclass(frozen=True)
class RowRule:
    """Of rows with one value in the column `by`, those are too many that differ from the first in the column `same`.

    `same` None: every one but the first. Rows without a value in `by` are not compared. `merges`: what is alike is one row.
    """

    name: str
    by: str
    same: str | None
    expected: str
    merges: bool = False

    def complaint(self, too_many: int) -> str:
        """What is told of a delivery that breaks the rule."""
        return f"found {many(too_many, 'row')} too many, expected {self.expected}"


def row_rules(source: Source) -> tuple[RowRule, ...]:
    """The rules of a source, over the columns of `values.arrow_schema`."""
    rules: list[RowRule] = []
    if source.one_row_each:
        rules.append(RowRule("one_row_each_contact", CONTACT_ID, None, expected="one row for each contact"))
    if source.key:
        parts = f"one row for each key ({', '.join(source.key)})"
        rules.append(RowRule("one_row_each_key", KEY, CONTENT, expected=parts, merges=True))
    if source.folds_for_others:
        folded = f"one row for each key ({', '.join(source.key)}) once it is folded, as a column that looks it up is"
        rules.append(RowRule("one_row_each_folded_key", FOLDED_KEY, KEY, expected=folded))
    return tuple(rules)


@dataclass(frozen=True)
class AllowedShare:
    """The share of rows that a gate allows to be `what`, as a whole number of them: 29 % of 100 rows is 29, in no float."""

    gate: str
    share: float
    what: str

    def most_of(self, rows: int) -> int:
        """How many of so many rows may be so."""
        return int((rows * exact_share(self.share)).to_integral_value(ROUND_FLOOR))

    def complaint(self, count: int, rows: int) -> str:
        """What is told of more."""
        allowed = f"expected at most {self.most_of(rows)} ({self.gate} {percent(self.share)})"
        return f"found {many(count, 'row')} {self.what} among {rows}, {allowed}"


def missing_times(source: Source) -> AllowedShare | None:
    """How many rows may lack their time, to be dropped; None where each such row is a problem by itself."""
    share = source.gates.missing_time_at_most
    return None if share is None else AllowedShare("missing_time_at_most", share, f"without {source.time}")


@dataclass(frozen=True)
class Belonging:
    """Whose the rows of one delivery, or the ids of one contact list, are: how many there are, how many have no contact's
    id (`missing`), and how many one that the contacts source lacks (`unknown`)."""

    rows: int
    missing: int
    unknown: int
    noun: str = "row"

    @property
    def nobodys(self) -> int:
        return self.missing + self.unknown

    @property
    def remark(self) -> str:
        """What is told of rows that name nobody; "" where all name somebody."""
        name = "names" if self.nobodys == 1 else "name"
        return f"{self.nobodys} of {many(self.rows, self.noun)} {name} nobody ({self._why})" if self.nobodys else ""

    def complaint(self, source: Source | None = None) -> str:
        """What is told where no row names anybody and nothing in the source's gates allows that; else "".

        `source` None: a contact list, for which nothing allows it.
        """
        if not self.rows or self.nobodys < self.rows or (source is not None and self._allowed(source.gates)):
            return ""
        advice = "Are the ids written as the contacts source has them (17 is not 00017, and 4.36641E+11 is no id)?"
        if source is not None:
            gate = "unknown_contacts_at_most" if self.unknown else "missing_contact_at_most"
            advice += f' If it is meant so, say {gate}: "100%" in the gates of {source.name}'
        found = f"found {many(self.rows, self.noun)} and none that names a contact ({self._why})"
        return f"{found}, expected at least one. {advice}"

    def _allowed(self, gates: Gates) -> bool:
        return gates.unknown_contacts_at_most == 1 or (not self.unknown and gates.missing_contact_at_most == 1)

    @property
    def _why(self) -> str:
        unknown = f"{self.unknown} with an id that the contacts source lacks" if self.unknown else ""
        return ", ".join(filter(None, [unknown, f"{self.missing} without an id" if self.missing else ""]))


def exact_share(share: float) -> Decimal:
    """A gate's share as it was written."""
    return Decimal(str(share))


def percent(share: float) -> str:
    return f"{(exact_share(share) * 100).normalize():f}%"


def many(count: int, noun: str) -> str:
    """`1 row`, `3 rows`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
