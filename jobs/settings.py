"""What the project is told once: `conf/settings.yaml`, over it the environment. Read where a verb starts, then passed on.

`lake` and `landing` may be any path Hadoop knows (`s3a://…`); a folder becomes absolute. Folders in the file count from
the folder that holds `conf`, folders in the environment from the current one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import Problem, SettingsError
from jobs.syntax.nodes import Node, Problems

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
    values = dict(_overrides(env, problems))
    if written is not None:
        values = {**_checked(written, folder.parent, problems), **values}
        for name in KEYS:
            if name not in values and written.get(name) is None:
                problems.add(written, f'the key "{name}" is missing; it is {KEYS[name].expected}')
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


def _checked(root: Node, start: Path, problems: Problems) -> dict[str, object]:
    """The file's values by key, as far as they are what they should be."""
    values: dict[str, object] = {}
    for name in root.keys():
        node = root.child(name)
        if name == "version":
            _check_version(node, problems)
        elif name in KEYS:
            value = KEYS[name].read(node.value, start)
            if value is None:
                problems.add(node, f"found {node.found()}, expected {KEYS[name].expected}")
            else:
                values[name] = value
        else:
            problems.add(node, f'unknown key "{name}"{_nearest(name)}')
    return values


def _check_version(node: Node, problems: Problems) -> None:
    if type(node.value) is not int or node.value != 1:
        problems.add(node, f"found {node.found()}, expected 1, the only version of the settings there is")


def _overrides(env: Mapping[str, str], problems: Problems) -> Iterator[tuple[str, object]]:
    """The values that the environment sets, by key."""
    for name, variable in VARIABLES.items():
        if not env.get(variable):
            continue
        value = KEYS[name].read(env[variable], Path.cwd())
        if value is None:
            message = f'found "{env[variable]}", expected {KEYS[name].expected}'
            problems.found.append(Problem(f"environment variable {variable}", "", message))
        else:
            yield name, value


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, [*KEYS, "version"], n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; the keys are {', '.join(sorted(KEYS))}"


# --- the keys: what each may be ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """How a written value is read (None: it is not what it should be), and what it should be, for messages."""

    read: Callable[[object, Path], object | None]
    expected: str


def _place(value: object, start: Path) -> str | None:
    if not isinstance(value, str) or not value:
        return None
    return value if "://" in value else str((start / Path(value).expanduser()).absolute())


def _folder(value: object, start: Path) -> Path | None:
    place = _place(value, start)
    return None if place is None or "://" in place else Path(place)


def _zone(value: object, start: Path) -> str | None:
    from importlib.util import find_spec

    if not isinstance(value, str) or value.startswith("/") or ".." in value:
        return None
    spec = find_spec("tzdata")  # the pinned package, never the machine's own files, which differ
    folder = Path(next(iter(spec.submodule_search_locations or ()))) / "zoneinfo" if spec else None
    return value if folder and value in (folder.parent / "zones").read_text().split() else None


def _whole(value: object, start: Path) -> int | None:
    return value if type(value) is int and value >= 1 else None


KEYS: Mapping[str, Key] = {
    "time_zone": Key(_zone, "the account's time zone by its IANA name, such as Europe/Vienna or UTC"),
    "lake": Key(_place, "a folder or any path Hadoop knows, such as lake or s3a://bucket/lake"),
    "landing": Key(_place, "the folder where deliveries arrive"),
    "specs": Key(_folder, "the folder of segment specs"),
    "catalog": Key(_folder, "the folder of catalog files"),
    "freeze_max_age_hours": Key(_whole, "a whole number of hours from 1"),
    "keep_runs_days": Key(_whole, "a whole number of days from 1"),
}
