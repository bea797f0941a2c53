"""Tests beside specs: small tables of people, and the members that a spec must have among them.

`<id>.tests.json` stands next to `<id>.json`. The rows go through the one parser and the kernel, as in `try`, so a test says
what a night would say. A column that a row leaves out is missing there.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from jobs.answers.folder import evaluate_folder, read_folder
from jobs.answers.folder_lists import known_lists
from jobs.answers.workspace import account_zone, clock_of, meanings_of, one_spec, specs_beside, stand_in
from jobs.catalog.model import Catalog, Source
from jobs.catalog.values.layout import delivered
from jobs.errors import Problem, SpecError, UserError, visible
from jobs.language.bound import BoundCatalog
from jobs.language.specs import NO_SPECS, KnownLists, Spec, SpecSet, read_beside, read_specs, referred
from jobs.plan.planner import make_plan
from jobs.syntax.json_layout import one_line
from jobs.syntax.nodes import Node, Problems, shown
from jobs.syntax.objects import Fields, Key, KeyTable
from jobs.syntax.shapes import TEXT, ZONE, Shape, as_written, mapping, read_id, read_scalar, version_of
from jobs.syntax.spec_files import read_small_file
from jobs.syntax.spelling import did_you_mean
from jobs.syntax.strict_json import read_json

SUFFIX = ".tests.json"
LIST_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}(@\d{4}-\d\d-\d\d)?")


def _read_ids(node: Node, problems: Problems) -> tuple[str, ...] | None:
    if isinstance(node.value, list) and all(isinstance(id_, str | int) for id_ in node.value):
        return tuple(map(str, node.value))
    problems.add(node, f"found {node.found()}, expected a list of contact ids")
    return None


def _read_lists(node: Node, problems: Problems) -> dict[str, tuple[str, ...]] | None:
    before = len(problems.found)
    for name in node.keys():
        if not LIST_NAME.fullmatch(name):  # it becomes a file's name
            problems.add(node.child(name), f"found the list {shown(name)}, expected name or name@date")
    lists = _read_ids_by_name(node, "lists of ids by name or name@date", problems)
    return lists if len(problems.found) == before else None


def _read_segments(node: Node, problems: Problems) -> dict[str, tuple[str, ...]] | None:
    before = len(problems.found)
    for name in node.keys():
        read_scalar(Node(name, node.file, node.child(name).pointer), lambda id_: read_id(id_, "a segment"), problems)
    segments = _read_ids_by_name(node, "lists of ids by segment", problems)
    return segments if len(problems.found) == before else None


def _read_ids_by_name(node: Node, expected: str, problems: Problems) -> dict[str, tuple[str, ...]]:
    if not isinstance(node.value, dict):
        problems.add(node, f"found {node.found()}, expected {expected}")
    lists = {name: _read_ids(node.child(name), problems) for name in node.keys()}
    return {name: ids for name, ids in lists.items() if ids is not None}


_IDS = {"type": "array", "items": {"type": ["string", "integer"]}}
VERSION = Key("version", "The version of tests files: 1.", version_of("tests files"), required=True)
AS_OF = Key("as_of", "The instant as of which the members are asked for, when it differs from the file's.", TEXT)
TIME_ZONE = Key("time_zone", "The account's time zone; the settings' when left out.", ZONE)
TESTS = Key("tests", "The tests, at least one.", as_written({"type": "array", "minItems": 1}), required=True)
FILE = KeyTable("a tests file", (VERSION, AS_OF, TIME_ZONE, TESTS), "an object with version and tests")

NAME = Key("name", "What the table shows, as a sentence.", TEXT, required=True)
DATA = Key(
    "data",
    "Rows by source; a column that a row leaves out is missing there.",
    mapping({"type": "object"}),
    required=True,
)
LISTS = Key(
    "lists",
    "Contact ids by list, as name or name@date.",
    Shape(_read_lists, {"type": "object", "additionalProperties": _IDS}),
)
SEGMENTS = Key(
    "segments",
    "Who is in a segment that the spec refers to, by its id, in the place of what that one asks for.",
    Shape(_read_segments, {"type": "object", "additionalProperties": _IDS}),
)
MEMBERS = Key("members", "The ids that must come out, all of them.", Shape(_read_ids, _IDS), required=True)
TEST = KeyTable("a test", (NAME, DATA, LISTS, SEGMENTS, MEMBERS, AS_OF), "an object with name, data and members")


@dataclass(frozen=True)
class SpecTest:
    """One table and the members that must come out."""

    file: Path
    name: str
    as_of: str
    time_zone: str | None
    data: Mapping[str, Sequence[Mapping[str, Any]]]
    lists: Mapping[str, Sequence[str]]
    segments: Mapping[str, Sequence[str]]
    members: frozenset[str]

    @property
    def spec(self) -> Path:
        return self.file.with_name(self.file.name.removesuffix(SUFFIX) + ".json")


@dataclass(frozen=True)
class Result:
    """`wrong` is empty when the members are the expected ones."""

    test: SpecTest
    wrong: str

    def message(self) -> str:
        """What is wrong, under the test's file and name."""
        return visible(f"{self.test.file}: {self.test.name}") + f"\n  {visible(self.wrong)}"

    def as_json(self) -> dict[str, object]:
        return {
            "file": str(self.test.file),
            "test": self.test.name,
            "passed": not self.wrong,
            "message": self.wrong,
        }


