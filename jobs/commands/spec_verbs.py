"""The verbs of specs: are they right, who would be a member, do their tests pass, what are they in SQL."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.console import print_costs, print_json, print_problems, problem_rows, say
from jobs.commands.options import AsJson, AsOf, CatalogFolder, TimeZone
from jobs.errors import CATALOG, DONE, SPEC, CatalogError, Problem, UsageError
from jobs.settings import read_settings
from jobs.syntax.nodes import shown
from jobs.syntax.spelling import did_you_mean

PANEL = "Specs"


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel=PANEL)(validate)
    app.command("try", rich_help_panel=PANEL)(try_)
    app.command("test", rich_help_panel=PANEL)(run_tests)
    app.command(rich_help_panel=PANEL)(sql)


def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Spec files, or folders of them (default: the settings' specs).")
    ] = None,
    catalog: CatalogFolder = None,
    cost: Annotated[
        bool, typer.Option("--cost", help="What they would cost the kernel tonight, beside the settings' other specs.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check specs against the catalog: every problem of every file at once, with its place and the nearest right word.

    Where nothing is named the templates are checked too. What a named file refers to is looked for beside it, or among the
    settings' specs where it is one of them.

    With --cost, before any night has run them: `own` is what a spec would add to the night, because no other spec asks for
    it; `shared` its even part of what others ask for, too. By the rates of the last night that was measured in the lake;
    where there is none the times are a guess, and it says so. What a night then measures is shown by `segments --cost`.

    Example: `python -m jobs validate --cost segment_specs/mailing`
    """
    from jobs.answers.workspace import bound_catalog, named_specs, untested
    from jobs.authoring.filled_templates import checked_templates
    from jobs.language.specs import read_specs

    try:
        bound = bound_catalog(catalog)
        named = named_specs(paths or [read_settings().specs], bound)
        specs = named.specs
    except CatalogError as error:
        if not as_json:
            raise
        print_json({"problems": problem_rows(error.problems or [Problem("", "", error.message)])})
        raise typer.Exit(CATALOG) from None
    templates = None if paths else checked_templates(read_settings().specs, bound, specs)
    problems = [*specs.problems, *untested(specs), *(templates.problems if templates else ())]
    errors = [problem for problem in problems if problem.level == "error"]
    costs = None
    if cost:
        from jobs.answers.foretold_costs import foretold

        tonight = read_specs([read_settings().specs], bound).valid if paths else {}
        costs = foretold(specs.valid, {**tonight, **named.referred}, bound.catalog)
    if as_json:
        print_json({"problems": problem_rows(problems), **(costs.as_json() if costs else {})})
    else:
        print_problems(problems)
        broken = len({problem.file for problem in errors})
        right = [_right(len(specs.valid), "spec")]
        right += [_right(templates.right, "template")] if templates and templates.right else []
        wrong = ["1 file is not" if broken == 1 else f"{broken:,} files are not"] if broken else []
        print(f"{', '.join(right + wrong)}.")
        if costs is not None and costs.rows:
            print_costs("What they would cost", costs.rows)
            print(costs.basis())
    raise typer.Exit(SPEC if errors else DONE)


def _right(count: int, what: str) -> str:
    return f"1 {what} is right" if count == 1 else f"{count:,} {what}s are right"


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
    from jobs.answers.folder_lists import known_lists, lists_left_unread
    from jobs.answers.workspace import account_zone, bound_catalog, clock_of
    from jobs.language.specs import read_specs
    from jobs.plan.planner import make_plan

    bound = bound_catalog(catalog)
    clock = clock_of(as_of, time_zone)
    asked = read_specs(specs, bound, known_lists(data, clock))
    print_problems([*asked.problems, *lists_left_unread(data)])
    answers: dict[str, list[str]] = {}
    if asked.valid:
        plan = make_plan((spec.meaning() for spec in asked.valid.values()), bound.catalog, clock)
        folder = read_folder(plan, data, account_zone(time_zone))
        print_problems(folder.warnings)
        answers = evaluate_folder(plan, folder)
    print_json(answers)
    raise typer.Exit(SPEC if asked.errors else DONE)


