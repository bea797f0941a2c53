"""What a column, and a whole source, are most likely meant to be: by what reads all rows, and by names.

Reading decides what is possible, names only between what is. Where more is possible a person is told, with the other way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jobs.answers.drafts.column_facts import ColumnFacts, ThingFacts
from jobs.catalog.model import CONTACT_ID, DELETED, Kind
from jobs.catalog.types import TEXT, ColumnType, TypeName
from jobs.catalog.values.fitting_forms import FittingForm
from jobs.catalog.values.proposals import MISSING_WORDS
from jobs.catalog.written import AS_USUAL, EPOCHS, WrittenForm

BORNE = 50
"""Rows that have to bear a word before it is shown: one that fewer people have tells of them."""
CHOICES = 30
"""More different words than that are a text."""
PRECISION, SCALE = 12, 2
"""Digits of a decimal where fewer would do today."""

_IDS = frozenset({
    "id", "ids", "nr", "no", "num", "number", "nummer", "key", "code", "sku", "ean", "isbn", "iban", "zip", "plz",
    "postcode", "postal", "phone", "tel", "telefon", "mobile", "mobil", "fax", "handy",
})  # fmt: skip
_PERSONAL = frozenset({
    "name", "vorname", "nachname", "firstname", "lastname", "surname", "forename", "street", "strasse", "address",
    "adresse", "anschrift", "mail", "email", "phone", "tel", "telefon", "mobile", "mobil", "handy", "fax", "iban", "ip",
    "birth", "birthday", "birthdate", "born", "geburtsdatum", "geburtstag", "passport",
})  # fmt: skip
"""What is one person's own, so that words of it are not shown."""
_ABOUT_PEOPLE = frozenset({
    "name", "vorname", "nachname", "firstname", "lastname", "surname", "forename", "street", "strasse", "address",
    "adresse", "anschrift", "mail", "email", "phone", "tel", "telefon", "mobile", "mobil", "handy", "fax", "iban", "ip",
    "birth", "birthday", "birthdate", "born", "geburtsdatum", "geburtstag", "passport", "newsletter", "optin", "opt",
    "consent", "gender", "geschlecht", "anrede", "salutation", "ort", "stadt", "city", "country", "land", "language",
    "sprache", "seit", "since",
})  # fmt: skip
_TIMES = frozenset({
    "at", "on", "date", "datum", "time", "zeit", "timestamp", "ts", "when", "day", "tag", "datetime", "created",
    "updated", "changed", "modified", "zeitpunkt", "am",
})  # fmt: skip
_NOT_WHEN = frozenset({
    "birth", "birthday", "birthdate", "born", "dob", "geburtsdatum", "geburtstag", "geboren", "since", "seit", "until",
    "bis",
})  # fmt: skip
_CONTACTS = (
    "contact_id", "contact", "customer_id", "customer_no", "customer_number", "customer_nr", "customer", "client_id",
    "client", "member_id", "member", "user_id", "user", "subscriber_id", "profile_id", "person_id", "account_id",
    "household_id", "household_key", "household", "kundennummer", "kunden_nr", "kundennr", "kunden_id", "kunde", "kdnr",
    "kd_nr", "mitgliedsnummer", "mitglied", "debitor", "email", "e_mail",
)  # fmt: skip
"""What a column with the contact's id is called, the likeliest first."""
_ANYBODYS = ("id", "nr", "no", "number", "nummer", "key")
"""Of a contact, or of anything else."""
_PEOPLE = frozenset({
    "contact", "contacts", "customer", "customers", "client", "clients", "member", "members", "user", "users",
    "subscriber", "subscribers", "people", "persons", "kunde", "kunden", "mitglieder", "household", "households",
    "accounts",
})  # fmt: skip
_WORD = re.compile(r"[^\W\d_][\w .,&+/()-]{0,39}")
_SEPARATORS = ("|", "; ", ";", ", ", ",", " / ", "/", "+")


