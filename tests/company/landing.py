"""Writes the sample company's deliveries as its exporters would: one for each source.

Each delivery is written beside its place under a name that ingest ignores and then renamed, so it is there whole or not
at all. A delivery that already is what it should be is left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tests.company.delivery import LABEL, Delivery
from tests.company.loyalty_exports import loyalty_deliveries
from tests.company.mobile import mobile_deliveries
from tests.company.order_lines import order_line_deliveries
from tests.company.products import product_deliveries
from tests.company.relational_tables import nps_deliveries
from tests.company.response_places import response_place_deliveries
from tests.company.shop import open_shop
from tests.company.shop_exports import contact_deliveries, email_deliveries, order_deliveries, sms_deliveries
from tests.company.stores import store_deliveries
from tests.company.video_leads import lead_deliveries
from tests.company.web import web_deliveries
from tests.company.webpush import webpush_deliveries

__all__ = ["LABEL", "deliveries", "make_landing"]

KINDS = (
    contact_deliveries,
    order_deliveries,
    email_deliveries,
    sms_deliveries,
    product_deliveries,
    loyalty_deliveries,
    store_deliveries,
    order_line_deliveries,
    response_place_deliveries,
    lead_deliveries,
    web_deliveries,
    mobile_deliveries,
    webpush_deliveries,
    nps_deliveries,
)
"""Each makes the deliveries of one kind of data from the shop."""


def make_landing(landing: Path) -> dict[str, bool]:
    """The files under `landing`, each with whether it had to be written."""
    return {delivery.path: _write(landing / delivery.path, delivery.content) for delivery in deliveries()}


@cache
def deliveries() -> Sequence[Delivery]:
    """Every delivery of the sample company, always the same bytes; a process makes them once."""
    shop = open_shop()
    return [delivery for make in KINDS for delivery in make(shop)]


def _write(path: Path, content: bytes) -> bool:
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return True
