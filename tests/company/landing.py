"""Writes the sample company's deliveries, one file for each source, as a shop's exports would arrive.

Each file is written beside its place under a name that ingest ignores and then renamed, so a delivery is there whole or
not at all. A delivery that already is what it should be is left alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from tests.company.mailings import email_valid, hard_bounced, send_mailings
from tests.company.people import person
from tests.company.purchases import purchase_days, read_purchases

LABEL = "1998-06-30"
"""The last day the deliveries hold; what a night with as_of 1998-07-01T00:00 takes in."""


def make_landing(landing: Path) -> dict[str, bool]:
    """The files under `landing`, each with whether it had to be written."""
    return {path: _write(landing / path, text) for path, text in deliveries().items()}


def deliveries() -> dict[str, str]:
    """Path below the landing folder → content, for every source of the sample company."""
    purchases = read_purchases()
    days = purchase_days(purchases)
    people = [person(customer_id, each[0]) for customer_id, each in days.items()]
    mailings = send_mailings(people, days)
    bounced = hard_bounced(mailings)
    contacts = [
        (p.contact_id, p.registered_on, p.country, p.language, p.gender, p.birth_date, p.email_opt_in,
         email_valid(p.contact_id, bounced), p.interests) for p in people
    ]  # fmt: skip
    orders = [(p.customer_id, p.ordered_on, p.number_of_cds, p.dollar_value) for p in purchases]
    tables: dict[str, tuple[str, Iterable[Sequence[object]]]] = {
        "contacts": (
            "contact_id,registered_on,country,language,gender,birth_date,email_opt_in,email_valid,interests",
            contacts,
        ),
        "order": ("customer_id,ordered_at,number_of_cds,dollar_value", orders),
        "email_send": ("contact_id,sent_at,campaign", mailings.sends),
        "email_open": ("contact_id,opened_at,campaign,program", mailings.opens),
        "email_click": ("contact_id,clicked_at,campaign,link", mailings.clicks),
        "email_bounce": ("contact_id,bounced_at,campaign,reason", mailings.bounces),
    }
    return {f"{source}/{LABEL}.csv": _csv(header, rows) for source, (header, rows) in tables.items()}


def _csv(header: str, rows: Iterable[Sequence[object]]) -> str:
    lines = io.StringIO()
    lines.write(header + "\n")
    csv.writer(lines, lineterminator="\n").writerows([_text(value) for value in row] for row in rows)
    return lines.getvalue()


def _text(value: object) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else str(value)


def _write(path: Path, text: str) -> bool:
    content = text.encode()
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return True
