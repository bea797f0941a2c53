"""A source's gates and types as checks over the counts of one delivery: each a number, its bounds, and a sentence.

Shares become whole numbers of rows here, exactly (29 % of 100 rows is 29, in no float), so that Great Expectations only
compares integers. Checks that the catalog does not ask for are made all the same where decisions say so: types, one row
for each contact, no two rows of one key, a time in every event, at least one row, one that names a contact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from jobs.catalog.model import Source
from jobs.catalog.row_rules import AllowedShare, exact_share, many, missing_times, percent, row_rules
from jobs.catalog.values.typed_batches import settings_for
from jobs.intake.delivery_counts import Counts


@dataclass(frozen=True)
class Check:
    """One number, called `name`, and what it may be. `complaint` is the sentence for a person when it is not."""

    name: str
    found: int
    complaint: str
    at_least: int | None = None
    at_most: int | None = None

    @property
    def expected(self) -> str:
        """The bounds in words."""
        if self.at_least is None:
            return f"at most {self.at_most}" if self.at_most else "none"
        return f"at least {self.at_least}" if self.at_most is None else f"{self.at_least} to {self.at_most}"


def checks(source: Source, counts: Counts, previous_rows: int | None) -> tuple[Check, ...]:
    """Every check of one delivery. `previous_rows` are those of the delivery before it, None for the first."""
    return (
        Check("faults", len(counts.faults), "; ".join(counts.faults), at_most=0),
        *_wrong_values(source, counts),
        *_rows(source, counts, previous_rows),
        *_people(source, counts),
    )


def _wrong_values(source: Source, counts: Counts) -> Iterator[Check]:
    settings = settings_for(source, counts.trials)
    for blame, rows in counts.wrong.items():
        complaint = blame.complaint(rows, counts.places.get(blame, ""), settings.get(blame, ""))
        yield Check(blame.name, rows, complaint, at_most=0)


def _rows(source: Source, counts: Counts, previous: int | None) -> Iterator[Check]:
    least = 1 if source.gates.rows_at_least is None else source.gates.rows_at_least
    if counts.faults:  # its rows could not all be read, so their number says nothing
        return
    complaint = f"found {many(counts.rows, 'row')}, expected at least {least} (rows_at_least)"
    yield Check("rows", counts.rows, complaint, at_least=least)
    change = source.gates.change_at_most
    if change is not None and previous:
        low = _whole(previous * (1 - exact_share(change)), ROUND_CEILING)
        high = _whole(previous * (1 + exact_share(change)), ROUND_FLOOR)
        complaint = (
            f"found {many(counts.rows, 'row')} after {previous} in the delivery before, "
            f"expected {max(low, 0)} to {high} (change_at_most {percent(change)})"
        )
        yield Check("rows_after_the_last", counts.rows, complaint, at_least=max(low, 0), at_most=high)


def _people(source: Source, counts: Counts) -> Iterator[Check]:
    gates = source.gates
    for rule in row_rules(source):
        too_many = counts.repeated.get(rule.name, 0)
        yield Check(rule.name, too_many, rule.complaint(too_many), at_most=0)
    if allowed := missing_times(source):  # without this gate the parser calls each of them wrong
        yield _share("missing_time", counts.missing_time, counts.rows, allowed)
    if gates.missing_contact_at_most is not None:
        allowed = AllowedShare("missing_contact_at_most", gates.missing_contact_at_most, f"without {source.contact}")
        yield _share("missing_contact", counts.missing_contact, counts.rows, allowed)
    if gates.unknown_contacts_at_most is not None and source.has_contacts and not source.is_contacts:
        unknown = "of contacts the contacts source lacks"
        allowed = AllowedShare("unknown_contacts_at_most", gates.unknown_contacts_at_most, unknown)
        yield _share("unknown_contacts", counts.unknown_contacts, counts.rows, allowed)
    if source.has_contacts and not source.is_contacts and not counts.faults:
        complaint = counts.belonging.complaint(source)
        yield Check("names_nobody", counts.belonging.nobodys if complaint else 0, complaint, at_most=0)


def _share(name: str, rows: int, of: int, allowed: AllowedShare) -> Check:
    return Check(name, rows, allowed.complaint(rows, of), at_most=allowed.most_of(of))


def _whole(number: Decimal, rounding: str) -> int:
    return int(number.to_integral_value(rounding))