@dataclass(frozen=True)
class GuessedColumn:
    """What one column is drafted as. `longitude` is the data's column beside `raw`, of a point. `decide`: what a person
    has to say."""

    name: str
    raw: str
    type: ColumnType
    written: WrittenForm = AS_USUAL
    missing: float = 0.0
    longitude: str = ""
    decide: tuple[str, ...] = ()


@dataclass(frozen=True)
class GuessedSource:
    """What the whole is drafted as. `contact` and `key` are names of the data; `time` one of the draft's columns.
    `one_row_each`: no contact stands there twice. `says_who_exists`: so there are no others."""

    kind: Kind
    contact: str = ""
    time: str = ""
    key: str = ""
    decide: tuple[str, ...] = ()
    one_row_each: bool = False
    says_who_exists: bool = False


def id_of(words: str, taken: Iterable[str] = ()) -> str:
    """A text as the name of a source or column: small letters, digits and _, none that is taken."""
    plain = words.lower()
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(letter, letters)
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")
    name = (name if name[:1].isalpha() else f"c_{name}".rstrip("_"))[:60].rstrip("_")
    used = {*taken}
    numbered = (f"{name}_{number}" for number in range(2, len(used) + 3))
    return name if name not in used else next(other for other in numbered if other not in used)


def parts_of(name: str) -> set[str]:
    """The words in a column's name: of `KundenNr.` kunden and nr."""
    return set(id_of(re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])", " ", name)).split("_"))


def is_id_like(name: str) -> bool:
    """Whether a column's name says that its digits are no number."""
    counts = re.match(r"(number|num|no|nr)_(of|de)_", id_of(name))
    return not counts and (bool(parts_of(name) & _IDS) or id_of(name).endswith(("nummer", "number", "nr")))


# --- a column -------------------------------------------------------------------------------------------------------------


def guess_column(facts: ColumnFacts, name: str, missing: float, absent: Sequence[str]) -> GuessedColumn | str:
    """What a column is drafted as, or why it is left out. `absent`: words that mean missing in other columns."""
    if facts.forms.left is None:
        return GuessedColumn(name, facts.name, TEXT, missing=missing, decide=("nothing stands in it",))
    as_list = _choices(facts, ("|",), absent) if facts.lists else None
    if as_list is not None:
        return GuessedColumn(name, facts.name, as_list[0], missing=missing)
    form, decide = _chosen(facts)
    if form is None:
        return "it holds lists, objects or values of several sorts"
    if form.kind != "text":
        return GuessedColumn(name, facts.name, _roomy(form), _written(form), missing, decide=tuple(decide))
    words = _choice(facts, absent) or _choices(facts, _SEPARATORS, absent)
    kind, written = words or (TEXT, AS_USUAL)
    if words is None and _may_be_choice(facts):
        decide = [*decide, f"{len(facts.words or ())} different texts: a choice? values: […]"]
    return GuessedColumn(name, facts.name, kind, written, missing, decide=tuple(decide))


def _written(form: FittingForm) -> WrittenForm:
    written = form.written or AS_USUAL
    return replace(written, trim=None, missing=())


def _roomy(form: FittingForm) -> ColumnType:
    """A decimal with room for what comes tomorrow."""
    kind = form.type
    if kind.name != "decimal":
        return kind
    scale = max(kind.scale, SCALE) if kind.precision + SCALE <= PRECISION else kind.scale
    precision = max(kind.precision - kind.scale + scale, PRECISION)
    return replace(kind, precision=precision, scale=scale)


def _chosen(facts: ColumnFacts) -> tuple[FittingForm | None, list[str]]:
    """The form that is meant most likely, and what else it could be."""
    name = facts.name
    if facts.zeros or is_id_like(name):
        order: tuple[TypeName, ...] = ("text", *_ORDER)
    elif parts_of(name) & {"version", "ver", "release"}:
        order = ("version", *_ORDER)
    else:
        order = _ORDER
    for kind in order:
        forms = [form for form in facts.forms.of(kind) if _is_meant(form, facts)]
        if forms:
            return forms[0], list(_doubts(forms, facts))
    return None, []


_ORDER: tuple[TypeName, ...] = ("boolean", "date", "timestamp", "integer", "decimal", "float", "text")


