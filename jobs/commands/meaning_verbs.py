"""The verbs that tell: what a spec means, why a contact is in or out, what a word says, what the catalog holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jobs.commands.console import print_json, print_problems, print_table, say
from jobs.commands.options import AsJson, CatalogFolder, TimeZone
from jobs.errors import UsageError, visible
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
    as_json: AsJson = False,
) -> None:
    """What specs can name: the sources, or the columns of one with type, unit and meaning, those of its lookups too.

    Example: `python -m jobs catalog order`
    """
    from jobs.answers.workspace import bound_catalog
    from jobs.syntax.spelling import did_you_mean

    bound = bound_catalog(catalog).catalog
    sources = bound.sources
    if source is None:
        rows: list[dict[str, Any]] = [
            {"source": each.name, "kind": each.kind, "columns": len(each.columns), "meaning": each.meaning}
            for each in sources.values()
        ]
    elif source not in sources:
        raise UsageError(f"{source}: there is no such source{did_you_mean(source, sources)}")
    else:
        at = sources[source]
        names = dict.fromkeys((*filter(None, [at.time]), *bound.row_names(at)))
        rows = [
            {"column": name, "type": str(place.column.type), "unit": place.column.unit,
             "values": list(place.column.type.values), "meaning": place.column.meaning}
            for name in names if (place := bound.row_column(at, name)) is not None
        ]  # fmt: skip
    if as_json:
        print_json(rows)
        return
    columns = tuple(rows[0]) if rows else ()
    print_table(source or "Sources", columns, ([_cell(row[column]) for column in columns] for row in rows))


def _cell(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
