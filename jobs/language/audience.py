"""`from`: inside which contacts a segment is evaluated: a contact list or another segment; all live ones without it."""

from __future__ import annotations

from jobs.language.atoms import Everyone, InList, InSegment
from jobs.language.contact_list import list_words, read_contact_list
from jobs.language.context import Uses
from jobs.language.key_checks import check_keys
from jobs.language.segment import read_segment_id
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.objects import is_object

Origin = Everyone | InSegment | InList

EXPECTED = '{"list": "<name>"} or {"segment": "<id>"}'


def read_origin(node: Node, problems: Problems, uses: Uses) -> Origin | None:
    """The list or segment; None and problems where it is none."""
    if not is_object(node, EXPECTED, problems):
        return None
    if not check_keys(node, ("list", "date", "segment"), problems, of='"from"'):
        return None
    has_list, has_segment = node.get("list") is not None, node.get("segment") is not None
    if has_list == has_segment:
        found = '"list" and "segment"' if has_list else 'neither "list" nor "segment"'
        problems.add(node, f"found {found}, expected {EXPECTED}")
        return None
    if has_list:
        return read_contact_list(node, problems, uses)
    if node.get("date") is not None:
        problems.add(node.key_place("date"), 'found "date" beside "segment", expected none: only lists have dates')
        return None
    found_id = read_segment_id(node.child("segment"), problems)
    if found_id is None:
        return None
    uses.segments.setdefault(found_id, node.child("segment"))
    return InSegment(found_id)


def origin_english(origin: Origin) -> str:
    match origin:
        case Everyone():
            return "all contacts"
        case InSegment(id_):
            return f"the members of the segment {id_}"
        case InList(name, on):
            return f"the contacts on {list_words(name, on)}"
