"""A new spec and its tests in the folder of specs: made of a template, judged beside the specs there are, written whole.

Nothing is written unless the spec binds and its tests pass, and nothing that stands there is overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.answers.spec_tests import SUFFIX
from jobs.authoring.filled_templates import FilledTemplate, fill, run_tests_of
from jobs.authoring.templates import Template, unknown_parameter
from jobs.errors import Problem, SpecError, UsageError
from jobs.language.bound import BoundCatalog
from jobs.language.specs import SpecSet, read_beside
from jobs.language.warnings import warnings
from jobs.syntax.json_layout import laid_out
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.shapes import read_id, read_label, read_scalar
from jobs.syntax.spec_files import NOT_SPEC_FOLDER

ID_LENGTH = 63


@dataclass(frozen=True)
class SpecRequest:
    """What somebody wants of a new spec. `settings`: `key=value` each; what is left out comes from the template."""

    settings: tuple[str, ...] = ()
    id: str | None = None
    folder: str | None = None
    name: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class NewSpec:
    """A spec and its tests, and where they belong. `sentence`: what it says; `warnings`: of the spec among the others."""

    id: str
    spec_file: Path
    spec: str
    tests: str
    sentence: str
    warnings: tuple[Problem, ...] = ()

    @property
    def tests_file(self) -> Path:
        return self.spec_file.with_name(f"{self.id}{SUFFIX}")

    def write(self) -> None:
        """Both files or none; `UsageError` where one of them is there."""
        self.spec_file.parent.mkdir(parents=True, exist_ok=True)
        written: list[Path] = []
        try:
            for path, text in ((self.spec_file, self.spec), (self.tests_file, self.tests)):
                with path.open("x", encoding="utf-8") as file:
                    written.append(path)
                    file.write(text)
        except OSError as error:
            for path in written:
                path.unlink()
            raise UsageError(f"{error.filename or self.spec_file}: cannot be written ({error.strerror}).") from error


def made_of(template: Template, asked: SpecRequest, folder: Path, bound: BoundCatalog, specs: SpecSet) -> NewSpec:
    """The spec that a template gives with these values; `folder` holds the specs, which are `specs`.

    `UsageError` with everything that is wrong with what was asked, `SpecError` with everything that is wrong with the spec
    or its tests then.
    """
    problems = Problems()
    given = dict(_given(template, asked.settings, problems))
    id_ = asked.id or id_from(template, given)
    path = folder / (asked.folder or template.kind) / f"{id_}.json"
    problems.found += place_problems(id_, path, specs)
    for option, text in (("--name", asked.name), ("--owner", asked.owner)):
        if text is not None:
            read_scalar(Node(text, option), read_label, problems)
    filled = fill(template, given, id_, bound, problems)
    if problems.errors or filled is None:
        raise UsageError(f"No spec can be made of the template {template.name}:", problems.errors)
    return _judged(_with(filled, asked, path), path, bound, specs)


def _with(filled: FilledTemplate, asked: SpecRequest, path: Path) -> FilledTemplate:
    """The spec with another name and owner; from here on its places in messages are those of its own files."""
    assert isinstance(filled.spec.value, dict)
    own = {"name": asked.name, "owner": asked.owner}
    spec: dict[str, Json] = {**filled.spec.value, **{key: text for key, text in own.items() if text is not None}}
    tests = Node(filled.tests.value, str(path.with_name(f"{path.stem}{SUFFIX}")))
    return FilledTemplate(filled.template, filled.values, filled.sentence, Node(spec, str(path)), tests)


def _judged(filled: FilledTemplate, path: Path, bound: BoundCatalog, specs: SpecSet) -> NewSpec:
    beside = read_beside(filled.spec, specs, bound)
    if beside.errors:
        raise SpecError("The spec would not be right, so nothing is written:", beside.errors)
    new = NewSpec(
        filled.id,
        path,
        laid_out(filled.spec.value),
        laid_out(filled.tests.value),
        filled.sentence,
        tuple(_warnings(filled.id, beside, bound, specs)),
    )
    results = run_tests_of(filled, bound, specs, new.tests_file)
    wrong = [Problem(str(new.tests_file), "", f"{each.test.name}: {each.wrong}") for each in results if each.wrong]
    if wrong:
        raise SpecError("Its tests would not pass with these values, so nothing is written:", wrong)
    return new


def _warnings(id_: str, beside: SpecSet, bound: BoundCatalog, specs: SpecSet) -> Iterable[Problem]:
    spec = beside.valid[id_]
    every = warnings({**specs.valid, id_: spec}, bound.catalog)
    return [problem for problem in every if problem.file == spec.file]


def _given(template: Template, settings: Iterable[str], problems: Problems) -> Iterator[tuple[str, str]]:
    """The values as they were typed, by parameter."""
    names: set[str] = set()
    for setting in settings:
        name, equals, text = setting.partition("=")
        at = Node(setting, f"--set {name}")
        if not equals:
            problems.add(at, f"found {shown(setting)}, expected key=value")
        elif name not in template.parameters:
            problems.add(at, unknown_parameter(name, template.parameters))
        elif name in names:
            problems.add(at, f"found {shown(name)} a second time, expected each once; several values take commas")
        else:
            yield name, text
        names.add(name)


def id_from(template: Template, given: Mapping[str, str]) -> str:
    """The template's name and the values that were said, as far as they fit into an id."""
    id_ = template.name
    for name, parameter in template.parameters.items():
        word = re.sub(r"[^a-z0-9]+", "_", given.get(name, "").lower()).strip("_")
        if word and parameter.type != "polygon" and len(id_) + len(word) < ID_LENGTH:
            id_ = f"{id_}_{word}"
    return id_


def place_problems(id_: str, path: Path, specs: SpecSet) -> Iterator[Problem]:
    """What is wrong with a new spec's id and its place."""
    problems = Problems()
    read_scalar(Node(id_, "--id"), lambda value: read_id(value, "a segment"), problems)
    yield from problems.found
    folder = path.parent.name
    if folder == NOT_SPEC_FOLDER or not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]*", folder) or path.stem != id_:
        yield Problem("--folder", "", f"found {shown(folder)}, expected the name of a folder of specs")
    elif id_ in specs.valid or id_ in specs.broken:
        file = specs.valid[id_].file if id_ in specs.valid else "a spec with problems"
        yield Problem("--id", "", f"found {shown(id_)}, the id of {file}, expected one of its own")
    else:
        for there in (path, path.with_name(f"{path.stem}{SUFFIX}")):
            if there.exists():
                yield Problem(str(there), "", "found a file of that name, expected none; take another --id or --folder")
