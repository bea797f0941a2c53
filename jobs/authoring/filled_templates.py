"""A template with values in it: the spec and the tests that come out, whether the spec binds and whether the tests pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from jobs.answers.spec_tests import Result, run_test, tests_of
from jobs.authoring.filling import Filling
from jobs.authoring.parameters import read_values
from jobs.authoring.templates import Template, read_templates
from jobs.errors import Problem, SpecError
from jobs.language.bound import BoundCatalog
from jobs.language.specs import Spec, SpecSet, read_beside, read_specs
from jobs.settings import read_settings
from jobs.syntax.literals import read_moment
from jobs.syntax.nodes import Json, Node, Problems
from jobs.syntax.spec_files import NOT_SPEC_FOLDER


@dataclass(frozen=True, eq=False)
class FilledTemplate:
    """`spec` and `tests` as files hold them; their places in messages are those of the template."""

    template: Template
    values: Mapping[str, Json]
    sentence: str
    spec: Node
    tests: Node

    @property
    def id(self) -> str:
        assert isinstance(self.spec.value, dict)
        return str(self.spec.value["id"])


def fill(
    template: Template, given: Mapping[str, Node | str], id_: str, bound: BoundCatalog, problems: Problems
) -> FilledTemplate | None:
    """The template with these values, its defaults where none are given; None and everything that does not fit."""
    before = len(problems.found)
    values = read_values(template.parameters, given, bound.catalog, problems)
    if len(problems.found) > before:
        return None
    filling = Filling(template.parameters, values, bound.catalog, template.clock(), problems)
    spec = cast("dict[str, Json]", filling.spec(template.spec))
    sentence = filling.text(template.sentence)
    tests = [_test(node, template, filling) for node in template.tests.items()]
    for name, parameter in template.parameters.items():
        if name not in filling.used:
            problems.add(parameter.default, f'found the parameter "{name}", which nothing in the template uses')
    if len(problems.found) > before:
        return None
    file = str(template.file)
    whole: Json = {"version": 1, "as_of": template.as_of, "time_zone": template.time_zone, "tests": tests}
    return FilledTemplate(
        template, values, sentence, Node({"version": 1, "id": id_, **spec}, file, "/spec"), Node(whole, file)
    )


def _test(node: Node, template: Template, filling: Filling) -> Json:
    """A test by the clock of its own as_of."""
    own = node.get("as_of")
    if own is not None:
        try:
            read_moment(own.value)
        except ValueError as error:
            filling.problems.add(own, str(error))
            return node.value
        filling.clock = template.clock(str(own.value))
    filled = filling.test(node)
    filling.clock = template.clock()
    return filled


def free_id(name: str, taken: Mapping[str, object]) -> str:
    """A name that no spec has yet."""
    number = 2
    candidate = name
    while candidate in taken:
        candidate = f"{name[:58]}_{number}"
        number += 1
    return candidate


def check_template(template: Template, bound: BoundCatalog, specs: SpecSet, problems: Problems) -> None:
    """Whether the template holds, filled with its defaults and with all that it says beside: specs bind, tests are tests."""
    for given in ({}, *template.also):
        filled = fill(template, given, free_id(template.name, specs.valid), bound, problems)
        if filled is None:
            continue
        found = read_beside(filled.spec, specs, bound).problems
        tests_of(template.file, filled.tests, bound.catalog, problems)
        known = {str(problem) for problem in problems.found}  # what is wrong with every setting is told once
        problems.found += [problem for problem in found if str(problem) not in known]


@dataclass(frozen=True)
class CheckedTemplates:
    """How many templates hold, and what is wrong with the others."""

    right: int
    problems: Sequence[Problem]


def checked_templates(folder: Path, bound: BoundCatalog, specs: SpecSet) -> CheckedTemplates:
    """The templates beside these specs, if there are any: format, parameters, and whether what comes out binds."""
    problems = Problems()
    templates = read_templates(folder / NOT_SPEC_FOLDER, problems)
    right = 0
    for template in templates.values():
        own = Problems()
        check_template(template, bound, specs, own)
        problems.found += own.found
        right += not own.errors
    return CheckedTemplates(right, problems.found)


def specs_of_templates(folder: Path, bound: BoundCatalog, specs: SpecSet) -> dict[str, Spec]:
    """The spec that each template gives with its defaults, by the template's name; of those that hold."""
    made: dict[str, Spec] = {}
    for name, template in read_templates(folder / NOT_SPEC_FOLDER, Problems()).items():
        id_ = free_id(name, specs.valid)
        filled = fill(template, {}, id_, bound, Problems())
        spec = None if filled is None else read_beside(filled.spec, specs, bound).valid.get(id_)
        if spec is not None:
            made[name] = spec
    return made


def test_results(path: Path, bound: BoundCatalog) -> Iterator[Result]:
    """How the tests of a template went, or of a folder of them, with every setting that they name.

    `SpecError` with every problem of every one of them, where there are any.
    """
    problems = Problems()
    templates = read_templates(path, problems).values()
    specs = read_specs([read_settings().specs], bound)
    for template in templates:
        check_template(template, bound, specs, problems)
    if problems.errors:
        raise SpecError("Templates cannot be used:", problems.errors)
    for template in templates:
        for given in ({}, *template.also):
            filled = fill(template, given, free_id(template.name, specs.valid), bound, problems)
            assert filled is not None
            for result in run_tests_of(filled, bound, specs):
                yield replace(result, wrong=f"{result.wrong} ({filled.sentence})") if result.wrong else result


def run_tests_of(filled: FilledTemplate, bound: BoundCatalog, specs: SpecSet, file: Path | None = None) -> list[Result]:
    """How the tests of a filled template that binds went; `file` is the name they have in messages."""
    problems = Problems()
    tests = tests_of(file or filled.template.file, filled.tests, bound.catalog, problems)
    assert not problems.errors, problems.errors
    return [run_test(test, bound, None, specs, filled.spec) for test in tests]
