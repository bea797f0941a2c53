"""A segment's definition, bound to the catalog: the file's keys, what it depends on, what it means in atoms.

Only a spec without problems is a `Spec`. What concerns several specs at once (references, cycles, the blank contact,
sensitive columns reached through segments) is asked in specs.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import Literal, get_args

from jobs.language import atoms
from jobs.language.audience import AUDIENCE, Audience, read_audience
from jobs.language.bound import BoundCatalog
from jobs.language.canonical import fingerprint
from jobs.language.condition import Condition
from jobs.language.conditions import CONDITIONS
from jobs.language.context import Context, Uses
from jobs.language.expect import Expect, read_expect
from jobs.language.keep import KeepClause, read_keep
from jobs.language.spec_keys import part, table
from jobs.syntax.nodes import Node, Problems, shown
from jobs.syntax.objects import Fields, Key
from jobs.syntax.shapes import (
    ANY_TEXT,
    ID_SCHEMA,
    TEXT,
    Shape,
    as_written,
    one_of,
    read_id,
    read_list,
    scalar,
    version_of,
)

CONDITION_LIMIT = 1_000
"""Every object that is a condition, rows' `where` included."""

Publish = Literal["counts", "rows"]


def _read_tags(node: Node, problems: Problems) -> tuple[str, ...] | None:
    tags = [] if node.value == [] else read_list(node, lambda child: TEXT.read(child, problems), problems, "tags")
    return None if tags is None else tuple(tags)


VERSION = Key(
    "version", "The version of the language: 1.", version_of("the language"), required=True, example='{"version": 1}'
)
ID = Key(
    "id",
    "The segment's id, as the file is named.",
    scalar(lambda value: read_id(value, "this segment"), ID_SCHEMA),
    required=True,
    example='{"id": "lapsed_vips"}',
)
NAME = Key("name", "Its name for people.", TEXT, required=True, example='{"name": "Lapsed VIPs"}')
DESCRIPTION = Key(
    "description",
    "What it is for, in a sentence.",
    ANY_TEXT,
    example='{"description": "Gold or platinum, no click for 90 days"}',
)
OWNER = Key("owner", "Who answers for it.", TEXT, example='{"owner": "crm"}')
TAGS = Key(
    "tags",
    "Words to find it by.",
    Shape(_read_tags, {"type": "array", "items": TEXT.schema}),
    example='{"tags": ["retention"]}',
)
FROM = Key(
    "from",
    "Inside whom everything is evaluated: a contact list or a segment. Left out: every live contact.",
    as_written(AUDIENCE.schema()),
    example='{"from": {"list": "newsletter_subscribers"}}',
)
WHERE = Key(
    "where",
    "Who is a member.",
    part("condition"),
    required=True,
    example='{"where": {"attribute": "country", "is": "DE"}}',
)
KEEP = Key(
    "keep",
    "Only the first so many of the members, after where.",
    part("keep"),
    example='{"keep": {"count": 5000, "by": "smart.revenue"}}',
)
EXPECT = Key(
    "expect",
    "The gates: outside them the result is held back, not published.",
    part("expect"),
    example='{"expect": {"at_least": 100, "at_most": 500000, "change_at_most": "50%"}}',
)
PUBLISH: Key[Publish] = Key(
    "publish",
    "counts: bitmaps and counts (the default). rows: also a table of the members, for warehouses.",
    one_of(get_args(Publish)),
    example='{"publish": "rows"}',
)
APPROVED_BY = Key(
    "approved_by",
    "Who approved the use of a column that the catalog calls sensitive.",
    TEXT,
    example='{"approved_by": "the data protection officer"}',
)
FILE = table(
    "a segment",
    VERSION, ID, NAME, DESCRIPTION, OWNER, TAGS, FROM, WHERE, KEEP, EXPECT, PUBLISH, APPROVED_BY,
    expected="a segment: an object with version, id, name and where",
)  # fmt: skip


@dataclass(frozen=True)
class Depends:
    """What a spec names itself: sources of data (through computed columns and lookups too), columns, segments, lists.

    `stored`: each column of a source's rows that the names lead to, as (source, column).
    """

    sources: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    stored: frozenset[tuple[str, str]] = frozenset()
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
    origin: Audience = field(default_factory=atoms.Everyone)
    keep: KeepClause | None = None
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
    draft = read_draft(node, catalog, id_of(node.file))
    problems.found += draft.problems.found
    return draft.spec


def id_of(file: str) -> str | None:
    """The id that a file's name holds; None where it is no JSON file."""
    name = PurePath(file).name
    return name.removesuffix(".json") if name.endswith(".json") else None


def read_draft(node: Node, catalog: BoundCatalog, file_id: str | None) -> Draft:
    """The file as far as it can be read; `file_id` None: the file's name does not matter."""
    problems, uses = Problems(), Uses()
    written = node.get("id")
    id_ = written.value if written is not None and isinstance(written.value, str) else (file_id or "")
    draft = Draft(id_, node.file, problems, uses, node=node)
    draft.spec = _read_keys(FILE.read(node, problems), catalog, file_id, draft)
    return draft


def _read_keys(fields: Fields, catalog: BoundCatalog, file_id: str | None, draft: Draft) -> Spec | None:
    problems, uses = draft.problems, draft.uses
    id_, name = fields.get(ID), fields.get(NAME)
    if id_ is not None and file_id is not None and id_ != file_id:
        problems.add(fields.at(ID), f"found {shown(id_)}, expected {shown(file_id)}, as the file is named")
    context = Context(catalog, problems, CONDITIONS, uses, tuple(CONDITIONS), "a segment's where")
    inside, condition = fields.get(FROM), fields.get(WHERE)
    origin = None if inside is None else read_audience(inside, problems, uses)
    where = None if condition is None else context.read(condition)
    keep = None if (written := fields.get(KEEP)) is None else read_keep(written, context)
    expect = None if (written := fields.get(EXPECT)) is None else read_expect(written, problems)
    if uses.conditions > CONDITION_LIMIT:
        message = f"found {uses.conditions:,} conditions, expected at most {CONDITION_LIMIT:,}"
        problems.add(fields.at(WHERE), message)
    if problems.errors or where is None or id_ is None or name is None:
        return None
    return Spec(
        id=id_, name=name, where=where, description=fields.get(DESCRIPTION) or "", owner=fields.get(OWNER) or "",
        tags=fields.get(TAGS) or (), origin=origin or atoms.Everyone(), keep=keep, expect=expect or Expect(),
        publish=fields.get(PUBLISH) or "counts", approved_by=fields.get(APPROVED_BY) or "", file=fields.node.file,
        depends=_depends(uses, catalog), sensitive=uses.reach.sensitive,
    )  # fmt: skip


def _depends(uses: Uses, catalog: BoundCatalog) -> Depends:
    return Depends(
        sources=uses.reach.sources | {catalog.catalog.contacts.name},
        columns=uses.reach.columns,
        stored=uses.reach.stored,
        segments=tuple(sorted(uses.segments)),
        lists=tuple(atoms.InList(name, on) for name, on in uses.lists),
    )
