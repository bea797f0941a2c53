"""The verbs that tell: what a spec means, why a contact is in or out, what a word says, what the catalog holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.console import print_json, print_problems, print_table, say
from jobs.commands.options import AsJson, CatalogFolder, TimeZone
from jobs.errors import DONE, SPEC, UsageError, visible
from jobs.settings import read_settings

PANEL = "Specs"


def register(app: typer.Typer) -> None:
    for verb in (explain, why, words, catalog):
        app.command(rich_help_panel=PANEL)(verb)


def explain(
    spec: Annotated[str, typer.Argument(help="A spec's file, or its id in the settings' specs.", show_default=False)],
    catalog: CatalogFolder = None,
    counts: Annotated[bool, typer.Option("--counts/--no-counts", help="Count contacts, where a lake has them.")] = True,
    as_json: AsJson = False,
) -> None:
    """What a segment says, in English its owner would sign: conditions, what missing does, gates, what it depends on.

    Where a lake has packed tiles, the count stands at each branch, and how many are out only because a value is missing.

    Example: `python -m jobs explain lapsed_vips`
    """
    from jobs.answers.counts import count_branches
    from jobs.answers.workspace import bound_catalog, one_spec
    from jobs.language.english import explain as english

    bound = bound_catalog(catalog)
    meaning, _ = one_spec(spec, bound)
    counted = count_branches(meaning, catalog) if counts else None
    if isinstance(counted, str):
        say(f"No counts: {counted}.")
        counted = None
    text = english(meaning, bound, counted.remark if counted else None)
    if as_json:
        depends = meaning.depends
        print_json(
            {
                "id": meaning.id,
                "text": text,
                "sources": sorted(depends.sources),
                "columns": sorted(depends.columns),
                "segments": list(depends.segments),
                "lists": [{"name": asked.name, "date": asked.on} for asked in depends.lists],
                "spec_hash": meaning.spec_hash,
                "counts": counted.as_json(meaning.where.describe()) if counted else None,
            }
        )
        return
    print(text, end="")
    if counted:
        print("\n" + "\n".join(counted.closing(meaning.where.describe())))


def why(
    spec: Annotated[str, typer.Argument(help="A spec's id, or its file.", show_default=False)],
    contact: Annotated[str, typer.Argument(help="The contact_id, letter by letter.", show_default=False)],
    data: Annotated[
        Path | None, typer.Option(help="A folder of rows as `try` takes it; without it the lake is asked.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="With --data: the one instant. On the lake: the run of this instant.")
    ] = None,
    run: Annotated[
        int | None, typer.Option("--run", help="Number of a run (default: the last that published the segment).")
    ] = None,
    catalog: CatalogFolder = None,
    time_zone: TimeZone = None,
    as_json: AsJson = False,
) -> None:
    """Why a contact is a member or not: each condition, the value found, its verdict, and what would have to change.

    A verdict is true, false or unknown: unknown where a value is missing.

    Example: `python -m jobs why lapsed_vips 04711`
    """
    from jobs.answers.why import why_in_folder, why_on_lake

    if data is not None:
        if run is not None or as_of is None:
            raise UsageError("--data goes with --as-of, and without --run: rows of a folder belong to no run.")
        answer = why_in_folder(spec, contact, data, as_of, catalog, time_zone)
    else:
        if catalog is not None or time_zone is not None:
            raise UsageError("--catalog and --time-zone go with --data: a run has its own catalog and zone.")
        answer = why_on_lake(read_settings(), spec, contact, as_of, run)
    print_problems(answer.warnings)
    for note in answer.notes:
        say(note)
    if as_json:
        print_json(answer.as_json())
    else:
        print("\n".join(map(visible, answer.lines())))


def words(
    word: Annotated[str | None, typer.Argument(help="One word; left out: all of them.")] = None, as_json: AsJson = False
) -> None:
    """The words of the spec language: what each means, with an example.

    Example: `python -m jobs words within_last`
    """
    from jobs.language.vocabulary import find
    from jobs.language.vocabulary import words as every

    entries = every() if word is None else find(word)
    if as_json:
        print_json(
            [
                {
                    "word": entry.word,
                    "sort": entry.sort,
                    "meaning": entry.meaning,
                    "example": entry.example,
                    "types": entry.types,
                }
                for entry in entries
            ]
        )
    elif word is None:
        print_table(
            "Words", ("word", "sort", "meaning"), ([entry.word, entry.sort, entry.meaning] for entry in entries)
        )
    else:
        for entry in entries:
            types = f" of {', '.join(entry.types)}" if entry.types else ""
            print(f"{entry.word} ({entry.sort}{types})\n  {entry.meaning}\n  {entry.example}")


def catalog(
    source: Annotated[str | None, typer.Argument(help="One source; left out: all of them.")] = None,
    catalog: CatalogFolder = None,
    check: Annotated[
        Path | None,
        typer.Option(
            "--check", metavar="OLD_FOLDER", help="Which specs mean something else than by that older catalog."
        ),
    ] = None,
    facts: Annotated[
        bool, typer.Option("--facts/--no-facts", help="Say what is in the rows, where a lake has a published night.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """What specs can name: the sources, or the columns of one, those of its lookups too, and which segments use them.

    Where a lake has a published night it also says how many rows there are, of which days and how old the newest delivery
    is; of a source's columns how well they are filled and their frequent words: words that fifty contacts have at least, and
    none of sensitive columns.

    With --check, before a changed catalog is taken: which specs break by it, and which would mean something else, with what
    it is that changed under them. Exit code 10 says that one breaks.

    Example: `python -m jobs catalog order`
    """
    from jobs.answers.workspace import bound_catalog
    from jobs.authoring.catalog_pages import source_page, sources_page

    settings = read_settings()
    folder = catalog or settings.catalog
    if check is not None:
        raise typer.Exit(_check(check, folder, as_json))
    bound = bound_catalog(folder)
    page = sources_page(bound, settings, facts) if source is None else source_page(source, bound, settings, facts)
    if as_json:
        print_json(page.rows)
        return
    print_table(source or "Sources", page.headings, page.cells())
    for line in page.closing:
        print(visible(line))


def _check(old: Path, new: Path, as_json: bool) -> int:
    from jobs.authoring.catalog_check import compare_catalogs

    checked = compare_catalogs(old, new, read_settings().specs)
    if as_json:
        print_json([each.as_json() for each in checked])
    else:
        for each in checked:
            print("\n".join(map(visible, each.lines())))
        if not checked:
            print("Every spec means what it meant.")
    return SPEC if any(each.status == "broken" for each in checked) else DONE
