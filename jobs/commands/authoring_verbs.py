"""The verbs that write specs, change them, and say what refers to what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.commands.console import print_json, print_problems, print_table, problem_rows
from jobs.commands.options import AsJson, CatalogFolder
from jobs.errors import DONE, UsageError, UserError, visible
from jobs.settings import read_settings

if TYPE_CHECKING:
    from jobs.authoring.new_specs import SpecRequest
    from jobs.authoring.spec_changes import ChangedSpec
    from jobs.authoring.templates import Template

PANEL = "Specs"


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel=PANEL)(new)
    app.command("where-used", rich_help_panel=PANEL)(where_used)
    app.command(rich_help_panel=PANEL)(rename)
    app.command(rich_help_panel=PANEL)(remove)


def new(
    kind: Annotated[str | None, typer.Argument(help="With --list: the templates of this kind alone.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="The templates there are, by kind.")] = False,
    template: Annotated[
        str | None,
        typer.Option("--template", help="The template: alone it is shown, with --set or --id a spec is made."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A parameter's value; several values take commas (repeat)."),
    ] = None,
    id_: Annotated[
        str | None, typer.Option("--id", help="The new spec's id (default: the template's name and its values).")
    ] = None,
    copy: Annotated[
        str | None,
        typer.Option("--copy", metavar="SPEC", help="Instead of a template: a spec to begin with, by its id."),
    ] = None,
    folder: Annotated[
        str | None, typer.Option("--folder", help="The folder of it (default: the kind, or that of the copied spec).")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Its name for people.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Who answers for it.")] = None,
    catalog: CatalogFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write a spec with its tests from a template: `<folder>/<id>.json` and `<id>.tests.json` among the settings' specs.

    `new --list` shows the templates by kind, `new --template NAME` one of them with its parameters. Values are checked
    against the catalog; nothing is written unless the spec binds and its tests pass with them, and no file is overwritten.
    A polygon is GeoJSON, or `@file`. `new --copy SPEC --id NEW` begins with a spec that is there, tests and all.

    Example: `python -m jobs new --template clicked_at_least --set times=3 --set window=60d`
    """
    with problems_as_json(as_json):
        if list_:
            _list(kind, as_json)
        elif copy is not None:
            if template is not None or set_ or kind or id_ is None:
                raise UsageError("new --copy: expected --id, and neither --template nor --set.")
            _copy(copy, id_, folder, name, owner, as_json)
        elif template is None or kind is not None:
            raise UsageError("new: expected --list [KIND], --template NAME, or --copy SPEC --id NEW.")
        elif set_ or id_ or folder or name or owner:
            from jobs.authoring.new_specs import SpecRequest

            _make(template, SpecRequest(tuple(set_ or ()), id_, folder, name, owner), catalog, as_json)
        else:
            _show(template, catalog, as_json)
    raise typer.Exit(DONE)


def where_used(
    name: Annotated[
        str, typer.Argument(help="A segment's id, a source, or a column: order.amount.", show_default=False)
    ],
    catalog: CatalogFolder = None,
    as_json: AsJson = False,
) -> None:
    """What refers to a segment, or uses a source or a column: so that nobody takes away what others stand on.

    Of a segment: each place in specs, tests and templates that names it, the segments that depend on it through others, and
    the lists that were frozen from it, where a lake has some. Of a source or a column: the segments that reach it, through
    computed columns and lookups too, and the columns and sources made of it.

    Example: `python -m jobs where-used mailable`
    """
    from jobs.answers.workspace import bound_catalog
    from jobs.authoring.usage import usage_of

    usage = usage_of(name, read_settings(), bound_catalog(catalog))
    print_problems(usage.problems)
    if as_json:
        print_json(usage.as_json())
    else:
        print("\n".join(map(visible, usage.lines())))
    raise typer.Exit(DONE)


def rename(
    old: Annotated[str, typer.Argument(help="The segment's id.", show_default=False)],
    new: Annotated[str, typer.Argument(help="Its new id.", show_default=False)],
    catalog: CatalogFolder = None,
    as_json: AsJson = False,
) -> None:
    """Give a segment another id: its file, its tests, the id inside, and every reference in specs, tests and templates.

    All of it or nothing; only the ids change in the files, not their spacing. In the lake the segment begins anew: the next
    night retires the old id (its row table goes, its history and the lists frozen from it stay) and publishes the new one
    for the first time, so `change_at_most` has nothing to compare with. Who reads the old id elsewhere has to be told.

    Example: `python -m jobs rename lapsed_vips sleeping_vips`
    """
    from jobs.answers.workspace import bound_catalog
    from jobs.authoring.spec_changes import rename as change
    from jobs.authoring.spec_references import read_spec_folder

    with problems_as_json(as_json):
        done = change(old, new, read_spec_folder(read_settings().specs), bound_catalog(catalog))
    _tell(done, as_json)


