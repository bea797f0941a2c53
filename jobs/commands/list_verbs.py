"""The verbs of contact lists: freeze one, and see those that are frozen."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.commands.console import print_json, print_table
from jobs.commands.options import Ahead, AsJson
from jobs.commands.wall_clock import settings_for
from jobs.settings import read_settings

PANEL = "Contact lists"
COLUMNS = ("name", "date", "version", "state", "rows", "segment", "path")


def register(app: typer.Typer) -> None:
    for verb in (freeze, lists):
        app.command(rich_help_panel=PANEL)(verb)


def freeze(
    segment: Annotated[str, typer.Option(help="The segment to freeze.")],
    list_name: Annotated[str, typer.Option("--list", help="The list's name: a-z, 0-9, _.")],
    date: Annotated[str, typer.Option(help="The launch day, in the account's zone: 1998-07-02")],
    as_of: Annotated[str, typer.Option("--as-of", help="The freeze's own instant; ages count from it.")],
    run: Annotated[int | None, typer.Option(help="Freeze this run instead of the newest night.")] = None,
    supersede: Annotated[bool, typer.Option(help="Make a next version of a list that exists.")] = False,
    late: Annotated[bool, typer.Option(help="Allow a launch day that is today or has passed.")] = False,
    ahead: Ahead = False,
    as_json: AsJson = False,
) -> None:
    """Freeze a segment's members into a dated contact list: a plain Delta table, written once. Needs no Spark.

    Example: `python -m jobs freeze --segment big_spenders --list july_offer --date 1998-07-02 --as-of 1998-07-01T00:00`
    """
    from jobs.steps import freeze as step

    outcome = step.run(
        settings_for(as_of, ahead),
        as_of,
        segment=segment,
        list_name=list_name,
        date=date,
        run_no=run,
        supersede=supersede,
        late=late,
    )
    if as_json:
        print_json(outcome.details)
    else:
        print(outcome.summary)
    raise typer.Exit(outcome.exit_code)


def lists(as_json: AsJson = False) -> None:
    """The frozen contact lists: name, launch day, version, rows and where each one is. Needs no Spark.

    Example: `python -m jobs lists --json`
    """
    from jobs.lists.listed_rows import rows_for_lists

    rows = rows_for_lists(read_settings())
    if as_json:
        print_json(rows)
    else:
        print_table("Contact lists", COLUMNS, ([row[column] for column in COLUMNS] for row in rows))
