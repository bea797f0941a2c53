"""Settings of `written` that would read the wrong cells of a column, found by trying a small fixed set of them.

What is proposed reads all cells that were looked at, right and wrong ones, and says nothing of what stands in them but words
of the sets below. Where two settings read them as different values both are told: which is meant only the deliverer knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from jobs.catalog.model import Column, Source
from jobs.catalog.time_patterns import TimePattern
from jobs.catalog.types import TypeName
from jobs.catalog.written import AS_USUAL, EPOCHS, WrittenForm, contradictions
from jobs.syntax.word_lists import joined

MISSING_WORDS = (
    "NULL", "null", "Null", "(null)", "<NULL>", r"\N", "N/A", "n/a", "NA", "#N/A", "#NV", "NaN", "nan", "NaT", "None",
    "none", "nil", "undefined", "unknown", "Unknown", "-", "--", "---", "–", "—", "?", ".", "k.A.", "k. A.", "k.a.",
    "keine Angabe", "unbekannt", "#WERT!", "#VALUE!", "#REF!", "#DIV/0!", "0000-00-00", "0000-00-00 00:00:00", "00.00.0000",
)  # fmt: skip
"""Words that programs and people write where nothing is known."""
TOTALS = (
    "Summe", "SUMME", "Summe:", "Gesamt", "Gesamtsumme", "Total", "TOTAL", "Total:", "Grand Total", "Sum", "Somme", "Totale",
)  # fmt: skip
"""What a row of sums at the end has where the others have an id."""

_DAYS = {
    "DMY.": ("DD.MM.YYYY", "D.M.YYYY"), "MDY/": ("MM/DD/YYYY", "M/D/YYYY"), "DMY/": ("DD/MM/YYYY", "D/M/YYYY"),
    "DMY-": ("DD-MM-YYYY", "D-M-YYYY"), "MDY-": ("MM-DD-YYYY", "M-D-YYYY"), "YMD/": ("YYYY/MM/DD", "YYYY/M/D"),
    "YMD.": ("YYYY.MM.DD",), "YMD": ("YYYYMMDD",), "YMD-": ("YYYY-MM-DD", "YYYY-M-D"),
}  # fmt: skip
_CLOCKS = ("", " HH:mm", " HH:mm:ss", " H:mm", " H:mm:ss")
_MIDNIGHTS = ("", " 00:00:00", " 00:00")
_MARKS = (
    ("comma", ",", ""), ("comma", ",", "."), ("comma", ",", " "), ("comma", ",", "\xa0"), ("comma", ",", "\u202f"),
    ("comma", ",", "'"), ("point", "", ","), ("point", "", "'"), ("point", "", " "), ("point", "", "\xa0"),
    ("point", "", "\u202f"), ("point", ".", ""),
)  # fmt: skip
_WORDS = (
    ("Ja", "Nein"), ("ja", "nein"), ("JA", "NEIN"), ("yes", "no"), ("Yes", "No"), ("YES", "NO"), ("1", "0"), ("Y", "N"),
    ("y", "n"), ("J", "N"), ("j", "n"), ("T", "F"), ("t", "f"), ("on", "off"), ("wahr", "falsch"), ("Wahr", "Falsch"),
    ("WAHR", "FALSCH"), ("oui", "non"), ("Oui", "Non"), ("sí", "no"), ("Sí", "No"), ("X", "-"), ("x", "-"),
    ("true", "false"),
)  # fmt: skip
_SEPARATORS = (";", ",", "; ", ", ", "/", " / ", "+", " ", "|")


@dataclass(frozen=True)
class Setting:
    """One that is tried. Settings of one family read what they read alike; those of two may not."""

    family: str
    written: WrittenForm

    def could_read(self, text: str) -> bool:
        """False where the setting is sure not to read a wrong text: most are dropped by that, before columns are read."""
        written, bare = self.written, text.strip()
        match written.date or written.timestamp:
            case TimePattern() as pattern:
                return pattern.fits(bare)
            case None:
                return self._could_read_word(written, bare) or (
                    self.family == "" and written.trim is True and text != bare
                )
            case _:
                return bare.lstrip("-").isdecimal()

    def _could_read_word(self, written: WrittenForm, text: str) -> bool:
        marks = filter(None, (written.decimal_mark, written.group_mark, written.separator))
        return text in (*written.true, *written.false) or any(mark in text for mark in marks)


@cache
def settings(kind: TypeName) -> tuple[Setting, ...]:
    """What is tried on cells of a type, the plainest first; each without and with `trim`."""
    tried = [Setting("", AS_USUAL), *_settings(kind)]
    return tuple(replace(each, written=replace(each.written, trim=trim)) for trim in (None, True) for each in tried)


def _settings(kind: TypeName) -> Iterator[Setting]:
    match kind:
        case "date":
            for family, days in _DAYS.items():
                yield from (
                    Setting(family, WrittenForm(date=TimePattern(day + at))) for at in _MIDNIGHTS for day in days
                )
        case "timestamp":
            for family, days in _DAYS.items():
                moments = (TimePattern(day + clock) for clock in _CLOCKS for day in days)
                yield from (Setting(family, WrittenForm(timestamp=moment)) for moment in moments)
            yield from (Setting(epoch, WrittenForm(timestamp=epoch)) for epoch in EPOCHS)
        case "integer" | "decimal" | "float" | "point":
            yield from (
                Setting(family, WrittenForm(decimal_mark=mark, group_mark=group)) for family, mark, group in _MARKS
            )
        case "boolean":
            yield from (Setting(yes, WrittenForm(true=(yes,), false=(no,))) for yes, no in _WORDS)
        case "choices":
            yield from (Setting(separator, WrittenForm(separator=separator)) for separator in _SEPARATORS)
        case "text" | "choice" | "version":
            return


def tried_on(column: Column, setting: Setting, missing: Sequence[str]) -> Column | None:
    """The column as it would be written, what it says already included; None where the two contradict each other."""
    own, other = column.written, setting.written
    marks = (other.decimal_mark or own.decimal_mark, other.group_mark or own.group_mark)
    words = (other.true or own.true, other.false or own.false)
    if any(contradictions(*marks, *words)):
        return None
    absent = tuple(dict.fromkeys((*own.missing, *missing)))
    moments = (other.date or own.date, other.timestamp or own.timestamp)
    written = WrittenForm(*moments, *marks, *words, absent, own.trim or other.trim, other.separator or own.separator)
    return replace(column, written=written)


@dataclass
class Trials:
    """What came out of trying, of one file or several: by what a column is called in messages.

    `fitting`: the numbers of the settings that read every batch with a wrong cell; `missing`: words of the set above that
    stood there; of texts, which are right whatever they are, `padded` are those with blanks at an end, `words` for missing
    that stand in them, and `totals` words for a sum where an id should be.
    """

    fitting: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    missing: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    padded: list[str] = field(default_factory=list[str])
    words: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    totals: list[str] = field(default_factory=list[str])

    def take(self, called: str, fitting: Sequence[int], missing: Sequence[str]) -> None:
        """One more batch of a column."""
        before = self.fitting.get(called)
        self.fitting[called] = list(fitting) if before is None else [number for number in before if number in fitting]
        self.missing[called] = sorted({*self.missing.get(called, ()), *missing})

    def add(self, other: Trials) -> None:
        """What another file, or another piece of it, has shown."""
        for called, fitting in other.fitting.items():
            self.take(called, fitting, other.missing.get(called, ()))
        for called, words in other.words.items():
            self.words[called] = sorted({*self.words.get(called, ()), *words})
        self.padded = sorted({*self.padded, *other.padded})
        self.totals = sorted({*self.totals, *other.totals})


def proposals(columns: Mapping[str, Column], trials: Trials) -> dict[str, str]:
    """For each column that a setting would read, by what it is called: that setting as the catalog writes it."""
    told: dict[str, str] = {}
    for called, numbers in trials.fitting.items():
        column = columns.get(called)
        if column is None or not numbers:
            continue
        tried = settings(column.type.name)
        families: dict[str, WrittenForm] = {}
        for number in sorted(numbers):
            families.setdefault(tried[number].family, tried[number].written)
        chosen = [families[""]] if "" in families else list(families.values())
        words = tuple(dict.fromkeys((*column.written.missing, *trials.missing.get(called, ()))))
        missing = words if trials.missing.get(called) else ()
        shown = [f"`{replace(written, missing=missing)}`" for written in chosen]
        more = ": whoever delivers it knows which is meant" if len(shown) > 1 else ""
        told[called] = joined(shown, "and by") + more
    return told


def hints(source: Source, trials: Trials) -> list[str]:
    """What to say of texts that are right as they are, and may not be meant so."""
    said: list[str] = []
    if trials.padded:
        names = ", ".join(trials.padded)
        said.append(f"texts of {names} have blanks at an end, which `{WrittenForm(trim=True)}` takes off")
    known = {word for words in trials.missing.values() for word in words}
    for called, words in sorted(trials.words.items()):
        if alike := [word for word in words if word in known]:
            setting = WrittenForm(missing=(*source.written.missing, *alike))
            said.append(
                f"texts of {called} hold what means missing elsewhere, which `{setting}` takes for it here, too"
            )
    if trials.totals:
        words = (*source.written.missing, *trials.totals)
        said.append(
            f"a row has a word for a sum as its {source.contact or source.key[0]}, which `{WrittenForm(missing=words)}` "
            "makes a row of nobody"
        )
    return said
