"""The templates that come with the project: each is read, its specs bind, and its tests pass with every setting it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.answers.workspace import bound_catalog
from jobs.authoring.filled_templates import FilledTemplate, check_template, fill, free_id, run_tests_of
from jobs.authoring.templates import Template, read_template, read_templates, template_files
from jobs.language.bound import BoundCatalog
from jobs.language.specs import SpecSet, read_specs
from jobs.syntax.nodes import Problems

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "segment_specs/templates"
FILES = template_files(FOLDER)
KINDS = (
    "contact", "email", "geolocation", "insight", "mobile", "web", "relational", "loyalty", "webpush", "sms", "combined",
    "list",
)  # fmt: skip


@pytest.fixture(scope="module")
def bound() -> BoundCatalog:
    return bound_catalog(CHECKOUT / "conf/catalog")


@pytest.fixture(scope="module")
def specs(bound: BoundCatalog) -> SpecSet:
    return read_specs([CHECKOUT / "segment_specs"], bound)


def settings(template: Template, bound: BoundCatalog, specs: SpecSet) -> list[FilledTemplate]:
    """The template with its defaults, and with each setting of `also`."""
    problems = Problems()
    ids = free_id(template.name, specs.valid)
    every = [fill(template, given, ids, bound, problems) for given in ({}, *template.also)]
    assert [str(problem) for problem in problems.found] == []
    return [filled for filled in every if filled is not None]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_template_binds_and_its_tests_pass_with_every_setting(
    path: Path, bound: BoundCatalog, specs: SpecSet
) -> None:
    problems = Problems()
    template = read_template(path, problems)
    assert [str(problem) for problem in problems.found] == []
    assert template is not None
    check_template(template, bound, specs, problems)
    assert [str(problem) for problem in problems.errors] == []
    every = settings(template, bound, specs)
    assert len(every) == 1 + len(template.also)
    for filled in every:
        results = run_tests_of(filled, bound, specs)
        assert [(filled.sentence, result.message()) for result in results if result.wrong] == []
        contacts = bound.catalog.contacts
        id_ = contacts.raw_name(contacts.contact)
        outside = [
            {str(row[id_]) for row in result.test.data.get(contacts.name, ())} - result.test.members
            for result in results
            if result.test.members
        ]
        assert any(outside), f"{filled.sentence}: no test with somebody in and somebody out"


def test_names_are_unique_and_every_kinds_folder_is_known() -> None:
    problems = Problems()
    templates = read_templates(FOLDER, problems)
    assert [str(problem) for problem in problems.found] == []
    assert len(templates) == len(FILES)
    assert {path.parent.name for path in FILES} == set(KINDS)
    assert len(templates) >= 90