def _is_meant(form: FittingForm, facts: ColumnFacts) -> bool:
    """Whether a form that reads everything is more than a chance."""
    written, named = form.setting.written, parts_of(facts.name) & _TIMES
    match form.kind:
        case "boolean":
            words = {*(facts.words or ())} - {*MISSING_WORDS}
            return not written.true or words == {*written.true, *written.false}
        case "date" | "timestamp":
            pattern = written.date or written.timestamp
            only_digits = pattern in EPOCHS or str(pattern) == "YYYYMMDD"
            return not only_digits or bool(named)
        case _:
            return True


def _doubts(forms: Sequence[FittingForm], facts: ColumnFacts) -> Iterator[str]:
    form = forms[0]
    if len(forms) > 1:
        others = " or ".join(f"`{_written(other)}`" for other in forms[1:])
        yield f"read as {_written(form)} here; {others} reads it as other values"
    if form.setting.written.date is not None and str(form.setting.written.date) == "YYYYMMDD":
        yield "a day as YYYYMMDD, or a whole number"
    if form.kind == "timestamp" and form.setting.written.timestamp in EPOCHS:
        yield f"an instant as {form.setting.written.timestamp}, or a whole number"
    if form.kind == "float":
        yield "measured numbers, of which there are no sums; money has to be delivered as a decimal"
    if form.kind == "boolean" and form.setting.written.true == ("1",):
        yield "1 and 0 stand there and nothing else: a boolean, or a whole number"
    if form.kind == "decimal" and form.decimals == 3 and not form.setting.written.decimal_mark:
        marks = [other.setting.written.group_mark for other in facts.forms.of("integer")]
        if marks:
            yield f'always three decimals: a whole number as `written: {{group_mark: "{marks[0]}", decimal_mark: ","}}`?'


def _choice(facts: ColumnFacts, absent: Sequence[str]) -> tuple[ColumnType, WrittenForm] | None:
    words = _shown(facts.name, facts.words, absent)
    return (ColumnType("choice", values=words), AS_USUAL) if words else None


def _may_be_choice(facts: ColumnFacts) -> bool:
    """Whether there are few words, of which some are too rare to be shown."""
    few = 1 < len(facts.words or ()) <= CHOICES and facts.present >= BORNE * len(facts.words or ())
    return few and not is_id_like(facts.name) and not parts_of(facts.name) & _PERSONAL


def _choices(
    facts: ColumnFacts, separators: Sequence[str], absent: Sequence[str]
) -> tuple[ColumnType, WrittenForm] | None:
    """Several words in one cell, each of them shown only if many rows bear it."""
    cells = {text: rows for text, rows in (facts.words or {}).items() if text not in absent}
    for separator in separators:
        counts: dict[str, int] = {}
        for text, rows in cells.items():
            for word in set(text.split(separator)):
                counts[word] = counts.get(word, 0) + rows
        several = facts.lists or any(separator in text for text in cells)
        words = _shown(facts.name, counts, ()) if several else None
        if words and not any(other in word for word in words for other in ("|", separator)):
            form = AS_USUAL if separator == "|" else WrittenForm(separator=separator)
            return ColumnType("choices", values=words), form
    return None


def _shown(name: str, counts: Mapping[str, int] | None, absent: Sequence[str]) -> tuple[str, ...]:
    """The words if all of them may be shown: few, each borne by many rows, and nothing that could be somebody's."""
    words = {word: rows for word, rows in (counts or {}).items() if word not in absent}
    if not 1 < len(words) <= CHOICES or parts_of(name) & _PERSONAL or is_id_like(name):
        return ()
    if not all(rows >= BORNE and _is_word(word) for word, rows in words.items()):
        return ()
    return tuple(sorted(words))


def _is_word(text: str) -> bool:
    return bool(_WORD.fullmatch(text)) and sum(map(str.isdigit, text)) < 3 and len(text.split()) <= 4


# --- the whole ------------------------------------------------------------------------------------------------------------


