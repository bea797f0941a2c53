"""What people and editors are told about the catalog is what the reader does: README, JSON Schema, start-up."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from jobs.catalog import keys
from jobs.catalog.catalog_files import load_catalog, read_catalog
from jobs.catalog.catalog_schema import PATH, catalog_schema, schema_text
from jobs.catalog.types import TYPE_NAMES
from jobs.syntax.nodes import Problems
from jobs.syntax.strict_yaml import read_yaml
from tests.catalog.made import CONTACTS, load
from tests.catalog.refused import REFUSED

CONF = PATH.parent
README = (CONF / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
WHOLE = {text.split("source: ")[1].split("\n")[0]: text for text in BLOCKS if text.startswith("version: 1\n")}
PARTS = [text for text in BLOCKS if not text.startswith("version: 1\n")]


def tree(text: str) -> Any:
    node = read_yaml(text.encode(), "s.yaml", Problems())
    assert node is not None
    return node.value


def valid(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(catalog_schema())
    return [error.message for error in validator.iter_errors(json.loads(json.dumps(tree(text), default=float)))]


def completed(part: str) -> str:
    """A part of a file with the keys that its kind needs besides."""
    kind = part.removeprefix("# ").partition("\n")[0]
    needed = {
        "version": "1",
        "source": "s",
        "kind": kind,
        "columns": "{}",
        **({"time": "at"} if kind == "events" else {}),
    }
    missing = "".join(
        f"{key}: {value}\n" for key, value in needed.items() if not re.search(rf"^{key}:", part, re.MULTILINE)
    )
    return missing + part


# --- README --------------------------------------------------------------------------------------------------------------


def test_the_whole_files_of_the_readme_are_one_catalog() -> None:
    problems = Problems()
    catalog = load_catalog([(f"{name}.yaml", text.encode()) for name, text in WHOLE.items()], problems)
    assert problems.errors == []
    assert catalog is not None
    assert {source.kind for source in catalog.sources.values()} == set(keys.KINDS)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_file_in_the_readme_loads(part: str) -> None:
    others = {name: text for name, text in WHOLE.items() if name not in ("customer", "smart_insight")}
    _, problems = load(**others, s=completed(part))
    assert [str(problem) for problem in problems] == []
    assert valid(completed(part)) == []


def test_the_readme_speaks_of_every_key_type_and_gate() -> None:
    examples = "\n".join(BLOCKS)
    missing = [
        f"{table.what}: {key.name}"
        for table in keys.TABLES
        for key in table.keys
        if f"{key.name}: " not in examples and f"`{key.name}`" not in README
    ]
    assert missing == []
    assert [name for name in TYPE_NAMES if f"`{name}" not in README] == []
    assert [kind for kind in keys.KINDS if f"kind: {kind}" not in examples] == []


# --- JSON Schema ---------------------------------------------------------------------------------------------------------


def test_the_schema_on_disk_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == schema_text(), "run: python -m jobs.catalog.catalog_schema"


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(catalog_schema())


def test_the_schema_describes_every_key() -> None:
    schema = catalog_schema()
    parts = [
        schema,
        *(
            part
            for part in schema["$defs"].values()
            if "properties" in part and part["properties"].keys() != {"add", "subtract", "multiply", "divide"}
        ),
    ]
    assert [name for part in parts for name, one in part["properties"].items() if not one.get("description")] == []


@pytest.mark.parametrize("path", sorted(CONF.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_schema_accepts_the_catalog(path: Path) -> None:
    assert valid(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", WHOLE)
def test_the_schema_accepts_what_the_readme_shows(name: str) -> None:
    assert valid(WHOLE[name]) == []


BEYOND_ONE_FILE = {
    "not an object", "file of another name", "name that is no id", "append without date or key", "changes without key",
    "path outside", "path with other braces", "unknown zone", "gate over 100", "more decimals than digits",
    "point of one column", "column of the lake's own", "contact_id that is another column", "time that is no timestamp",
    "lookup of no source", "lookup of another kind", "lookup on no column", "lookup on another type", "same_as of itself",
    "same_as delivered otherwise", "version as decimal", "deleted that is no flag", "complete without files",
    "lookup with two keys",
}  # fmt: skip
"""What takes several values, several files or the zone data to see is the reader's alone. To JSON Schema 1.0 is 1."""


@pytest.mark.parametrize("name", sorted(REFUSED.keys() - BEYOND_ONE_FILE))
def test_the_schema_marks_what_the_reader_refuses(name: str) -> None:
    files, _ = REFUSED[name]
    assert any(valid(text) for text in files.values())


# --- start-up ------------------------------------------------------------------------------------------------------------


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_reading_a_catalog_needs_neither_pyarrow_nor_numpy() -> None:
    code = (
        "import sys, pathlib\nfrom jobs.catalog.catalog_files import read_catalog\n"
        f"read_catalog(pathlib.Path({str(CONF)!r}))\n"
        "print([name for name in ('pyarrow', 'numpy', 'pandas', 'pydantic') if name in sys.modules])"
    )
    assert run(code) == "[]"


def test_a_quick_verb_reads_data_without_pandas(tmp_path: Path) -> None:
    (tmp_path / "contacts.yaml").write_text(CONTACTS.replace("{}", "{n: {type: integer}, d: {type: timestamp}}"))
    (tmp_path / "contacts.csv").write_text("contact_id,n,d\nc1,1,2024-01-05\n")
    code = (
        "import sys, pathlib\nfrom jobs.catalog.values.quick_start import spare_pandas\nspare_pandas()\n"
        "from jobs.catalog.catalog_files import read_catalog\nfrom jobs.catalog.values import read_batches\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\ncatalog = read_catalog(folder)\n"
        "rows = list(read_batches(catalog.contacts, catalog, folder / 'contacts.csv', 'csv', 'UTC'))\n"
        "import importlib.util\n"
        "print(rows[0].num_rows, 'pandas' in sys.modules, importlib.util.find_spec('pandas') is not None)"
    )
    assert run(code).split() == ["1", "False", "True"]


def test_the_catalog_of_the_project_is_good() -> None:
    assert read_catalog(CONF).contacts.name == "contacts"
