"""A folder of catalog files as one checked `Catalog`, or every problem of every file at once.

`<folder>/<source>.yaml`, nothing below it; other files (README.md, schema.json) are not the catalog's. Nothing is
opened that is not a regular file: a link may lead out of the reviewed folder, a pipe may never end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from jobs.catalog.model import Catalog, Lookup, Source
from jobs.catalog.references import check_references, looked_up_as
from jobs.catalog.sources import SourceDraft, read_source
from jobs.errors import CatalogError
from jobs.syntax.nodes import Problems
from jobs.syntax.strict_text import FILE_LIMIT, too_large
from jobs.syntax.strict_yaml import read_yaml

ENDING = ".yaml"


def read_catalog(folder: Path) -> Catalog:
    """The catalog in a folder. `CatalogError` (exit 11) holds every problem of every file."""
    problems = Problems()
    files = catalog_files(folder, problems)
    catalog = load_catalog(files, problems, str(folder))
    if catalog is None or problems.errors:
        raise CatalogError(f"The catalog in {folder} cannot be used:", problems.errors)
    return catalog


def catalog_files(folder: Path, problems: Problems) -> list[tuple[str, bytes]]:
    """(path, bytes) of each catalog file, by name; files that cannot be read are problems."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise CatalogError(
            f"{folder}: the catalog's folder cannot be read ({error.strerror}); expected a folder of <source>.yaml files. "
            "Name it with --catalog, or set MUSTER_CATALOG."
        ) from error
    files: list[tuple[str, bytes]] = []
    for path in entries:
        if path.name.startswith("."):
            continue
        if path.suffix == ".yml":
            problems.add_file(str(path), f"found the ending .yml, expected {path.stem}{ENDING}; rename it")
        elif path.suffix == ENDING:
            data = _bytes(path, problems)
            if data is not None:
                files.append((str(path), data))
    if not files and not problems.errors:
        raise CatalogError(f"{folder}: found no catalog file, expected one <source>{ENDING} for each source")
    return files


def _bytes(path: Path, problems: Problems) -> bytes | None:
    if path.is_symlink() or not path.is_file():
        problems.add_file(str(path), "found a link or a special file, expected a regular file; it is not opened")
        return None
    try:
        size = path.stat().st_size
        wrong = too_large(size)
        if wrong is None:
            with path.open("rb") as file:
                return file.read(FILE_LIMIT + 1)
        problems.add_file(str(path), wrong)
    except OSError as error:
        problems.add_file(str(path), f"the file cannot be read ({error.strerror})")
    return None


def load_catalog(files: Iterable[tuple[str, bytes]], problems: Problems, folder: str = "catalog") -> Catalog | None:
    """The catalog that these (name, bytes) make; None, with everything wrong in `problems`, when there is an error.

    `folder` is what a problem of no single file is said about, such as no source of contacts.
    """
    drafted = read_files(files, problems, folder)
    return drafted.catalog if drafted.whole else None


@dataclass(frozen=True)
class Drafted:
    """The catalog of files as far as they could be read. Only a `whole` one may be used for more than finding problems.

    `catalog` None: not even who exists is known. `unread` are the names that have a problem of their own, `source` or
    `source.column` or `source.lookup`, so that nobody who uses them is blamed for it.
    """

    catalog: Catalog | None
    whole: bool
    unread: frozenset[str] = frozenset()


def read_files(files: Iterable[tuple[str, bytes]], problems: Problems, folder: str) -> Drafted:
    """The files as far as they can be read, everything wrong with them in `problems`."""
    before = len(problems.errors)
    drafts: dict[str, SourceDraft] = {}
    broken = {Path(problem.file).stem for problem in problems.errors}
    for name, data in files:
        stem = Path(name).stem
        node = read_yaml(data, name, problems)
        draft = None if node is None else read_source(node, stem, problems)
        if draft is None:
            broken.add(stem)
        else:
            drafts[stem] = draft
    check_references(drafts, broken, folder, problems)
    if len(problems.errors) == before:
        whole = {name: _completed(draft.source, drafts) for name, draft in sorted(drafts.items())}
        return Drafted(Catalog(whole), True, frozenset(broken))
    sources = {name: _with_lookups_that_lead_on(draft.source, drafts) for name, draft in sorted(drafts.items())}
    catalog = Catalog(sources) if any(source.is_contacts for source in sources.values()) else None
    return Drafted(catalog, False, frozenset({*broken, *_unread(drafts, sources)}))


def _with_lookups_that_lead_on(source: Source, drafts: Mapping[str, SourceDraft]) -> Source:
    def leads_on(lookup: Lookup) -> bool:
        return lookup.source in drafts and drafts[lookup.source].source.is_lookup

    return replace(source, lookups={name: lookup for name, lookup in source.lookups.items() if leads_on(lookup)})


def _unread(drafts: Mapping[str, SourceDraft], sources: Mapping[str, Source]) -> Iterator[str]:
    """Columns and lookups that stand in a file and not in its source."""
    for name, draft in drafts.items():
        written = draft.at("lookups").keys() if draft.node.get("lookups") is not None else []
        lacking = [lookup for lookup in written if lookup not in sources[name].lookups]
        yield from (f"{name}.{part}" for part in (*draft.unread, *lacking))


def _completed(source: Source, drafts: dict[str, SourceDraft]) -> Source:
    """A source with what other files say of it.

    One that reads another one's rows is delivered as that one is; a lookup's key is looked up as others' columns are typed.
    """
    delivery = drafts[source.rows_of].source.delivery
    return replace(source, delivery=delivery, looked_up_as=looked_up_as(source, drafts))
