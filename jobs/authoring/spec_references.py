"""What refers to a segment by its id: specs, tests beside them that say who is in it, templates.

Read from the files as they stand, so that a spec that is wrong in other ways counts as well; what is no JSON is a problem,
for it might refer to anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from jobs.answers.spec_tests import SUFFIX
from jobs.authoring.templates import template_files
from jobs.errors import SpecError
from jobs.syntax.nodes import Json, Node, Problems, escape
from jobs.syntax.spec_files import NOT_SPEC_FOLDER, read_spec_file, spec_files
from jobs.syntax.spelling import did_you_mean

Role = Literal["spec", "test", "template"]


@dataclass(frozen=True)
class Reference:
    """One place that names a segment. `name`: the spec's id, or the template's name; `is_key`: a key names it."""

    role: Role
    name: str
    file: Path
    pointer: str
    segment: str
    is_key: bool = False


@dataclass(frozen=True, eq=False)
class _File:
    role: Role
    name: str
    path: Path
    tree: Node

    def references(self) -> Iterator[Reference]:
        match self.role:
            case "spec":
                places = _in_spec(self.tree)
            case "test":
                places = _in_tests(self.tree)
            case "template":
                places = _in_template(self.tree)
        for pointer, segment, is_key in places:
            yield Reference(self.role, self.name, self.path, pointer, segment, is_key)


@dataclass(frozen=True, eq=False)
class SpecFolder:
    """A folder of specs as files: who refers to whom. `problems`: of those that cannot be read."""

    folder: Path
    specs: dict[str, Path]
    files: tuple[_File, ...]
    problems: Problems

    @cached_property
    def references(self) -> list[Reference]:
        return [reference for file in self.files for reference in file.references()]

    def to(self, id_: str) -> list[Reference]:
        """Every place that names the segment, specs first."""
        order = ("spec", "test", "template")
        named = (reference for reference in self.references if reference.segment == id_)
        return sorted(named, key=lambda each: (order.index(each.role), each.name, each.pointer))

    def reaching(self, id_: str) -> dict[str, list[str]]:
        """Each segment that depends on this one through others, with the way to it: the next one first, the id last."""
        ways: dict[str, list[str]] = {id_: []}
        waiting = [id_]
        while waiting:
            nearest = waiting.pop(0)
            for name in sorted({each.name for each in self.to(nearest) if each.role == "spec"} - ways.keys()):
                ways[name] = [nearest, *ways[nearest]]
                waiting.append(name)
        return {name: way for name, way in sorted(ways.items()) if len(way) > 1}

    def file_of(self, id_: str) -> Path:
        """The spec's file; `SpecError` where there is none, or where several have the id."""
        if id_ not in self.specs:
            raise SpecError(f"{id_}: there is no such spec{did_you_mean(id_, self.specs)}")
        return self.specs[id_]


def read_spec_folder(folder: Path) -> SpecFolder:
    """The specs of a folder, the tests beside them and its templates."""
    problems = Problems()
    specs: dict[str, Path] = {}
    files: list[_File] = []
    for file in spec_files(folder, problems):
        if file.id in specs:
            problems.add_file(
                file.shown_as, f"found the id {file.id} in {specs[file.id]} too, expected one file for an id"
            )
        specs[file.id] = file.path
        files += _read("spec", file.id, file.path, problems)
        tests = file.path.with_name(f"{file.id}{SUFFIX}")
        files += _read("test", file.id, tests, problems) if tests.is_file() else ()
    for path in template_files(folder / NOT_SPEC_FOLDER):
        files += _read("template", path.stem, path, problems)
    return SpecFolder(folder, specs, tuple(files), problems)


def _read(role: Role, name: str, path: Path, problems: Problems) -> Iterable[_File]:
    tree = read_spec_file(path, str(path), problems)
    return () if tree is None else (_File(role, name, path, tree),)


# --- the places ----------------------------------------------------------------------------------------------------------

_Place = tuple[str, str, bool]
"""Pointer, the id that stands there, whether it is a key."""


def _in_spec(node: Node) -> Iterator[_Place]:
    """`{"segment": id}`, as a condition or behind `from`."""
    match node.value:
        case dict():
            for key in node.keys():
                child = node.child(key)
                if key == "segment" and isinstance(child.value, str):
                    yield child.pointer, child.value, False
                else:
                    yield from _in_spec(child)
        case list():
            for child in node.items():
                yield from _in_spec(child)
        case _:
            pass


def _in_tests(node: Node) -> Iterator[_Place]:
    """The keys of `segments`."""
    for test in _items(node.get("tests")):
        segments = test.get("segments")
        for id_ in () if segments is None else segments.keys():
            assert segments is not None
            yield f"{segments.pointer}/{escape(id_)}", id_, True


def _in_template(node: Node) -> Iterator[_Place]:
    """What its spec and tests name, and the values of its parameters that are segments."""
    spec, parameters = node.get("spec"), node.get("parameters")
    if spec is not None:
        yield from _in_spec(spec)
    yield from _in_tests(node)
    names = [name for name in _keys(parameters) if _of_segment(parameters, name)]
    for name in names:
        assert parameters is not None
        yield from _text(parameters.child(name).get("default"))
    for setting in _items(node.get("also")):
        for name in names:
            yield from _text(setting.get(name))


def _of_segment(parameters: Node | None, name: str) -> bool:
    kind = None if parameters is None else parameters.child(name).get("type")
    return kind is not None and kind.value == "segment"


def _text(node: Node | None) -> Iterator[_Place]:
    if node is not None and isinstance(node.value, str):
        yield node.pointer, node.value, False


def _items(node: Node | None) -> Iterator[Node]:
    value: Json = None if node is None else node.value
    if node is not None and isinstance(value, list):
        yield from node.items()


def _keys(node: Node | None) -> list[str]:
    return [] if node is None else node.keys()
