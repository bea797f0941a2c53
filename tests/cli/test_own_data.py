"""The README's "Your own data", walked again from its files to its last command: what it shows is what is printed."""

from __future__ import annotations

import random
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from jobs.settings import CHECKOUT
from tests.cli.shop import Ended, Shop, run

FIRST = [
    "Anna", "Berta", "Carla", "Dora", "Emil", "Franz", "Georg", "Hanna", "Ida", "Jakob", "Karl", "Lena", "Max", "Nina",
    "Otto", "Paul", "Rosa", "Sepp", "Theo", "Uta",
]  # fmt: skip
LAST = [
    "Bauer", "Huber", "Gruber", "Müller", "Weiß", "Schöffl", "Kröll", "Maier", "Pichler", "Steiner", "Wolf", "Fuchs",
    "Berger", "Egger", "Lang",
]  # fmt: skip
TOWNS = ["Wien"] * 5 + ["Graz"] * 3 + ["Linz"] * 2 + ["Köln"]
CHAPTER = " ".join(
    (CHECKOUT / "README.md").read_text("utf-8").partition("## Your own data\n")[2].partition("\n## ")[0].split()
)
MEMBER = re.compile(r'"[0-9]{5}"')


def shown(text: str) -> bool:
    """Whether the chapter has these words, however its lines are cut."""
    return " ".join(text.split()) in CHAPTER


def euros(amount: float) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def customers(count: int) -> list[str]:
    rows, total = ["Kundennummer;Name;Ort;Geburtsdatum;Kunde seit;Newsletter;Interessen;Limit"], 0
    draw = random.Random()
    for number in range(1, count + 1):
        draw.seed(number)
        born = date(1950, 1, 1) + timedelta(draw.randrange(20_000))
        since = date(2019, 1, 1) + timedelta(draw.randrange(2_800))
        limit = draw.choice([500, 1000, 1500, 2500])
        total += limit
        name = f"{draw.choice(FIRST)} {draw.choice(LAST)}"
        town = draw.choice(TOWNS)
        day = "k.A." if draw.random() < 0.1 else f"{born:%d.%m.%Y}"
        agreed = draw.choice(["Ja", "Ja", "Nein"])
        likes = draw.sample(["Wein", "Käse", "Brot"], draw.randrange(1, 3)) if draw.random() < 0.8 else []
        quoted = f'"{";".join(likes)}"' if likes else ""
        padded = f"{number:05}{' ' if number % 9 == 0 else ''}"
        rows.append(";".join([padded, name, town, day, f"{since:%d.%m.%Y}", agreed, quoted, euros(limit)]))
    return [*rows, f"Summe;;;;;;;{euros(total)}"]


def orders(day: date, count: int, first: int) -> list[str]:
    draw = random.Random(day.day)
    rows = ["Bestellnummer;Kundennummer;Bestellt am;Betrag;Kanal"]
    for number in range(first, first + count):
        at = datetime.combine(day, time(draw.randrange(8, 20), draw.randrange(60)))
        who, paid = draw.randrange(1, 701), euros(draw.randrange(500, 150_000) / 100)
        rows.append(f"B{number};{who:05};{at:%d.%m.%Y %H:%M};{paid};{draw.choice(['Web', 'Web', 'Laden', 'Telefon'])}")
    return rows


def export(landing: Path, name: str, rows: list[str]) -> Path:
    path = landing / name
    path.write_bytes("".join(f"{row}\r\n" for row in rows).encode("windows-1252"))
    return path


@pytest.fixture
def own(shop: Shop) -> Shop:
    """The folders of the chapter, with the first day's files and its segment."""
    for file in (shop.folder / "catalog").iterdir():
        file.unlink()
    landing = shop.folder / "landing"
    landing.mkdir()
    (shop.folder / "try").mkdir()
    export(landing, "kunden_2026-11-23.csv", customers(800))
    for number, day in enumerate((21, 22, 23)):
        export(landing, f"bestellungen_2026-11-{day}.csv", orders(date(2026, 11, day), 400, 1000 + 400 * number))
    return shop


def spec_of_the_chapter() -> str:
    text = (CHECKOUT / "README.md").read_text("utf-8")
    return next(block for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL) if '"wine_vienna"' in block)


def night(as_of: str, code: int = 0) -> Ended:
    ended = run("run", "--as-of", f"{as_of}T00:00")
    assert ended.code == code, ended.out
    return ended


