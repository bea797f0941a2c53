"""A draft as a catalog file that a person reads through, and the same as facts for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jobs.answers.drafts.draft_guesses import GuessedColumn, GuessedSource
from jobs.catalog.model import Origin
from jobs.catalog.origins import origin_line
from jobs.catalog.types import ColumnType
from jobs.catalog.written import AS_USUAL, WrittenForm
from jobs.errors import visible

_PLAIN = re.compile(r"[A-Za-zÄÖÜäöüß_][\wÄÖÜäöüß]*( [A-Za-zÄÖÜäöüß_][\wÄÖÜäöüß]*)*")
_NO_TEXTS = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n"])
HOISTED = (("date",), ("timestamp",), ("decimal_mark", "group_mark"), ("true", "false"), ("separator",))
"""Keys of `written` that the source says for all its columns where all say the same."""


@dataclass(frozen=True)
class CatalogDraft:
    """A source as it is drafted. `left_out`: columns that no type reads, with the reason. `keys`: columns that tell rows
    apart. `delivery` is the line about deliveries that events need. Shares are of all rows."""

    name: str
    source: GuessedSource
    columns: tuple[GuessedColumn, ...]
    origin: Origin
    delivery: str
    seen: str
    asked: str
    rows: int
    trim: bool = False
    absent: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    missing_contacts: float = 0.0
    missing_times: float = 0.0

    @property
    def written(self) -> WrittenForm:
        """What the source says for all its columns."""
        shared = AS_USUAL
        for keys in HOISTED:
            forms = {tuple(getattr(column.written, key) for key in keys) for column in self._concerned(keys[0])}
            if len(forms) == 1:
                shared = replace(shared, **dict(zip(keys, forms.pop(), strict=True)))
        return replace(shared, trim=self.trim or None, missing=self.absent)

    def _concerned(self, key: str) -> list[GuessedColumn]:
        """Columns of whose form a key may say something: of whole numbers without marks it does not matter."""
        kinds = {"decimal_mark": ("decimal", "float", "point"), "true": ("boolean",), "separator": ("choices",)}
        own = [column for column in self.columns if column.type.name in kinds.get(key, (key,))]
        marked = [column for column in self.columns if column.type.name == "integer" and column.written.group_mark]
        return [*own, *marked] if key == "decimal_mark" else own

    def own_written(self, column: GuessedColumn) -> WrittenForm:
        """What a column says for itself."""
        shared = self.written
        told = column.written
        for keys in HOISTED:
            if all(getattr(told, key) == getattr(shared, key) for key in keys):
                told = replace(told, **{key: getattr(AS_USUAL, key) for key in keys})
        return told

    def as_yaml(self) -> str:
        """The file, a line for each column, with what a person has to decide behind `# decide:`."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"# A draft by `describe {visible(self.asked)}`, {self.seen}. Read it, decide, delete the comments."
        yield "version: 1"
        yield f"source: {self.name}"
        yield f"kind: {self.source.kind}{_decide(self.source.decide)}"
        yield "# meaning: …  # decide: one sentence, what a row is and who delivers it"
        if self.source.contact and self.source.contact != "contact_id":
            yield f"contact: {_text(self.source.contact)}{_share(self.missing_contacts)}"
        if self.source.time:
            yield f"time: {self.source.time}{_share(self.missing_times)}"
        yield from self._key_lines()
        if self.source.time and self.delivery:
            yield self.delivery
        yield "read:"
        yield f"  {origin_line(self.origin)}"
        if self.written != AS_USUAL:
            yield str(self.written)
        yield "columns:" if self.columns else "columns: {}"
        yield from (self._column_line(column) for column in self.columns)
        yield from (f"  # {visible(name)} is left out: {why}" for name, why in self.left_out)
        yield from self._gate_lines()

    def _key_lines(self) -> Iterator[str]:
        if self.source.key:
            yield f"key: {self.source.key}"
        elif self.keys and not self.source.one_row_each:
            told = " or ".join(f"[{', '.join(key)}]" for key in self.keys)
            yield f"# key: {told}  # decide: no two rows have it alike; with a key a row that comes again replaces the first"

    def _column_line(self, column: GuessedColumn) -> str:
        own = self.own_written(column)
        said = [f"type: {_type(column.type)}"]
        if column.type.values:
            said.append(f"values: [{', '.join(map(_text, column.type.values))}]")
        if column.longitude:
            said += [f"latitude: {_text(column.raw)}", f"longitude: {_text(column.longitude)}"]
        elif column.raw != column.name:
            said.append(f"column: {_text(column.raw)}")
        if own != AS_USUAL:
            said.append(str(own))
        return f"  {column.name}: {{{', '.join(said)}}}{_remarks(column)}"

    def _gate_lines(self) -> Iterator[str]:
        if self.source.time and self.missing_times:
            share = f"{int(self.missing_times * 100) + 1}%"
            yield f'gates: {{missing_time_at_most: "{share}"}}  # decide: rows without a time are left out'
        if self.source.contact and not self.source.says_who_exists:
            yield '# gates: {unknown_contacts_at_most: "1%"}  # decide: how many rows may name nobody'

    def as_json(self) -> dict[str, Any]:
        """The facts that the file says in its way."""
        return {
            "source": self.name,
            "kind": self.source.kind,
            "contact": self.source.contact or None,
            "time": self.source.time or None,
            "key": self.source.key or None,
            "key_candidates": [list(key) for key in self.keys],
            "rows": self.rows,
            "seen": self.seen,
            "columns": [self._column_json(column) for column in self.columns],
            "left_out": [{"column": name, "reason": why} for name, why in self.left_out],
            "decide": list(self.source.decide),
            "yaml": self.as_yaml(),
        }

    def _column_json(self, column: GuessedColumn) -> dict[str, Any]:
        own = self.own_written(column)
        return {
            "name": column.name,
            "column": column.raw,
            "type": str(column.type),
            "values": list(column.type.values),
            "written": None if own == AS_USUAL else str(own).removeprefix("written: "),
            "missing_share": round(column.missing, 4),
            "decide": list(column.decide),
        }


def _type(kind: ColumnType) -> str:
    return f'"{kind}"' if kind.name == "decimal" else str(kind)


def _text(text: str) -> str:
    """A text as YAML, in quotes where it could be read as something else."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXTS
    return text if plain else json.dumps(text, ensure_ascii=False)


def _share(missing: float) -> str:
    return f"  # {_per_cent(missing)} missing" if missing else ""


def _per_cent(share: float) -> str:
    return "under 1 %" if share < 0.01 else f"{share:.0%}".replace("%", " %")


def _decide(points: Sequence[str]) -> str:
    return "".join(f"  # decide: {visible(point)}" for point in points)


def _remarks(column: GuessedColumn) -> str:
    said = ([f"{_per_cent(column.missing)} missing"] if column.missing else []) + [
        f"decide: {visible(point)}" for point in column.decide
    ]
    return f"  # {'; '.join(said)}" if said else ""
