"""A delivered thing looked at, row by row, and the catalog file drafted for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jobs.answers.drafts.catalog_draft import CatalogDraft
from jobs.answers.drafts.column_facts import ThingFacts
from jobs.answers.drafts.delivered_things import DeliveredThing, LandedFile, plain_source, thing_of
from jobs.answers.drafts.draft_guesses import (
    GuessedColumn,
    GuessedSource,
    guess_column,
    guess_source,
    id_of,
    is_id_like,
    is_reserved,
    key_candidates,
)  # fmt: skip
from jobs.catalog.model import Catalog
from jobs.catalog.types import TEXT, TIMESTAMP, ColumnType
from jobs.catalog.values.file_faults import Miscut
from jobs.catalog.values.proposals import TOTALS
from jobs.catalog.written import AS_USUAL
from jobs.errors import DataError, UsageError, visible
from jobs.syntax.spelling import ID_EXPECTED, is_id
from jobs.syntax.zones import zone_transitions

ROUNDS = 3
"""A file may be in another encoding from some line on."""
NO_NAME = re.compile(r"^[-+]?[0-9][0-9.,:/ -]*\Z|@|[0-9]{5}")
"""What no column is called: numbers, days, addresses. A first line with one is somebody's row."""
_SIDES = {
    "lat": ("lon", "lng", "long"),
    "latitude": ("longitude",),
    "breite": ("laenge",),
    "breitengrad": ("laengengrad",),
}


@dataclass(frozen=True)
class DescriptionRequest:
    """What is to be described, and what is known around it. `first`: only so many rows are looked at; None: all."""

    thing: str
    landing: str
    zone: str
    name: str = ""
    first: int | None = None
    catalog: Catalog | None = None


def describe(asked: DescriptionRequest) -> CatalogDraft:
    """The draft of a source. `DataError` where the thing is no table; `UsageError` where the name is none."""
    if asked.name and not is_id(asked.name):
        raise UsageError(f"--source: found {visible(asked.name)}, expected {ID_EXPECTED}")
    thing = thing_of(asked.thing, asked.landing)
    facts, left_out = _look_at(thing, asked)
    return _drafted(thing, facts, left_out, asked)


# --- looking --------------------------------------------------------------------------------------------------------------


def _look_at(thing: DeliveredThing, asked: DescriptionRequest) -> tuple[ThingFacts, list[tuple[str, str]]]:
    for _ in range(ROUNDS):
        try:
            return _facts(thing, asked)
        except Miscut as fault:
            if not isinstance(thing, LandedFile):
                raise
            thing.csv = replace(thing.csv, encoding=fault.form.encoding)
    raise DataError(f"{visible(thing.called)}: the file is in no single encoding. Save it as UTF-8.")


def _facts(thing: DeliveredThing, asked: DescriptionRequest) -> tuple[ThingFacts, list[tuple[str, str]]]:
    named = thing.columns()
    counts = Counter(named)
    left_out = [(name, "it stands there more than once") for name in counts if counts[name] > 1 and name]
    names = [name for name in named if name and counts[name] == 1]
    if not names:
        raise DataError(f"{visible(thing.called)}: found no column, expected a name for each. Is it the right file?")
    _check_names(thing, names)
    facts = ThingFacts.of(names, filter(is_id_like, names), zone_transitions(asked.zone))
    for cells, rows in thing.cells(plain_source(names)):
        if asked.first is not None and facts.rows + rows > asked.first:
            facts.take(
                {name: each.head(asked.first - facts.rows) for name, each in cells.items()}, asked.first - facts.rows
            )
            facts.whole = False
            break
        facts.take(cells, rows)
    if any(map(facts.names_a_value, facts.columns)):
        _refuse_row(thing, "a word of the first line stands in its column again")
    return facts, left_out


def _check_names(thing: DeliveredThing, names: Sequence[str]) -> None:
    """The first line of CSV may be somebody's row: then nothing of it is repeated."""
    if isinstance(thing, LandedFile) and thing.format == "csv" and any(NO_NAME.search(name.strip()) for name in names):
        _refuse_row(thing, "found numbers, days or addresses in the first line")


def _refuse_row(thing: DeliveredThing, found: str) -> None:
    raise DataError(
        f"{visible(thing.called)}: {found}, expected a header: it may be a row. Have the file written with a first line "
        "that names the columns."
    )


# --- drafting -------------------------------------------------------------------------------------------------------------


