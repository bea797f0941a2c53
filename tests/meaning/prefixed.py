"""One world under a prefix, so that many fit into one catalog: sources, contacts, lists and specs carry the world's name.

What a name stands for decides how it is carried. A source, a segment and a list take the prefix; a source of rows that
another world's can hold goes by that one's name. A path over contacts (`country`, `loyalty.tier`, `home_city.size`) takes it
in front: it begins with a column or a lookup of the contacts source, which all worlds share, or with a source's name. A path
over a row begins with the row's own columns and lookups, which stay as they are. Every word is named here: one that is not
ends in a KeyError.

Every segment of a world is `from` the segment of its contacts, as if there were no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.meaning.tables import Case

WORLD = "world"
"""The column of the contacts source that says whose a contact is, and the segment of a world's contacts."""
NAMING_NOTHING = {
    "source": ("kind", "time", "time_zone", "key", "keep", "delivery", "gates", "contact", "meaning"),
    "column": ("type", "values", "fold", "unit", "meaning", "sensitive"),
    "spec": ("expect", "name", "description", "approved_by"),
}
"""Keys whose values hold no name of the catalog, or only raw names of a file of the source's own."""

Names = Callable[[str], str]


@dataclass(frozen=True)
class Prefix:
    """A world's name, put before names; `ids`: before contact ids, too. `shared`: the sources that go by another name."""

    world: str
    ids: bool = True
    shared: Mapping[str, str] = field(default_factory=dict[str, str])

    def name(self, name: str) -> str:
        return f"{self.world}_{name}"

    def rows_of(self, source: str) -> str:
        """The name of a source of rows."""
        return self.shared.get(source, self.name(source))

    def contact(self, contact_id: str) -> str:
        """An empty one names nobody, and stays so."""
        return f"{self.world}:{contact_id}" if self.ids and contact_id else contact_id

    # --- specs -------------------------------------------------------------------------------------------------------

    def case(self, case: Case) -> Case:
        more = {"from": {"segment": WORLD}, **case.more}
        return Case(
            self.name(case.name),
            self.condition(case.where),
            [self.contact(contact_id) for contact_id in case.expected],
            case.why,
            {key: self._more(key, value) for key, value in more.items()},
        )

    def _more(self, key: str, value: Any) -> Any:
        match key:
            case "from":
                return self.condition(value)
            case "keep":
                by = value["by"]
                return {**value, "by": self.name(by) if isinstance(by, str) else by}
            case _ if key in NAMING_NOTHING["spec"]:
                return value
            case _:
                raise KeyError(key)

    def condition(self, where: Mapping[str, Any], path: Names | None = None) -> dict[str, Any]:
        """The condition; `path` says what becomes of an attribute's name, where it is not one of a contact."""
        path = path or self.name
        match where:
            case {"all": children, **rest} if not rest:
                return {"all": [self.condition(child, path) for child in children]}
            case {"any": children, **rest} if not rest:
                return {"any": [self.condition(child, path) for child in children]}
            case {"not": child, **rest} if not rest:
                return {"not": self.condition(child, path)}
            case {"attribute": str(attribute), **test}:
                return {"attribute": path(attribute), **{word: self._operand(end, path) for word, end in test.items()}}
            case {"sequence": steps, **rest}:
                return {"sequence": [self._rows(step) for step in steps], **rest}
            case {"event": _} | {"related": _}:
                return self._rows(where)
            case {"segment": str(name), **rest}:
                return {"segment": self.name(name), **rest}
            case {"list": str(name), **rest}:
                return {"list": self.name(name), **rest}
            case {"everyone": _} | {"sample": _}:
                return dict(where)
            case _:
                raise KeyError(*where)

    def _operand(self, value: Any, path: Names) -> Any:
        match value:
            case {"attribute": str(attribute)}:
                return {"attribute": path(attribute)}
            case {"contact": str(attribute)}:
                return {"contact": self.name(attribute)}
            case _:
                return value

    def _rows(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """A count of rows, or a step: what it says of them names their own columns."""
        word = "event" if "event" in asked else "related"
        where = {"where": self.condition(asked["where"], str)} if "where" in asked else {}
        return {**asked, word: self.rows_of(asked[word]), **where}

    # --- the catalog -------------------------------------------------------------------------------------------------

    def source(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """A source other than that of the contacts: it keeps its columns, and names others by their new names."""
        return {key: self._part(entry["kind"], key, value) for key, value in entry.items()}

    def _part(self, kind: str, key: str, value: Any) -> Any:
        match key:
            case "columns" if kind == "computed":
                return {name: self._computed(column) for name, column in value.items()}
            case "columns":
                return value
            case "lookups":
                return {name: {**lookup, "source": self.name(lookup["source"])} for name, lookup in value.items()}
            case "read":
                return {"same_as": self.name(value["same_as"])}
            case _ if key in NAMING_NOTHING["source"]:
                return value
            case _:
                raise KeyError(key)

    def _computed(self, column: Mapping[str, Any]) -> dict[str, Any]:
        value = {"value": self._value(column["value"])} if "value" in column else {}
        cases = [{**case, "when": self.condition(case["when"])} for case in column.get("cases", [])]
        return {**column, **value, **({"cases": cases} if cases else {})}

    def _value(self, value: Any) -> Any:
        match value:
            case {"event": _} | {"related": _}:
                return self._rows(value)
            case {"quantile_of": str(path), **rest}:
                return {"quantile_of": self.name(path), **rest}
            case dict():  # arithmetic: an operator and its operands
                return {word: [self._value(operand) for operand in operands] for word, operands in value.items()}
            case str():
                return self.name(value)
            case _:
                return value

    def contacts(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The contacts source, whose columns carry the prefix, too; that of the ids is called `contact_id`."""
        lookups = {
            self.name(name): {"source": self.name(lookup["source"]), "on": self.name(lookup["on"])}
            for name, lookup in entry.get("lookups", {}).items()
        }
        columns = {self.name(name): self._column(column) for name, column in entry["columns"].items()}
        others = {key: value for key, value in entry.items() if key not in ("columns", "lookups", "contact")}
        assert not others.keys() - set(NAMING_NOTHING["source"]), others
        return {**others, "columns": columns, "lookups": lookups}

    def _column(self, column: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._of_column(key, value) for key, value in column.items()}

    def _of_column(self, key: str, value: Any) -> Any:
        match key:
            case "column" | "latitude" | "longitude":
                return self.name(value)
            case "derive":
                return self._value(value)
            case _ if key in NAMING_NOTHING["column"]:
                return value
            case _:
                raise KeyError(key)
