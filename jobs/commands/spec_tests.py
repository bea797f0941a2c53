"""The verb `test`: small tables of people beside a spec, with the members it must have.

`<id>.tests.json` stands next to `<id>.json`. The rows go through the one parser and the kernel, as in `try`, so a test says
what a night would say. A column that a row leaves out is missing there.
"""

from __future__ import annotations

import csv
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, cast

import typer

from jobs.catalog.model import Catalog, Source
from jobs.commands.console import print_json, say
from jobs.commands.options import CatalogFolder, Json, TimeZone
from jobs.errors import DONE, SPEC, Problem, SpecError, UserError, visible
from jobs.language.bound import BoundCatalog
from jobs.settings import read_settings
from jobs.syntax.nodes import Node, Problems, shown
from jobs.syntax.spec_files import read_small_file
from jobs.syntax.spelling import did_you_mean
from jobs.syntax.strict_json import read_json

SUFFIX = ".tests.json"
KEYS = {
    "name": "what the table shows, as a sentence",
    "as_of": "the instant, when it differs from the file's",
    "data": "rows by source",
    "lists": "contact ids by list, as name or name@date",
    "members": "the ids that must come out",
}
FILE_KEYS = ("version", "as_of", "time_zone", "tests")
LIST_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}(@\d{4}-\d\d-\d\d)?")


@dataclass(frozen=True)
class SpecTest:
    """One table and the members that must come out."""

    file: Path
    name: str
    as_of: str
    time_zone: str | None
    data: Mapping[str, Sequence[Mapping[str, Any]]]
    lists: Mapping[str, Sequence[str]]
    members: frozenset[str]

    @property
    def spec(self) -> Path:
        return self.file.with_name(self.file.name.removesuffix(SUFFIX) + ".json")


@dataclass(frozen=True)
class Result:
    """`wrong` is empty when the members are the expected ones."""

    test: SpecTest
    wrong: str


def register(app: typer.Typer) -> None:
    app.command("test", rich_help_panel="Specs")(run_tests)


def run_tests(
    path: Annotated[
        Path | None, typer.Argument(help="A tests file, a spec, or a folder (default: the settings' specs).")
    ] = None,
    catalog: CatalogFolder = None,
    time_zone: TimeZone = None,
    as_json: Json = False,
) -> None:
    """Run the tests that stand beside specs: `<id>.tests.json` next to `<id>.json`.

    Each test has small tables of people and the ids that must be members.

    Example: `python -m jobs test segment_specs/value/lapsed_vips.json`
    """
    from jobs.commands.workspace import bound_catalog

    begun = time.monotonic()
    bound = bound_catalog(catalog)
    results: list[Result] = []
    for one in read_tests(files_of(path or read_settings().specs), bound.catalog):
        results.append(run_test(one, bound, time_zone))
        if not as_json:
            print("F" if results[-1].wrong else ".", end="", flush=True)
    _tell(results, time.monotonic() - begun, as_json)
    raise typer.Exit(SPEC if any(result.wrong for result in results) else DONE)


def _tell(results: Sequence[Result], seconds: float, as_json: bool) -> None:
    failed = [result for result in results if result.wrong]
    if as_json:
        rows = [
            {"file": str(r.test.file), "test": r.test.name, "passed": not r.wrong, "message": r.wrong} for r in results
        ]
        print_json({"tests": rows})
        return
    print()
    for result in failed:
        say(visible(f"{result.test.file}: {result.test.name}") + f"\n  {visible(result.wrong)}")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed in {seconds:.1f} s")


def files_of(path: Path) -> list[Path]:
    """The tests files of a folder, of a spec, or the one named; in order of their paths."""
    if path.is_dir():
        return sorted(path.rglob(f"*{SUFFIX}"))
    named = path if path.name.endswith(SUFFIX) else path.with_name(path.name.removesuffix(".json") + SUFFIX)
    if not named.exists():
        raise SpecError(f"{named}: there are no tests of this spec. Write that file, or name another.")
    return [named]


# --- reading -------------------------------------------------------------------------------------------------------------


def read_tests(files: Sequence[Path], catalog: Catalog) -> list[SpecTest]:
    """Every test of every file; `SpecError` with all problems at once."""
    problems = Problems()
    found: list[SpecTest] = []
    for path in files:
        data = read_small_file(path, str(path), problems)
        root = None if data is None else read_json(data, str(path), problems)
        if root is not None:
            found += _of_file(path, root, catalog, problems)
    if problems.errors:
        raise SpecError("Tests beside specs cannot be read:", problems.errors)
    return found


def _of_file(path: Path, root: Node, catalog: Catalog, problems: Problems) -> Iterator[SpecTest]:
    if not _has_keys(root, FILE_KEYS, ("version", "tests"), problems):
        return
    as_of, zone, tests = root.get("as_of"), root.get("time_zone"), root.child("tests")
    version = root.child("version")
    if type(version.value) is not int or version.value != 1:
        problems.add(version, f"found {version.found()}, expected 1")
    if not isinstance(tests.value, list) or not tests.value:
        problems.add(tests, f"found {tests.found()}, expected a list of tests")
        return
    for node in tests.items():
        if _has_keys(node, KEYS, ("name", "data", "members"), problems):
            found = _one(path, node, node.get("as_of") or as_of, zone, catalog, problems)
            if found is not None:
                yield found