def _drafted(
    thing: DeliveredThing, facts: ThingFacts, left_out: list[tuple[str, str]], asked: DescriptionRequest
) -> CatalogDraft:
    word = asked.name or id_of(thing.word) or "source"
    others = [source for source in (asked.catalog.sources.values() if asked.catalog else ()) if source.name != word]
    known = [source.raw_name(source.contact) for source in others if source.contact]
    known = [name for name in dict.fromkeys(known) if id_of(name) != "contact_id"]
    source = guess_source(facts, word, known, any(other.is_contacts for other in others))
    absent = sorted(_absent_words(facts, source))
    columns = _columns(facts, source, absent, left_out)
    if source.time:
        source = replace(source, time=next(column.name for column in columns if column.raw == source.time))
    if source.key:
        source = replace(source, key=next(column.name for column in columns if column.raw == source.key))
    by_raw = {column.raw: column.name for column in columns}
    candidates = key_candidates(facts, source.contact)
    keys = [tuple(by_raw[name] for name in key) for key in candidates if all(name in by_raw for name in key)]
    rows = f"{facts.rows:,} row{'' if facts.rows == 1 else 's'}"
    return CatalogDraft(
        name=word,
        source=source,
        columns=tuple(columns),
        origin=thing.origin,
        delivery=thing.delivery,
        seen=f"by all {rows}" if facts.whole else f"by the first {rows}",
        asked=asked.thing,
        rows=facts.rows,
        trim=any(column.padded for column in facts.columns.values()),
        absent=tuple(absent),
        left_out=tuple(left_out),
        keys=tuple(keys),
        missing_contacts=facts.share_missing(source.contact, absent) if source.contact else 0.0,
        missing_times=facts.share_missing(_raw(columns, source.time), absent) if source.time else 0.0,
    )


def _raw(columns: Sequence[GuessedColumn], name: str) -> str:
    return next(column.raw for column in columns if column.name == name)


def _absent_words(facts: ThingFacts, source: GuessedSource) -> set[str]:
    """Words that mean missing: those that stand where a number or a day should, and a word for a sum in place of an id."""
    words = {word for column in facts.columns.values() for word in _missing_in(facts, column.name)}
    whose = facts.columns.get(source.contact or source.key)
    return words | ({*TOTALS} & {*whose.told} if whose is not None else set())


def _missing_in(facts: ThingFacts, name: str) -> set[str]:
    guess = guess_column(facts.columns[name], "any", 0.0, ())
    if isinstance(guess, str) or guess.type.name in ("text", "choice", "choices"):
        return set()
    kept = facts.columns[name].forms.of(guess.type.name)
    return kept[0].missing if kept else set()


def _columns(
    facts: ThingFacts, source: GuessedSource, absent: Sequence[str], left_out: list[tuple[str, str]]
) -> list[GuessedColumn]:
    taken: set[str] = set()
    columns: list[GuessedColumn] = []
    for raw, column in facts.columns.items():
        if raw == source.contact:
            continue
        name = id_of(raw, taken)
        name = id_of(f"{name}_of_row", taken) if is_reserved(name) else name
        guess = guess_column(column, name, facts.share_missing(raw, absent), absent)
        if isinstance(guess, str):
            left_out.append((raw, guess))
            continue
        taken.add(name)
        columns.append(_as_needed(guess, facts, source))
    return _with_points(columns)


def _as_needed(guess: GuessedColumn, facts: ThingFacts, source: GuessedSource) -> GuessedColumn:
    """The time as a timestamp, the key of a lookup as a text."""
    if guess.raw == source.time:
        form = facts.columns[guess.raw].forms.of("timestamp")[0]
        written = replace(form.written or AS_USUAL, trim=None, missing=())
        return replace(guess, type=TIMESTAMP, written=written)
    if guess.raw == source.key:
        return replace(guess, type=TEXT, written=AS_USUAL, decide=())
    return guess


def _with_points(columns: list[GuessedColumn]) -> list[GuessedColumn]:
    """Two numbers that are called like coordinates as one point."""
    by_name = {column.name: column for column in columns}
    for column in columns:
        for side, others in _SIDES.items():
            if column.name != side and not column.name.endswith(f"_{side}"):
                continue
            stem = column.name.removesuffix(side)
            other = next((by_name[f"{stem}{word}"] for word in others if f"{stem}{word}" in by_name), None)
            if (
                other is None
                or not all(_is_number(each) for each in (column, other))
                or column.written != other.written
            ):
                continue
            name = id_of(f"{stem}place", by_name)
            point = GuessedColumn(name, column.raw, ColumnType("point"), column.written, column.missing, other.raw)
            return _with_points([point if each is column else each for each in columns if each is not other])
    return columns


def _is_number(column: GuessedColumn) -> bool:
    return column.type.name in ("integer", "decimal", "float")
