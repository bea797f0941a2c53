"""`from`: inside which contacts a segment is evaluated: a contact list or another segment; all live ones without it."""

from __future__ import annotations

from jobs.language.atoms import Everyone, InList, InSegment
from jobs.language.contact_list import LIST, ON, list_words, read_contact_list
from jobs.language.context import Uses
from jobs.language.segment import SEGMENT, read_reference
from jobs.language.spec_keys import table
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.objects import Excludes, exactly_one

Audience = Everyone | InSegment | InList

AUDIENCE = table(
    "from",
    LIST,
    ON,
    SEGMENT,
    expected='{"list": "<name>"} or {"segment": "<id>"}',
    rules=(
        exactly_one(LIST, SEGMENT, says="inside whom everything is evaluated"),
        Excludes(SEGMENT, (ON,), "only lists have dates"),
    ),
)


def read_audience(node: Node, problems: Problems, uses: Uses) -> Audience | None:
    """The list or segment; None and problems where it is none."""
    fields = AUDIENCE.read(node, problems)
    if fields.wrote(LIST):
        return read_contact_list(fields, uses)
    id_ = read_reference(fields, uses)
    return InSegment(id_) if fields.fine and id_ is not None else None


def audience_english(origin: Audience) -> str:
    match origin:
        case Everyone():
            return "all contacts"
        case InSegment(id_):
            return f"the members of the segment {id_}"
        case InList(name, on):
            return f"the contacts on {list_words(name, on)}"
