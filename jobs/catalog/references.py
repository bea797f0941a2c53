"""What the files of a catalog say about each other: one contacts source, lookups, sources that share their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from jobs.catalog.model import Column, Lookup, SameAs, Source
from jobs.catalog.sources import SourceDraft
from jobs.catalog.types import TEXT, ColumnType
from jobs.syntax.nodes import Problems
from jobs.syntax.reference_order import in_order, pairs
from jobs.syntax.spelling import did_you_mean

DEPTH = 3
"""Lookups one behind the other that a name may pass, `order_line` -> product.brand.maker.name."""

Drafts = Mapping[str, SourceDraft]


def check_references(drafts: Drafts, broken: Iterable[str], folder: str, problems: Problems) -> None:
    """Adds every problem between files. `broken` are the names of sources whose files could not be read."""
    unknown = frozenset(broken)
    _check_contacts(drafts, unknown, folder, problems)
    for draft in drafts.values():
        for lookup in draft.source.lookups.values():
            _check_lookup(draft, lookup, drafts, unknown, problems)
        _check_same_as(draft, drafts, unknown, problems)
    _check_chains(drafts, problems)


def _check_contacts(drafts: Drafts, broken: frozenset[str], folder: str, problems: Problems) -> None:
    claims = [draft for draft in drafts.values() if draft.source.is_contacts]
    if not claims and not broken:
        problems.add_file(folder, "no source of kind contacts, expected exactly one: it says who exists")
    for draft in claims if len(claims) > 1 else ():
        others = ", ".join(other.source.name for other in claims if other is not draft)
        problems.add(draft.at("kind"), f"a source of kind contacts, and so is {others}; expected exactly one")


def _check_lookup(
    draft: SourceDraft, lookup: Lookup, drafts: Drafts, broken: frozenset[str], problems: Problems
) -> None:
    node = draft.at("lookups", lookup.name, "source")
    if draft.source.is_contacts and lookup.name in drafts:
        other = drafts[lookup.name].source
        if other.prefixes_attributes:
            problems.add(
                draft.at("lookups", lookup.name),
                f'"{lookup.name}" is a source of kind {other.kind} too, so {lookup.name}.<column> would mean two things; '
                "call the lookup something else",
            )
    target = drafts.get(lookup.source)
    if target is None:
        if lookup.source not in broken:
            lookups = [name for name, other in drafts.items() if other.source.is_lookup]
            problems.add(node, f'no source "{lookup.source}"{did_you_mean(lookup.source, lookups)}')
    elif not target.source.is_lookup:
        problems.add(node, f'"{lookup.source}" is a source of kind {target.source.kind}, expected kind lookup')
    else:
        _check_key_type(draft, lookup, target.source, drafts, problems)


def _check_key_type(draft: SourceDraft, lookup: Lookup, target: Source, drafts: Drafts, problems: Problems) -> None:
    """Both columns have one type; a key that is not listed has that of the columns that look it up, all of one type."""
    here = draft.source.columns.get(lookup.on)
    if here is None or len(target.key) != 1:
        return
    name = target.key[0]
    there = target.columns.get(name)
    node = draft.at("lookups", lookup.name, "on")
    if there is not None and str(here.type) != str(there.type):
        problems.add(
            node,
            f'"{lookup.on}" is {here.type}, but the key of {target.name}, "{there.name}", is {there.type}; '
            "expected one type",
        )
    elif there is None and not drafts[target.name].unsure_about(name):
        first, by = next(_lookers(target, drafts))
        if str(by.type) != str(here.type):
            problems.add(
                node,
                f'"{lookup.on}" is {here.type}, but "{by.name}" of {first.name}, which looks up {target.name} too, is '
                f'{by.type}; expected one type, or "{name}" among the columns of {target.name}',
            )


def looked_up_as(target: Source, drafts: Drafts) -> ColumnType:
    """The type of the columns that look a source up, text where none does: `fold` where one folds, values of all."""
    types = [column.type for _, column in _lookers(target, drafts)]
    if not types:
        return TEXT
    values = dict.fromkeys(value for kind in types for value in kind.values)
    return replace(types[0], fold=any(kind.fold for kind in types), values=tuple(values))


def _lookers(target: Source, drafts: Drafts) -> Iterator[tuple[Source, Column]]:
    """Every source that looks a source up, by name, with the column that it does so on."""
    for _, draft in sorted(drafts.items()):
        for lookup in draft.source.lookups.values():
            column = draft.source.columns.get(lookup.on)
            if lookup.source == target.name and column is not None:
                yield draft.source, column


def _check_chains(drafts: Drafts, problems: Problems) -> None:
    """Lookups of lookups come to an end, after three of them at most."""
    order, cycles = in_order(
        {
            name: [to.source for to in draft.source.lookups.values() if to.source in drafts]
            for name, draft in drafts.items()
        }
    )
    round_about = {pair for cycle in cycles for pair in pairs(cycle)}
    for cycle in cycles:
        _report_circle(cycle, drafts, problems)
    longest: dict[str, tuple[str, ...]] = {}
    for name in order:
        chains = {
            lookup.name: (lookup.name, *longest.get(lookup.source, ()))
            for lookup in drafts[name].source.lookups.values()
            if (name, lookup.source) not in round_about
        }
        longest[name] = max(chains.values(), key=len, default=())
        for first, chain in chains.items():
            if len(chain) > DEPTH:
                words = f"{'.'.join(chain)} is {len(chain)} lookups one behind the other, expected at most {DEPTH}"
                problems.add(drafts[name].at("lookups", first), words)


def _report_circle(cycle: Sequence[str], drafts: Drafts, problems: Problems) -> None:
    """In every file of the circle, at the lookup that leads on."""
    leads = [
        next(lookup.name for lookup in drafts[name].source.lookups.values() if lookup.source == other)
        for name, other in pairs(cycle)
    ]
    for place, name in enumerate(cycle):
        words = ".".join([*leads[place:], *leads[:place]])
        message = f"lookups go round in a circle: {words} is {name} again"
        problems.add(drafts[name].at("lookups", leads[place]), message)


def _check_same_as(draft: SourceDraft, drafts: Drafts, broken: frozenset[str], problems: Problems) -> None:
    if not isinstance(draft.source.origin, SameAs):
        return
    node, name = draft.at("read", "same_as"), draft.source.origin.source
    other = drafts.get(name)
    if other is None:
        if name not in broken:
            problems.add(node, f'no source "{name}"{did_you_mean(name, drafts.keys() - {draft.source.name})}')
    elif other is draft:
        problems.add(node, "found the source itself, expected another one")
    elif other.source.is_computed:
        problems.add(node, f'"{name}" is computed: it has no rows in the data to read')
    elif isinstance(other.source.origin, SameAs):
        problems.add(node, f'"{name}" itself reads the rows of {other.source.origin.source}; name that one')
    else:
        _check_shared_delivery(draft, other.source, problems)


def _check_shared_delivery(draft: SourceDraft, other: Source, problems: Problems) -> None:
    """How rows are delivered is a fact about the files, so both sources have it in common."""
    wrote = draft.node.get("delivery")
    if wrote is not None and wrote.value != other.delivery:
        problems.add(
            wrote,
            f"found {wrote.value}, but its rows are those of {other.name}, delivered as {other.delivery}; leave it out",
        )
    if other.delivery == "changes" and not draft.source.key:
        problems.add(
            draft.node, f'rows of {other.name} come as changes, told apart by key: say which columns with "key"'
        )