def guess_source(thing: ThingFacts, word: str, known_contacts: Sequence[str], has_contacts: bool) -> GuessedSource:
    """Which kind of source this is. `known_contacts`: what columns with contacts are called in other catalog files;
    `has_contacts`: another source says who exists."""
    contact = _contact(thing, known_contacts)
    if not contact:
        return _without_contact(thing)
    apart = _tells_apart(thing, contact)
    if apart and (not has_contacts or word in _PEOPLE):
        decide = (
            f"every {contact} stands there once: the source that says who exists (contacts), or attributes of those"
        )
        return GuessedSource("contacts", contact, decide=(decide,), one_row_each=True, says_who_exists=True)
    if apart:
        decide = f"every {contact} stands there once: attributes; related, if a contact may have several rows one day"
        return GuessedSource("attributes", contact, decide=(decide,), one_row_each=True)
    time = _time(thing, contact)
    if time:
        return GuessedSource(
            "events", contact, time, decide=(f"{contact} stands there several times: events at {time}",)
        )
    decide = f"{contact} stands there several times, and no column says when: related"
    return GuessedSource("related", contact, decide=(decide,))


def _contact(thing: ThingFacts, known: Sequence[str]) -> str:
    there = {name: facts for name, facts in thing.columns.items() if facts.present and facts.forms.of("text")}
    for wanted in known:
        if wanted in there:
            return wanted
    by_id = {id_of(name): name for name in reversed(there)}
    about_people = any(parts_of(name) & _ABOUT_PEOPLE for name in there)
    names = (*_CONTACTS, *(_ANYBODYS if about_people else ()))
    return next((by_id[wanted] for wanted in names if wanted in by_id), "")


def _without_contact(thing: ThingFacts) -> GuessedSource:
    keys = [name for name, facts in thing.columns.items() if facts.forms.of("text") and _tells_apart(thing, name)]
    keys = [name for name in keys if thing.columns[name].present == thing.rows]
    likely = next((name for name in keys if is_id_like(name)), keys[0] if keys else "")
    if likely:
        decide = (
            f"no column is called like a contact's id, and every {likely} stands there once: a lookup of it. "
            f"Is {likely} a contact's id? Then kind: contacts (or attributes) and contact: {likely}, without key"
        )
        return GuessedSource("lookup", key=likely, decide=(decide,))
    texts = [name for name, facts in thing.columns.items() if facts.forms.of("text")] or list(thing.columns)
    contact = next((name for name in texts if is_id_like(name)), texts[0])
    return GuessedSource("related", contact, decide=(f"no column is called like a contact's id; is it {contact}?",))


def _tells_apart(thing: ThingFacts, name: str) -> bool:
    distinct = thing.columns[name].distinct
    return distinct is not None and distinct.tells_apart


def _time(thing: ThingFacts, contact: str) -> str:
    """The column that says when, which nearly every row has; one with a clock time before one of days."""
    likely: list[tuple[int, str]] = []
    for place, (name, facts) in enumerate(thing.columns.items()):
        parts = parts_of(name)
        if name == contact or parts & _NOT_WHEN or thing.share_missing(name) > MISSING_TIMES:
            continue
        form, _ = _chosen(facts)
        if form is not None and form.kind in ("timestamp", "date") and facts.forms.of("timestamp"):
            likely.append((place + 1000 * (form.kind == "date") + 100 * (not parts & _TIMES), name))
    return min(likely)[1] if likely else ""


MISSING_TIMES = 0.05
"""Of the rows: a column that more of them lack does not say when they happened."""


def key_candidates(thing: ThingFacts, contact: str) -> list[tuple[str, ...]]:
    """Columns, and pairs of them, that every row has and no two rows have alike, but the contact."""
    whole = [name for name, facts in thing.columns.items() if facts.present == thing.rows and name != contact]
    single = [(name,) for name in whole if _tells_apart(thing, name) and thing.columns[name].forms.of("text")]
    if single:
        return single
    return [pair for pair, distinct in thing.pairs.items() if distinct.tells_apart and set(pair) <= {*whole}]


def is_reserved(name: str) -> bool:
    """Whether the catalog keeps a name for itself."""
    return name in (CONTACT_ID, DELETED, "delivery_no")
