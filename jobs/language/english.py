"""`explain`: what a segment says, in English that its owner would sign.

The conditions as an indented tree, then what is kept, what holds a result back, what the segment depends on, and the notes
that a reader needs to count days as we do. A `remark` beside each line is the caller's: counts where a lake exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

from jobs.catalog.shown_counts import AT_LEAST
from jobs.errors import visible
from jobs.language import atoms
from jobs.language.atoms import Last, TimeTest
from jobs.language.audience import audience_english
from jobs.language.bound import BoundCatalog
from jobs.language.definitions import Spec
from jobs.language.phrases import Phrase, either
from jobs.syntax.durations import Duration

Remark = Callable[[Phrase], str]


def explain(spec: Spec, catalog: BoundCatalog, remark: Remark | None = None) -> str:
    """The whole text, lines ended by a line feed."""
    return "\n".join(map(visible, _lines(spec, catalog, remark or (lambda phrase: "")))) + "\n"


def _lines(spec: Spec, catalog: BoundCatalog, remark: Remark) -> Iterator[str]:
    yield f"{spec.name} ({spec.id})"
    if spec.description:
        yield spec.description
    yield ""
    yield from _tree(spec, remark)
    yield ""
    yield from _closing(spec)
    meanings = list(computed_meanings(spec, catalog))
    if meanings:
        yield ""
        yield "Computed columns:"
        yield from (f"- {line}" for line in meanings)
    yield ""
    yield "Depends on:"
    yield from (f"- {line}" for line in depends_on(spec))
    notes = list(notes_on(spec))
    if notes:
        yield ""
        yield "Notes:"
        yield from (f"- {note}" for note in notes)


def _tree(spec: Spec, remark: Remark) -> Iterator[str]:
    phrase = spec.where.describe()
    whole = audience_english(spec.origin)
    if isinstance(phrase.formula, atoms.Everyone):
        yield f"{_capital(whole)}.{remark(phrase)}"
    elif not phrase.children:
        yield f"{_capital(whole)} for whom this holds:"
        yield from tree_lines(phrase, remark)
    else:
        yield f"{_capital(whole)} for whom {_heading(phrase)}{remark(phrase)}"
        for child in phrase.children:
            yield from tree_lines(child, remark)


def _heading(phrase: Phrase) -> str:
    return "all of these hold:" if phrase.joint == "and" else "at least one of these holds:"


def tree_lines(phrase: Phrase, remark: Remark, indent: int = 0) -> Iterator[str]:
    """The phrase as a list, what is below it indented."""
    yield f"{'  ' * indent}- {phrase.text}{remark(phrase)}"
    for child in phrase.children:
        yield from tree_lines(child, remark, indent + 1)


def _closing(spec: Spec) -> Iterator[str]:
    if spec.keep is not None:
        yield f"Of them only {spec.keep.english()}."
    gates = spec.expect.english()
    if spec.sensitive:
        gates.append(f"has fewer than {AT_LEAST} members, because it uses what is sensitive")
    yield (
        f"The result is held back if it {either(gates)}." if gates else "No result is held back, not even an empty one."
    )
    yield "Published as counts and as rows." if spec.publish == "rows" else "Published as counts, without rows."
    if spec.sensitive:
        yield f"Uses the sensitive {_columns(spec.sensitive)}; approved by {spec.approved_by}."
    if spec.owner or spec.tags:
        parts = ([f"Owner: {spec.owner}."] if spec.owner else []) + (
            [f"Tags: {', '.join(spec.tags)}."] if spec.tags else []
        )
        yield " ".join(parts)


def _columns(names: frozenset[str]) -> str:
    return f"column{'s' if len(names) > 1 else ''} {either(sorted(names), 'and')}"


def depends_on(spec: Spec) -> Iterator[str]:
    """What the segment names itself, a line for each sort of thing."""
    yield f"sources: {', '.join(sorted(spec.depends.sources))}"
    if spec.depends.columns:
        yield f"columns: {', '.join(sorted(spec.depends.columns))}"
    if spec.depends.segments:
        yield f"segments: {', '.join(spec.depends.segments)}"
    if spec.depends.lists:
        named = [
            f"{contact_list.name} of {contact_list.on}" if contact_list.on else f"{contact_list.name} (the newest)"
            for contact_list in spec.depends.lists
        ]
        yield f"lists: {', '.join(sorted(named))}"


def computed_meanings(spec: Spec, catalog: BoundCatalog) -> Iterator[str]:
    """The catalog's own sentence for each computed column that the segment names or reaches."""
    for name in sorted(spec.depends.columns):
        source = catalog.catalog.sources.get(name.partition(".")[0])
        if source is not None and source.is_computed:
            column = source.columns[name.partition(".")[2]]
            if column.meaning:
                yield f"{name}: {column.meaning}"


