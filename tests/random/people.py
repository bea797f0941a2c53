"""Random rows for the fixed catalog: a third of the values missing, instants at the edges, equal instants, twins.

Drawn from a seed rather than cell by cell: thousands of cells a world would leave nothing for the specs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from random import Random

from tests.random.moments import Moment
from tests.random.world import SOURCES

Rows = list[dict[str, str]]
CONTACTS = 24
IDS = [*(f"c{n}" for n in range(CONTACTS - 4)), "C1", "ü1", "c 1", "𝟙"]
STRANGERS = ["zz", "c99"]
TEXTS = [
    "a",
    "b",
    "ab",
    "A",
    "Straße",
    "STRASSE",
    "strasse",
    "é",
    "e\u0301",
    "50%",
    "_b",
    "a|b",
    "s1",
    "s2",
    '"q"',
    "x,y",
]
SKUS = ["s1", "s2", "s3", "S1", "s4", "07", "7"]
INTEGERS = ["0", "1", "2", "3", "-3", "5", "10", "9007199254740993", "9007199254740992"]
SMALL = ["0", "1", "2", "3", "-3", "5", "10"]
DECIMALS = ["0.00", "0.10", "1.00", "1.10", "-0.01", "5", "99.99", "10.5", "0.1"]
FLOATS = ["0", "0.1", "0.3", "-2.25", "1e300", "10", "0.30000000000000004", "-0.0"]
VERSIONS = ["4.9", "4.9.0", "4.12", "4.12.1", "5", "0", "4.09"]
POINTS = [
    ("0", "0"),
    ("5", "5"),
    ("10", "10"),
    ("0", "5"),
    ("48.2", "16.37"),
    ("-33.5", "151"),
    ("0", "180"),
    ("90", "0"),
]
CODES = ["AT", "US", "DE", "ZZ"]


def _text(declared: str, values: list[str], random: Random, moment: Moment, small: bool) -> str:
    kind = declared.split("(")[0]
    scale = int(declared.rstrip(")").split(",")[1]) if kind == "decimal" else 0
    match kind:
        case "text":
            return random.choice(TEXTS)
        case "choice":
            return random.choice(values)
        case "choices":
            return "|".join(random.sample(values, random.randint(1, len(values))))
        case "integer":
            return random.choice(SMALL if small else INTEGERS)
        case "decimal":
            return random.choice([text for text in DECIMALS if len(text.partition(".")[2]) <= scale])
        case "float":
            return random.choice(FLOATS)
        case "boolean":
            return random.choice(["true", "false"])
        case "version":
            return random.choice(VERSIONS)
        case "date":
            return random.choice(moment.days).isoformat()
        case _:
            return moment.written(_instant(random, moment), random.randint(0, 2))


def _instant(random: Random, moment: Moment) -> datetime:
    return random.choice(moment.instants)


def cells(source: str, random: Random, moment: Moment) -> dict[str, str]:
    """The listed columns of one row; three in ten are missing."""
    row: dict[str, str] = {}
    for name, column in SOURCES[source]["columns"].items():
        kind = column["type"].split("(")[0]
        if "derive" in column:
            continue
        if kind == "point":
            for raw, text in zip((column["latitude"], column["longitude"]), random.choice(POINTS), strict=True):
                row[raw] = "" if random.random() < 0.15 else text
        else:
            text = _text(column["type"], column.get("values", []), random, moment, source != "contacts")
            row[column.get("column", name)] = "" if random.random() < 0.3 else text
    return row


def _contacts(random: Random, moment: Moment) -> Rows:
    return [{"contact_id": one, **cells("contacts", random, moment)} for one in IDS]


def _loyalty(random: Random, moment: Moment) -> Rows:
    members = [one for one in [*IDS, *STRANGERS] if random.random() < 0.6]
    return [
        {**cells("loyalty", random, moment), "member": one, "plan_id": random.choice(["p1", "p2", "P1", ""])}
        for one in members
    ]


def _events(source: str, random: Random, moment: Moment, more: Callable[[int], dict[str, str]]) -> Rows:
    """Zero to eight rows for each contact, some at one instant, some twins, a few of strangers."""
    rows: Rows = []
    for one in [*IDS, *STRANGERS]:
        instants = [_instant(random, moment) for _ in range(random.choice([1, 3, 6]))]
        for _ in range(random.choice([0, 1, 2, 4, 8])):
            row = {"contact_id": one, **cells(source, random, moment), **more(len(rows))}
            when = moment.written(random.choice(instants), random.randint(1, 2))
            rows.append({**row, SOURCES[source].get("time", "unlisted"): when})
            if random.random() < 0.1:
                rows.append(dict(rows[-1]))
    random.shuffle(rows)
    return rows


def _table(source: str, key: str, keys: list[str], random: Random, moment: Moment, **more: list[str]) -> Rows:
    rows = [{**cells(source, random, moment), key: one} for one in keys if random.random() < 0.85]
    return [{**row, **{name: random.choice(pool) for name, pool in more.items()}} for row in rows]


def rows_of(seed: int, moment: Moment) -> dict[str, Rows]:
    """Rows for every source that has a file of its own."""
    random = Random(seed)

    def order(number: int) -> dict[str, str]:
        return {
            "sku": random.choice([*SKUS, ""]),
            "order_id": random.choice(["1", "2", "3", ""]) if number % 3 else str(number),
            "line": str(number),
            "ship_to": random.choice([*IDS, *STRANGERS, ""]),
        }

    return {
        "contacts": _contacts(random, moment),
        "loyalty": _loyalty(random, moment),
        "order": _events("order", random, moment, order),
        "view": _events("view", random, moment, lambda _: {"sku": random.choice([*SKUS, ""])}),
        "device": _events("device", random, moment, lambda _: {"model": random.choice([*SKUS, ""])}),
        # Views fold what they look up, so of s1 and S1 there is one; orders do not, and find it by that spelling alone.
        "product": _table(
            "product",
            "sku",
            [*SKUS[1:3], random.choice(["s1", "S1"]), *SKUS[4:]],
            random,
            moment,
            brand_id=["1", "2", "3", "01", ""],
        ),
        "brand": _table("brand", "id", ["1", "02", "3"], random, moment, land=[*CODES, ""]),
        "land": _table("land", "code", CODES, random, moment),
        "place": _table("place", "city", TEXTS, random, moment, code=[*CODES, ""]),
        "plan": _table("plan", "id", ["p1", "p2"], random, moment),
    }


def lists_of(seed: int, moment: Moment) -> dict[str, list[str]]:
    """Contact lists: one undated, one with dates before and after as_of."""
    random = Random(seed + 1)
    today = moment.days[0].isoformat()
    names = ["plain", f"dated@{moment.days[3].isoformat()}", f"dated@{today}", f"dated@{moment.days[2].isoformat()}"]
    return {name: [one for one in [*IDS, *STRANGERS] if random.random() < 0.5] for name in names}


def csv_text(rows: Rows, header: list[str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def header_of(source: str, rows: Rows) -> list[str]:
    """Every name in the data of a source, whether or not a row has it."""
    entry = SOURCES[source]
    own = [entry["key"][0] if isinstance(entry["key"], list) else entry["key"]] if entry["kind"] == "lookup" else []
    own += [] if entry["kind"] == "lookup" else [entry.get("contact", "contact_id")]
    own += [entry["time"]] if "time" in entry else []
    for name, column in entry["columns"].items():
        if column["type"] == "point":
            own += [column["latitude"], column["longitude"]]
        elif "derive" not in column:
            own.append(column.get("column", name))
    return list(dict.fromkeys([*own, *(name for row in rows for name in row)]))
