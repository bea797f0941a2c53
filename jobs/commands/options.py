"""Arguments that several verbs share, described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsOf = Annotated[
    str,
    typer.Option("--as-of", help="The one instant of the run, local time of the account's zone unless an offset is "
                 "written: 2026-11-24T00:00"),
]  # fmt: skip
Ahead = Annotated[bool, typer.Option("--ahead", help="Allow an --as-of that is ahead of the clock.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a table.")]
CatalogFolder = Annotated[
    Path | None, typer.Option("--catalog", help="Folder of catalog files (default: the settings' catalog).")
]
TimeZone = Annotated[
    str | None, typer.Option("--time-zone", help="The account's zone, e.g. Europe/Vienna (default: the settings').")
]
HeldExit = Annotated[
    int | None,
    typer.Option("--held-exit", help="Exit with this code instead of 21 when something was held or failed."),
]
