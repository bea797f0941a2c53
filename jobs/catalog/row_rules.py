"""The rules about the rows of one delivery taken together, each in one place: for `try`, and as SQL for the lake.

In this order. 1: rows without a contact belong to nobody; they are dropped and counted. 2: rows without a time are
dropped where the gate `missing_time_at_most` allows their share, else they stop. 3: contacts and attributes sources have
one row a contact; a second one stops, even an identical one. 4: rows of one `key` are one row if they are identical in
contact, time and every listed column, and stop otherwise; missing parts of a key equal each other. Keys and contacts are
compared over the whole delivery, before anything is dropped. 5: a row whose `deleted` is true goes.
"""

from __future__ import annotations

from dataclasses import dataclass

from jobs.catalog.model import Source


@dataclass(frozen=True)
class RowRule:
    """Rows equal in the columns `by` (those with one missing left out where `present_only`) are one row, or a problem.

    They are a problem when they differ in a column of `same`; with `same` None always.
    """

    name: str
    by: tuple[str, ...]
    same: tuple[str, ...] | None
    message: str
    present_only: bool = False


def row_rules(source: Source) -> tuple[RowRule, ...]:
    """The rules of a source, over the columns of `values.arrow_schema`, to be applied in this order."""
    rules: list[RowRule] = []
    if source.one_row_each:
        rules.append(
            RowRule(
                "one_row_each_contact",
                by=("contact_id",),
                same=None,
                message=f"{source.name}: found more than one row for a contact, expected one",
                present_only=True,
            )
        )
    if source.key:
        columns = ", ".join(source.key)
        rules.append(
            RowRule(
                "one_row_each_key",
                by=tuple(f"_raw_{name}" for name in source.key),
                same=compared(source),
                message=f"{source.name}: found different rows of one key ({columns}), expected one row for each key",
            )
        )
    return tuple(rules)


def compared(source: Source) -> tuple[str, ...]:
    """The columns in which two rows of one key must be equal: contact, time and every listed one."""
    names = [*(["contact_id"] if source.contact else []), *([source.time] if source.time else []), *source.columns]
    return tuple(dict.fromkeys([*names, *(["deleted"] if source.delivery == "changes" else [])]))


def times_may_miss(source: Source, missing: int, rows: int) -> bool:
    """Whether so many rows without a time are allowed, to be dropped."""
    allowed = source.gates.missing_time_at_most
    return missing == 0 or (allowed is not None and missing / rows <= allowed)
