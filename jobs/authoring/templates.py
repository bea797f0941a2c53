"""The files of templates, `templates/<kind>/<name>.json`: specs and their tests with parameters in them, read strictly.

A name is unique across kinds; the file is named after it, and its folder after its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.authoring.parameters import Parameter, read_parameter
from jobs.errors import UsageError
from jobs.plan.clock import make_clock
from jobs.plan.run_plan import Clock
from jobs.settings import CHECKOUT
from jobs.syntax.literals import read_moment
from jobs.syntax.nodes import Node, Problems, shown
from jobs.syntax.objects import Key, KeyTable, misplaced
from jobs.syntax.shapes import ID, TEXT, ZONE, as_written, mapping, scalar, version_of
from jobs.syntax.spec_files import NOT_SPEC_FOLDER, read_spec_file
from jobs.syntax.spelling import did_you_mean, is_id
from jobs.syntax.zones import zone_transitions

_OBJECT = {"type": "object"}
VERSION = Key("version", "The version of templates: 1.", version_of("templates"), required=True)
NAME = Key("template", "The template's name, as the file is named.", ID, required=True)
KIND = Key("kind", "The kind of segment, as the folder is named.", ID, required=True)
SENTENCE = Key("sentence", "What its segments say, with parameters in braces.", TEXT, required=True)
PARAMETERS = Key("parameters", "What may be chosen, by name.", mapping(_OBJECT), required=True)
SPEC = Key("spec", "The spec without version and id.", mapping(_OBJECT), required=True)
AS_OF = Key("as_of", "The instant as of which its tests ask.", scalar(read_moment, {"type": "string"}), required=True)
TIME_ZONE = Key("time_zone", "The account's time zone in its tests.", ZONE, required=True)
TESTS = Key("tests", "The tests that its segments pass.", as_written({"type": "array", "minItems": 1}), required=True)
ALSO = Key("also", "Other values with which its tests pass as well.", as_written({"type": "array"}))
FILE = KeyTable(
    "a template",
    (VERSION, NAME, KIND, SENTENCE, PARAMETERS, SPEC, AS_OF, TIME_ZONE, TESTS, ALSO),
    "a template: an object with version, template, kind, sentence, parameters, spec and tests",
)


@dataclass(frozen=True, eq=False)
class Template:
    """One template. `spec`, `tests` and `also` are kept as written: they are filled with values."""

    file: Path
    name: str
    kind: str
    sentence: Node
    parameters: Mapping[str, Parameter]
    spec: Node
    tests: Node
    as_of: str
    time_zone: str
    also: tuple[Mapping[str, Node], ...] = ()

    def clock(self, as_of: str | None = None) -> Clock:
        """The clock of a test, by its own as_of where it has one."""
        return make_clock(read_moment(as_of or self.as_of), zone_transitions(self.time_zone))

    @property
    def shown_sentence(self) -> str:
        return str(self.sentence.value)


def templates_folder(specs: Path) -> Path:
    """Where the templates are: beside these specs, else those that come with the project."""
    own = specs / NOT_SPEC_FOLDER
    return own if own.is_dir() else CHECKOUT / "segment_specs" / NOT_SPEC_FOLDER


def is_template(path: Path) -> bool:
    """Whether it is a template's file, a folder of a kind of them, or of all of them."""
    depth = {True: 3, False: 2}[path.suffix == ".json"]
    return NOT_SPEC_FOLDER in path.absolute().parts[-depth:]


def template_files(path: Path) -> list[Path]:
    """The files of templates in their folder or in that of a kind, or the one that is named; by kind and name."""
    if path.is_file():
        return [path]
    pattern = "*/*.json" if path.name == NOT_SPEC_FOLDER else "*.json"
    return sorted(file for file in path.glob(pattern) if not file.name.startswith("."))


