"""The nightly verbs: ingest, pack, evaluate, publish, run, and what is published now."""

from __future__ import annotations

import json
import logging
from typing import Annotated, Any

import typer

from jobs.commands.console import print_costs, print_json, print_table
from jobs.commands.options import Ahead, AsJson, AsOf, HeldExit
from jobs.commands.wall_clock import settings_for
from jobs.errors import PARTLY
from jobs.settings import read_settings

PANEL = "Nights"


def register(app: typer.Typer) -> None:
    for verb in (ingest, sync, deliveries, pack, evaluate, publish, run, segments, runs, withdraw, report):
        app.command(rich_help_panel=PANEL)(verb)


def ingest(
    as_of: AsOf,
    source: Annotated[list[str] | None, typer.Option(help="Only these sources.")] = None,
    replace: Annotated[bool, typer.Option(help="Accept other bytes under a label that is known already.")] = False,
    again: Annotated[
        list[str] | None,
        typer.Option(help="Read the delivered files of these sources anew, after a change of their catalog."),
    ] = None,
    skip: Annotated[
        tuple[str, str] | None, typer.Option(help="SOURCE LABEL: go on without this refused delivery.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, for --skip.")] = "",
    ahead: Ahead = False,
    held_exit: HeldExit = None,
    as_json: AsJson = False,
) -> None:
    """Take what was delivered into the lake: parsed, checked against the catalog's gates, accepted or refused. New contacts
    get their numbers.

    A refused delivery fails the segments that reach its source and no others. A Spark job where there is more than
    `ingest_here_bytes` of the settings to read.

    Example: `python -m jobs ingest --as-of 1998-07-01T00:00`
    """
    from jobs.steps import ingest as step

    _finish(
        step.run(
            settings_for(as_of, ahead), as_of, sources=source, replace=replace, again=again, skip=skip, reason=reason
        ),
        held_exit,
        as_json,
    )


def sync(
    as_of: AsOf,
    source: Annotated[
        list[str] | None, typer.Option(help="Only these sources; said again for each, or with commas between them.")
    ] = None,
    again: Annotated[
        list[str] | None, typer.Option(help="Read these sources once more, though this as_of has them already.")
    ] = None,
    ahead: Ahead = False,
    held_exit: HeldExit = None,
    as_json: AsJson = False,
) -> None:
    """Take the tables of databases into the lake, all of a connection as they are at one moment, and nothing else.

    `ingest` takes them, too; what this has read for an as_of, an ingest of that as_of does not read again. Connections are
    Airflow's: `AIRFLOW_CONN_SHOP` for `connection: shop`.

    Example: `python -m jobs sync --as-of 1998-07-01T00:00`
    """
    from jobs.steps import sync as step

    names = [name.strip() for written in source or () for name in written.split(",") if name.strip()]
    _finish(step.run(settings_for(as_of, ahead), as_of, sources=names, again=again), held_exit, as_json)


def deliveries(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None, as_json: AsJson = False
) -> None:
    """What arrived of each source, when, how many rows, which gates it met, what became of it, and what to do next.

    `counts`: segments are computed from it. `replaced`: a later one took its place. `refused`: its source has failed until
    it is delivered again, or a person goes on without it (`skipped`). `new`: it lies in landing and the next ingest judges
    it. `waiting`: it has not arrived whole. `none`: nothing has come yet. The column nobody's counts rows without a contact
    and rows of ids that the contacts source lacks. Needs no Spark.

    Example: `python -m jobs deliveries --source order`
    """
    from jobs.answers.delivered import COLUMNS, read_delivered

    rows = read_delivered(read_settings(), source)
    if as_json:
        print_json([row.as_json() for row in rows])
        return
    print_table("Deliveries", COLUMNS, (row.cells() for row in rows), numbers=COLUMNS[3:5])


def pack(as_of: AsOf, ahead: Ahead = False, held_exit: HeldExit = None, as_json: AsJson = False) -> None:
    """Pack accepted rows into tiles, of contacts who have their numbers by then. A Spark job where there are more rows than
    `pack_here_rows` of the settings.

    Example: `python -m jobs pack --as-of 1998-07-01T00:00`
    """
    from jobs.steps import pack as step

    _finish(step.run(settings_for(as_of, ahead), as_of), held_exit, as_json)


def evaluate(as_of: AsOf, ahead: Ahead = False, held_exit: HeldExit = None, as_json: AsJson = False) -> None:
    """Compute every segment in one pass over the tiles. A Spark job where there is more than `evaluate_here_rows` to do.

    Example: `python -m jobs evaluate --as-of 1998-07-01T00:00`
    """
    from jobs.steps import evaluate as step

    _finish(step.run(settings_for(as_of, ahead), as_of), held_exit, as_json)


