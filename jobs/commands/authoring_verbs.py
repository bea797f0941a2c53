"""The verbs that write specs and change them: new ones, from a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.commands.console import print_json, print_problems, print_table, problem_rows
from jobs.commands.options import AsJson, CatalogFolder
from jobs.errors import DONE, UsageError, UserError, visible
from jobs.settings import read_settings

if TYPE_CHECKING:
    from jobs.authoring.new_specs import SpecRequest
    from jobs.authoring.templates import Template

PANEL = "Specs"


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel=PANEL)(new)


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
    folder: Annotated[str | None, typer.Option("--folder", help="The folder of it (default: the kind).")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Its name for people.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Who answers for it.")] = None,
    catalog: CatalogFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write a spec with its tests from a template: `<folder>/<id>.json` and `<id>.tests.json` among the settings' specs.

    `new --list` shows the templates by kind, `new --template NAME` one of them with its parameters. Values are checked
    against the catalog; nothing is written unless the spec binds and its tests pass with them, and no file is overwritten.
    A polygon is GeoJSON, or `@file`.

    Example: `python -m jobs new --template clicked_at_least --set times=3 --set window=60d`
    """
    try:
        if list_:
            _list(kind, as_json)
        elif template is None or kind is not None:
            raise UsageError("new: expected --list [KIND], or --template NAME.")
        elif set_ or id_ or folder or name or owner:
            from jobs.authoring.new_specs import SpecRequest

            _make(template, SpecRequest(tuple(set_ or ()), id_, folder, name, owner), catalog, as_json)
        else:
            _show(template, catalog, as_json)
    except UserError as error:
        if not as_json or not error.problems:
            raise
        print_json({"problems": problem_rows(error.problems)})
        raise typer.Exit(error.exit_code) from None
    raise typer.Exit(DONE)


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
    print(visible(f"{made.sentence}.\n{made.spec_file}\n{made.tests_file}"))


def _template(name: str) -> Template:
    from jobs.authoring.templates import all_templates, find_template

    templates, problems = all_templates(read_settings().specs)
    return find_template(name, templates, problems)
