"""Small catalogs and files for tests, written as people write them: YAML text and CSV text."""

from __future__ import annotations

from io import BytesIO
from textwrap import dedent
from typing import Any

import pyarrow as pa

from jobs.catalog.catalog_files import load_catalog
from jobs.catalog.model import Catalog, Source
from jobs.catalog.values import arrow_schema, read_batches
from jobs.errors import Problem
from jobs.syntax.nodes import Problems

CONTACTS = "version: 1\nsource: contacts\nkind: contacts\ncolumns: {}\n"
ZONE = "Europe/Vienna"


def load(**files: str) -> tuple[Catalog | None, list[Problem]]:
    """The catalog of these files by source name, contacts added; and what is wrong."""
    problems = Problems()
    texts = {"contacts": CONTACTS, **files}
    catalog = load_catalog([(f"{name}.yaml", dedent(text).encode()) for name, text in texts.items()], problems)
    return catalog, problems.errors


def good(**files: str) -> Catalog:
    catalog, problems = load(**files)
    assert not problems, "\n".join(map(str, problems))
    assert catalog is not None
    return catalog


def said(**files: str) -> list[str]:
    """The problems as `file#pointer: message`."""
    return [str(problem) for problem in load(**files)[1]]


def source(text: str, **others: str) -> tuple[Source, Catalog]:
    """The source called `s` whose keys but version and source are in the text."""
    catalog = good(s=f"version: 1\nsource: s\n{dedent(text)}", **others)
    return catalog.sources["s"], catalog


def read(
    keys: str,
    data: str | bytes,
    form: Any = "csv",
    name: str = "s.csv",
    zone: str = ZONE,
    **others: str,
) -> pa.Table:
    """The file's rows as the source `s` of these keys parses them."""
    one, catalog = source(keys, **others)
    content = dedent(data).encode() if isinstance(data, str) else data
    batches = read_batches(one, catalog, name, form, zone, file=BytesIO(content))
    return pa.Table.from_batches(batches, schema=arrow_schema(one, catalog))


def column(table: pa.Table, name: str) -> list[Any]:
    return table[name].to_pylist()