def tests_files(path: Path) -> list[Path]:
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
    tests: list[SpecTest] = []
    for path in files:
        data = read_small_file(path, str(path), problems)
        root = None if data is None else read_json(data, str(path), problems)
        if root is not None:
            tests += tests_of(path, root, catalog, problems)
    if problems.errors:
        raise SpecError("Tests beside specs cannot be read:", problems.errors)
    return tests


def tests_of(path: Path, root: Node, catalog: Catalog, problems: Problems) -> list[SpecTest]:
    """The tests of a file that is read already, those that can be used."""
    file = FILE.read(root, problems)
    nodes = file.get(TESTS)
    if nodes is None:
        return []
    if not isinstance(nodes.value, list) or not nodes.value:
        problems.add(nodes, f"found {nodes.found()}, expected a list of tests")
        return []
    tests = [_test(path, TEST.read(node, problems), file, catalog, problems) for node in nodes.items()]
    return [test for test in tests if test is not None]


def _test(path: Path, fields: Fields, file: Fields, catalog: Catalog, problems: Problems) -> SpecTest | None:
    as_of = fields.get(AS_OF) or file.get(AS_OF)
    if fields.values and not fields.wrote(AS_OF) and not file.wrote(AS_OF):
        problems.add(fields.node, "found no as_of here or at the top of the file, expected one")
    name, data, members = fields.get(NAME), fields.get(DATA), fields.get(MEMBERS)
    fine = data is not None and _are_sources(data, catalog, problems)
    if not fine or data is None or as_of is None or name is None or members is None or not fields.fine:
        return None
    return SpecTest(
        file=path,
        name=name,
        as_of=as_of,
        time_zone=file.get(TIME_ZONE),
        data=cast(dict[str, list[dict[str, Any]]], data.value),
        lists=fields.get(LISTS) or {},
        segments=fields.get(SEGMENTS) or {},
        members=frozenset(members),
    )


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
    columns = delivered(source)
    wrong = [key for key in row.keys() if key not in columns]
    for key in wrong:
        problems.add(
            row.child(key), f"found {shown(key)}, expected a column of {source.name}{did_you_mean(key, columns)}"
        )
    return not wrong


# --- running -------------------------------------------------------------------------------------------------------------


def run_tests(tests: Iterable[SpecTest], bound: BoundCatalog, time_zone: str | None) -> Iterator[Result]:
    """How tests beside specs go, one after the other; the specs are read once for all of them."""
    read: dict[tuple[Path, ...], SpecSet] = {}
    for test in tests:
        paths = tuple(specs_beside(test.spec))
        if paths not in read:
            read[paths] = read_specs(paths, bound)
        yield run_test(test, bound, time_zone, read[paths])


