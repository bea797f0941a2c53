"""The keys of `written`, which a source and each of its columns may have, read into what holds for a column."""

from __future__ import annotations

from typing import TypeVar

from jobs.catalog.time_patterns import LONGEST, TimePattern, read_date_pattern, read_moment_pattern
from jobs.catalog.types import ColumnType, TypeName
from jobs.catalog.written import AS_USUAL, CONCERNS, EPOCHS, Epoch, WrittenForm, contradictions
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.objects import Fields, Key, KeyTable
from jobs.syntax.shapes import FLAG, Shape, listed, scalar
from jobs.syntax.spelling import nearest

T = TypeVar("T")

WORD_LIMIT = 100
SEPARATOR_LIMIT = 5


def _read_moment(value: Json) -> TimePattern | Epoch:
    for epoch in EPOCHS:
        if value == epoch:
            return epoch
    near = nearest(value, EPOCHS) if isinstance(value, str) and value.startswith("ep") else None
    if near is not None:
        raise ValueError(
            f"found {shown(value)}, expected a pattern or one of {', '.join(EPOCHS)} — did you mean {shown(near)}?"
        )
    return read_moment_pattern(value)


def _read_mark(value: Json) -> str:
    if isinstance(value, str) and len(value) == 1 and not value.isalnum() and value not in "+-":
        return value
    raise ValueError(f'found {shown(value)}, expected one character in quotes, like ",", no letter, digit or sign')


def _read_word(value: Json) -> str:
    if not isinstance(value, str):
        hint = "" if isinstance(value, list | dict) else "; put it in quotes, as it stands in the data"
        raise ValueError(f"found {shown(value)}, expected a text{hint}")
    if not value:
        raise ValueError("found an empty text, which is missing anyway; leave it out")
    if len(value) > WORD_LIMIT:
        raise ValueError(f"found a text of {len(value)} characters, expected at most {WORD_LIMIT}")
    return value


def _read_separator(value: Json) -> str:
    if isinstance(value, str) and 0 < len(value) <= SEPARATOR_LIMIT and not any(map(str.isalnum, value)):
        return value
    raise ValueError(f'found {shown(value)}, expected what stands between two choices, like ";", no letter or digit')


_PATTERN = {"type": "string", "minLength": 1, "maxLength": LONGEST}
MARK: Shape[str] = scalar(_read_mark, {"type": "string", "pattern": r"^[^A-Za-z0-9+\-]$"})
WORDS = listed(scalar(_read_word, {"type": "string", "minLength": 1, "maxLength": WORD_LIMIT}), "words")


def _concerned(key: str) -> tuple[TypeName, ...]:
    return CONCERNS[key]


DATE = Key(
    "date",
    "A pattern of YYYY, MM or M, DD or D, and other characters as they stand: DD.MM.YYYY.",
    scalar(read_date_pattern, {**_PATTERN, "examples": ["DD.MM.YYYY", "M/D/YYYY"]}),
    only=_concerned("date"),
)
TIMESTAMP = Key(
    "timestamp",
    "A pattern with HH or H, mm and ss besides (without them: local midnight), or epoch_seconds, epoch_milliseconds.",
    scalar(_read_moment, {**_PATTERN, "examples": ["DD.MM.YYYY HH:mm", *EPOCHS]}),
    only=_concerned("timestamp"),
)
DECIMAL_MARK = Key(
    "decimal_mark", "What stands before decimals, a point when left out.", MARK, only=_concerned("decimal_mark")
)
GROUP_MARK = Key(
    "group_mark",
    "What may stand between groups of three digits before the decimals.",
    MARK,
    only=_concerned("group_mark"),
)
TRUE = Key("true", "The words that are true, as they stand: [Ja, ja].", WORDS, only=_concerned("true"))
FALSE = Key("false", "The words that are false, as they stand: [Nein, nein].", WORDS, only=_concerned("false"))
MISSING = Key("missing", "Texts that mean missing, beside the empty field, as they stand: [NULL, N/A].", WORDS)
TRIM = Key("trim", "true: white space at both ends of a text goes, before anything else is asked of it.", FLAG)
SEPARATOR = Key(
    "separator",
    "What stands between several choices, | when left out.",
    scalar(_read_separator, {"type": "string", "pattern": "^[^A-Za-z0-9]{1,5}$"}),
    only=_concerned("separator"),
)
WRITTEN_TABLE = KeyTable(
    "written",
    (DATE, TIMESTAMP, DECIMAL_MARK, GROUP_MARK, TRUE, FALSE, MISSING, TRIM, SEPARATOR),
    'how texts are written, like {date: DD.MM.YYYY, decimal_mark: ","}',
    kinds="type",
)


def read_written(node: Node | None, kind: TypeName | None, problems: Problems) -> Fields | None:
    """The keys of one `written`; `kind` None: of a source, whose columns have several types."""
    return None if node is None else WRITTEN_TABLE.read(node, problems, kind)


def written_of_source(own: Fields | None, problems: Problems) -> WrittenForm:
    """What holds for columns that are not listed; `AS_USUAL`, with a problem, where it contradicts itself."""
    return AS_USUAL if own is None else _combined(own, None, None, problems)


def written_of_column(own: Fields | None, source: Fields | None, kind: ColumnType, problems: Problems) -> WrittenForm:
    """What holds for a column, key by key its own words before the source's."""
    if own is None and source is None:
        return AS_USUAL
    return _combined(own, source, kind.name, problems)


def _combined(own: Fields | None, source: Fields | None, kind: TypeName | None, problems: Problems) -> WrittenForm:
    said = [each for each in (own, source) if each is not None]

    def value(key: Key[T]) -> T | None:
        if kind is not None and kind not in CONCERNS[key.name]:
            return None
        return next((each.get(key) for each in said if each.wrote(key)), None)

    marks, words = (value(DECIMAL_MARK) or "", value(GROUP_MARK) or ""), (value(TRUE) or (), value(FALSE) or ())
    wrong = list(contradictions(*marks, *words))
    if wrong and own is not None:
        for key, message in wrong:
            problems.add(own.node.get(key) or own.node, message)
    if wrong:
        return AS_USUAL
    return WrittenForm(
        value(DATE), value(TIMESTAMP), *marks, *words, value(MISSING) or (), value(TRIM), value(SEPARATOR) or ""
    )  # fmt: skip
