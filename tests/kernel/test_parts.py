"""A bucket in parts: bounded memory, the same answers; and one contact with a million events."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.cuts import Cuts
from jobs.kernel.program import compile_program
from jobs.kernel.tile_bucket import TileBucket, ranges
from jobs.kernel.tiles import encode_pieces
from jobs.language.atoms import Chain, Compare, Formula, GroupCount, InList, Keep, Missing, Step
from tests.kernel.world import (
    CHOICE,
    INTEGER,
    MONEY,
    TEXT,
    World,
    aggregate,
    at_least,
    attribute,
    catalog_of,
    column,
    contacts,
    equal_to,
    events,
    is_word,
    last,
    meaning,
    members_of,
    rows,
)

CATALOG = catalog_of(contacts(points=INTEGER), events(channel=CHOICE, amount=MONEY, product=TEXT))
CHANNEL, AMOUNT, PRODUCT = column("channel", CHOICE), column("amount", MONEY), column("product", TEXT)
LIST = InList("vip")


def conditions() -> dict[str, Formula]:
    web = Compare(CHANNEL, is_word("web"))
    total = aggregate("sum", AMOUNT, rows(window=last("30d")))
    return {
        "count": Compare(aggregate("count", over=rows(where=web)), at_least(2)),
        "total": Compare(total, at_least(100)),
        "latest": Compare(aggregate("latest", CHANNEL), is_word("app")),
        "distinct": Compare(aggregate("distinct", PRODUCT), at_least(3)),
        "groups": Compare(GroupCount(rows(), (PRODUCT,), None, INTEGER), equal_to(2)),
        "chain": Chain((Step("order", web), Step("order", None, 86_400_000_000, same=((PRODUCT, PRODUCT),)))),
        "known": Compare(attribute("points", INTEGER), Missing(wanted=False)),
        "listed": LIST,
    }


def random_world(people: int, events_each: int, part_bytes: int) -> World:
    random = np.random.default_rng(11)
    total = people * events_each
    position = random.integers(0, people, total).tolist()
    minutes = random.integers(0, 300 * 24 * 60, total)
    times = (np.datetime64("2026-02-01") + minutes.astype("timedelta64[m]")).astype("datetime64[us]").tolist()
    channels = random.choice(["web", "app", "store"], total).tolist()
    amounts = [f"{value / 100:.2f}" for value in random.integers(0, 9999, total).tolist()]
    products = [f"p{value}" for value in random.integers(0, 4, total).tolist()]
    from datetime import UTC

    orders = [
        (p, t.replace(tzinfo=UTC), c, a, n)
        for p, t, c, a, n in zip(position, times, channels, amounts, products, strict=True)
    ]
    points = [(p, int(value)) for p, value in enumerate(random.integers(0, 9, people)) if value]
    return World(
        CATALOG, {"order": orders, "contacts": points}, people=people, tile_rows=700, part_bytes=part_bytes,
        given={LIST: range(0, people, 3)},
    )  # fmt: skip


@pytest.mark.usefixtures("loops")
def test_parts_give_the_answers_of_the_whole() -> None:
    asked = [meaning(where, name) for name, where in conditions().items()]
    asked.append(meaning(conditions()["known"], "best", keep=Keep(50, None, attribute("points", INTEGER))))
    whole, cut = (random_world(300, 10, part_bytes) for part_bytes in (1 << 30, 20_000))
    plan = cut.plan(*asked)
    assert len(list(cut.bucket(plan).parts())) > 5
    assert len(list(whole.bucket(plan).parts())) == 1
    found = cut.segments(*asked)
    assert found == whole.segments(*asked)
    assert all(found.values()), "a case nobody satisfies proves nothing"


def test_ranges_keep_each_contact_whole() -> None:
    weights = np.array([10.0, 5, 0, 90, 200, 1, 1, 98, 3])
    assert ranges(weights, 100) == [(0, 3), (3, 4), (4, 5), (5, 8), (8, 9)]
    assert ranges(np.zeros(9), 100) == [(0, 9)]


def test_one_contact_with_a_million_events() -> None:
    source = CATALOG.sources["order"]
    heavy = table(np.zeros(1_000_000, np.int32), 1_000_000)
    light = table(np.arange(1, 2001, dtype=np.int32), 2000)
    tiles = [piece.payload for part in (heavy, light) for piece in encode_pieces(part, source, CATALOG)]
    world = World(CATALOG, {}, people=2001)
    plan = world.plan(*(meaning(where, name) for name, where in conditions().items() if name != "listed"))
    bare = world.bucket(plan)
    bucket = TileBucket(CATALOG, plan.columns, bare.identities, {**bare.tiles, "order": tiles}, part_bytes=8 << 20)
    assert next((part.low, part.high) for part in bucket.parts()) == (0, 1)
    answers = evaluate_bucket(compile_program(plan), bucket, Cuts(), 0)
    assert 0 in members_of(answers, "count")
    assert members_of(answers, "groups") == []
    assert 0 in members_of(answers, "distinct")
    assert 0 in members_of(answers, "chain")


def table(position: np.ndarray, size: int) -> pa.Table:
    """Events one a minute, ending before as_of; products p0 … p2 in turn."""
    times = np.datetime64("2026-11-20", "us") - np.arange(size, 0, -1) * np.timedelta64(60_000_000, "us")
    turns = np.arange(size) % 3
    return pa.table(
        {
            "position": pa.array(position),
            "at": pa.array(times).cast(pa.timestamp("us", "UTC")),
            "channel": pa.DictionaryArray.from_arrays(pa.array(turns), ["web", "app", "store"]).dictionary_decode(),
            "amount": pa.array(turns).cast(pa.decimal128(38, 0)).cast(pa.decimal128(18, 2)),
            "product": pa.DictionaryArray.from_arrays(pa.array(turns), ["p0", "p1", "p2"]).dictionary_decode(),
        }
    )