def run_test(
    test: SpecTest,
    bound: BoundCatalog,
    time_zone: str | None,
    specs: SpecSet = NO_SPECS,
    unwritten: Node | None = None,
) -> Result:
    """Writes the tables as a folder of data and asks the kernel, as `try` does.

    `specs` are read already; `unwritten` is a spec that stands in no file yet and may refer to them. Without it the test is
    of the spec that it lies beside.
    """
    with TemporaryDirectory() as place:
        _write(test, bound.catalog, Path(place))
        try:
            members = _members(test, bound, Path(place), test.time_zone or time_zone, specs, unwritten)
        except UserError as error:
            hidden: Sequence[Problem] = error.problems
            return Result(test, f"{error.message} {'; '.join(problem.message for problem in hidden)}".rstrip())
    too_many, too_few = sorted(members - test.members), sorted(test.members - members)
    wrong = [f"should not be members: {', '.join(too_many)}"] if too_many else []
    return Result(test, "; ".join(wrong + ([f"should be members: {', '.join(too_few)}"] if too_few else [])))


def _members(
    test: SpecTest, bound: BoundCatalog, data: Path, time_zone: str | None, specs: SpecSet, unwritten: Node | None
) -> frozenset[str]:
    clock = clock_of(test.as_of, time_zone)
    lists = known_lists(data, clock)
    stand_ins = {id_: stand_in(id_, name) for id_, name in _stand_in_lists(test).items()}
    if unwritten is not None:
        spec, specs = _unwritten(unwritten, specs, stand_ins, bound, lists)
    elif stand_ins or not _is_right(test.spec.stem, specs, lists):
        spec, specs = one_spec(str(test.spec), bound, lists, stand_ins)
    else:
        spec = specs.valid[test.spec.stem]
    plan = make_plan(meanings_of(spec, specs), bound.catalog, clock)
    return frozenset(evaluate_folder(plan, read_folder(plan, data, account_zone(time_zone)))[spec.id])


def _is_right(id_: str, specs: SpecSet, lists: KnownLists) -> bool:
    """Whether the spec is right among these and all lists that it reaches are there; else somebody is told why not."""
    reached = referred([id_], specs.valid)
    asked = (wanted for spec in reached.values() for wanted in spec.depends.lists)
    return id_ in reached and not any(lists.wrong(wanted.name, wanted.on) for wanted in asked)


def _unwritten(
    node: Node, specs: SpecSet, stand_ins: Mapping[str, Node], bound: BoundCatalog, lists: KnownLists
) -> tuple[Spec, SpecSet]:
    instead = read_specs(stand_ins.values(), bound, lists)
    beside = read_beside(node, specs.replaced(instead), bound, lists)
    if beside.errors:
        raise SpecError("The spec cannot be used:", beside.errors)
    return list(beside.valid.values())[-1], beside


def _stand_in_lists(test: SpecTest) -> dict[str, str]:
    """For each segment whose members the test says the list that they are on, under a name that no list of it has."""
    taken = {name.partition("@")[0] for name in test.lists}
    free = (name for number in count(1) if (name := f"segment_{number}") not in taken)
    return dict(zip(sorted(test.segments), free, strict=False))


def _write(test: SpecTest, catalog: Catalog, folder: Path) -> None:
    for name in {catalog.contacts.name, *test.data}:
        blank: dict[str, Any] = dict.fromkeys(delivered(catalog.sources[name]))
        lines = [one_line({**blank, **row}) for row in test.data.get(name, [])]
        (folder / f"{name}.jsonl").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    named = {list_name: test.segments[id_] for id_, list_name in _stand_in_lists(test).items()}
    if test.lists or named:
        (folder / "lists").mkdir()
    for name, ids in (*test.lists.items(), *named.items()):
        with (folder / "lists" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["contact_id"], *([id_] for id_ in ids)])