def read_templates(folder: Path, problems: Problems) -> dict[str, Template]:
    """The templates of a folder (or a file) by name, and every problem of every file."""
    templates: dict[str, Template] = {}
    for path in template_files(folder):
        template = read_template(path, problems)
        if template is None:
            continue
        if template.name in templates:
            other = templates[template.name].file
            message = f"found the template {shown(template.name)} in {other} too, expected one file for a name"
            problems.add_file(str(path), message)
            continue
        templates[template.name] = template
    return templates


def all_templates(specs: Path) -> tuple[dict[str, Template], Problems]:
    """The templates that are there for these specs, in order of kind and name, and what is wrong with others."""
    problems = Problems()
    return read_templates(templates_folder(specs), problems), problems


def read_template(path: Path, problems: Problems) -> Template | None:
    """The template of a file; None and its problems otherwise."""
    before = len(problems.found)
    node = read_spec_file(path, str(path), problems)
    template = None if node is None else _template(path, node, problems)
    return template if len(problems.found) == before else None


def _template(path: Path, node: Node, problems: Problems) -> Template | None:
    fields = FILE.read(node, problems)
    for key, expected in ((NAME, path.stem), (KIND, path.parent.name)):
        value = fields.get(key)
        if value is not None and value != expected:
            problems.add(fields.at(key), f"found {shown(value)}, expected {shown(expected)}, as it is stored")
    name, kind, parameters, spec, tests = (fields.get(key) for key in (NAME, KIND, PARAMETERS, SPEC, TESTS))
    if not isinstance(parameters, Node) or not isinstance(spec, Node) or not isinstance(tests, Node):
        return None
    read = dict(_parameters(parameters, problems))
    for key in ("version", "id"):
        if (at := spec.get(key)) is not None:
            problems.add(at, misplaced(key, "the spec of a template", "it is written when a spec is made of it"))
    also = tuple(_also(fields.get(ALSO), read, problems))
    if not fields.fine or not isinstance(tests.value, list) or not isinstance(name, str) or not isinstance(kind, str):
        return None
    as_of, zone = fields.at(AS_OF).value, fields.get(TIME_ZONE)
    return Template(path, name, kind, fields.at(SENTENCE), read, spec, tests, str(as_of), str(zone), also)


def _parameters(node: Node, problems: Problems) -> Iterator[tuple[str, Parameter]]:
    for name in node.keys():
        at = node.child(name)
        if not is_id(name) or name == "number":
            problems.add(at, f"found the parameter {shown(name)}, expected a name like an id, and not number")
        parameter = read_parameter(name, at, problems)
        if parameter is not None:
            yield name, parameter


def _also(node: Node | None, parameters: Mapping[str, Parameter], problems: Problems) -> Iterator[Mapping[str, Node]]:
    if node is None:
        return
    if not isinstance(node.value, list):
        problems.add(node, f"found {node.found()}, expected a list of values by parameter")
        return
    for child in node.items():
        if not isinstance(child.value, dict):
            problems.add(child, f"found {child.found()}, expected values by parameter")
            continue
        for name in child.keys():
            if name not in parameters and node.value:
                problems.add(child.child(name), unknown_parameter(name, parameters))
        yield {name: child.child(name) for name in child.keys() if name in parameters}


def unknown_parameter(name: str, parameters: Mapping[str, Parameter]) -> str:
    """The message about a parameter that the template lacks."""
    return f"found {shown(name)}, expected a parameter of the template{did_you_mean(name, parameters)}"


def find_template(name: str, templates: Mapping[str, Template], problems: Problems) -> Template:
    """The template of that name. `UsageError` where there is none, with the problems of its file where it is broken."""
    if name in templates:
        return templates[name]
    own = [problem for problem in problems.errors if Path(problem.file).stem == name]
    if own:
        raise UsageError(f"The template {name} cannot be used:", own)
    raise UsageError(f"--template: found {shown(name)}, expected a template{did_you_mean(name, templates)}")