def _one(
    path: Path, node: Node, as_of: Node | None, zone: Node | None, catalog: Catalog, problems: Problems
) -> SpecTest | None:
    data, members, lists = node.child("data"), node.child("members").value, node.get("lists")
    if as_of is None:
        problems.add(node, "found no as_of here or at the top of the file, expected one")
        return None
    if not isinstance(data.value, dict) or not isinstance(members, list) or not _are_lists(lists):
        said = (
            "data as an object of sources, members as a list of ids, and lists, if any, as an object of lists of ids "
            "by name or name@date"
        )
        problems.add(node, f"expected {said}")
        return None
    if not _are_sources(data, catalog, problems):
        return None
    return SpecTest(
        file=path,
        name=str(node.child("name").value),
        as_of=str(as_of.value),
        time_zone=None if zone is None else str(zone.value),
        data=cast(dict[str, list[dict[str, Any]]], data.value),
        lists={} if lists is None else cast(dict[str, list[str]], lists.value),
        members=frozenset(map(str, members)),
    )


def _are_lists(lists: Node | None) -> bool:
    if lists is None:
        return True
    if not isinstance(lists.value, dict) or not all(isinstance(ids, list) for ids in lists.value.values()):
        return False
    return all(LIST_NAME.fullmatch(name) for name in lists.value)  # it becomes a file's name


def _has_keys(
    node: Node, known: Mapping[str, str] | Sequence[str], required: Sequence[str], problems: Problems
) -> bool:
    if not isinstance(node.value, dict):
        problems.add(node, f"found {node.found()}, expected an object with {', '.join(required)}")
        return False
    for key in node.keys():
        if key not in known:
            problems.add(node.child(key), f"found {shown(key)}, expected a key of a test{did_you_mean(key, known)}")
    missing = [key for key in required if key not in node.keys()]
    if missing:
        problems.add(node, f"found no {', '.join(missing)}, expected {', '.join(required)}")
    return not missing


def _are_sources(data: Node, catalog: Catalog, problems: Problems) -> bool:
    fine = True
    for name in data.keys():
        rows = data.child(name)
        if name not in catalog.sources:
            problems.add(
                rows, f"found {shown(name)}, expected a source of the catalog{did_you_mean(name, catalog.sources)}"
            )
            fine = False
        elif not isinstance(rows.value, list) or not all(isinstance(row, dict) for row in rows.value):
            problems.add(rows, f"found {rows.found()}, expected a list of rows, each an object")
            fine = False
        else:
            for row in rows.items():
                fine &= _has_columns(row, catalog.sources[name], problems)
    return fine


def _has_columns(row: Node, source: Source, problems: Problems) -> bool:
    """A night passes over columns it does not know; in a test such a one is a slip of the pen that would go unseen."""
    from jobs.catalog.values.layout import delivered

    known = delivered(source)
    wrong = [key for key in row.keys() if key not in known]
    for key in wrong:
        problems.add(
            row.child(key), f"found {shown(key)}, expected a column of {source.name}{did_you_mean(key, known)}"
        )
    return not wrong


# --- running -------------------------------------------------------------------------------------------------------------


def run_test(test: SpecTest, bound: BoundCatalog, time_zone: str | None) -> Result:
    """Writes the tables as a folder of data and asks the kernel, as `try` does."""
    with TemporaryDirectory() as place:
        _write(test, bound.catalog, Path(place))
        try:
            members = _members(test, bound, Path(place), test.time_zone or time_zone)
        except UserError as error:
            hidden: Sequence[Problem] = error.problems
            return Result(test, f"{error.message} {'; '.join(problem.message for problem in hidden)}".rstrip())
    too_many, too_few = sorted(members - test.members), sorted(test.members - members)
    wrong = [f"should not be members: {', '.join(too_many)}"] if too_many else []
    return Result(test, "; ".join(wrong + ([f"should be members: {', '.join(too_few)}"] if too_few else [])))


def _members(test: SpecTest, bound: BoundCatalog, data: Path, time_zone: str | None) -> frozenset[str]:
    from jobs.answers.folder import evaluate_folder, read_folder
    from jobs.answers.folder_lists import known_lists
    from jobs.commands.workspace import account_zone, clock_of, one_spec
    from jobs.plan.planner import make_plan, with_references

    clock = clock_of(test.as_of, time_zone)
    spec, specs = one_spec(str(test.spec), bound, known_lists(data, clock))
    meanings = {one.id: one.meaning() for one in specs.valid.values()}
    plan = make_plan(with_references(spec.id, meanings), bound.catalog, clock)
    return frozenset(evaluate_folder(plan, read_folder(plan, data, account_zone(time_zone)))[spec.id])


def _write(test: SpecTest, catalog: Catalog, folder: Path) -> None:
    from jobs.catalog.values.layout import delivered

    for name in {catalog.contacts.name, *test.data}:
        blank: dict[str, Any] = dict.fromkeys(delivered(catalog.sources[name]))
        lines = [json_line({**blank, **row}) for row in test.data.get(name, [])]
        (folder / f"{name}.jsonl").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    if test.lists:
        (folder / "lists").mkdir()
    for name, ids in test.lists.items():
        with (folder / "lists" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["contact_id"], *([id_] for id_ in ids)])


def json_line(value: object) -> str:
    """JSON with decimals as they were written."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)}: {json_line(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(json_line, value)) + "]"
        case Decimal():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False)
