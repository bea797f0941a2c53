"""Whose a landing folder and a lake are: the sample company's, or somebody's own, which its deliveries never join.

Two companies in one landing folder or one lake would share contact ids: the orders of one would count for the other.
"""

from __future__ import annotations

from pathlib import Path

from jobs.errors import UsageError
from jobs.lake.reads import table_rows
from jobs.lake.tables import DELIVERIES
from jobs.settings import CHECKOUT, Settings
from tests.company.landing import LABEL

LANDING = CHECKOUT / "landing"
CATALOG = CHECKOUT / "conf" / "catalog"


def why_own(settings: Settings, landing: Path = LANDING) -> str:
    """Why deliveries are somebody's own; empty where they are the sample company's, in `landing` by default."""
    if settings.landing != str(landing):
        return f"deliveries arrive in {settings.landing}, not in the sample company's {landing}"
    if settings.catalog != CATALOG:
        return f"the catalog is {settings.catalog}, not the sample company's {CATALOG}"
    files = [path for path in landing.rglob("*") if path.is_file() and not path.name.startswith(".")]
    if files and not any(path.name == f"{LABEL}.csv" for path in files):
        return f"{landing} holds deliveries, and none of the sample company's"
    return ""


def check_lake(settings: Settings, own: bool) -> None:
    """`UsageError` where the lake holds deliveries of the other kind: an own company's, or the sample company's."""
    labels = {row["label"] for row in table_rows(settings.lake, DELIVERIES, ["source", "label"])}
    if own and LABEL in labels:
        raise UsageError(
            f"The lake {settings.lake} holds the sample company's deliveries, which your own data must not join. "
            "Set MUSTER_LAKE to a folder for your own data as well."
        )
    if not own and labels and LABEL not in labels:
        raise UsageError(
            f"The lake {settings.lake} holds deliveries that are not the sample company's, which must not join them. "
            "Set MUSTER_LANDING to where that lake's deliveries arrive, or MUSTER_LAKE to an empty folder."
        )
