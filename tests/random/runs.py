"""One random run: a world on disk, its specs, and the two answers side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests import oracle
from tests.meaning.tables import json_text
from tests.oracle.answers import verdicts
from tests.random import people
from tests.random.moments import Moment
from tests.random.specs import Spec
from tests.random.world import documents


@dataclass(frozen=True)
class Run:
    """A folder as `try` reads it, and the moment it is tried at."""

    folder: Path
    moment: Moment
    paths: list[Path]

    def path(self, spec: Spec) -> Path:
        return self.folder / "specs" / f"{spec['id']}.json"

    def with_specs(self, specs: list[Spec]) -> Run:
        """The same world with other specs beside those it has."""
        folder = self.folder / "fewer"
        return Run(self.folder, self.moment, [_put(folder / f"{spec['id']}.json", json_text(spec)) for spec in specs])

    @property
    def inputs(self) -> oracle.Folder:
        return oracle.read_folder(self.folder / "catalog", self.folder / "data", self.paths)


def write(folder: Path, moment: Moment, seed: int, specs: list[Spec]) -> Run:
    """The random world of a seed and these specs, as files."""
    for name, document in documents().items():
        _put(folder / "catalog" / f"{name}.yaml", json_text(document))
    for name, rows in people.rows_of(seed, moment).items():
        _put(folder / "data" / f"{name}.csv", people.csv_text(rows, people.header_of(name, rows)))
    for name, ids in people.lists_of(seed, moment).items():
        _put(folder / "data" / "lists" / f"{name}.csv", "\n".join(["contact_id", *ids]) + "\n")
    paths = [_put(folder / "specs" / f"{spec['id']}.json", json_text(spec)) for spec in specs]
    return Run(folder, moment, paths)


def _put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def expected(run: Run) -> dict[str, list[str]]:
    """The oracle's answer."""
    read = run.inputs
    return oracle.members(read.specs, read.catalog, read.data, read.lists, run.moment.as_of, run.moment.time_zone)


def difference(run: Run, name: str, product: list[str], other: list[str]) -> str:
    """Everything needed to see why two answers differ: spec, as_of, and each contact's rows and verdicts."""
    read = run.inputs
    spec = next(spec for spec in read.specs if spec["id"] == name)
    moment = run.moment
    said = verdicts(spec["where"], read.catalog, read.data, read.lists, moment.as_of, moment.time_zone, read.specs)
    lines = [f"as_of {moment.as_of} in {moment.time_zone}", json_text(spec)]
    for one in sorted(set(product) ^ set(other))[:1]:
        lines.append(f"{one!r}: product {one in product}, oracle {one in other} (its where: {said.get(one)})")
        lines += [f"  {source}: {row}" for source, row in rows_of(read, one)]
    return "\n".join(lines)


def rows_of(read: oracle.Folder, contact: str) -> list[tuple[str, str]]:
    """Every row that carries the contact's id, without its missing values."""
    return [
        (source, json.dumps({key: value for key, value in row.items() if value}, ensure_ascii=False))
        for source, rows in read.data.items()
        for row in rows
        if contact in (row.get("contact_id"), row.get("member"), row.get("ship_to"))
    ]
