"""`describe`: a catalog file drafted from what was delivered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.console import print_json, say
from jobs.commands.options import AsJson, CatalogFolder, TimeZone
from jobs.errors import CatalogError, SettingsError, UsageError, visible

PANEL = "Specs"


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel=PANEL)(describe)


def describe(
    thing: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A file, a folder of files or of a Delta table, or jdbc:CONNECTION/TABLE.",
            show_default=False,
        ),
    ],
    source: Annotated[str, typer.Option(help="The source's name (default: made of the file's).")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the file here, which must not exist; - or nothing: print it.")
    ] = None,
    first: Annotated[
        int | None, typer.Option("--first", min=1, help="Look at so many rows only; the draft says so.")
    ] = None,
    catalog: CatalogFolder = None,
    time_zone: TimeZone = None,
    as_json: AsJson = False,
) -> None:
    """Draft a catalog file from what was delivered: kind, contact and time, types, how values are written, key candidates.

    Types hold for every row, or, with --first, for the rows that were looked at. `# decide:` stands where only a person
    knows. Words of a column are written only where they are few and 50 rows bear each; never a value of a contact.

    Example: `python -m jobs describe landing/kunden_2026-11-24.csv --out conf/catalog/kunden.yaml`
    """
    from jobs.answers.drafts.described import DescriptionRequest
    from jobs.answers.drafts.described import describe as draft_of
    from jobs.answers.workspace import account_zone

    name = source or (out.stem if out is not None and str(out) != "-" else "")
    draft = draft_of(DescriptionRequest(thing, _landing(), account_zone(time_zone), name, first, _known(catalog)))
    if out is not None and str(out) != "-":
        _write(out, draft.as_yaml())
        said = f"{visible(str(out))}: drafted {draft.seen}. Look for `# decide:` in it, then run `validate`."
        say(said)
    if as_json:
        print_json(draft.as_json())
    elif out is None or str(out) == "-":
        print(draft.as_yaml(), end="")
    raise typer.Exit(0)


def _landing() -> str:
    from jobs.settings import read_settings

    try:
        return read_settings().landing
    except SettingsError:
        return "."


def _known(folder: Path | None):
    """The catalog that there is already, None where there is none yet, or none that can be read."""
    from jobs.catalog.catalog_files import read_catalog
    from jobs.settings import read_settings

    try:
        return read_catalog(read_settings().catalog if folder is None else folder)
    except (CatalogError, SettingsError):
        return None


def _write(out: Path, text: str) -> None:
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(
            f"--out: {visible(str(out))} is there already; it is left as it is. Name another file."
        ) from None
    except OSError as error:
        raise UsageError(f"--out: {visible(str(out))} cannot be written ({error.strerror}).") from error
