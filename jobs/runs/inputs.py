"""What a run is computed from besides data: the texts of its specs and its catalog, kept with the run.

A night takes time, and somebody may edit a spec meanwhile: the steps after opening read what was there at opening. The
texts lie in the lake as `inputs/<hash>.json`, named by what they hold, so equal nights share one file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath

from jobs.catalog.catalog_files import catalog_files
from jobs.catalog.model import Catalog
from jobs.errors import CatalogError, Problem, SpecError
from jobs.lake.small_files import has_file, read_file, write_file
from jobs.language.bound import BoundCatalog
from jobs.language.bound_files import load_bound_catalog
from jobs.language.definitions import read_draft
from jobs.language.specs import KnownLists, Spec, SpecSet, read_specs
from jobs.settings import Settings
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.spec_files import spec_files
from jobs.syntax.strict_json import read_json
from jobs.syntax.zones import Zone, zone_transitions

FOLDER = "inputs"


@dataclass(frozen=True)
class Inputs:
    """Texts by path inside their folder: `specs` those without a problem, `problems` of the others, `catalog` all.

    The account's zone is one of the inputs: in another zone the same texts mean other days.
    """

    specs: Mapping[str, str]
    problems: tuple[Problem, ...]
    catalog: Mapping[str, str]
    time_zone: str

    @property
    def specs_hash(self) -> str:
        return _hash({"specs": dict(self.specs), "problems": [_row(problem) for problem in self.problems]})

    @property
    def catalog_hash(self) -> str:
        return catalog_hash(self.catalog, self.time_zone)

    @property
    def broken(self) -> int:
        """How many files have problems."""
        return len({problem.file for problem in self.problems})

    @property
    def name(self) -> str:
        return _hash([self.specs_hash, self.catalog_hash])


def read_inputs(settings: Settings, lists: KnownLists | None = None) -> tuple[Inputs, SpecSet]:
    """What stands in the folders now. A broken catalog is a `CatalogError`; a broken spec is a problem, others go on."""
    problems = Problems()
    texts = {Path(path).name: data for path, data in catalog_files(settings.catalog, problems)}
    catalog = _catalog(texts, problems, settings.catalog)
    files = list(spec_files(settings.specs, problems))
    specs = read_specs(files, catalog, lists)
    paths = {file.shown_as: file.path for file in files}
    kept = {
        paths[spec.file].relative_to(settings.specs).as_posix(): paths[spec.file].read_text(encoding="utf-8")
        for spec in specs.valid.values()
    }
    broken = (*problems.errors, *specs.errors)
    return Inputs(kept, broken, {name: data.decode() for name, data in texts.items()}, settings.time_zone), specs


def _catalog(texts: Mapping[str, bytes], problems: Problems, folder: Path) -> BoundCatalog:
    bound = load_bound_catalog([(str(folder / name), data) for name, data in texts.items()], problems, str(folder))
    if bound is None or problems.errors:
        raise CatalogError(f"The catalog in {folder} cannot be used:", problems.errors)
    return bound


def keep_inputs(lake: str, inputs: Inputs) -> None:
    """Writes the texts under the lake."""
    written = {
        "specs": dict(inputs.specs),
        "problems": [_row(problem) for problem in inputs.problems],
        "catalog": dict(inputs.catalog),
        "time_zone": inputs.time_zone,
    }
    write_file(lake, _path(inputs.name), json.dumps(written, ensure_ascii=False, sort_keys=True).encode())


@dataclass(frozen=True, eq=False)
class Kept:
    """What a run was opened with: `texts` of its valid specs by path, and the problems of its broken ones. A spec is read
    when it is asked for."""

    texts: Mapping[str, str]
    problems: tuple[Problem, ...]
    bound: BoundCatalog
    zone: Zone

    @property
    def catalog(self) -> Catalog:
        return self.bound.catalog

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """Where each valid spec stands in the texts, by its id."""
        return {PurePosixPath(path).name.removesuffix(".json"): path for path in self.texts}

    @cached_property
    def specs(self) -> SpecSet:
        """All of them; `problems` are those of the broken ones."""
        specs = read_specs([self._node(id_) for id_ in self.paths], self.bound)
        assert len(specs.valid) == len(self.texts), "specs without problems were kept"
        return SpecSet(specs.valid, self.problems)

    def spec(self, id_: str) -> Spec | None:
        """One of the valid ones, for which only those are read that it refers to."""
        if id_ not in self.paths:
            return None
        nodes: dict[str, Node] = {}
        waiting = [id_]
        while waiting:
            at = waiting.pop()
            if at not in nodes:
                nodes[at] = self._node(at)
                waiting += read_draft(nodes[at], self.bound, at).uses.segments
        return read_specs(nodes.values(), self.bound).valid[id_]

    def _node(self, id_: str) -> Node:
        path = self.paths[id_]
        node = read_json(self.texts[path].encode(), path, Problems())
        assert node is not None, "specs that can be read were kept"
        return node


def are_kept(lake: str, name: str) -> bool:
    """Whether the texts that a run was opened with are there still."""
    return has_file(lake, _path(name))


@lru_cache(maxsize=4)
def kept_inputs(lake: str, name: str) -> Kept:
    """The specs, the catalog and the account's zone that a run was opened with; read once a process."""
    written = json.loads(read_file(lake, _path(name)))
    texts = {file: text.encode() for file, text in written["catalog"].items()}
    bound = _catalog(texts, Problems(), Path(FOLDER))
    problems = tuple(Problem(**row) for row in written["problems"])
    return Kept(written["specs"], problems, bound, zone_transitions(written["time_zone"]))


def catalog_hash(texts: Mapping[str, str], time_zone: str) -> str:
    """What a run is compared by: the catalog's files by name, and the account's zone."""
    return _hash([dict(texts), time_zone])


def require_valid(kept: Kept) -> None:
    """`SpecError` (exit 10) with every problem when no valid spec is left."""
    if not kept.specs.valid:
        raise SpecError("No valid spec is left, so there is nothing to evaluate or publish:", kept.specs.problems)


def _path(name: str) -> str:
    return f"{FOLDER}/{name}.json"


def _row(problem: Problem) -> dict[str, str]:
    return {"file": problem.file, "pointer": problem.pointer, "message": problem.message, "level": problem.level}


def _hash(value: object) -> str:
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