def publish(as_of: AsOf, ahead: Ahead = False, held_exit: HeldExit = None, as_json: AsJson = False) -> None:
    """Check the gates of each segment and publish: counts, changes, row tables, and last what makes them visible.

    Needs no Spark.

    Example: `python -m jobs publish --as-of 1998-07-01T00:00`
    """
    from jobs.steps import publish as step

    _finish(step.run(settings_for(as_of, ahead), as_of), held_exit, as_json)


def run(as_of: AsOf, ahead: Ahead = False, held_exit: HeldExit = None, as_json: AsJson = False) -> None:
    """A whole night: ingest, pack, evaluate and publish in one Spark session.

    Example: `python -m jobs run --as-of 1998-07-01T00:00`
    """
    from jobs.steps import run as step

    _finish(step.run(settings_for(as_of, ahead), as_of), held_exit, as_json)


def segments(
    cost: Annotated[
        bool, typer.Option("--cost", help="What each one cost the kernel in the newest night, the dearest first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Every segment with its count, who entered and left, and why a held one was held. Needs no Spark.

    With --cost: `own` is the time that no other segment needs, and what would be saved without it; `shared` is its even
    part of what others need, too. All of them add up to the kernel's time of the run on one core. `own tiles` and `own
    bitmaps` are bytes that are read, and worked on, for it alone. A segment made of conditions that others have costs
    next to nothing of its own.

    Example: `python -m jobs segments --cost`
    """
    from jobs.publication.report import rows_for_segments

    settings = read_settings()
    if cost:
        _print_costs(settings.lake, as_json)
        return
    rows = rows_for_segments(settings)
    if as_json:
        print_json(rows)
        return
    columns = ("id", "status", "members", "entered", "left", "as_of", "reason")
    print_table("Segments", columns, ([row[column] for column in columns] for row in rows))
    print(f"Tables: {settings.lake}/memberships, {settings.lake}/segment_runs, {settings.lake}/segments/<id>")


def _print_costs(lake: str, as_json: bool) -> None:
    from jobs.publication.cost_table import cost_rows, total_words

    rows = cost_rows(lake)
    if as_json:
        print_json(rows)
        return
    print_costs("What the segments cost in the newest night", rows)
    print(total_words(rows))


def runs(as_json: AsJson = False) -> None:
    """Every run: its instant, how far it came, what it published, and whether it was taken back. Needs no Spark.

    Example: `python -m jobs runs --json`
    """
    from jobs.publication.run_list import rows_for_runs

    rows = rows_for_runs(read_settings())
    if as_json:
        print_json(rows)
        return
    columns = ("run_no", "as_of", "state", "published", "held", "failed", "seconds", "withdrawn")
    print_table("Runs", columns, ([row[column] for column in columns] for row in rows))


def withdraw(
    run_no: Annotated[
        int, typer.Argument(metavar="RUN", help="The run's number; `runs` shows it.", show_default=False)
    ],
    reason: Annotated[str, typer.Option(help="Why it is not to count; it is kept with the run.")],
    as_json: AsJson = False,
) -> None:
    """Take a run back: what it published counts nowhere any more, and what was in force before it is restored.

    Its rows stay as history. Once is enough: the same again changes nothing. Needs no Spark.

    Example: `python -m jobs withdraw 7 --reason "run by mistake, as of a day to come"`
    """
    from jobs.steps import withdraw as step

    _finish(step.run(read_settings(), run_no, reason), None, as_json)


def report(as_of: AsOf) -> None:
    """The night's last word: what was refused, held or failed, the table, and how it went again in its last line.

    Exit 21 unless a finished run of this as_of has no failed source and nothing held or failed. Needs no Spark.

    Example: `python -m jobs report --as-of 1998-07-01T00:00`
    """
    from jobs.publication import report as step

    outcome = step.run(read_settings(), as_of)
    print(outcome.summary)
    segments(as_json=False)
    print(outcome.summary.partition("\n")[0])
    raise typer.Exit(outcome.exit_code)


def _finish(outcome: Any, held_exit: int | None, as_json: bool) -> None:
    """Prints a step's outcome and ends the process with its code."""
    logging.getLogger(__name__).debug("outcome %s", json.dumps(outcome.details, default=str))
    if as_json:
        print_json({"exit_code": outcome.exit_code, "summary": outcome.summary, **outcome.details})
    else:
        print(outcome.summary)
        if outcome.exit_code == PARTLY and held_exit is not None:
            print(f"Exit {PARTLY}, told as {held_exit} (--held-exit): the night goes on without what is named above.")
    code = outcome.exit_code
    raise typer.Exit(held_exit if code == PARTLY and held_exit is not None else code)
