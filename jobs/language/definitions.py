"""A segment's definition, bound to the catalog: the file's keys, what it depends on, what it means in atoms.

Only a spec without problems is a `Spec`. What concerns several specs at once (references, cycles, the blank contact,
sensitive columns reached through segments) is asked in specs.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import Literal, TypeVar

from jobs.language import atoms
from jobs.language.audience import Origin, read_origin
from jobs.language.bound import BoundCatalog
from jobs.language.canonical import fingerprint
from jobs.language.condition import Condition
from jobs.language.conditions import CONDITIONS
from jobs.language.context import Context, Uses
from jobs.language.expect import Expect, read_expect
from jobs.language.keep import Keep, read_keep
from jobs.language.key_checks import check_keys
from jobs.language.segment import id_of
from jobs.language.suggestions import suggestion
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.objects import is_object
from jobs.syntax.shapes import read_list, read_scalar

T = TypeVar("T")

KEYS = (
    "version", "id", "name", "description", "owner", "tags", "from", "where", "keep", "expect", "publish", "approved_by",
)  # fmt: skip
REQUIRED = ("version", "id", "name", "where")
CONDITION_LIMIT = 1_000
"""Every object that is a condition, rows' `where` included."""

Publish = Literal["counts", "rows"]


@dataclass(frozen=True)
class Depends:
    """What a spec names itself: sources of data (through computed columns and lookups too), columns, segments, lists."""

    sources: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    segments: tuple[str, ...] = ()
    lists: tuple[atoms.InList, ...] = ()


@dataclass(frozen=True)
class Spec:
    """One segment. `sensitive`: the sensitive columns it reaches; in a `SpecSet` also those through other segments."""

    id: str
    name: str
    where: Condition
    description: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    origin: Origin = field(default_factory=atoms.Everyone)
    keep: Keep | None = None
    expect: Expect = field(default_factory=Expect)
    publish: Publish = "counts"
    approved_by: str = ""
    file: str = ""
    depends: Depends = field(default_factory=Depends)
    sensitive: frozenset[str] = frozenset()

    def meaning(self) -> atoms.Meaning:
        """The segment in atoms."""
        return self._meaning

    @cached_property
    def _meaning(self) -> atoms.Meaning:
        keep = None if self.keep is None else self.keep.lower()
        return atoms.Meaning(self.id, self.origin, self.where.lower(), keep)

    @cached_property
    def spec_hash(self) -> str:
        """SHA-256 of what it means: the same for other spacing, order of keys or of the children of `all` and `any`."""
        return fingerprint(self._meaning)


@dataclass
class Draft:
    """A file as far as it could be read. `spec` is None when it has problems; `uses` also says what a broken one names."""

    id: str
    file: str
    problems: Problems
    uses: Uses = field(default_factory=Uses)
    spec: Spec | None = None
    node: Node | None = None


def read_spec(node: Node, catalog: BoundCatalog, problems: Problems) -> Spec | None:
    """The spec by itself; None and its problems otherwise. References to other segments are not followed."""
    draft = read_draft(node, catalog, named(node.file))
    problems.found += draft.problems.found
    return draft.spec


def named(file: str) -> str | None:
    """The id that a file's name holds; None where it is no JSON file."""
    name = PurePath(file).name
    return name.removesuffix(".json") if name.endswith(".json") else None


def read_draft(node: Node, catalog: BoundCatalog, file_id: str | None) -> Draft:
    """The file as far as it can be read; `file_id` None: the file's name does not matter."""
    problems, uses = Problems(), Uses()
    written = node.get("id")
    known = written.value if written is not None and isinstance(written.value, str) else (file_id or "")
    draft = Draft(known, node.file, problems, uses, node=node)
    if is_object(node, "a segment: an object with version, id, name and where", problems):
        draft.spec = _read_keys(node, catalog, file_id, draft)
    return draft


def _read_keys(node: Node, catalog: BoundCatalog, file_id: str | None, draft: Draft) -> Spec | None:
    problems, uses = draft.problems, draft.uses
    check_keys(node, KEYS, problems, required=REQUIRED, of="a segment")

    def scalar(key: str, read: Callable[[Json], T], default: T) -> T:
        written = node.get(key)
        found = None if written is None else read_scalar(written, read, problems)
        return default if found is None else found

    scalar("version", _version, 1)
    id_ = scalar("id", lambda value: _id(value, file_id), "")
    name, owner = scalar("name", _label, ""), scalar("owner", _label, "")
    description = scalar("description", _description, "")
    approved_by = scalar("approved_by", _label, "")
    publish: Publish = scalar("publish", _publish, "counts")
    tags = None if node.get("tags") is None else _tags(node.child("tags"), problems)
    context = Context(catalog, problems, CONDITIONS, uses, tuple(CONDITIONS), "a segment's where")
    origin = None if node.get("from") is None else read_origin(node.child("from"), problems, uses)
    where = None if node.get("where") is None else context.read(node.child("where"))
    keep = None if node.get("keep") is None else read_keep(node.child("keep"), context)
    expect = None if node.get("expect") is None else read_expect(node.child("expect"), problems)
    if uses.conditions > CONDITION_LIMIT:
        problems.add(node.child("where"), f"found {uses.conditions:,} conditions, expected at most {CONDITION_LIMIT:,}")
    if problems.errors or where is None:
        return None
    return Spec(
        id=id_, name=name, where=where, description=description, owner=owner, tags=tags or (),
        origin=origin or atoms.Everyone(), keep=keep, expect=expect or Expect(), publish=publish, approved_by=approved_by,
        file=node.file, depends=_depends(uses, catalog), sensitive=uses.reach.sensitive,
    )  # fmt: skip


def _depends(uses: Uses, catalog: BoundCatalog) -> Depends:
    return Depends(
        sources=uses.reach.sources | {catalog.catalog.contacts.name},
        columns=uses.reach.columns,
        segments=tuple(sorted(uses.segments)),
        lists=tuple(atoms.InList(name, on) for name, on in uses.lists),
    )


def _version(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value != 1:
        raise ValueError(f"found {shown(value)}, expected 1, the only version of the language there is")
    return value


def _id(value: Json, file_id: str | None) -> str:
    id_ = id_of(value, "this segment")
    if file_id is not None and id_ != file_id:
        raise ValueError(f"found {shown(id_)}, expected {shown(file_id)}, as the file is named")
    return id_


def _label(value: Json) -> str:
    text = _description(value)
    if not text.strip():
        raise ValueError(f"found {shown(value)}, expected a text with something in it")
    return text


def _description(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError(f"found {shown(value)}, expected a text")
    return value


def _publish(value: Json) -> Publish:
    if value == "counts" or value == "rows":
        return "counts" if value == "counts" else "rows"
    hint = suggestion(value, ("counts", "rows")) if isinstance(value, str) else ""
    raise ValueError(f'found {shown(value)}, expected "counts" or "rows"{hint if "mean" in hint else ""}')


def _tags(node: Node, problems: Problems) -> tuple[str, ...] | None:
    if node.value == []:
        return ()
    tags = read_list(node, lambda child: read_scalar(child, _label, problems), problems, "tags")
    return None if tags is None else tuple(tags)