def count() -> str:
    row = next(line for line in run("segments").out.splitlines() if "wine_vienna" in line)
    return row.split("│")[3].strip()


def test_the_chapter_is_what_happens(own: Shop) -> None:
    landing = own.folder / "landing"
    own.write("specs/crm/wine_vienna.json", spec_of_the_chapter())
    for file, name in (("kunden", "kunden"), ("bestellungen", "bestellung")):
        drafted = run("describe", f"landing/{file}_2026-11-23.csv", "--source", name, "--out", f"catalog/{name}.yaml")
        assert drafted.code == 0, drafted.err
    lines = (own.folder / "catalog/kunden.yaml").read_text("utf-8").splitlines()
    assert all(map(shown, lines[:13])), lines[:13]
    for file, name in (("kunden", "kunden"), ("bestellungen", "bestellung")):
        (own.folder / f"try/{name}.csv").symlink_to(f"../landing/{file}_2026-11-23.csv")
    tried = run("try", "specs/crm/wine_vienna.json", "--data", "try", "--as-of", "2026-11-24T00:00")
    assert len(MEMBER.findall(tried.out)) == 16
    assert shown("Sixteen, by the orders of one day")

    night("2026-11-24")
    assert count() == "53"
    assert shown("│ wine_vienna │ published │ 53 │")

    export(landing, "kunden_2026-11-24.csv", customers(812))
    export(landing, "bestellungen_2026-11-24.csv", orders(date(2026, 11, 24), 410, 2200))
    night("2026-11-25")
    rows = orders(date(2026, 11, 22), 400, 1400)
    export(landing, "bestellungen_2026-11-22.csv", rows[:2] + rows[3:])
    assert shown(night("2026-11-25", 21).out)
    replaced = run("ingest", "--source", "bestellung", "--replace", "--as-of", "2026-11-25T00:00")
    assert shown(replaced.out)
    assert shown(night("2026-11-25").out)

    late = [
        re.sub("^B1", "A1", row.replace("23.11.2026", "20.11.2026")) for row in orders(date(2026, 11, 23), 400, 1800)
    ]
    export(landing, "bestellungen_2026-11-20.csv", late)
    spoiled = [re.sub(r";([0-9.]*),([0-9]{2});", r";\1.\2;", row) for row in orders(date(2026, 11, 25), 299, 3000)]
    export(landing, "bestellungen_2026-11-25.csv", spoiled)
    assert shown(night("2026-11-26", 21).out.partition("\n")[2])
    skipped = run(
        "ingest", "--skip", "bestellung", "2026-11-25", "--reason", "sent again tomorrow", "--as-of", "2026-11-26T00:00"
    )
    assert shown(skipped.out)
    night("2026-11-26")
    listed = run("deliveries", "--source", "bestellung").out.splitlines()
    told = [" ".join(line.split()) for line in listed if line.startswith("│")]
    assert len(told) == 7
    assert [
        line
        for line in told
        if line not in CHAPTER and not line.startswith(("│ bestellung │ 2026-11-23", "│ bestellung │ 2026-11-24"))
    ] == []

    new = [
        f"{row};{'Filiale' if number == 0 else 'F1'}"
        for number, row in enumerate(orders(date(2026, 11, 26), 410, 4000))
    ]
    export(landing, "bestellungen_2026-11-26.csv", new)
    catalog = own.folder / "catalog/bestellung.yaml"
    catalog.write_text(
        catalog.read_text("utf-8").replace("  kanal:", "  filiale: {type: text, column: Filiale}\n  kanal:")
    )
    own.spec("branch_f1", {"event": "bestellung", "where": {"attribute": "filiale", "is": "F1"}})
    assert "branch_f1" in night("2026-11-27", 21).out
    for day in range(20, 25):
        path = landing / f"bestellungen_2026-11-{day}.csv"
        header, *others = path.read_bytes().decode("windows-1252").split("\r\n")[:-1]
        export(landing, path.name, [f"{header};Filiale", *(f"{row};" for row in others)])
    assert shown(run("ingest", "--source", "bestellung", "--replace", "--as-of", "2026-11-27T00:00").out)
    assert shown(night("2026-11-27").out)

    withdrawn = run("withdraw", "8", "--reason", "the branches were wrong")
    assert "run 8 is withdrawn" in withdrawn.out
    assert "the newest night is run 7" in withdrawn.out