def run_tests(
    path: Annotated[
        Path | None,
        typer.Argument(help="A tests file, a spec, a template, or a folder (default: the settings' specs)."),
    ] = None,
    catalog: CatalogFolder = None,
    time_zone: TimeZone = None,
    as_json: AsJson = False,
) -> None:
    """Run the tests that stand beside specs: `<id>.tests.json` next to `<id>.json`.

    Each test has small tables of people and the ids that must be members. Of a template (`segment_specs/templates`, or a
    file of it) the tests run with its defaults and with every setting that it names.

    Example: `python -m jobs test segment_specs/value/lapsed_vips.json`
    """
    from jobs.answers.spec_tests import Result, read_tests, tests_files
    from jobs.answers.spec_tests import run_tests as run
    from jobs.answers.workspace import bound_catalog
    from jobs.authoring.filled_templates import test_results
    from jobs.authoring.templates import is_template

    begun = time.monotonic()
    bound = bound_catalog(catalog)
    results: list[Result] = []
    if path is not None and is_template(path):
        running = test_results(path, bound)
    else:
        tests = read_tests(tests_files(path or read_settings().specs), bound.catalog)
        running = run(tests, bound, time_zone)
    for result in running:
        results.append(result)
        if not as_json:
            print("F" if result.wrong else ".", end="", flush=True)
    failed = [result for result in results if result.wrong]
    if as_json:
        print_json({"tests": [result.as_json() for result in results]})
    else:
        print()
        for result in failed:
            say(result.message())
        print(f"{len(results) - len(failed)} passed, {len(failed)} failed in {time.monotonic() - begun:.1f} s")
    raise typer.Exit(SPEC if failed else DONE)


def sql(
    spec: Annotated[str, typer.Argument(help="A spec's file, or its id in the settings' specs.", show_default=False)],
    as_of: AsOf,
    dialect: Annotated[str, typer.Option(help="duckdb, spark, or any other that sqlglot writes.")] = "duckdb",
    views: Annotated[
        bool, typer.Option("--views", help="The views that it reads instead, over the lake or the delivered files.")
    ] = False,
    catalog: CatalogFolder = None,
    time_zone: TimeZone = None,
) -> None:
    """The segment as one SQL statement over the sources' tables, each condition under its English.

    The statements of DuckDB and Spark are executed by the tests of this project; those of other dialects are translated,
    and say so. With --views the views come that stand under the names of the sources' tables: run them first, then the
    statement. They read the lake's `sources/` where a night has taken a source in, else what lies in landing, and say where
    they are not quite what a night reads. DuckDB and Spark only.

    Example: `python -m jobs sql lapsed_vips --as-of 1998-07-01T00:00 --dialect spark`
    """
    from jobs.answers.statement_views import views_of
    from jobs.answers.workspace import bound_catalog, clock_of, meanings_of, one_spec
    from jobs.plan.planner import make_plan
    from jobs.sql.sql_text import dialects
    from jobs.sql.twin import EXECUTED, segment_sql

    if dialect not in dialects():
        expected = f"expected duckdb, spark or another of {', '.join(dialects())}"
        raise UsageError(f"--dialect: found {shown(dialect)}, {expected}{did_you_mean(dialect, dialects())}")
    bound = bound_catalog(catalog)
    segment, beside = one_spec(spec, bound)
    meanings = meanings_of(segment, beside)
    plan = make_plan(meanings, bound.catalog, clock_of(as_of, time_zone))
    if views:
        if dialect not in EXECUTED:
            raise UsageError(
                f"--views: found --dialect {dialect}, expected duckdb or spark: a view reads files in its way."
            )
        print(views_of(plan, read_settings(), dialect), end="")
        raise typer.Exit(DONE)
    needed = {meaning.id: beside.valid[meaning.id] for meaning in meanings}
    print(segment_sql(plan, segment.id, dialect, needed), end="")
    raise typer.Exit(DONE)