# --- notes --------------------------------------------------------------------------------------------------------------

_DATE_NOTE = (
    "For a date, the last 30 days and today are 31 days; for a moment in time, the last 30 days are 30 whole days and what "
    "has passed of today. A day is a calendar day in the account's zone."
)
_WINDOW_NOTE = (
    "A time span in days, weeks, months or years begins at midnight: the last 30 days are 30 whole days and what has passed "
    "of today. A day is a calendar day in the account's zone."
)
_CALENDAR_NOTE = (
    "A calendar week begins on Monday, a quarter with January, April, July or October. Calendar periods are whole days of "
    "the account's zone; of one that is not over, the events so far count."
)
_MISSING_NOTE = (
    "Where a condition says “is known and”, contacts without that value are left out: a missing value is neither a yes "
    "nor a no."
)


def notes_on(spec: Spec) -> Iterator[str]:
    """What a reader has to know to count as we do, and only that."""
    atoms_in = list(parts(spec.meaning()))
    on_date = [part for part in atoms_in if isinstance(part, atoms.Compare) and _is_relative_date(part)]
    if on_date:
        yield _DATE_NOTE
    elif any(
        isinstance(part, TimeTest) and part.operator.startswith(("within", "more_than")) for part in atoms_in
    ) or any(isinstance(part, Last) for part in atoms_in):
        yield _WINDOW_NOTE
    if any(isinstance(part, atoms.Periods) for part in atoms_in):
        yield _CALENDAR_NOTE
    for days in sorted(_last_days(atoms_in) & _nearest_days(atoms_in)):
        yield (
            f"The day {days:,} days ago lies in “the last {days:,} days” and in what begins {days:,} days ago: both ends "
            f"count. What begins {days + 1:,} days ago has no day in common with it."
        )
    if any("is known and" in phrase.text for phrase in spec.where.describe().walk()):
        yield _MISSING_NOTE


def _last_days(atoms_in: Iterable[object]) -> set[int]:
    """How many days back the windows go that end now."""
    lengths = (part.duration for part in atoms_in if isinstance(part, Last))
    tested = (part.argument for part in atoms_in if isinstance(part, TimeTest) and part.operator == "within_last")
    durations = [length for length in (*lengths, *tested) if isinstance(length, Duration)]
    return {length.count * _DAYS[length.unit] for length in durations if length.unit in _DAYS}


_DAYS = {"d": 1, "w": 7}


def _nearest_days(atoms_in: Iterable[object]) -> set[int]:
    """The nearest day of what is counted in days ago."""
    windows = {part.nearest for part in atoms_in if isinstance(part, atoms.DaysAgo)}
    tested = (part.argument for part in atoms_in if isinstance(part, TimeTest) and part.operator == "days_ago")
    spans = [span for argument in tested if isinstance(argument, atoms.Spans) for span in argument.spans]
    return windows | {int(span.low) for span in spans if span.low is not None and span.low_in}


def _is_relative_date(compare: atoms.Compare) -> bool:
    column = getattr(compare.value, "type", None)
    test = compare.test
    return (
        isinstance(test, TimeTest)
        and test.operator in ("within_last", "within_next", "more_than_ago", "more_than_ahead")
        and getattr(column, "name", "") == "date"
    )


def parts(whole: object) -> Iterator[object]:
    """Every atom inside, computed columns left closed: what they mean is the catalog's to say."""
    waiting = [whole]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting += cast("tuple[object, ...]", part)
        elif not isinstance(part, atoms.Computed) and hasattr(part, "__dataclass_fields__"):
            yield part
            waiting += [
                getattr(part, name) for name in cast("Mapping[str, object]", vars(type(part))["__dataclass_fields__"])
            ]


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
