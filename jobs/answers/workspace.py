"""What an answer begins with: the catalog, the specs, the as_of that were asked about; faults carry their exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import Problem, SettingsError, SpecError, UsageError
from jobs.language.atoms import Meaning
from jobs.language.bound import BoundCatalog
from jobs.language.bound_files import read_bound_catalog
from jobs.language.definitions import Spec
from jobs.language.specs import KnownLists, SpecSet, read_specs, referred
from jobs.plan.clock import make_clock
from jobs.plan.planner import with_references
from jobs.plan.run_plan import Clock
from jobs.settings import read_settings
from jobs.syntax.literals import read_moment
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.spec_files import NOT_SPEC_ENDING, SpecFile, chosen_files
from jobs.syntax.spelling import did_you_mean
from jobs.syntax.zones import read_zone_name, zone_transitions


def bound_catalog(folder: Path | None) -> BoundCatalog:
    """The catalog of a folder (the settings' where none is given) with its computed columns bound."""
    folder = read_settings().catalog if folder is None else folder
    return read_bound_catalog(folder)


def account_zone(time_zone: str | None) -> str:
    """The zone asked for, else the settings' account zone, else UTC where there are no settings."""
    if time_zone is not None:
        try:
            return read_zone_name(time_zone)
        except ValueError as error:
            raise UsageError(f"--time-zone: {error}") from error
    try:
        return read_settings().time_zone
    except SettingsError:
        return "UTC"


def clock_of(as_of: str, time_zone: str | None) -> Clock:
    """The run's clock."""
    try:
        moment = read_moment(as_of)
    except ValueError as error:
        raise UsageError(f"--as-of: {error}") from error
    return make_clock(moment, zone_transitions(account_zone(time_zone)))


def one_spec(
    named: str, bound: BoundCatalog, lists: KnownLists | None = None, instead: Mapping[str, Node] | None = None
) -> tuple[Spec, SpecSet]:
    """The spec that a file or an id names, among the specs it may refer to; `SpecError` with its problems when broken.

    An id is looked for in the settings' specs. A file is read together with those beside it, or with all of the
    settings' specs where it is one of them, so that its references are known. `instead`: specs that are read in the
    place of those of their ids.
    """
    path = Path(named)
    id_ = path.name.removesuffix(".json")
    together = specs_beside(path) if path.suffix or path.exists() else [read_settings().specs]
    specs = read_specs(_replaced(together, instead) if instead else together, bound, lists)
    spec = specs.valid.get(id_)
    if spec is not None:
        return spec, specs
    own = [problem for problem in specs.errors if Path(problem.file).name == f"{id_}.json"]
    if own:
        raise SpecError(f"{id_} cannot be used:", own)
    raise SpecError(f"{named}: there is no such spec{did_you_mean(id_, specs.valid)}")


@dataclass(frozen=True)
class NamedSpecs:
    """Specs that somebody named, and the valid ones that they refer to, which are judged beside them and not told of."""

    specs: SpecSet
    referred: Mapping[str, Spec]


def named_specs(paths: Sequence[Path], bound: BoundCatalog) -> NamedSpecs:
    """The specs of files and folders, among all that they may refer to; every problem of the named ones and no other."""
    outside = Problems()
    named = list(chosen_files(paths, outside))
    places = {file.path.resolve() for file in named}
    folders = dict.fromkeys(folder for file in named for folder in specs_beside(file.path))
    beside = [file for file in chosen_files(folders, Problems()) if file.path.resolve() not in places]
    every = read_specs([*named, *beside], bound)
    files = {file.shown_as for file in named}
    own = {id_: spec for id_, spec in every.valid.items() if spec.file in files}
    problems = [*outside.found, *(problem for problem in every.problems if problem.file in files)]
    ordered = sorted(problems, key=lambda problem: problem.level == "warning")
    return NamedSpecs(SpecSet(own, ordered), referred(own, every.valid))


def _replaced(paths: Iterable[Path], instead: Mapping[str, Node]) -> list[SpecFile | Node]:
    return [*(file for file in chosen_files(paths, Problems()) if file.id not in instead), *instead.values()]


def stand_in(id_: str, list_name: str) -> Node:
    """A segment of that id whose members are those on a list."""
    return Node({"version": 1, "id": id_, "name": id_, "where": {"list": list_name}}, f"{id_}.json")


def meanings_of(spec: Spec, specs: SpecSet) -> list[Meaning]:
    """What the spec means, and what those mean that it refers to, however far."""
    return with_references(spec.id, {id_: beside.meaning() for id_, beside in specs.valid.items()})


def untested(specs: SpecSet) -> list[Problem]:
    """A warning for each segment whose members are published as rows and that no tests stand beside."""
    warnings: list[Problem] = []
    for spec in specs.valid.values():
        tests = f"{spec.id}{NOT_SPEC_ENDING}"
        if spec.publish == "rows" and not Path(spec.file).with_name(tests).is_file():
            message = f"found members published as rows and no tests of them, expected {tests} beside the spec"
            warnings.append(Problem(spec.file, "", message, "warning"))
    return warnings


def specs_beside(path: Path) -> list[Path]:
    """What a spec's file is read with, itself among it: all of the settings' specs, or those of its folder."""
    everything = _specs_folder()
    if everything is not None and path.resolve().is_relative_to(everything):
        return [everything]
    beside = sorted(other for other in path.parent.glob("*.json") if "." not in other.stem)
    return beside if path in beside else [path]


def _specs_folder() -> Path | None:
    try:
        return read_settings().specs.resolve()
    except SettingsError:
        return None