def remove(
    spec: Annotated[str, typer.Argument(help="The segment's id.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Take a segment and its tests away, unless a spec, a test or a template refers to it: then it says which.

    In the lake the next night retires the segment: its row table goes, its history and the lists frozen from it stay.

    Example: `python -m jobs remove lapsed_vips`
    """
    from jobs.authoring.spec_changes import remove as change
    from jobs.authoring.spec_references import read_spec_folder

    with problems_as_json(as_json):
        done = change(spec, read_spec_folder(read_settings().specs))
    _tell(done, as_json)


def _copy(id_: str, new: str, folder: str | None, name: str | None, owner: str | None, as_json: bool) -> None:
    from jobs.authoring.spec_changes import copy as change
    from jobs.authoring.spec_references import read_spec_folder

    _tell(change(id_, new, read_spec_folder(read_settings().specs), folder, name, owner), as_json)


def _tell(done: ChangedSpec, as_json: bool) -> None:
    if as_json:
        print_json(
            {"files": list(map(str, done.files)), "gone": list(map(str, done.gone)),
             "references": [{"file": str(each.file), "pointer": each.pointer} for each in done.references]}
        )  # fmt: skip
    else:
        lines = [*(f"written: {path}" for path in done.files), *(f"gone: {path}" for path in done.gone)]
        print("\n".join(map(visible, lines)))
    raise typer.Exit(DONE)


@contextmanager
def problems_as_json(as_json: bool) -> Iterator[None]:
    """With --json a fault that has problems is one document of them, as `validate` has it."""
    try:
        yield
    except UserError as error:
        if not as_json or not error.problems:
            raise
        print_json({"problems": problem_rows(error.problems)})
        raise typer.Exit(error.exit_code) from None


def _list(kind: str | None, as_json: bool) -> None:
    from jobs.authoring.templates import all_templates
    from jobs.syntax.spelling import did_you_mean

    templates, problems = all_templates(read_settings().specs)
    print_problems(problems.found)
    kinds = {each.kind for each in templates.values()}
    if kind is not None and kind not in kinds:
        raise UsageError(f"{kind}: there are no templates of such a kind{did_you_mean(kind, kinds)}")
    rows = [
        {"template": each.name, "kind": each.kind, "sentence": each.shown_sentence, "parameters": list(each.parameters)}
        for each in templates.values()
        if kind in (None, each.kind)
    ]
    if as_json:
        print_json(rows)
        return
    table = ([row["kind"], row["template"], row["sentence"]] for row in rows)
    print_table(f"{len(rows):,} templates", ("kind", "template", "sentence"), table)


def _show(name: str, catalog: CatalogFolder, as_json: bool) -> None:
    from jobs.answers.workspace import bound_catalog
    from jobs.authoring.parameters import described

    template = _template(name)
    rows = described(template.parameters, bound_catalog(catalog).catalog)
    if as_json:
        print_json(
            {"template": template.name, "kind": template.kind, "sentence": template.shown_sentence, "parameters": rows}
        )
        return
    print(visible(template.shown_sentence))
    columns = ("parameter", "type", "default", "meaning", "values")
    print_table("", columns, ([row[column] for column in columns] for row in rows))
    print(visible(f"python -m jobs new --template {template.name}{''.join(f' --set {each}' for each in _shown(rows))}"))


def _shown(rows: list[dict[str, str]]) -> list[str]:
    from shlex import quote

    return [quote(f"{row['parameter']}={row['default']}") for row in rows]


def _make(name: str, asked: SpecRequest, catalog: CatalogFolder, as_json: bool) -> None:
    from jobs.answers.workspace import bound_catalog
    from jobs.authoring.new_specs import made_of
    from jobs.language.specs import read_specs

    template, bound, folder = _template(name), bound_catalog(catalog), read_settings().specs
    made = made_of(template, asked, folder, bound, read_specs([folder], bound))
    made.write()
    if as_json:
        print_json(
            {"id": made.id, "spec": str(made.spec_file), "tests": str(made.tests_file), "sentence": made.sentence,
             "problems": problem_rows(made.warnings)}
        )  # fmt: skip
        return
    print_problems(made.warnings)
    for line in (f"{made.sentence}.", made.spec_file, made.tests_file):
        print(visible(str(line)))


def _template(name: str) -> Template:
    from jobs.authoring.templates import all_templates, find_template

    templates, problems = all_templates(read_settings().specs)
    return find_template(name, templates, problems)
