"""The verbs that count from the lake's tiles without Spark: how many members a segment would have, and would have had."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.commands.console import print_json, print_table
from jobs.commands.options import AsJson, CatalogFolder
from jobs.errors import visible
from jobs.settings import read_settings

PANEL = "Specs"


def register(app: typer.Typer) -> None:
    for verb in (preview, history):
        app.command(rich_help_panel=PANEL)(verb)


def preview(
    spec: Annotated[str, typer.Argument(help="A spec's file, or its id in the settings' specs.", show_default=False)],
    exact: Annotated[bool, typer.Option("--exact", help="Count everybody, not a sample of buckets.")] = False,
    catalog: CatalogFolder = None,
    as_json: AsJson = False,
) -> None:
    """How many members a segment would have, before any night publishes it: by the tiles of the newest night, no Spark.

    A large lake is asked by a sample of buckets, with a 95 % interval. Each condition has its own count, and where a
    segment of that id is in force it says who would enter and leave.

    Example: `python -m jobs preview lapsed_vips --exact`
    """
    from jobs.answers.preview import preview as ask

    answer = ask(read_settings(), spec, catalog, exact)
    if as_json:
        print_json(answer.as_json())
    else:
        print("\n".join(map(visible, answer.lines())))


def history(
    spec: Annotated[str, typer.Argument(help="A spec's file, or its id in the settings' specs.", show_default=False)],
    first: Annotated[
        str | None,
        typer.Option("--from", help="The first instant, like --as-of elsewhere (default: 30 steps before --to)."),
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last instant (default: the newest night's).")] = None,
    every: Annotated[str, typer.Option("--every", help="The step: 1d, 1w, 1mo, 12h.")] = "1d",
    exact: Annotated[bool, typer.Option("--exact", help="Count everybody, not a sample of buckets.")] = False,
    catalog: CatalogFolder = None,
    as_json: AsJson = False,
) -> None:
    """How many members a segment would have had on past days: counted anew at each instant from the newest night's tiles.

    Events are those before the instant; contacts, attributes and lists are as they are now, and the answer says of which
    this is so.

    Example: `python -m jobs history lapsed_vips --from 1998-05-01T00:00 --to 1998-07-01T00:00 --every 1w`
    """
    from jobs.answers.history import history as ask

    answer = ask(read_settings(), spec, catalog, first, last, every, exact)
    if as_json:
        print_json(answer.as_json())
        return
    print_table(answer.title(), ("as_of", "count", "low", "high", ""), answer.rows())
    print("\n".join(map(visible, answer.closing())))
