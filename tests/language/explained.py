"""Whose explanations are kept as golden files: every shipped segment, and specs of the test shop for the rest.

`python -m tests.language.explained` writes the files anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jobs.catalog.catalog_files import read_catalog
from jobs.language.computed_columns import bind_catalog
from jobs.language.english import explain
from jobs.language.specs import read_specs
from jobs.syntax.nodes import Problems
from tests.language.shop import read, shop, spec

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent / "explained"

GERMANS = spec({"attribute": "country", "is": "DE"}, "germans")

SHOP: tuple[dict[str, Any], ...] = (
    spec({"everyone": True}, "shop_everyone", expect={"at_least": 0}),
    spec({"event": "order"}, "shop_listed", from_={"list": "newsletter_subscribers", "date": "2026-11-24"}),
    spec({"not": {"event": "email_click", "within": "90d"}}, "shop_lapsed", from_={"segment": "germans"}, publish="rows"),
    spec(
        {"all": [{"attribute": "health", "is_not": "ill"}, {"attribute": "born", "years_ago": {"at_least": 18}}]},
        "shop_sensitive", approved_by="the data protection officer", owner="crm", tags=["care"],
        keep={"percent": 12.5, "by": "smart.last_at"},
    ),
    spec(
        {"any": [
            {"attribute": "born", "within_last": "30d"},
            {"attribute": "home", "within_radius": {"latitude": 48.2, "longitude": 16.37, "km": 25}},
            {"attribute": "loyalty.plan.fee", "more_than": 9.90},
        ]},
        "shop_any", keep={"count": 5000, "by": {"random": "ab"}}, expect={"at_most": 900, "change_at_most": "12.5%"},
        description="Newly born, near Vienna, or on a dear plan",
    ),
    spec(
        {"all": [
            {
                "sequence": [{"event": "product_view"}, {"event": "order", "after_at_most": "7d", "absent": True}],
                "within": "30d",
            },
            {"not": {"any": [{"list": "complaints"}, {"segment": "germans"}]}},
            {"sample": {"share": [0, 10], "seed": "ab-2026"}},
        ]},
        "shop_viewed_not_bought",
    ),
    spec(
        {"event": "order", "within": "1y", "per": "order_id", "having": {"sum": {"of": "amount", "at_least": 200}},
         "count": {"at_least": 2}},
        "shop_big_orders", keep={"count": 100, "by": "credit", "lowest": True},
    ),
    spec(
        {"all": [
            {"event": "order", "within": {"calendar": "quarter", "ago": 0}},
            {"not": {"event": "order", "within": {"calendar": "quarter", "ago": [1, 2]}}},
            {"not": {"attribute": "seen_at", "in_calendar": {"unit": "month", "ago": [1, 3]}}},
            {"attribute": "born", "anniversary_days_ahead": {"at_most": 7}},
        ]},
        "shop_calendar",
    ),
    spec({"related": "device", "where": {"attribute": "version", "less_than": "4.12"}}, "shop_old_app"),
)  # fmt: skip


def explanations() -> dict[str, str]:
    """The text of each, by id."""
    catalog = bind_catalog(read_catalog(CHECKOUT / "conf" / "catalog"), Problems())
    assert catalog is not None
    shipped = read_specs([CHECKOUT / "segment_specs"], catalog)
    own = read(GERMANS, *SHOP)
    assert not [*shipped.errors, *own.errors], [*shipped.errors, *own.errors]
    texts = {id_: explain(one, catalog) for id_, one in shipped.valid.items()}
    texts |= {id_: explain(one, shop()) for id_, one in own.valid.items()}
    return texts


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.txt"):
        path.unlink()
    for name, text in explanations().items():
        (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")
