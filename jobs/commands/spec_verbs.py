"""The verbs of specs: are they right, what do they mean, who would be a member."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.console import print_json, print_problems, problem_rows
from jobs.commands.options import AsOf, CatalogFolder, Json, TimeZone
from jobs.errors import CATALOG, DONE, SPEC, CatalogError, Problem, UsageError
from jobs.settings import read_settings
from jobs.syntax.nodes import shown
from jobs.syntax.spelling import did_you_mean

PANEL = "Specs"


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel=PANEL)(validate)
    app.command("try", rich_help_panel=PANEL)(try_)
    app.command(rich_help_panel=PANEL)(sql)


def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Spec files, or folders of them (default: the settings' specs).")
    ] = None,
    catalog: CatalogFolder = None,
    as_json: Json = False,
) -> None:
    """Check specs against the catalog: every problem of every file at once, with its place and the nearest right word.

    Example: `python -m jobs validate segment_specs/mailing`
    """
    from jobs.commands.workspace import bound_catalog, untested
    from jobs.language.specs import read_specs

    try:
        found = read_specs(paths or [read_settings().specs], bound_catalog(catalog))
    except CatalogError as error:
        if not as_json:
            raise
        print_json({"problems": problem_rows(error.problems or [Problem("", "", error.message)])})
        raise typer.Exit(CATALOG) from None
    problems = [*found.problems, *untested(found)]
    if as_json:
        print_json({"problems": problem_rows(problems)})
    else:
        print_problems(problems)
        broken = len({problem.file for problem in found.errors})
        right = "1 spec is right" if len(found.valid) == 1 else f"{len(found.valid):,} specs are right"
        wrong = "1 file is not" if broken == 1 else f"{broken:,} files are not"
        print(f"{right}, {wrong}." if broken else f"{right}.")
    raise typer.Exit(SPEC if found.errors else DONE)


def try_(
    specs: Annotated[list[Path], typer.Argument(help="Spec files; they may refer to each other.", show_default=False)],
    data: Annotated[
        Path,
        typer.Option(
            help="Folder of rows: `<source>.csv`, .jsonl or .parquet; `lists/<name>.csv` or `<name>@<date>.csv`."
        ),
    ],
    as_of: AsOf,
    catalog: CatalogFolder = None,
    time_zone: TimeZone = None,
) -> None:
    """Who would be a member, from the files of a folder: no Spark, no lake, about a second.

    Prints one JSON object, `{"<segment id>": ["<contact_id>", …]}`, ids in code point order; problems go to standard
    error. Gates are not applied.

    Example: `python -m jobs try segment_specs/value/big_spenders.json --data some_rows --as-of 1998-07-01T00:00`
    """
    from jobs.answers.folder import evaluate_folder, read_folder
    from jobs.answers.folder_lists import known_lists
    from jobs.commands.workspace import account_zone, bound_catalog, clock_of
    from jobs.language.specs import read_specs
    from jobs.plan.planner import make_plan

    bound = bound_catalog(catalog)
    clock = clock_of(as_of, time_zone)
    found = read_specs(specs, bound, known_lists(data, clock))
    print_problems(found.problems)
    answers: dict[str, list[str]] = {}
    if found.valid:
        plan = make_plan((spec.meaning() for spec in found.valid.values()), bound.catalog, clock)
        answers = evaluate_folder(plan, read_folder(plan, data, account_zone(time_zone)))
    print_json(answers)
    raise typer.Exit(SPEC if found.errors else DONE)


def sql(
    spec: Annotated[str, typer.Argument(help="A spec's file, or its id in the settings' specs.", show_default=False)],
    as_of: AsOf,
    dialect: Annotated[str, typer.Option(help="duckdb, spark, or any other that sqlglot writes.")] = "duckdb",
    catalog: CatalogFolder = None,
    time_zone: TimeZone = None,
) -> None:
    """The segment as one SQL statement over the sources' tables, each condition under its English.

    The statements of DuckDB and Spark are executed by the tests of this project; those of other dialects are translated,
    and say so.

    Example: `python -m jobs sql lapsed_vips --as-of 1998-07-01T00:00 --dialect spark`
    """
    from jobs.commands.workspace import bound_catalog, clock_of, one_spec, with_references
    from jobs.plan.planner import make_plan
    from jobs.sql.sql_text import dialects
    from jobs.sql.twin import segment_sql

    if dialect not in dialects():
        expected = f"expected duckdb, spark or another of {', '.join(dialects())}"
        raise UsageError(f"--dialect: found {shown(dialect)}, {expected}{did_you_mean(dialect, dialects())}")
    bound = bound_catalog(catalog)
    found, beside = one_spec(spec, bound)
    needed = with_references(found, beside.valid)
    plan = make_plan((one.meaning() for one in needed.values()), bound.catalog, clock_of(as_of, time_zone))
    print(segment_sql(plan, found.id, dialect, needed), end="")
    raise typer.Exit(DONE)
