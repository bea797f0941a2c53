"""The real part: purchases of the CDNOW data, as printed there. Dollars stay text; they never become a float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Purchase:
    """One line of the data: who, the day, how many CDs, and the dollars exactly as written there."""

    customer_id: str
    ordered_on: date
    number_of_cds: str
    dollar_value: str


def data_file() -> Path:
    """CDNOW_master.txt of the package lifetimes, found without importing it (its requirements are not installed)."""
    spec = find_spec("lifetimes")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package lifetimes is not installed; `make setup` installs it")
    return Path(spec.submodule_search_locations[0]) / "datasets" / "CDNOW_master.txt"


def read_purchases() -> list[Purchase]:
    """All 69,659 purchases in the order of the data: by customer, then by day."""
    lines = data_file().read_text(encoding="ascii").splitlines()[1:]
    return [_purchase(line) for line in lines]


def _purchase(line: str) -> Purchase:
    customer_id, day, cds, dollars = line.split()
    return Purchase(customer_id, date(int(day[:4]), int(day[4:6]), int(day[6:])), cds, dollars)


def purchase_days(purchases: Sequence[Purchase]) -> dict[str, list[date]]:
    """For each customer, in the order of the data, the days of the purchases, earliest first."""
    days: dict[str, list[date]] = {}
    for purchase in purchases:
        days.setdefault(purchase.customer_id, []).append(purchase.ordered_on)
    return {customer: sorted(each) for customer, each in days.items()}
