"""The house itself: imports go one way, the rooms that need no Spark name none, files are short and called what they are.

Everything is read from the source, imports inside functions too, so a shortcut is found even where it is never run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
FILES = sorted(
    path for folder in ("jobs", "dags", "conf", "tests") for path in (CHECKOUT / folder).rglob("*.py")
)  # fmt: skip
ROUTE = (
    ("errors",),
    ("syntax",),
    ("catalog",),
    ("language",),
    ("plan",),
    ("kernel", "sql", "settings"),  # settings lie here so that no room that says what a segment means can read them
    ("lake",),
    ("runs",),
    ("intake",),
    ("packs",),
    ("evaluation",),
    ("publication",),
    ("answers", "lists", "predict"),
    ("authoring",),
    ("steps",),
    ("bench",),
    ("commands", "view"),
    ("__main__",),
)
"""A room may import those of earlier lines, never those of its own or a later one."""
HEIGHT = {room: height for height, rooms in enumerate(ROUTE) for room in rooms}
WITHOUT_SPARK = ("errors", "syntax", "catalog", "language", "plan", "kernel", "sql", "settings")
LINES = 350
REASON = re.compile(r"One file[^.]* because ")
"""What the docstring of a longer file says, with the reason after it."""
NO_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|base|managers?)(_|$)")


TYPE_NAME = re.compile(r"[A-Z]\w*[a-z]")
TYPE_VARIABLES = ("TypeVar", "ParamSpec")


def imports(source: str) -> Iterator[tuple[int, str]]:
    """The line and the dotted name of everything a file imports, at whatever depth."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, name.name) for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((node.lineno, f"{module}.{name.name}") for name in names)
            case _:
                pass


def room_of(path: Path) -> str:
    return path.relative_to(CHECKOUT / "jobs").parts[0].removesuffix(".py")


def wrong_ways(room: str, source: str) -> list[str]:
    """Imports of a room that is not before this one on the route."""
    found: list[str] = []
    for line, name in imports(source):
        parts = name.split(".")
        if parts[0] == "jobs" and len(parts) > 1 and parts[1] != room and HEIGHT[parts[1]] >= HEIGHT[room]:
            found.append(f"line {line}: {room} imports {name}")
    return found


def of_spark(source: str) -> list[str]:
    return [f"line {line}: {name}" for line, name in imports(source) if name.split(".")[0] in ("pyspark", "delta")]


JOBS = [path for path in FILES if path.is_relative_to(CHECKOUT / "jobs") and path.name != "__init__.py"]


def shown(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


@pytest.mark.parametrize("path", JOBS, ids=shown)
def test_imports_go_one_way(path: Path) -> None:
    assert wrong_ways(room_of(path), path.read_text(encoding="utf-8")) == []


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)


