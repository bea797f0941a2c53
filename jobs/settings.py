"""What the project is told once: `conf/settings.yaml`, over it the environment. Read where a verb starts, then passed on.

`lake` and `landing` may be any path Hadoop knows (`s3a://…`); a folder becomes absolute. Folders in the file count from
the folder that holds `conf`, folders in the environment from the current one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import Problem, SettingsError
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.spelling import did_you_mean
from jobs.syntax.zones import read_zone_name

CHECKOUT = Path(__file__).resolve().parent.parent
VARIABLES = {name: f"MUSTER_{name.upper()}" for name in ("lake", "landing", "specs", "catalog", "time_zone")}


@dataclass(frozen=True)
class Settings:
    """`time_zone` is the account's, a name of the IANA database."""

    time_zone: str
    lake: str
    landing: str
    specs: Path
    catalog: Path
    conf: Path
    freeze_max_age_hours: int
    keep_runs_days: int


def read_settings(env: Mapping[str, str] | None = None, conf: Path | None = None) -> Settings:
    """The settings of this process; `conf` (else MUSTER_CONF, else the checkout's `conf`) is the folder they stand in.

    Every problem at once as `SettingsError`, exit 12.
    """
    env = os.environ if env is None else env
    folder = (conf or Path(env.get("MUSTER_CONF") or CHECKOUT / "conf")).absolute()
    problems = Problems()
    written = _read_file(folder / "settings.yaml", problems)
    of_file = {} if written is None else _from_file(written, folder.parent, problems)
    values = {**of_file, **_from_environment(env, problems)}
    if problems.errors:
        raise SettingsError("The settings cannot be used:", problems.errors)
    return Settings(conf=folder, **values)  # pyright: ignore[reportArgumentType]  # KEYS has each field with its type


def _read_file(path: Path, problems: Problems) -> Node | None:
    from jobs.syntax.strict_yaml import read_yaml

    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{path}: the settings cannot be read ({error.strerror}). "
            "Put the file back from git, or point MUSTER_CONF at the folder that holds it."
        ) from error
    root = read_yaml(data, str(path), problems)
    if root is not None and not isinstance(root.value, dict):
        problems.add(root, f"found {root.found()}, expected keys with values, such as time_zone: Europe/Vienna")
        return None
    return root


def _from_file(root: Node, start: Path, problems: Problems) -> dict[str, object]:
    """The file's values by key, as far as they are what they should be."""
    values: dict[str, object] = {}
    for name in root.keys():
        node = root.child(name)
        if name == "version":
            _check_version(node, problems)
        elif name in KEYS:
            try:
                values[name] = KEYS[name](node.value, start)
            except ValueError as error:
                problems.add(node, str(error))
        else:
            problems.add(node, f"unknown key {shown(name)}{did_you_mean(name, [*KEYS, 'version'])}")
    for name in ("version", *KEYS):
        if root.get(name) is None:
            problems.add(root, f'the key "{name}" is missing')
    return values


def _check_version(node: Node, problems: Problems) -> None:
    if type(node.value) is not int or node.value != 1:
        problems.add(node, f"found {node.found()}, expected 1, the only version of the settings there is")


def _from_environment(env: Mapping[str, str], problems: Problems) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, variable in VARIABLES.items():
        if env.get(variable):
            try:
                values[name] = KEYS[name](env[variable], Path.cwd())
            except ValueError as error:
                problems.found.append(Problem(f"environment variable {variable}", "", str(error)))
    return values


# --- the keys: each with what reads it, or raises ValueError with what was found and expected -------------------------


def _place(value: Json, start: Path) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"found {shown(value)}, expected a folder or a path Hadoop knows, such as s3a://bucket/lake")
    return value if "://" in value else str((start / Path(value).expanduser()).absolute())


def _folder(value: Json, start: Path) -> Path:
    if not isinstance(value, str) or not value or "://" in value:
        raise ValueError(f"found {shown(value)}, expected a folder of this machine")
    return Path(_place(value, start))


def _zone(value: Json, start: Path) -> str:
    return read_zone_name(value)


def _whole(value: Json, start: Path) -> int:
    if type(value) is not int or value < 1:
        raise ValueError(f"found {shown(value)}, expected a whole number from 1")
    return value


KEYS: Mapping[str, Callable[[Json, Path], object]] = {
    "time_zone": _zone,
    "lake": _place,
    "landing": _place,
    "specs": _folder,
    "catalog": _folder,
    "freeze_max_age_hours": _whole,
    "keep_runs_days": _whole,
}
