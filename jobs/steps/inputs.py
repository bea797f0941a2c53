"""What a run is computed from besides data: the texts of its specs and its catalog, kept with the run.

A night takes time, and somebody may edit a spec meanwhile: the steps after opening read what was there at opening. The
texts lie in the lake as `inputs/<hash>.json`, named by what they hold, so equal nights share one file.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from jobs.catalog.model import Catalog
from jobs.catalog.reading import catalog_files, load_catalog
from jobs.errors import CatalogError, Problem
from jobs.lake.places import filesystem
from jobs.language.specs import SpecSet, read_specs
from jobs.settings import Settings
from jobs.syntax.nodes import Problems

FOLDER = "inputs"


@dataclass(frozen=True)
class Inputs:
    """Texts by path inside their folder: `specs` those without a problem, `problems` of the others, `catalog` all."""

    specs: Mapping[str, str]
    problems: tuple[Problem, ...]
    catalog: Mapping[str, str]

    @property
    def specs_hash(self) -> str:
        return _hash({"specs": dict(self.specs), "problems": [_row(problem) for problem in self.problems]})

    @property
    def catalog_hash(self) -> str:
        return _hash(dict(self.catalog))

    @property
    def name(self) -> str:
        return _hash([self.specs_hash, self.catalog_hash])


def read_inputs(settings: Settings) -> tuple[Inputs, SpecSet, Catalog]:
    """What stands in the folders now. A broken catalog is a `CatalogError`; a broken spec is a problem, others go on."""
    problems = Problems()
    files = catalog_files(settings.catalog, problems)
    catalog = load_catalog(files, problems, str(settings.catalog))
    if catalog is None or problems.errors:
        raise CatalogError(f"The catalog in {settings.catalog} cannot be used:", problems.errors)
    specs = read_specs([settings.specs], catalog)
    texts = {_inside(spec.file, settings.specs): Path(spec.file).read_text(encoding="utf-8") for spec in specs.valid}
    broken = tuple(problem for problem in specs.problems if problem.level == "error")
    return Inputs(texts, broken, {Path(path).name: data.decode() for path, data in files}), specs, catalog


def keep_inputs(lake: str, inputs: Inputs) -> None:
    """Writes the texts under the lake unless they are there; whole or not at all."""
    system, root = filesystem(lake)
    path = _address(root, inputs.name)
    if system.get_file_info(path).is_file:
        return
    written = {
        "specs": dict(inputs.specs),
        "problems": [_row(problem) for problem in inputs.problems],
        "catalog": dict(inputs.catalog),
    }
    system.create_dir(path.rpartition("/")[0], recursive=True)
    passing = f"{path}.{uuid4().hex}.tmp"
    with system.open_output_stream(passing) as stream:
        stream.write(json.dumps(written, ensure_ascii=False, sort_keys=True).encode())
    system.move(passing, path)


def kept_inputs(lake: str, name: str) -> tuple[SpecSet, Catalog]:
    """The specs and the catalog that a run was opened with, `problems` of its broken specs included."""
    system, root = filesystem(lake)
    with system.open_input_stream(_address(root, name)) as stream:
        written = json.loads(stream.read())
    catalog = load_catalog([(file, text.encode()) for file, text in written["catalog"].items()], Problems())
    assert catalog is not None, "a catalog without problems was kept"
    with tempfile.TemporaryDirectory() as folder:
        for path, text in written["specs"].items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        specs = read_specs([Path(folder)], catalog)
    assert not [problem for problem in specs.problems if problem.level == "error"], "specs without problems were kept"
    return SpecSet(specs.valid, tuple(Problem(**row) for row in written["problems"])), catalog


def _address(root: str, name: str) -> str:
    return f"{root.rstrip('/')}/{FOLDER}/{name}.json"


def _inside(file: str, folder: Path) -> str:
    return Path(file).absolute().relative_to(folder.absolute()).as_posix()


def _row(problem: Problem) -> dict[str, str]:
    return {"file": problem.file, "pointer": problem.pointer, "message": problem.message, "level": problem.level}


def _hash(value: object) -> str:
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