def circle(sources: Mapping[str, str]) -> list[str]:
    """A circle of imports among these modules, if there is one; what only a type checker imports counts as well."""
    graph = {
        module: {name for _, full in imports(source) for name in (full, full.rpartition(".")[0]) if name in sources}
        for module, source in sources.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


@pytest.mark.parametrize("room", HEIGHT)
def test_no_imports_of_a_room_go_in_a_circle(room: str) -> None:
    assert circle({dotted(path): path.read_text(encoding="utf-8") for path in JOBS if room_of(path) == room}) == []


def test_a_circle_is_found_behind_a_type_checkers_import_too() -> None:
    there, back = "if TYPE_CHECKING:\n    from jobs.a.y import Y", "def f():\n    from jobs.a import x"
    assert set(circle({"jobs.a.x": there, "jobs.a.y": back})) == {"jobs.a.x", "jobs.a.y"}
    assert circle({"jobs.a.x": there, "jobs.a.y": "from jobs.b import x"}) == []


def test_every_room_stands_on_the_route() -> None:
    assert {room_of(path) for path in JOBS} <= set(HEIGHT)


@pytest.mark.parametrize(
    "path", [p for p in JOBS if room_of(p) in WITHOUT_SPARK or p.match("jobs/lake/tables.py")], ids=shown
)
def test_the_rooms_of_meaning_need_no_spark(path: Path) -> None:
    assert of_spark(path.read_text(encoding="utf-8")) == []


def reached_from(path: Path) -> set[Path]:
    """The file and all of our own that it imports, however far, inside functions too."""
    files: set[Path] = set()
    waiting = [path]
    while waiting:
        file = waiting.pop()
        if file in files:
            continue
        files.add(file)
        for _, name in imports(file.read_text(encoding="utf-8")):
            module = CHECKOUT / name.replace(".", "/")
            near = (module.with_suffix(".py"), module.parent.with_suffix(".py"), module / "__init__.py")
            waiting += [candidate for candidate in near if candidate.is_relative_to(CHECKOUT) and candidate.is_file()]
    return files


@pytest.mark.parametrize("path", [path for path in JOBS if room_of(path) in ("answers", "authoring")], ids=shown)
def test_an_answer_needs_no_spark_however_far_it_imports(path: Path) -> None:
    reached = reached_from(path)
    assert len(reached) > 1 or not any(
        name.startswith("jobs.") for _, name in imports(path.read_text(encoding="utf-8"))
    )
    assert {shown(file): spark for file in reached if (spark := of_spark(file.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize("path", sorted((CHECKOUT / "dags").glob("*.py")), ids=shown)
def test_a_dag_imports_neither_spark_nor_a_step(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert of_spark(source) == []
    rooms = {name.split(".")[1] for _, name in imports(source) if name.startswith("jobs.")}
    assert rooms <= {"errors", "settings"}


def test_a_wrong_way_is_found_inside_a_function_too() -> None:
    inside = "def f():\n from jobs.plan.clock import make_clock\n import jobs.lake.tables\n from jobs import steps\n"
    assert wrong_ways("language", inside) == [
        "line 2: language imports jobs.plan.clock.make_clock",
        "line 3: language imports jobs.lake.tables",
        "line 4: language imports jobs.steps",
    ]
    assert wrong_ways("kernel", "from jobs.sql import twin") == ["line 1: kernel imports jobs.sql.twin"]
    assert wrong_ways("commands", inside) == []
    assert of_spark("def f():\n    from pyspark.sql import functions\n    import delta") == [
        "line 2: pyspark.sql.functions",
        "line 3: delta",
    ]


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_a_file_is_short_or_says_why_not(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if source.count("\n") > LINES:
        said = " ".join((ast.get_docstring(ast.parse(source)) or "").split())
        assert REASON.search(said), f"more than {LINES} lines, and no 'One file, because …' in its docstring: split it"


@pytest.mark.parametrize("path", JOBS, ids=shown)
def test_a_module_begins_with_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_two_modules_have_one_name() -> None:
    """The steps apart, which are called as the verbs that start them."""
    names = [path.stem for path in JOBS if room_of(path) != "steps"]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def public_types(source: str) -> Iterator[str]:
    """The classes a module defines, and the types it gives a name; those that begin with _ are its own affair."""
    for node in ast.parse(source).body:
        match node:
            case ast.ClassDef(name=name):
                pass
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=value)
            ):
                if not TYPE_NAME.match(name) or (
                    isinstance(value, ast.Call) and ast.unparse(value.func) in TYPE_VARIABLES
                ):
                    continue
            case _:
                continue
        if not name.startswith("_"):
            yield name


def test_no_two_types_have_one_name() -> None:
    """A reader who meets a name has one thing to look for, whatever room it comes from."""
    places: dict[str, list[str]] = {}
    for path in JOBS:
        for name in public_types(path.read_text(encoding="utf-8")):
            places.setdefault(name, []).append(shown(path))
    assert len(places) > 200
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_classes_and_named_types_are_found_and_variables_are_not() -> None:
    types = "class Pin: ...\nclass _Own: ...\nKind = Literal['a']\nNames: TypeAlias = dict\n"
    source = types + "T = TypeVar('T')\nLIMIT = 3\nx = 1"
    assert list(public_types(source)) == ["Pin", "Kind", "Names"]


def test_no_module_is_called_after_nothing() -> None:
    parts = {part.removesuffix(".py") for path in FILES for part in path.relative_to(CHECKOUT).parts}
    assert sorted(part for part in parts if NO_NAMES.search(part)) == []


def test_the_readmes_map_is_the_tree() -> None:
    table = (CHECKOUT / "README.md").read_text("utf-8").partition("## Map of rooms")[2].partition("\n## ")[0]
    shown_rooms = re.findall(r"`jobs/(\w+)(?:/|\.py)`", table)
    assert sorted(shown_rooms) == sorted({room_of(path) for path in JOBS})
    heights = [HEIGHT[room] for room in shown_rooms if room != "__main__"]
    assert heights == sorted(heights), "the table goes along the route"


@pytest.mark.parametrize("door", sorted((CHECKOUT / "jobs").rglob("__init__.py")), ids=shown)
def test_a_rooms_door_names_what_is_behind_it(door: Path) -> None:
    text = ast.get_docstring(ast.parse(door.read_text(encoding="utf-8"))) or ""
    assert text.count("\n") >= 2, "a door says what the room decides and what it does not know"
    named = set(re.findall(r"\b([a-z_]+)\.py\b", text))
    inside = {path.stem for path in door.parent.rglob("*.py")}
    assert named <= inside | {path.stem for path in door.parent.parent.glob("*.py")}
    if re.search(r"^ {4}[a-z_]+\.py", text, re.MULTILINE):
        assert inside - {"__init__"} <= named, "a door that lists its files lists all of them"
